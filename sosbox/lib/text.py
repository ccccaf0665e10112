"""Texts as people type them."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?")
_COMBINING = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# C0 and C1 controls without tab and line feed: no script needs them, terminals and mail choke.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_EMAIL = re.compile(
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
)
_WEBSITE = re.compile(
    r"(?:https?://)?[^\s/:@?#\"'<>\\]+\.[^\s/:@?#\"'<>\\]+(?:[/?#][^\s\"'<>\\]*)?"
)


def clean(text: str) -> str:
    """The text with LF line ends, without control characters and lone surrogates, trimmed."""
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode("utf-8")
    if _CONTROLS.search(text):  # the carriage return is one of them
        text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return text.strip()


def one_line(text: str) -> str:
    """The text cleaned, with one space where there were several or a line ended."""
    return " ".join(clean(text).split())


def is_blank(text: str) -> bool:
    """True when nothing of the text would be seen: spaces and invisible format signs alone."""
    return all(
        char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Zl", "Zp", "Zs"}
        for char in text
    )


def excerpt(text: str, length: int = 140) -> str:
    """The first line that says something, cut at a word where one ends near `length` characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip() + "…"


def fold(text: str) -> str:
    """For comparing: case and accents folded, so that "Café" and "CAFE" are the same."""
    if text.isascii():
        return text.lower()
    # Case last: what is taken apart may be capitals, as the bold ones of mathematics that phones
    # write in.
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text).casefold())


def is_email(address: str) -> bool:
    """Whether it looks like an address that a mail server would take; at most 254 characters."""
    local, _, _ = address.rpartition("@")
    return len(address) <= 254 and len(local) <= 64 and _EMAIL.fullmatch(address) is not None


def is_website(address: str) -> bool:
    """`www.example.com`, perhaps with https:// before it and a path behind it."""
    return len(address) <= 200 and _WEBSITE.fullmatch(address) is not None


def is_phone(number: str) -> bool:
    """Six to fifteen digits, with the usual signs between them and perhaps a + before."""
    digits = [char for char in number if char.isdigit()]
    return 6 <= len(digits) <= 15 and re.fullmatch(r"\+?[\d\s()./-]+", number) is not None


def group_digits(code: str, size: int = 4) -> str:
    """`1234567890123456` as `1234 5678 9012 3456`."""
    return " ".join(code[i : i + size] for i in range(0, len(code), size))


# Before a plain line, makes it run from right to left, whatever it begins with (UAX 9, P2).
RIGHT_TO_LEFT_MARK = "\u200f"


def isolated(text: str, direction: str) -> str:
    """The text for the middle of a plain line that runs in `direction`, "ltr" or "rtl".

    From right to left, groups of digits would be read in the wrong order, and a full stop would
    change sides: what is put in keeps its own order (UAX 9, first strong isolate).
    """
    return f"\u2068{text}\u2069" if direction == "rtl" and text else text
