"""What a mail says that answers a notice, and whether anybody wrote it. Pure.

What comes in is made by whoever likes to: whatever its bytes are, this ends soon and raises
nothing.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from sosbox.i18n import N_
from sosbox.lib.html_text import html_text
from sosbox.lib.quoting import own_text
from sosbox.lib.text import clean, is_blank, is_email

# Of one mail; what lies beyond are attachments, or nothing that anybody wants to read.
MAX_MAIL_BYTES = 256 * 1024
_MAX_HEADER = 4_000
_MAX_HEAD = 20_000
_MAX_PARTS = 50

# Where a mail server says for whom a mail came.
_ADDRESS_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
# RFC 3834, 2; others are older and not standard, but said by programs alone.
_ROBOT_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response")
_ROBOT_PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply"})
_ROBOT_SENDERS = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.IGNORECASE
)

BOUNCED = N_("It says that a mail could not be delivered.")
AUTOMATIC = N_("It is an automatic answer, as of somebody who is away.")
NOT_READABLE = N_("The box cannot read this mail.")
ONLY_QUOTES = N_("Nothing in it can be told from the notice that it answers.")

# Text encodings that take time in proportion to the text, unlike some of Python's.
_CHARSETS = re.compile(
    r"(?:ascii|utf-(?:8|16|32|7)(?:-[bl]e)?|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+|gb\w+|big5\w*|euc_\w+"
    r"|shift_jis\w*|iso2022_\w+|hz)"
)


@dataclass(frozen=True)
class ReceivedMail:
    """A mail that came to the reply address.

    uid: its name in the folder; external_id: what it is known by wherever it lies. token: what the
    reply address carries, empty without. text: what the sender has written. reason: a message id,
    why the text is not to be trusted or, when it is_automatic, what kind of mail it is.
    """

    uid: str
    external_id: str
    sender: str
    token: str
    text: str
    reason: str = ""
    is_automatic: bool = False


def read_mail(raw: bytes, reply_address: str, *, uid: str, folder_id: str) -> ReceivedMail | None:
    """Reads a mail, or the beginning of one; None for one that is not for the reply address.

    folder_id: together with `uid` what a mail without a Message-ID is known by.
    """
    raw = raw[:MAX_MAIL_BYTES]
    try:
        return _read(raw, reply_address, uid, folder_id)
    except Exception:
        # The email package raises all kinds of errors for what no mail program sends.
        head = raw[:_MAX_HEAD].decode("ascii", "replace")
        if _address_pattern(reply_address).search(head) is None:
            return None
        external_id = f"{folder_id}:{uid}"
        return ReceivedMail(uid, external_id, "", "", "", NOT_READABLE, is_automatic=True)


def _read(raw: bytes, reply_address: str, uid: str, folder_id: str) -> ReceivedMail | None:
    mail = message_from_bytes(raw)
    token = _token(mail, reply_address)
    if token is None:
        return None
    sender = _sender(mail)
    external_id = _external_id(mail, sender, token) or f"{folder_id}:{uid}"
    if robot := _robot(mail, sender):
        text = clean(_text(mail))
        return ReceivedMail(uid, external_id, sender, token, text, robot, is_automatic=True)
    text = clean(_text(mail))
    own = clean(own_text(text))
    if is_blank(own) and not is_blank(text):
        return ReceivedMail(uid, external_id, sender, token, text, ONLY_QUOTES)
    return ReceivedMail(uid, external_id, sender, token, own)


# Headers ----------------------------------------------------------------------------------------


def _token(mail: Message, reply_address: str) -> str | None:
    """What stands behind the plus of the reply address; empty for the bare address, None when the
    mail is for others."""
    address = _address_pattern(reply_address)
    found = None
    for value in _values(mail, *_ADDRESS_HEADERS):
        for match in address.finditer(value):
            if match.group(1):
                return match.group(1).lower()
            found = ""
    return found


def _address_pattern(reply_address: str) -> re.Pattern[str]:
    local, _, domain = reply_address.rpartition("@")
    return re.compile(
        rf"(?<![\w.+-]){re.escape(local)}(?:\+(\w{{1,64}}))?@{re.escape(domain)}(?![\w-]|\.\w)",
        re.IGNORECASE,
    )


def _sender(mail: Message) -> str:
    """The one address of the one From header; empty for anything else."""
    values = _values(mail, "From")
    if len(values) != 1:
        return ""
    addresses = [address for _, address in getaddresses(values)]
    if len(addresses) != 1 or not is_email(addresses[0]):
        return ""
    return addresses[0].lower()


def _external_id(mail: Message, sender: str, token: str) -> str:
    """The same for all copies of a mail; empty without a Message-ID."""
    message_id = " ".join(_values(mail, "Message-ID")).strip()
    if not message_id:
        return ""
    return hashlib.sha256("\n".join((message_id, sender, token)).encode()).hexdigest()


def _robot(mail: Message, sender: str) -> str:
    """What kind of program has sent it, a message id; empty for a person."""
    return_paths = [value.strip() for value in _values(mail, "Return-Path")]
    if mail.get_content_type() == "multipart/report" or "<>" in return_paths:
        return BOUNCED
    automatic = [value.strip().lower() for value in _values(mail, "Auto-Submitted")]
    if any(not value.startswith("no") for value in automatic) or _values(mail, *_ROBOT_HEADERS):
        return AUTOMATIC
    precedences = {value.strip().lower() for value in _values(mail, "Precedence")}
    if precedences & _ROBOT_PRECEDENCES or _ROBOT_SENDERS.match(sender):
        return AUTOMATIC
    return ""


def _values(mail: Message, *names: str) -> list[str]:
    return [
        "".join(str(value)[:_MAX_HEADER].splitlines())
        for name in names
        for value in mail.get_all(name, [])
    ]


# The text ---------------------------------------------------------------------------------------


def _text(mail: Message) -> str:
    """The words of a mail: of its plain text, else of its page."""
    plain, pages = [], []
    for part in _readable_parts(mail):
        if part.get_content_type() == "text/html":
            pages.append(_decoded(part))
        else:
            plain.append(_unwrapped(part, _decoded(part)))
    text = "\n".join(plain)
    return html_text("\n".join(pages)) if is_blank(text) else text


def _readable_parts(mail: Message) -> Iterator[Message]:
    """Text that is neither attached nor of a mail that is; without recursion, for depth is free."""
    waiting, num_seen = [mail], 0
    while waiting and num_seen < _MAX_PARTS:
        part = waiting.pop(0)
        num_seen += 1
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting = [inner for inner in payload if isinstance(inner, Message)] + waiting
        elif part.get_content_type() not in {"text/plain", "text/html"}:
            continue
        elif part.get_content_disposition() != "attachment" and part.get_filename() is None:
            yield part


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return payload.decode(_charset(part.get_content_charset("utf-8")), "replace")


def _charset(name: str) -> str:
    try:
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _CHARSETS.fullmatch(name) else "utf-8"


def _unwrapped(part: Message, text: str) -> str:
    """Lines that the mail program has broken made whole again (RFC 3676): those that end with a
    space go on in the next."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    lines: list[str] = []
    goes_on = False
    for line in text.splitlines():
        is_own = not line.startswith(">")
        if goes_on and is_own and lines:
            lines[-1] += line.removeprefix(" ")
        else:
            lines.append(line.removeprefix(" ") if is_own else line)
        goes_on = is_own and line.endswith(" ") and line != "-- "
    return "\n".join(line.rstrip() if line != "-- " else line for line in lines)
