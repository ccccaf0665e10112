"""Your account: language, password, and where you are logged in."""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import OWN_ACCOUNT, ROOT, Visit, idle_time
from sosbox.admin.forms import Fields, path_id
from sosbox.admin.live import live_of
from sosbox.admin.rendering import console_page
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, SosboxError, TooManyError
from sosbox.i18n import CONSOLE_LANGUAGES
from sosbox.staff.actions import end_other_sessions, end_session, set_language
from sosbox.staff.login import change_password
from sosbox.staff.passwords import MAX_LENGTH, MIN_LENGTH
from sosbox.staff.queries import open_sessions
from sosbox.ui.pages import see_other

_PATH = f"{ROOT}/sessions"


@get("/sessions")
async def show_account(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _account_page(request, visit)


@post("/sessions/language", opt=OWN_ACCOUNT)
async def take_language(
    visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    language = fields.get("language", "")
    await DB.write(
        set_language,
        viewer=visit.viewer,
        language=language if language in CONSOLE_LANGUAGES else "",
    )
    return see_other(f"{_PATH}?done=language")


@post("/sessions/password", opt=OWN_ACCOUNT)
async def take_password(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    new = fields.get("new_password", "")
    try:
        if new != fields.get("new_password_again", ""):
            problem = SosboxError("The two new passwords are not the same.")
            raise InvalidFieldsError({"new_password_again": problem})
        await change_password(
            visit.box.keys,
            visit.box.clock,
            visit.viewer,
            visit.session.session_id,
            fields.get("current_password", ""),
            new,
        )
    except InvalidFieldsError as error:
        return await _account_page(request, visit, error.fields, HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyError as error:
        errors = {"current_password": error}
        return await _account_page(request, visit, errors, HTTPStatus.TOO_MANY_REQUESTS)
    live_of(request).wake()
    return see_other(f"{_PATH}?done=password")


@post("/sessions/end-others", opt=OWN_ACCOUNT)
async def end_others(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    await DB.write(
        end_other_sessions,
        now=visit.now,
        viewer=visit.viewer,
        session_id=visit.session.session_id,
    )
    live_of(request).wake()
    return see_other(f"{_PATH}?done=sessions")


@post("/sessions/{session_id:str}/end", opt=OWN_ACCOUNT)
async def end_one(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], session_id: FromPath[str]
) -> Response[bytes]:
    await DB.write(end_session, now=visit.now, viewer=visit.viewer, session_id=path_id(session_id))
    live_of(request).wake()
    return see_other(f"{_PATH}?done=session")


async def _account_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    errors: dict[str, Any] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[bytes]:
    return console_page(
        request,
        visit,
        "account.html",
        status=status,
        errors=errors or {},
        languages=CONSOLE_LANGUAGES,
        low=MIN_LENGTH,
        high=MAX_LENGTH,
        sessions=await open_sessions(visit.viewer, now=visit.now, idle=idle_time(visit.box)),
    )
