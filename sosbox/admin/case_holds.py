"""Deciding on a message that is held back, and marking a case as sensitive, on its page."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import ROOT, Visit
from sosbox.admin.case_page import Refusal, case_page
from sosbox.admin.forms import Fields, as_id, path_id
from sosbox.admin.quarantine_page import HOLD_ACTIONS
from sosbox.cases.queries import load_case, thread_of
from sosbox.cases.sensitivity import set_sensitive
from sosbox.db import DB
from sosbox.errors import ConflictError, UnavailableError
from sosbox.ui.pages import see_other


@post("/cases/{case_id:str}/held")
async def take_hold(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    message_id = as_id(fields.get("message", ""))
    action = HOLD_ACTIONS.get(fields.get("do", ""))
    known = {item.id for item in await thread_of(case) if not item.is_note}
    if action is None or message_id not in known:
        problem = ConflictError("There is nothing to decide about this message.")
        return await case_page(request, visit, case.id, Refusal(problem, fields))
    try:
        await DB.write(
            action,
            visit.box.keys,
            now=visit.now,
            viewer=visit.viewer,
            message_ids=[message_id],
        )
    except UnavailableError as error:
        return await case_page(request, visit, case.id, Refusal(error, fields))
    return see_other(f"{ROOT}/cases/{case.id}?done={fields['do']}")


@post("/cases/{case_id:str}/sensitive")
async def take_sensitivity(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    case = await load_case(visit.viewer, path_id(case_id))
    is_sensitive = fields.get("sensitive") == "1"
    try:
        await DB.write(
            set_sensitive,
            visit.box.keys,
            now=visit.now,
            viewer=visit.viewer,
            case_id=case.id,
            is_sensitive=is_sensitive,
        )
    except UnavailableError as error:
        return await case_page(request, visit, case.id, Refusal(error, fields))
    if is_sensitive and not visit.viewer.may_see_sensitive:
        return see_other(f"{ROOT}?done=handed_over")
    done = "sensitive" if is_sensitive else "not_sensitive"
    return see_other(f"{ROOT}/cases/{case.id}?done={done}")
