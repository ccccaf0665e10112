"""A Notice as an e-mail, in the language of its reader."""

import re
import socket
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from sosbox.channels.base import Notice, NoticeEvent, RetryError
from sosbox.channels.words import (
    DANGER,
    MAYBE_TOLD_BEFORE,
    TICKET,
    Shown,
    reason,
    shown_remedy,
    shown_texts,
)
from sosbox.i18n import N_, Localizer, localizer
from sosbox.lib.text import is_email, isolated

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


class _Registry(HeaderRegistry):
    """The email package's own makes a new class for every header of every mail."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        key = name.lower()
        if key not in self._classes:
            self._classes[key] = super().__getitem__(name)
        return self._classes[key]


_POLICY = SMTP.clone(header_factory=_Registry())
# A kind that the guest has not chosen is not worth a line.
_KINDS = {
    "complaint": N_("Complaint"),
    "suggestion": N_("Suggestion"),
    "opinion": N_("Opinion"),
    "thanks": N_("Thanks"),
}
_TEMPLATE_NAMES = {NoticeEvent.ANSWERED: "answer", NoticeEvent.DIGEST: "digest"}
# Signs with a meaning in an address header (RFC 5322, 3.2.3).
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]+')


@dataclass(frozen=True)
class MailSender:
    """Whom the notices come from; without a name, the establishment gives its own."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class _Fact:
    """What stands under the text; the values are shown one under the other."""

    label: str
    values: tuple[Shown, ...]


def mail_sender(smtp_from: str) -> MailSender:
    """The sender for the option `smtp_from`. Raises RetryError when that is no address."""
    if not smtp_from:
        address = f"sosbox@{socket.gethostname()}"
        return MailSender("", address if is_email(address) else "sosbox@localhost")
    name, address = parseaddr(smtp_from)
    if not is_email(address):
        raise RetryError("The address that notices come from cannot be used.")
    return MailSender(name, address)


def build_message(notice: Notice, sender: MailSender, *, now: datetime) -> EmailMessage:
    """The e-mail; the same notice always has the same Message-ID."""
    _ = localizer(notice.language)
    subject = _subject(notice, _)
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(
        _phrase(sender.name or notice.establishment), addr_spec=sender.address
    )
    message["To"] = Address(addr_spec=notice.address)
    if notice.reply_to:
        message["Reply-To"] = Address(addr_spec=notice.reply_to)
    message["Subject"] = subject
    message["Date"] = now
    _add_ids(message, notice, sender.domain)
    # RFC 3834: no holiday notes in return.
    message["Auto-Submitted"] = "auto-generated"
    if notice.reference:
        message["X-Sosbox-Reference"] = notice.reference
    message["X-Sosbox-Delivery"] = str(notice.delivery_id)
    if notice.is_possible_duplicate:
        message["X-Sosbox-Possible-Duplicate"] = "yes"

    template = _TEMPLATE_NAMES.get(notice.event, "notice")
    context = {
        "_": _,
        "notice": notice,
        "subject": subject,
        "safety": _(DANGER) if notice.is_safety else "",
        "reason": reason(notice, _),
        "duplicate": _(MAYBE_TOLD_BEFORE) if notice.is_possible_duplicate else "",
        "texts": shown_texts(notice, _),
        "facts": _facts(notice, _),
        "isolated": lambda text: isolated(text, _.direction),
        "start": "right" if _.direction == "rtl" else "left",
        "end": "left" if _.direction == "rtl" else "right",
    }
    # Quoted-printable: not every server takes eight bits, none takes a line of 5,000 signs.
    text = _TEMPLATES.get_template(f"{template}.txt").render(context)
    message.set_content(text, cte="quoted-printable")
    html = _TEMPLATES.get_template(f"{template}.html").render(context)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _add_ids(message: EmailMessage, notice: Notice, domain: str) -> None:
    """What mail programs put together what belongs together by."""
    # A digest is of no case.
    message["Message-ID"] = f"<{notice.reference or notice.event}.{notice.delivery_id}@{domain}>"
    if notice.reference:
        # Nothing has this id: what refers to it is shown together all the same (RFC 5256).
        thread_id = f"<{notice.reference}@{domain}>"
        message["In-Reply-To"] = thread_id
        message["References"] = thread_id


def _subject(notice: Notice, _: Localizer) -> str:
    if notice.event is NoticeEvent.ANSWERED:
        subject = _(
            "{place} has answered you ({reference})",
            place=notice.establishment,
            reference=notice.reference,
        )
    elif notice.event is NoticeEvent.DIGEST:
        subject = notice.headline
    else:
        mark = f"⚠ {_(DANGER)} " if notice.is_safety else ""
        # Some mail programs end a thread where the subject changes. The two headlines are the same
        # in all notices that go to this address about this case.
        headline = notice.headline_translation or notice.headline
        subject = f"{mark}[{notice.place_code}] {headline}"
    return _header_text(subject)


def _facts(notice: Notice, _: Localizer) -> list[_Fact]:
    """What stands under the text, in the order of its use."""

    def fact(label: str, value: str) -> _Fact:
        return _Fact(label, (Shown("", value, ""),))

    place = (notice.establishment, notice.area, notice.place_label)
    contact = (notice.contact_name, notice.contact_email, notice.contact_phone)
    facts = [
        fact(_("Place"), ", ".join(part for part in place if part)),
        fact(_("Code"), notice.place_code),
        *([fact(_(TICKET), notice.ticket)] if notice.ticket else []),
        fact(_("Written"), _.moment(notice.written_at, notice.zone)),
        fact(
            _("From"),
            _("anonymous") if notice.is_anonymous else ", ".join(part for part in contact if part),
        ),
    ]
    if notice.remedy:
        facts.append(_Fact(_("What would put it right"), shown_remedy(notice, _)))
    if notice.kind in _KINDS:
        facts.append(fact(_("Kind"), _(_KINDS[notice.kind])))
    facts += [
        fact(_("Answer promised by"), _.moment(notice.promise_due_at, notice.zone)),
        fact(_("Answer due by law"), _.moment(notice.legal_due_at, notice.zone)),
        fact(_("Reference"), notice.reference),
    ]
    return facts


def _header_text(text: str) -> str:
    """One line that stays the text it is.

    The email package reads "=?…?=" in a value as an encoded word (RFC 2047): a guest could say
    anything with it, line ends included.
    """
    return " ".join(text.replace("=?", "= ?").split())


def _phrase(name: str) -> str:
    """A display name without signs that would need quoting."""
    return _header_text(_SPECIALS.sub(" ", name))
