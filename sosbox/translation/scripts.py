"""The scripts that the box's languages are written in: which signs are whose. Pure."""

import re

# Parts of regular expressions, for use between square brackets.
KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff\uff66-\uff9f"
HIRAGANA = "\u3041-\u309f"
HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
CJK = KATAKANA + HIRAGANA + HAN
ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"
CYRILLIC = "\u0400-\u052f"
LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
# What stands on top of the letter before it and belongs to its word.
COMBINING = "\u0300-\u036f\u064b-\u065f\u0670"
EMOJI = (
    "\u2022\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030"
    "\U0001f000-\U0001faff"
)
# What makes one emoji of several, or of a sign: joiners, variations, key caps, tags of flags.
EMOJI_JOINERS = "\u200d\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f"

# Languages that put no spaces between words.
UNSPACED = frozenset({"zh", "ja"})

_SCRIPTS = {
    "ar": re.compile(f"[{ARABIC}]"),
    "ja": re.compile(f"[{CJK}]"),
    "ru": re.compile(f"[{CYRILLIC}]"),
    "zh": re.compile(f"[{HAN}]"),
}
_LATIN = re.compile(f"[{LATIN}]")
_CJK_SIGN = re.compile(f"[{CJK}\u3000-\u3003\u3008-\u301f\uff01-\uff65]")
_DIGITS = str.maketrans(
    {
        chr(first + value): str(value)
        for first in (0x0660, 0x06F0, 0xFF10)  # Arabic, Persian, full width
        for value in range(10)
    }
)


def script_of(language: str) -> re.Pattern[str]:
    """What finds a letter that a text of this language cannot do without."""
    return _SCRIPTS.get(language, _LATIN)


def is_cjk(sign: str) -> bool:
    """Whether it is a letter, a stop or a bracket as Chinese and Japanese have them."""
    return _CJK_SIGN.match(sign) is not None


def plain_digits(text: str) -> str:
    """The text with European digits, sign by sign: as long as it was."""
    return text if text.isascii() else text.translate(_DIGITS)
