"""Where a guest types the sixteen digits of a receipt."""

import re
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post

from sosbox.cases.guest_queries import case_by_receipt
from sosbox.errors import SosboxError, TooManyError
from sosbox.keys import RECEIPT_CODE_DIGITS
from sosbox.ui.limits import GuessLimit
from sosbox.ui.pages import see_other
from sosbox.ui.site import site_of
from sosbox.web.forms import MAX_BODY_BYTES, form_fields
from sosbox.web.language import wants_easy
from sosbox.web.rendering import boxwide_localizer, guest_page

# A code and what may stand between its digits.
_MAX_TYPED = 40
_SEPARATORS = re.compile(r"[\s.\-–_]+")


@get("/t")
async def ask_code(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The form; with `?code=`, the receipt."""
    code = request.query_params.get("code")
    return await _find(request, code) if code is not None else _code_page(request)


@post("/t", request_max_body_size=MAX_BODY_BYTES)
async def take_code(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the form sends: posted, so that the code stays out of histories and proxy logs."""
    return await _find(request, (await form_fields(request)).get("code", ""))


async def _find(request: Request[Any, Any, Any], typed: str) -> Response[bytes]:
    site = site_of(request)
    code = _digits(typed)
    if len(code) != RECEIPT_CODE_DIGITS:
        problem = SosboxError("A receipt code has sixteen digits.")
        return _code_page(request, typed, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    limit: GuessLimit = request.app.state.guess_limit
    try:
        limit.check()
    except TooManyError as error:
        headers = {"Retry-After": str(error.retry_after_s)}
        return _code_page(request, typed, error, error.status, headers)
    if await case_by_receipt(site.box.keys.receipt_hash(code)) is None:
        limit.count_wrong()
        problem = SosboxError("There is no receipt with this code. Please compare the digits.")
        return _code_page(request, typed, problem, HTTPStatus.NOT_FOUND)
    # The receipt is read in the language of the case, and in easy words if these were asked for.
    words = "?easy=1" if wants_easy(request) else ""
    return see_other(f"/t/{site.box.keys.receipt_token(code)}{words}")


def _digits(typed: str) -> str:
    """What was typed as the digits 0 to 9, those of other scripts too; empty for anything else."""
    code = _SEPARATORS.sub("", typed[:_MAX_TYPED])
    return "".join(str(int(digit)) for digit in code) if code.isdecimal() else ""


def _code_page(
    request: Request[Any, Any, Any],
    typed: str = "",
    error: SosboxError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    _ = boxwide_localizer(request)
    return guest_page(
        request,
        "code.html",
        _,
        house=None,
        is_easy=wants_easy(request),
        status=status,
        headers=headers,
        typed=typed[:_MAX_TYPED],
        problem=_.error(error) if error else "",
    )
