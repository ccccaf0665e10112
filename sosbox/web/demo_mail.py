"""The mail that the demonstration has caught, to be read in the browser; only there."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from sosbox.ui.site import site_of
from sosbox.web.rendering import boxwide_localizer, guest_page

# Inside the data folder.
CAUGHT_MAIL_FOLDER = "caught-mail"
MAX_LISTED = 100
_MAX_BYTES = 1_000_000
_NAME = re.compile(r"[0-9]{1,30}")
_HEADERS = ("From", "To", "Subject")


@dataclass(frozen=True)
class ShownMail:
    name: str
    headers: dict[str, str]
    text: str
    caught_at: datetime


@get("/demo/mail")
async def list_caught_mail(request: Request[Any, Any, Any]) -> Response[bytes]:
    """All of it, the newest first."""
    files = sorted(_folder(request).glob("*.eml"), reverse=True)[:MAX_LISTED]
    mails = [mail for mail in map(_read, files) if mail is not None]
    _ = boxwide_localizer(request)
    now = site_of(request).box.clock.now()
    return guest_page(request, "demo_mail_list.html", _, house=None, mails=mails, now=now)


@get("/demo/mail/{name:str}")
async def show_caught_mail(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """One mail: its headers and its plain text."""
    folder = _folder(request)
    mail = _read(folder / f"{name}.eml") if _NAME.fullmatch(name) else None
    if mail is None:
        raise NotFoundException
    _ = boxwide_localizer(request)
    houses = await site_of(request).directory.houses()
    zone = houses[0].zone if houses else ZoneInfo("UTC")
    return guest_page(request, "demo_mail.html", _, house=None, mail=mail, zone=zone)


def _folder(request: Request[Any, Any, Any]) -> Path:
    config = site_of(request).box.config
    if not config.demo:
        raise NotFoundException
    folder: Path = config.data_dir / CAUGHT_MAIL_FOLDER
    return folder


def _read(path: Path) -> ShownMail | None:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
    except FileNotFoundError:  # the catcher keeps the newest only
        return None
    message = message_from_bytes(content, policy=policy.default)
    return ShownMail(
        path.stem,
        {name: str(message.get(name, "")) for name in _HEADERS},
        _text(message),
        datetime.fromtimestamp(int(path.stem) / 1e9, UTC),
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    try:
        return str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError):
        return ""


DEMO_ROUTES = (list_caught_mail, show_caught_mail)
