"""An answer or an outcome as the guest will read it, looked at before it is sent."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin import preview_drafts
from sosbox.admin.access import Visit
from sosbox.admin.case_page import Refusal, case_page
from sosbox.admin.forms import Fields, path_id
from sosbox.cases.queries import load_case
from sosbox.cases.rules import text_problem
from sosbox.errors import InvalidFieldsError, UnavailableError
from sosbox.lib.text import clean


@post("/cases/{case_id:str}/answer/preview")
async def preview_answer(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    return await _preview(request, visit, fields, path_id(case_id), "answer")


@post("/cases/{case_id:str}/resolve/preview")
async def preview_outcome(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    return await _preview(request, visit, fields, path_id(case_id), "outcome")


async def _preview(
    request: Request[Any, Any, Any], visit: Visit, fields: Fields, case_id: int, field: str
) -> Response[bytes]:
    case = await load_case(visit.viewer, case_id)
    text = clean(fields.get(field, ""))
    if problem := text_problem(text):
        refusal = Refusal(InvalidFieldsError({field: problem}), fields)
        return await case_page(request, visit, case.id, refusal)
    try:
        draft = await preview_drafts.translate_draft(visit, case, fields, field, text)
    except UnavailableError as error:
        return await case_page(request, visit, case.id, Refusal(error, fields))
    return await case_page(request, visit, case.id, draft=draft)
