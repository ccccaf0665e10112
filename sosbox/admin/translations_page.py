"""The translations on the page of a case: fetched again when they come, and a guest's language put
right."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import BACKGROUND, ROOT, Visit
from sosbox.admin.case_page import Refusal, case_page, thread_context
from sosbox.admin.filters import read_inbox_query
from sosbox.admin.forms import Fields, as_id, path_id, read_query
from sosbox.admin.rendering import console_page
from sosbox.cases.languages import correct_language
from sosbox.cases.queries import load_case, thread_of
from sosbox.db import DB
from sosbox.errors import ConflictError, InvalidFieldsError, UnavailableError
from sosbox.ui.pages import see_other


@get("/cases/{case_id:str}/translations", opt=BACKGROUND)
async def show_translations(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], case_id: FromPath[str]
) -> Response[bytes]:
    """The translations alone, each for its place on the page that is open."""
    case = await load_case(visit.viewer, path_id(case_id))
    context = await thread_context(request, visit, case)
    return console_page(request, visit, "case_translations.html", case=case, **context)


@post("/cases/{case_id:str}/language")
async def take_guest_language(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    case_id: FromPath[str],
) -> Response[bytes]:
    """Somebody says which language a guest has written in."""
    case = await load_case(visit.viewer, path_id(case_id))
    message_id = as_id(fields.get("message", ""))
    if message_id not in {item.id for item in await thread_of(case) if item.is_from_guest}:
        problem = ConflictError("There is no such message in this case.")
        return await case_page(request, visit, case.id, Refusal(problem, fields))
    try:
        await DB.write(
            correct_language,
            visit.box.keys,
            now=visit.now,
            viewer=visit.viewer,
            message_id=message_id,
            language=fields.get("language", ""),
        )
    except (InvalidFieldsError, UnavailableError) as error:
        return await case_page(request, visit, case.id, Refusal(error, fields))
    query = read_inbox_query(read_query(request)).encoded
    done = f"{'&' if query else ''}done=guest_language"
    return see_other(f"{ROOT}/cases/{case.id}?{query}{done}#message-{message_id}")
