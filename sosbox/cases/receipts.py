"""The receipt as a file: a text that people can read and anybody can check.

It is signed with the Ed25519 key of the box over its exact bytes, from the first to the line before
the signature, and carries the public key. Nothing in it can be changed unnoticed, the spelling of
the signature included.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sosbox.errors import SosboxError
from sosbox.i18n import Localizer
from sosbox.keys import Keys, fingerprint, public_key_bytes
from sosbox.lib.text import group_digits, isolated

MAX_RECEIPT_BYTES = 1_000_000
_VERSION_LINE = "sosbox receipt 1"
_KEY_LINE = "public-key: "
_SIGNATURE_LINE = "signature: "
_END = re.compile(rb"\npublic-key: ([A-Za-z0-9+/=]+)\nsignature: ([A-Za-z0-9+/=]+)\n\Z")


@dataclass(frozen=True)
class ReceiptFacts:
    """What a receipt states about a case."""

    reference: str
    receipt_code: str
    establishment: str
    legal_name: str
    address: str
    area: str
    place_label: str
    place_code: str
    filed_at: datetime
    promise_due_at: datetime
    legal_due_at: datetime
    zone: ZoneInfo
    texts: Sequence[tuple[datetime, str]]
    remedy: str
    contact: str


@dataclass(frozen=True)
class VerifiedReceipt:
    """What is certain after verification."""

    text: str
    fingerprint: str


def write_receipt(keys: Keys, facts: ReceiptFacts, _: Localizer) -> bytes:
    """The signed receipt in the reader's language, UTF-8 with LF line ends.

    It states what was written, in the words it was written in; translations are not part of it.
    """
    company = ", ".join(part for part in (facts.legal_name, facts.address) if part)
    place = f"{facts.area}, {facts.place_label} ({facts.place_code})"
    filed_on = f"{_.moment(facts.filed_at, facts.zone)} ({facts.zone.key})"

    def stated(value: str) -> str:
        return isolated(value, _.direction)

    lines = [
        _VERSION_LINE,
        "",
        _("Receipt for your message"),
        "",
        f"{_('Reference')}: {stated(facts.reference)}",
        f"{_('Receipt code')}: {_grouped(facts.receipt_code, _.direction)}",
        f"{_('Establishment')}: {stated(facts.establishment)}",
        f"{_('Company')}: {stated(company)}",
        f"{_('Place')}: {stated(place)}",
        f"{_('Filed on')}: {stated(filed_on)}",
        f"{_('Promised answer by')}: {stated(_.moment(facts.promise_due_at, facts.zone))}",
        f"{_('Answer due by law')}: {stated(_.day(facts.legal_due_at, facts.zone))}",
        f"{_('Sender')}: {stated(facts.contact or _('anonymous'))}",
    ]
    for written_at, text in facts.texts:
        lines += ["", f"{_('Written on')} {_.moment(written_at, facts.zone)}:", *_quoted(text)]
    if facts.remedy:
        lines += ["", f"{_('What would put it right')}:", *_quoted(facts.remedy)]
    lines += [
        "",
        _("This receipt is signed. Keep the file as it is: it can be checked by anybody."),
        f"{_('Key of the box')}: {stated(fingerprint(keys.public_key))}",
        "",
    ]
    body = (
        "\n".join(lines) + f"\n{_KEY_LINE}{b64encode(public_key_bytes(keys.public_key)).decode()}\n"
    )
    signed = body.encode()
    return signed + f"{_SIGNATURE_LINE}{b64encode(keys.sign(signed)).decode()}\n".encode()


def verify_receipt(data: bytes, public_key: Ed25519PublicKey | None = None) -> VerifiedReceipt:
    """Checks a receipt, with no more than the file itself.

    public_key: the key of the box that is said to have given it out; without it, the receipt is
    only known to be unchanged since somebody with the key of that fingerprint signed it.
    Raises SosboxError with the reason.
    """
    if len(data) > MAX_RECEIPT_BYTES:
        raise SosboxError("This file is too large to be a receipt.")
    end = _END.search(data)
    if end is None or not data.startswith(_VERSION_LINE.encode() + b"\n"):
        raise SosboxError("This is not a whole receipt of sosbox.")
    key_text, signature_text = end.group(1), end.group(2)
    try:
        key = Ed25519PublicKey.from_public_bytes(_strict_b64decode(key_text))
        signature = _strict_b64decode(signature_text)
        key.verify(signature, data[: end.start(2) - len(_SIGNATURE_LINE)])
    except (ValueError, InvalidSignature):
        raise SosboxError("This receipt has been changed: its signature is not right.") from None
    if public_key is not None and public_key_bytes(public_key) != public_key_bytes(key):
        raise SosboxError(
            "This receipt was signed with another key ({fingerprint}).",
            fingerprint=fingerprint(key),
        )
    return VerifiedReceipt(data.decode("utf-8", "replace"), fingerprint(key))


def _grouped(code: str, direction: str) -> str:
    """The code as it is typed and copied: digits, and spaces between their groups.

    In a line that runs from right to left, plain spaces would turn the order of the groups round;
    those that do not break the line do not (UAX 9, W4), and unlike signs of direction they are
    taken where the code is asked for.
    """
    grouped = group_digits(code)
    return grouped.replace(" ", "\u00a0") if direction == "rtl" else grouped


def _strict_b64decode(text: bytes) -> bytes:
    # Base64 has several spellings of the same bytes; a receipt has one.
    decoded = b64decode(text, validate=True)
    if b64encode(decoded) != text:
        raise ValueError("not canonical")
    return decoded


def _quoted(text: str) -> list[str]:
    # Behind a bar, so that no text of a guest can pass for a line of the receipt.
    return [f"| {line}" for line in text.split("\n")]
