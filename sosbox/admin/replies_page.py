"""What came back by SMS or e-mail and waits for somebody: on its case, and where it has none."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import ROOT, Visit
from sosbox.admin.case_page import Refusal, case_page
from sosbox.admin.filters import read_inbox_query
from sosbox.admin.forms import Fields, as_id, as_version, path_id, read_query
from sosbox.admin.rendering import console_page
from sosbox.cases.queries import load_case
from sosbox.db import DB
from sosbox.deliveries.reply_queries import replies_to_confirm, unassigned_replies
from sosbox.dispatch.reply_decisions import (
    drop_reply,
    drop_unassigned,
    give_reply,
    keep_as_note,
    send_reply,
)
from sosbox.errors import (
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
    UnavailableError,
)
from sosbox.ui.pages import see_other

_REPLIES = f"{ROOT}/replies"
# No reply has this id, and no case.
_NOTHING = 0


@post("/cases/{case_id:str}/replies")
async def take_decision(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    """Sends what a colleague wrote back to the guest, keeps it as a note, or drops it."""
    case = await load_case(visit.viewer, path_id(case_id))
    decision = _decision(visit, fields, case.id)
    if decision is None:
        return await case_page(request, visit, case.id, Refusal(_no_such_reply(), fields))
    done, writing = decision
    try:
        await writing
    except NotFoundError:
        return await case_page(request, visit, case.id, Refusal(_no_such_reply(), fields))
    except (ConflictError, UnavailableError) as error:
        return await case_page(request, visit, case.id, Refusal(error, fields))
    query = read_inbox_query(read_query(request)).encoded
    return see_other(f"{ROOT}/cases/{case.id}?{query}{'&' if query else ''}done={done}")


def _decision(visit: Visit, fields: Fields, case_id: int) -> tuple[str, Awaitable[Any]] | None:
    """What the button says, begun, and the word for it afterwards; None for no button of ours."""
    about: dict[str, Any] = {
        "now": visit.now,
        "viewer": visit.viewer,
        "case_id": case_id,
        "reply_id": as_id(fields.get("reply", "")) or _NOTHING,
    }
    keys, wish = visit.box.keys, fields.get("do", "")
    if wish == "send":
        version = as_version(fields.get("version", ""))
        return "reply_sent", DB.write(send_reply, keys, seen_version=version, **about)
    if wish == "note":
        return "reply_noted", DB.write(keep_as_note, keys, **about)
    return ("reply_dropped", DB.write(drop_reply, keys, **about)) if wish == "drop" else None


@get("/replies")
async def show_replies(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _replies_page(request, visit)


@post("/replies")
async def take_reply(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    """Gives a reply that belongs nowhere to a case, or drops it."""
    reply_id = as_id(fields.get("reply", "")) or _NOTHING
    about: dict[str, Any] = {"now": visit.now, "viewer": visit.viewer, "reply_id": reply_id}
    keys = visit.box.keys
    try:
        if fields.get("do") == "drop":
            await DB.write(drop_unassigned, keys, **about)
            return see_other(f"{_REPLIES}?done=reply_dropped")
        reference = fields.get("reference", "")
        case_id = await DB.write(give_reply, keys, reference=reference, **about)
    except NotFoundError:
        if not visit.viewer.may_configure:
            raise
        return await _replies_page(request, visit, _no_such_reply(), fields)
    except (ConflictError, InvalidFieldsError, UnavailableError) as error:
        return await _replies_page(request, visit, error, fields)
    return see_other(f"{ROOT}/cases/{case_id}?done=reply_given")


def _no_such_reply() -> ConflictError:
    return ConflictError("There is nothing to decide about this answer.")


async def _replies_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    problem: SosboxError | None = None,
    typed: Fields | None = None,
) -> Response[bytes]:
    """typed: of a form that was not taken because of `problem`."""
    fields = problem.fields if isinstance(problem, InvalidFieldsError) else {}
    return console_page(
        request,
        visit,
        "replies_page.html",
        status=problem.status if problem else HTTPStatus.OK,
        problem=None if fields else problem,
        errors=fields,
        typed=typed or {},
        to_confirm=await replies_to_confirm(visit.viewer),
        unassigned=await unassigned_replies(visit.viewer),
    )
