"""Cases as guests file them."""

from datetime import datetime

from sosbox.box import Box
from sosbox.cases.guest_actions import Filed, Filing
from sosbox.cases.rules import check_guest_form
from sosbox.db import DB
from sosbox.dispatch.intake import Intake
from sosbox.dispatch.waiting import route_waiting
from sosbox.places.directory import Directory
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.queries import RuleBook
from tests.support.venue import NOON, TABLE_TOKEN


async def file_case(
    box: Box,
    text: str = "The soup is cold",
    *,
    token: str = TABLE_TOKEN,
    submission_id: str = "one",
    email: str = "",
    remedy: str = "",
    language: str = "en",
    now: datetime = NOON,
    has_worker: bool = True,
) -> Filed:
    """Dora files a case; from the table only Anna is told, from the room the desk as well."""
    place = await Directory().place(token)
    assert place is not None
    form = check_guest_form(text=text, email=email, remedy=remedy)
    filing = Filing(now, place, form, submission_id, language)
    filed = await DB.write_shared(Intake(box.keys).take_in, filing)
    if has_worker:
        await route(box, now)
    return filed


async def route(box: Box, now: datetime = NOON) -> None:
    """What the worker does first: everybody who is to be told stands in the outbox."""
    await DB.write(route_waiting, box.keys, RuleBook(), FilterBook(), now=now, limit=100)
