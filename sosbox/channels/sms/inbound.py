"""Reading the messages that gateways hand over. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from sosbox.lib.phone import WrongNumberError, normal_number
from sosbox.lib.text import clean, is_blank

MAX_TEXT = 2_000
# Names of senders that are no number, as those of shops.
_MAX_SENDER = 40
_MAX_ID = 128
_UCS2 = "2"
# How gateways name what they hand over; the first that is there is taken.
_FROM = ("from", "sender", "phoneNumber", "phone", "number", "msisdn")
_TEXT = ("text", "message", "body", "content")
_ID = ("id", "messageId", "message_id", "smsId", "uuid")
_TIME = ("receivedAt", "received_at", "receivedStamp", "sentStamp", "timestamp", "time", "date")
# Where some put all of it.
_INSIDE = ("payload", "data")


@dataclass(frozen=True)
class InboundSms:
    """external_id: what it is known by, the same when it is handed over again; sender: in E.164
    where it is a number.
    """

    external_id: str
    sender: str
    text: str


def read_kannel_query(query: bytes, region: str) -> InboundSms | None:
    """What Kannel asks its `get-url` with; None for what holds no text or no sender.

    The text is in the bytes of its own alphabet, UTF-16 when `coding` says so: no framework that
    takes a query for UTF-8 can read it.
    """
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    fields = dict(reversed(pairs))
    data = fields.get("text", "").encode("latin-1")
    text = _decoded(data, is_ucs2=fields.get("coding") == _UCS2)
    return _message(fields.get("id", ""), fields.get("from", ""), text, region)


def read_fields(fields: Mapping[str, Any], region: str, now: datetime) -> InboundSms | None:
    """What another gateway has posted; None for what holds no text or no sender.

    A gateway that tells nothing to know a message by, neither id nor time, is taken to repeat
    itself when the same sender sends the same text on the same day.
    """
    for name in _INSIDE:
        inside = fields.get(name)
        if isinstance(inside, Mapping):
            fields = {**fields, **inside}
    sender, text = _first(fields, _FROM), _first(fields, _TEXT)
    external_id = _first(fields, _ID)
    if not external_id:
        moment = _first(fields, _TIME) or now.date().isoformat()
        external_id = hashlib.sha256(f"{sender}\n{moment}\n{text}".encode()).hexdigest()
    return _message(external_id, sender, text, region)


def _decoded(data: bytes, *, is_ucs2: bool) -> str:
    if is_ucs2:
        return data.decode("utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:  # a Kannel that was set up otherwise
        return data.decode("latin-1")


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def _message(external_id: str, sender: str, text: str, region: str) -> InboundSms | None:
    text = clean(text)[:MAX_TEXT]
    sender = clean(sender)[:_MAX_SENDER]
    external_id = clean(external_id)
    if is_blank(text) or not sender or not external_id:
        return None
    if len(external_id) > _MAX_ID:
        external_id = hashlib.sha256(external_id.encode()).hexdigest()
    return InboundSms(external_id, _normal(sender, region), text)


def _normal(sender: str, region: str) -> str:
    # Some networks leave the plus out of a number that has the code of its country.
    for spelling in (sender, f"+{sender}"):
        try:
            return normal_number(spelling, region)
        except WrongNumberError:
            continue
    return sender
