"""The page behind the link in a notice: one button that says "I take care of it".

It stands outside the login: whoever has the link may press the button, and nothing else. Only the
button does anything, for mail programs open links by themselves.
"""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from sosbox.admin.errors import CONSOLE_EXCEPTION_HANDLERS
from sosbox.admin.rendering import Speech, outside_page
from sosbox.channels.words import side_by_side
from sosbox.db import DB
from sosbox.dispatch.acknowledge import (
    NotTakenError,
    OpenNotice,
    acknowledge,
    load_open_notice,
    status_of,
)
from sosbox.errors import TooManyError
from sosbox.i18n import LANGUAGES, localizer, negotiate
from sosbox.ui.limits import GuessLimit
from sosbox.ui.site import site_of

# No delivery has this id; a wrong link is looked up like a right one and takes as long.
_NOTHING = 0


@get("/{token:str}")
async def show_notice(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    notice = await _load(request, token)
    return _page(request, notice) if notice else _wrong_link(request)


@post("/{token:str}")
async def take_notice(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    notice = await _load(request, token)
    if notice is None:
        return _wrong_link(request)
    box = site_of(request).box
    try:
        await DB.write(acknowledge, box.keys, now=box.clock.now(), delivery_id=notice.delivery_id)
    except NotTakenError:
        # Pressed twice, or by somebody else meanwhile.
        return _page(request, await _load(request, token) or notice)
    return _page(request, notice, is_done=True)


async def _load(request: Request[Any, Any, Any], token: str) -> OpenNotice | None:
    found = site_of(request).box.keys.delivery_from_acknowledge_token(token)
    return await DB.read(lambda connection: load_open_notice(connection, found or _NOTHING))


def _wrong_link(request: Request[Any, Any, Any]) -> Response[bytes]:
    """For links that the box has not made. Nobody guesses one of the others, so that the limit
    holds for wrong ones alone: whoever has a right one is never kept waiting by them."""
    limit: GuessLimit = request.app.state.link_limit
    try:
        limit.check()
    except TooManyError as error:
        headers = {"Retry-After": str(error.retry_after_s)}
        return _problem_page(request, error.status, headers, error)
    limit.count_wrong()
    return _problem_page(request, HTTPStatus.NOT_FOUND)


def _problem_page(
    request: Request[Any, Any, Any],
    status: HTTPStatus,
    headers: dict[str, str] | None = None,
    problem: TooManyError | None = None,
) -> Response[bytes]:
    return outside_page(
        request,
        "acknowledge.html",
        status=status,
        headers=headers,
        language=_asked_language(request),
        notice=None,
        problem=problem,
    )


def _asked_language(request: Request[Any, Any, Any]) -> str:
    """Whom the notice went to is not known: it may be one of those who never see the console."""
    houses = site_of(request).directory.known_houses()
    house_language = houses[0].language if houses else "en"
    return negotiate(request.headers.get("accept-language", ""), list(LANGUAGES), house_language)


def _page(
    request: Request[Any, Any, Any],
    notice: OpenNotice,
    *,
    is_done: bool = False,
) -> Response[bytes]:
    now = site_of(request).box.clock.now()
    standing = notice.standing(now)
    _ = localizer(notice.language)
    return outside_page(
        request,
        "acknowledge.html",
        status=HTTPStatus.OK if is_done else status_of(standing),
        language=notice.language,
        notice=notice,
        standing=standing,
        is_done=is_done,
        texts=side_by_side(notice.first_line, _) if notice.first_line else (),
        say=Speech(_, notice.zone, now),
        problem=None,
    )


ACKNOWLEDGE_ROUTES = (
    Router(
        "/a",
        route_handlers=[show_notice, take_notice],
        exception_handlers=dict(CONSOLE_EXCEPTION_HANDLERS),
        include_in_schema=False,
    ),
)
