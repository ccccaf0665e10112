"""Who may come in. A guard on the one router of the console lets every request through or not:
no page can forget it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sosbox.admin.forms import FieldLists, Fields, first_of_each, read_lists
from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ForbiddenError
from sosbox.i18n import CONSOLE_LANGUAGES, Localizer, localizer, negotiate
from sosbox.staff.actions import touch_session
from sosbox.staff.box_owner import is_box_owner
from sosbox.staff.queries import LoggedIn, load_session
from sosbox.staff.rules import LONGEST_SESSION, Role, Viewer
from sosbox.ui.site import site_of

SESSION_COOKIE = "sosbox_session"
# The console's own pages start with this, and so does every address that a login may lead to.
ROOT = "/admin"
# Options of a handler: it is no page, so whoever is not logged in gets an answer without one, and
# it does not show that somebody is at the screen; it changes nothing but the account's own
# settings, so that those who may only read may use it; it takes files, which are too large to be
# read before it runs, and looks at the token itself.
BACKGROUND = {"is_background": True}
OWN_ACCOUNT = {"is_own_account": True}
UPLOAD = {"is_upload": True}

# The use of a session is noted no more often than this.
_TOUCH_EVERY = timedelta(minutes=1)
_MAX_NEXT = 500


class LoginNeededError(Exception):
    """There is no session, or it has ended."""

    def __init__(self, *, has_ended: bool) -> None:
        self.has_ended = has_ended


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is logged in."""

    box: Box
    session: LoggedIn
    token_hash: bytes
    localizer: Localizer
    zone: ZoneInfo
    now: datetime
    # Whether they look after the box itself, and not just after their company.
    is_box_owner: bool = False

    @property
    def viewer(self) -> Viewer:
        return self.session.viewer


async def require_session(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The guard: a session that holds, and for every change its token and the right to it.

    Raises LoginNeededError, ForbiddenError.
    """
    request = cast(Request[Any, Any, Any], connection)
    visit = await load_visit(request)
    if visit is None:
        raise LoginNeededError(has_ended=SESSION_COOKIE in request.cookies)
    request.state.visit = visit
    if not handler.opt.get("is_background"):
        await _touch(visit)
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if handler.opt.get("is_upload"):
        visit.viewer.require_write()
        return
    lists = await read_lists(request)
    fields = first_of_each(lists)
    if not is_same(fields.get("csrf", ""), visit.session.csrf_token):
        raise ForbiddenError("This page was no longer valid. Please go back, reload and try again.")
    if not handler.opt.get("is_own_account"):
        visit.viewer.require_write()
    request.state.fields = fields
    request.state.lists = lists


async def load_visit(request: Request[Any, Any, Any]) -> Visit | None:
    """The visit behind a request's cookie; None when nobody is logged in."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token or len(token) > 100:
        return None
    box = site_of(request).box
    token_hash = box.keys.staff_hash(token)
    now = box.clock.now()
    session = await load_session(token_hash, now=now, idle=idle_time(box))
    if session is None:
        return None
    zone, house_language = await _home(request, session.viewer)
    chosen = session.viewer.language
    language = chosen if chosen in CONSOLE_LANGUAGES else asked_language(request, house_language)
    viewer = session.viewer
    is_owner = viewer.role is Role.OWNER and await DB.read(
        lambda connection: is_box_owner(connection, viewer)
    )
    return Visit(box, session, token_hash, localizer(language), zone, now, is_owner)


def provide_visit(request: Request[Any, Any, Any]) -> Visit:
    return cast(Visit, request.state.visit)


def provide_fields(request: Request[Any, Any, Any]) -> Fields:
    return cast(Fields, request.state.fields)


def provide_lists(request: Request[Any, Any, Any]) -> FieldLists:
    return cast(FieldLists, request.state.lists)


def idle_time(box: Box) -> timedelta:
    return timedelta(hours=box.config.session_hours)


def asked_language(request: Request[Any, Any, Any], default: str) -> str:
    return negotiate(request.headers.get("accept-language", ""), list(CONSOLE_LANGUAGES), default)


def set_session_cookie(
    request: Request[Any, Any, Any], response: Response[bytes], token: str
) -> None:
    response.set_cookie(
        key=SESSION_COOKIE,
        value=token,
        path=ROOT,
        max_age=int(LONGEST_SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def is_same(given: str, expected: str) -> bool:
    """Compares secrets; the time it takes tells nothing. False for an empty one."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def local_path(wish: str) -> str:
    """The page of the console that a login leads to: the wish if it is one, else the inbox."""
    if len(wish) > _MAX_NEXT or not wish.isascii() or not wish.isprintable() or "\\" in wish:
        return ROOT
    try:
        parts = urlsplit(wish)
    except ValueError:
        return ROOT
    is_ours = parts.path == ROOT or parts.path.startswith(f"{ROOT}/")
    if parts.scheme or parts.netloc or not is_ours or ".." in parts.path or "//" in parts.path:
        return ROOT
    return wish


async def _touch(visit: Visit) -> None:
    if visit.now - visit.session.last_seen_at >= _TOUCH_EVERY:
        await DB.write(touch_session, now=visit.now, session_id=visit.session.session_id)


async def _home(request: Request[Any, Any, Any], viewer: Viewer) -> tuple[ZoneInfo, str]:
    """Zone and language of the first establishment of the viewer's subscriber."""
    for house in await site_of(request).directory.houses():
        if house.subscriber_id == viewer.subscriber_id:
            return house.zone, house.language
    return ZoneInfo("UTC"), "en"
