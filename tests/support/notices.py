"""Notices for the tests of channels."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.channels.base import Notice, NoticeEvent
from tests.support.venue import NOON

FILED = Notice(
    delivery_id=7,
    event=NoticeEvent.FILED,
    address="anna@mar.example",
    name="Anna",
    language="en",
    case_id=3,
    reference="K7QF-2M9X",
    kind="complaint",
    headline="The tap drips",
    text="The tap drips\nsince yesterday",
    text_language="en",
    remedy="",
    establishment="Hotel Mar",
    area="Reception",
    place_code="R-204",
    place_label="Room 204",
    written_at=NOON,
    promise_due_at=NOON + timedelta(hours=48),
    legal_due_at=NOON + timedelta(days=15),
    zone=ZoneInfo("Europe/Madrid"),
    contact_name="",
    contact_email="",
    contact_phone="",
    case_url="http://mar.example/admin/cases/3",
    legal_name="Grupo Mar S.L.",
)


def notice(**changes: Any) -> Notice:
    """The notice of a case that was just filed, with changes."""
    return replace(FILED, **changes)
