"""What the staff sees when something is not there, not allowed or not possible now."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException

from sosbox.admin.access import ROOT, LoginNeededError
from sosbox.admin.rendering import console_page, outside_page
from sosbox.errors import SosboxError, TooManyError
from sosbox.i18n import N_
from sosbox.ui.pages import SECURITY_HEADERS, see_other

_log = logging.getLogger(__name__)
_TITLES = {
    HTTPStatus.FORBIDDEN: N_("This is not open to you"),
    HTTPStatus.NOT_FOUND: N_("There is nothing here"),
    HTTPStatus.CONFLICT: N_("Something has changed meanwhile"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("This is too much at once"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Please wait a moment"),
}
_OTHER_TITLE = N_("This did not work")
_TEXTS = {
    HTTPStatus.NOT_FOUND: N_("It may have moved, or belong to an area that is not yours."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Please go back and send a shorter text."),
}
_OTHER_TEXT = N_("Please go back and try again. If it stays so, tell whoever looks after the box.")


def ask_to_log_in(request: Request[Any, Any, Any], error: LoginNeededError) -> Response[bytes]:
    """To the login and from there back; a form's page for a form that came too late.

    What was typed into it waits in the browser.
    """
    handler = request.route_handler
    if handler.opt.get("is_background"):
        return Response(b"", status_code=HTTPStatus.UNAUTHORIZED, headers=SECURITY_HEADERS)
    wish = request.url.path
    if request.method != "GET":
        case_id = request.path_params.get("case_id", "")
        wish = f"{ROOT}/cases/{case_id}" if case_id else ROOT
    if request.url.query:
        wish += f"?{request.url.query}"
    has_ended = "&ended=1" if error.has_ended else ""
    return see_other(f"{ROOT}/login?next={quote(wish, safe='/')}{has_ended}")


def answer_sosbox_error(request: Request[Any, Any, Any], error: SosboxError) -> Response[bytes]:
    headers = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after_s)
    text = error.message
    arguments = error.arguments
    if error.status is HTTPStatus.NOT_FOUND:
        # The same words for what is not there and for what is somebody else's.
        text, arguments = _TEXTS[HTTPStatus.NOT_FOUND], {}
    return _error_page(request, error.status, text, arguments, headers)


def answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    status = HTTPStatus(error.status_code)
    headers = {name: value for name, value in (error.headers or {}).items() if name == "Allow"}
    return _error_page(request, status, _TEXTS.get(status, _OTHER_TEXT), {}, headers)


def answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    # The trace is logged, not the request: it holds what people wrote.
    _log.error("a page of the console failed", exc_info=error)
    return _error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _OTHER_TEXT, {}, {})


def _error_page(
    request: Request[Any, Any, Any],
    status: HTTPStatus,
    text: str,
    arguments: Mapping[str, object],
    headers: Mapping[str, str],
) -> Response[bytes]:
    context: dict[str, Any] = {
        "title": _TITLES.get(status, _OTHER_TITLE),
        "text": text,
        "arguments": arguments,
    }
    visit = request.state.get("visit")
    if visit is None:
        return outside_page(request, "error.html", status=status, headers=headers, **context)
    return console_page(request, visit, "error.html", status=status, headers=headers, **context)


CONSOLE_EXCEPTION_HANDLERS: Mapping[int | type[Exception], Any] = {
    LoginNeededError: ask_to_log_in,
    SosboxError: answer_sosbox_error,
    HTTPException: answer_http_exception,
    Exception: answer_unexpected,
}
