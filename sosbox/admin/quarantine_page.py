"""The quarantine: what filters hold back, and what somebody has confirmed as unwanted."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import ROOT, Visit
from sosbox.admin.forms import Fields, as_id, path_id, read_query
from sosbox.admin.hold_words import hold_reasons
from sosbox.admin.rendering import console_page
from sosbox.cases.inbox_queries import inbox_counts
from sosbox.cases.quarantine_queries import held_page
from sosbox.cases.rules import Hold
from sosbox.db import DB
from sosbox.dispatch.quarantine import confirm_unwanted, hold_again, release_messages
from sosbox.errors import SosboxError, UnavailableError
from sosbox.ui.pages import see_other

QUARANTINE = f"{ROOT}/quarantine"

# What may be done with messages, by the value of the button.
HOLD_ACTIONS: dict[str, Callable[..., int]] = {
    "release": release_messages,
    "unwanted": confirm_unwanted,
    "hold": hold_again,
}
_PICK = "pick-"
_MAX_LENGTH = 600


@get("/quarantine")
async def show_quarantine(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _quarantine_page(request, visit)


@post("/quarantine")
async def take_quarantine(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    """Does the same with all messages that were chosen, or with none of them."""
    ids = [path_id(name.removeprefix(_PICK)) for name in fields if name.startswith(_PICK)]
    action = HOLD_ACTIONS.get(fields.get("do", ""))
    if action is None or not ids:
        problem = SosboxError("Please choose at least one message.")
        return await _quarantine_page(request, visit, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        await DB.write(action, visit.box.keys, now=visit.now, viewer=visit.viewer, message_ids=ids)
    except UnavailableError as error:
        return await _quarantine_page(request, visit, error, error.status)
    show = "&show=unwanted" if fields["do"] == "hold" else ""
    return see_other(f"{QUARANTINE}?done={fields['do']}{show}")


async def _quarantine_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    problem: SosboxError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[bytes]:
    query = read_query(request)
    hold = Hold.UNWANTED if query.get("show") == "unwanted" else Hold.HELD
    before = as_id(query.get("before", ""))
    return console_page(
        request,
        visit,
        "quarantine.html",
        status=status,
        problem=problem,
        hold=hold,
        page=await held_page(visit.viewer, hold, now=visit.now, before=before),
        is_later=before is not None,
        counts=await inbox_counts(visit.viewer, now=visit.now),
        reasons=lambda row: hold_reasons(row.filters, visit.localizer),
        max_length=_MAX_LENGTH,
    )
