"""What can be done to a case. Every form that is not taken comes back with what was typed."""

from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import ROOT, Visit
from sosbox.admin.case_page import Refusal, case_page
from sosbox.admin.filters import read_inbox_query
from sosbox.admin.forms import Fields, as_id, as_version, path_id, read_query
from sosbox.admin.preview_drafts import written_language
from sosbox.cases.queries import load_case
from sosbox.cases.rules import State
from sosbox.cases.staff_actions import add_note, assign, set_state
from sosbox.db import DB
from sosbox.deliveries.outbox import retry_failed
from sosbox.deliveries.queries import deliveries_of_case
from sosbox.dispatch.intake import close_case, send_answer
from sosbox.errors import (
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
    UnavailableError,
)
from sosbox.ui.pages import see_other


@post("/cases/{case_id:str}/answer")
async def take_answer(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    writing = DB.write(
        send_answer,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        case_id=case.id,
        text=fields.get("answer", ""),
        seen_version=as_version(fields.get("version", "")),
        language=written_language(fields, visit),
    )
    return await _outcome(request, visit, fields, case.id, "answer", writing, field="answer")


@post("/cases/{case_id:str}/note")
async def take_note(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    writing = DB.write(
        add_note,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        case_id=case.id,
        text=fields.get("note", ""),
    )
    return await _outcome(request, visit, fields, case.id, "note", writing, field="note")


@post("/cases/{case_id:str}/assign")
async def take_assignee(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    wish = fields.get("assignee", "")
    # An id that no account has for everything that is none, so that the action refuses it.
    assignee_id = (as_id(wish) or 0) if wish else None
    writing = DB.write(
        assign,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        case_id=case.id,
        assignee_id=assignee_id,
    )
    return await _outcome(request, visit, fields, case.id, "assign", writing)


@post("/cases/{case_id:str}/state")
async def take_state(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    wish = fields.get("state", "")
    if wish not in set(State):
        problem = InvalidFieldsError({"state": SosboxError("Please choose one of the states.")})
        return await case_page(request, visit, case.id, Refusal(problem, fields))
    writing = DB.write(
        set_state,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        case_id=case.id,
        state=State(wish),
    )
    return await _outcome(request, visit, fields, case.id, "state", writing)


@post("/cases/{case_id:str}/resolve")
async def take_outcome(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    writing = DB.write(
        close_case,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        case_id=case.id,
        outcome=fields.get("outcome", ""),
        seen_version=as_version(fields.get("version", "")),
        language=written_language(fields, visit),
    )
    return await _outcome(request, visit, fields, case.id, "resolve", writing)


@post("/cases/{case_id:str}/deliveries/{delivery_id:str}/retry")
async def send_again(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
    delivery_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    wanted = path_id(delivery_id)
    if wanted not in {delivery.id for delivery in await deliveries_of_case(case.id)}:
        raise NotFoundError("There is no such notice.")
    writing = DB.write(
        retry_failed,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        delivery_id=wanted,
    )
    return await _outcome(request, visit, fields, case.id, "retry", writing)


async def _outcome(
    request: Request[Any, Any, Any],
    visit: Visit,
    fields: Fields,
    case_id: int,
    done: str,
    writing: Awaitable[Any],
    *,
    field: str = "",
) -> Response[bytes]:
    """Waits for the change; then the page of the case anew, or again with what was typed.

    field: what the form calls the field that the action calls `text`.
    """
    try:
        await writing
    except InvalidFieldsError as error:
        errors = {field or name if name == "text" else name: e for name, e in error.fields.items()}
        return await case_page(request, visit, case_id, Refusal(InvalidFieldsError(errors), fields))
    except (ConflictError, UnavailableError) as error:
        return await case_page(request, visit, case_id, Refusal(error, fields))
    query = read_inbox_query(read_query(request)).encoded
    return see_other(f"{ROOT}/cases/{case_id}?{query}{'&' if query else ''}done={done}")
