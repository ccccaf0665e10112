"""What a guest sees when something is not there, not allowed or not possible now."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from sosbox.errors import SosboxError, TooManyError
from sosbox.i18n import N_
from sosbox.ui.pages import SECURITY_HEADERS, wants_json
from sosbox.web.rendering import boxwide_localizer, message_page

_log = logging.getLogger(__name__)
_TITLES = {
    HTTPStatus.NOT_FOUND: N_("There is nothing here"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("This is too much at once"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Please wait a moment"),
}
_OTHER_TITLE = N_("This did not work")
_TEXTS = {
    HTTPStatus.NOT_FOUND: N_(
        "Please scan the code again, or use another one nearby. The people at reception can help."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Please go back and send a shorter text."),
}
_OTHER_TEXT = N_("Please try again. The people at reception can help, too.")


def answer_sosbox_error(request: Request[Any, Any, Any], error: SosboxError) -> Response[Any]:
    headers = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after_s)
    if wants_json(request):
        _ = boxwide_localizer(request)
        return json_error(_.error(error), error.status, headers)
    title = _TITLES.get(error.status, _OTHER_TITLE)
    return message_page(
        request, title, error.message, status=error.status, headers=headers, **error.arguments
    )


def answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = HTTPStatus(error.status_code)
    text = _TEXTS.get(status, _OTHER_TEXT)
    headers = {name: value for name, value in (error.headers or {}).items() if name == "Allow"}
    if wants_json(request):
        _ = boxwide_localizer(request)
        return json_error(_(text), status, headers)
    title = _TITLES.get(status, _OTHER_TITLE)
    return message_page(request, title, text, status=status, headers=headers)


def answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    # The trace is logged, not the request: it holds what a guest wrote.
    _log.error("a page failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if wants_json(request):
        return json_error(_OTHER_TEXT, status)
    return message_page(request, _OTHER_TITLE, _OTHER_TEXT, status=status)


def json_error(
    text: str,
    status: HTTPStatus,
    headers: Mapping[str, str] | None = None,
    fields: Mapping[str, str] | None = None,
) -> Response[dict[str, Any]]:
    body: dict[str, Any] = {"error": text}
    if fields:
        body["fields"] = dict(fields)
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={**SECURITY_HEADERS, **(headers or {})},
    )


GUEST_EXCEPTION_HANDLERS: Mapping[int | type[Exception], Any] = {
    SosboxError: answer_sosbox_error,
    HTTPException: answer_http_exception,
    Exception: answer_unexpected,
}
