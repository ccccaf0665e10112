"""What a text costs as SMS: in which alphabet it goes, and how many messages are paid for. Pure.

3GPP TS 23.038 has two alphabets. GSM-7 packs 160 signs into one message and knows few of them (of
Spanish ñ, é and ¿, but not á, í, ó, ú); a single other sign turns all of the text into UCS-2, with
70. A longer text goes as several messages that are each a little shorter (TS 23.040, 9.2.3.24.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# TS 23.038, 6.2.1; what stands in its table after the escape sign counts twice.
_GSM_SIGNS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE_SIGNS = frozenset("\f^{}\\[~]|€")
# Signs that phones and word processors put in the place of plainer ones.
_PLAINER = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "·": "-",
        "•": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u200b": "",
        "\t": " ",
    }
)


class Encoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


# Units that fit into one message, and into each of several.
_UNITS = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True)
class Cost:
    """num_units: septets of GSM-7 or 16-bit units of UCS-2; num_parts: messages that are paid."""

    encoding: Encoding
    num_units: int
    num_parts: int


def cost_of(text: str) -> Cost:
    """What the text costs; the empty text is one message."""
    encoding = Encoding.GSM7 if _is_gsm(text) else Encoding.UCS2
    lengths = [_length(char, encoding) for char in text]
    num_units = sum(lengths)
    alone, each = _UNITS[encoding]
    num_parts = 1 if num_units <= alone else _num_parts(lengths, each)
    return Cost(encoding, num_units, num_parts)


def plainer(text: str) -> str:
    """The text with typographic signs made plain, where that makes it fit into GSM-7."""
    plain = text.translate(_PLAINER)
    return plain if _is_gsm(plain) else text


def _is_gsm(text: str) -> bool:
    return all(char in _GSM_SIGNS or char in _GSM_DOUBLE_SIGNS for char in text)


def _length(char: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if char in _GSM_DOUBLE_SIGNS else 1
    return 2 if ord(char) > 0xFFFF else 1


def _num_parts(lengths: Iterable[int], room: int) -> int:
    """Parts of `room` units; a sign of two is never cut."""
    num_parts, used = 1, 0
    for length in lengths:
        if used + length > room:
            num_parts, used = num_parts + 1, 0
        used += length
    return num_parts
