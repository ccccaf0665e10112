"""The mail server that notices go through: tried before it is stored."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.box_drafts import drafts_of
from sosbox.admin.box_options import fixed_options, option_page, store_and_restart, try_out
from sosbox.admin.forms import FieldLists
from sosbox.admin.typed import Typed
from sosbox.channels.base import ChannelError
from sosbox.channels.email.channel import EmailChannel
from sosbox.channels.email.message import mail_sender
from sosbox.console_options import with_options
from sosbox.errors import ConflictError, InvalidFieldsError, Problems, SosboxError
from sosbox.i18n import N_
from sosbox.lib.text import is_email, one_line

PAGE = "mail"
_FIELDS = ("smtp_host", "smtp_port", "smtp_tls", "smtp_from", "smtp_user")
# Where the password goes, and how well it is protected on its way.
_DESTINATION = ("smtp_host", "smtp_port", "smtp_tls", "smtp_user")
_HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9.:_-]{0,252}")
_MAX_PASSWORD = 500
TLS_LABELS = (
    ("starttls", N_("STARTTLS, mostly with port 587")),
    ("tls", N_("TLS from the start, mostly with port 465")),
    ("none", N_("not protected: only for a server in your own house")),
)


@get("/mail")
async def show_mail(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    config = visit.box.config
    shown = {name: [str(config.settings[name].value)] for name in _FIELDS}
    return _page(request, visit, Typed({**shown, "test_to": [visit.viewer.email]}))


@post("/mail")
async def take_mail(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    known = drafts_of(request).find(visit, PAGE)
    is_test = typed["do"] != "store"
    try:
        values = read_mail(typed, known, is_test=is_test)
        values |= {name: visit.box.config.settings[name].value for name in _fixed(visit)}
        if not is_test:
            return await store_and_restart(request, visit, PAGE, values, _fixed(visit))
        drafts_of(request).keep(visit, PAGE, {**known, **values})
        channel = EmailChannel(with_options(visit.box.config, values))
        await try_out(request, visit, channel, one_line(typed["test_to"]))
    except (InvalidFieldsError, ConflictError, ChannelError) as error:
        return _page(request, visit, typed, refusal=error)
    return _page(request, visit, typed, is_tried=True)


def read_mail(typed: Typed, known: Mapping[str, Any], *, is_test: bool) -> dict[str, Any]:
    """The options that the form means. Raises InvalidFieldsError.

    known: where a password comes from that was left empty; never for another server than its own.
    """
    problems = Problems()
    host = one_line(typed["smtp_host"])
    if (host or is_test) and not _HOST.fullmatch(host):
        problems.add("smtp_host", SosboxError("Please write the name of your mail server."))
    sender = one_line(typed["smtp_from"])
    if sender:
        problems.taken("smtp_from", lambda: mail_sender(sender), None)
    if typed["smtp_tls"] not in dict(TLS_LABELS):
        problems.add("smtp_tls", SosboxError("Please choose from the list."))
    if is_test and not is_email(one_line(typed["test_to"])):
        problems.add("test_to", SosboxError("This is not an e-mail address."))
    values = {
        "smtp_host": host,
        "smtp_port": problems.taken("smtp_port", lambda: _read_port(typed["smtp_port"]), 0),
        "smtp_tls": typed["smtp_tls"],
        "smtp_from": sender,
        "smtp_user": one_line(typed["smtp_user"]),
    }
    values["smtp_password"] = problems.taken(
        "smtp_password", lambda: _read_password(typed, values, known), ""
    )
    problems.refuse()
    return values


def _fixed(visit: Visit) -> dict[str, str]:
    found = fixed_options(visit.box.config, ("smtp_password",), _DESTINATION)
    return found | fixed_options(visit.box.config, (), ("smtp_from",))


def _read_port(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise SosboxError("A port is a number from 1 to 65535.")
    return int(text)


def _read_password(typed: Typed, values: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    password = typed["smtp_password"]
    if len(password) > _MAX_PASSWORD:
        raise SosboxError("This password is too long.")
    if password or not values["smtp_user"]:
        return password
    if any(values[name] != known[name] for name in _DESTINATION):
        if not known["smtp_password"]:
            return ""
        raise SosboxError(
            "Please write the password again: it would go to another server, or another way."
        )
    return str(known["smtp_password"])


def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    typed: Typed,
    *,
    refusal: SosboxError | None = None,
    is_tried: bool = False,
) -> Response[bytes]:
    return option_page(
        request,
        visit,
        "box_mail.html",
        typed,
        fixed=_fixed(visit),
        refusal=refusal,
        is_tried=is_tried,
        tls_labels=TLS_LABELS,
        has_password=bool(drafts_of(request).find(visit, PAGE)["smtp_password"]),
    )
