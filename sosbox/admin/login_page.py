"""Coming in and going out."""

import contextlib
import re
import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import (
    OWN_ACCOUNT,
    ROOT,
    SESSION_COOKIE,
    Visit,
    is_same,
    load_visit,
    local_path,
    set_session_cookie,
)
from sosbox.admin.forms import read_fields, read_query
from sosbox.admin.live import live_of
from sosbox.admin.rendering import outside_page
from sosbox.db import DB
from sosbox.errors import ForbiddenError, NotFoundError, SosboxError, TooManyError
from sosbox.lib.text import clean
from sosbox.staff.actions import end_session
from sosbox.staff.login import WrongPasswordError, log_in
from sosbox.ui.pages import see_other
from sosbox.ui.site import site_of

# A form that another site makes a browser send does not know what is in this cookie.
_FORM_COOKIE = "sosbox_login"
_FORM_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_LOGIN_PATH = f"{ROOT}/login"
_MAX_EMAIL = 254


@get("/login")
async def show_login(request: Request[Any, Any, Any]) -> Response[bytes]:
    query = read_query(request)
    wish = local_path(query.get("next", ROOT))
    if await load_visit(request) is not None:
        return see_other(wish)
    return _login_page(request, wish, has_ended=query.get("ended") == "1")


@post("/login")
async def take_login(request: Request[Any, Any, Any]) -> Response[bytes]:
    fields = await read_fields(request)
    wish = local_path(fields.get("next", ROOT))
    email = clean(fields.get("email", ""))[:_MAX_EMAIL]
    if not is_same(fields.get("csrf", ""), request.cookies.get(_FORM_COOKIE, "")):
        problem = ForbiddenError("This page was no longer valid. Please try again.")
        return _login_page(request, wish, email=email, problem=problem)
    box = site_of(request).box
    try:
        token = await log_in(box.keys, box.clock, email, fields.get("password", ""))
    except (WrongPasswordError, TooManyError) as problem:
        return _login_page(request, wish, email=email, problem=problem)
    response = see_other(wish)
    set_session_cookie(request, response, token)
    return response


@post("/logout", opt=OWN_ACCOUNT)
async def log_out(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    with contextlib.suppress(NotFoundError):  # ended elsewhere a moment ago
        await DB.write(
            end_session, now=visit.now, viewer=visit.viewer, session_id=visit.session.session_id
        )
    live_of(request).wake()
    response = see_other(_LOGIN_PATH)
    response.delete_cookie(SESSION_COOKIE, path=ROOT)
    return response


def _login_page(
    request: Request[Any, Any, Any],
    wish: str,
    *,
    email: str = "",
    has_ended: bool = False,
    problem: SosboxError | None = None,
) -> Response[bytes]:
    status = HTTPStatus.OK
    headers = {}
    pause = None
    if problem is not None:
        is_wrong = isinstance(problem, WrongPasswordError)
        status = HTTPStatus.UNAUTHORIZED if is_wrong else problem.status
    if isinstance(problem, TooManyError):
        headers["Retry-After"] = str(problem.retry_after_s)
        pause = timedelta(seconds=problem.retry_after_s)
    token = request.cookies.get(_FORM_COOKIE, "")
    if not _FORM_TOKEN.fullmatch(token):
        token = secrets.token_urlsafe(32)
    response = outside_page(
        request,
        "login.html",
        status=status,
        headers=headers,
        wish=wish,
        email=email,
        has_ended=has_ended,
        problem=problem,
        pause=pause,
        form_token=token,
    )
    response.set_cookie(
        key=_FORM_COOKIE,
        value=token,
        path=_LOGIN_PATH,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response
