"""Keeps what is written from left to right in one piece inside a text that runs the other way.

In a line of Arabic the groups of a phone number are shown in the wrong order, "14:00-16:00" ends
before it begins, and the "!" of a wifi key stands in front of it: the algorithm of Unicode (UAX 9)
cannot know that these belong together.
"""

import re

from markupsafe import Markup, escape

_PHONE = r"\+?\d[\d().-]{0,20}(?:\ [\d().-]{2,20}){2,6}"
_RUN = r"[!-~]+"
_PIECE = re.compile(f"{_PHONE}|{_RUN}", re.VERBOSE | re.ASCII)
# What stands around words, but is no part of a key, an address or a time.
_AROUND = "()[]\"'.,:;"


def isolate(text: str, direction: str) -> Markup:
    """A text as HTML; in one that runs from right to left, such pieces are isolated."""
    if direction != "rtl":
        return escape(text)
    parts = []
    end = 0
    for found in _PIECE.finditer(text):
        piece = found[0].strip(_AROUND)
        if _belongs_together(piece):
            start = found.start() + found[0].index(piece)
            parts += [escape(text[end:start]), Markup('<bdi dir="ltr">{}</bdi>').format(piece)]
            end = start + len(piece)
    return Markup("").join([*parts, escape(text[end:])])


def _belongs_together(piece: str) -> bool:
    is_address = "@" in piece or "//" in piece
    # A number that ends a sentence, "204!", is right as it is.
    is_number = piece.rstrip("!?").isdigit()
    return is_address or (any(map(str.isdigit, piece)) and not is_number)
