"""Short messages as a modem in PDU mode carries them (3GPP TS 23.040, 9.2), hexadecimal.

Independent of the program, so that what it and Kannel make of a text is really checked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

# 3GPP TS 23.038, 6.2.1 and 6.2.1.1. The escape sign stands at its own place.
_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    10: "\f",
    20: "^",
    40: "{",
    41: "}",
    47: "\\",
    60: "[",
    61: "~",
    62: "]",
    64: "|",
    101: "€",
}
_ESCAPE = 27
_INTERNATIONAL = 0x91
_UCS2 = 0x08
_SERVICE_CENTRE = "+34609090909"


@dataclass(frozen=True)
class Part:
    """What one PDU sends: a message or a part of it.

    payload: septets, one to a byte, or UTF-16; total and place: of the message that it is a part
    of, which `reference` tells from others.
    """

    number: str
    is_ucs2: bool
    payload: bytes
    wants_report: bool
    reference: int = 0
    total: int = 1
    place: int = 1


def read_submit(pdu: str) -> Part:
    """Reads what a modem is asked to send (SMS-SUBMIT)."""
    data = bytes.fromhex(pdu)
    data = data[1 + data[0] :]  # without the service centre
    first, num_digits, number_type = data[0], data[2], data[3]
    num_bytes = (num_digits + 1) // 2
    digits = "".join(f"{byte & 15:x}{byte >> 4:x}" for byte in data[4 : 4 + num_bytes])
    number = ("+" if number_type == _INTERNATIONAL else "") + digits[:num_digits]
    is_ucs2 = data[5 + num_bytes] & 0x0C == _UCS2
    validity_length = {0: 0, 2: 1, 1: 7, 3: 7}[first >> 3 & 3]
    length, body = data[6 + num_bytes + validity_length], data[7 + num_bytes + validity_length :]
    header_length = 1 + body[0] if first & 0x40 else 0
    payload = body[header_length:length]
    if not is_ucs2:
        payload = bytes(_septets(body, length)[(8 * header_length + 6) // 7 :])
    reference, total, place = _concatenation(body[1:header_length])
    return Part(number, is_ucs2, payload, bool(first & 0x20), reference, total, place)


def text_of(parts: list[Part]) -> str:
    """The text of a message, of all its parts in their order."""
    payload = b"".join(part.payload for part in sorted(parts, key=lambda part: part.place))
    if parts[0].is_ucs2:
        return payload.decode("utf-16-be")
    text, is_escaped = "", False
    for septet in payload:
        if septet == _ESCAPE:
            is_escaped = True
            continue
        text += _EXTENSION[septet] if is_escaped else _GSM[septet]
        is_escaped = False
    return text


def deliver_pdu(sender: str, text: str, now: datetime) -> str:
    """A message that has come (SMS-DELIVER), in seven bits where that is possible."""
    if set(text) <= set(_GSM) - {chr(_ESCAPE)}:
        septets = [_GSM.index(char) for char in text]
        coding, length, body = 0, len(septets), _packed(septets)
    else:
        body = text.encode("utf-16-be")
        coding, length = _UCS2, len(body)
    header = f"{_service_centre()}04{_address(sender)}00{coding:02X}{_time(now)}"
    return f"{header}{length:02X}{body.hex().upper()}"


def report_pdu(reference: int, number: str, status: int, now: datetime) -> str:
    """What the network says of a message (SMS-STATUS-REPORT); status 0: it has arrived."""
    moment = _time(now)
    return f"{_service_centre()}06{reference:02X}{_address(number)}{moment}{moment}{status:02X}"


def length_of(pdu: str) -> int:
    """The length of a PDU as AT commands count it: in bytes, without the service centre."""
    return len(pdu) // 2 - 1 - int(pdu[:2], 16)


def _septets(packed: bytes, num: int) -> list[int]:
    bits = int.from_bytes(packed, "little")
    return [bits >> 7 * place & 127 for place in range(num)]


def _packed(septets: list[int]) -> bytes:
    bits = sum(septet << 7 * place for place, septet in enumerate(septets))
    return bits.to_bytes((7 * len(septets) + 7) // 8, "little")


def _concatenation(header: bytes) -> tuple[int, int, int]:
    """Reference, number of parts and place, from the user data header (9.2.3.24.1)."""
    while header:
        kind, length = header[0], header[1]
        if kind == 0:
            return header[2], header[3], header[4]
        header = header[2 + length :]
    return 0, 1, 1


def _service_centre() -> str:
    digits = _SERVICE_CENTRE.removeprefix("+")
    return f"{1 + (len(digits) + 1) // 2:02X}{_INTERNATIONAL:02X}{_swapped(digits)}"


def _address(number: str) -> str:
    digits = number.removeprefix("+")
    number_type = _INTERNATIONAL if number.startswith("+") else 0x81
    return f"{len(digits):02X}{number_type:02X}{_swapped(digits)}"


def _time(moment: datetime) -> str:
    return _swapped(moment.astimezone(UTC).strftime("%y%m%d%H%M%S")) + "00"


def _swapped(digits: str) -> str:
    digits += "F" * (len(digits) % 2)
    return "".join(digits[place + 1] + digits[place] for place in range(0, len(digits), 2))
