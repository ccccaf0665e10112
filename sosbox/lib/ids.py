"""Identifiers that people read, type, scan or must not guess."""

import re
import secrets
from datetime import date, datetime

# Digits and lower-case letters without 0 o 1 l i u v, which bad print and handwriting confuse.
# Twelve of these 29 signs carry 58 bits.
_TOKEN_ALPHABET = "23456789abcdefghjkmnpqrstwxyz"  # noqa: S105 - an alphabet, no secret
# Crockford's base 32, the alphabet for codes that people say aloud.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# Three signs count the days to the year 2109.
_FIRST_DAY = date(2020, 1, 1)

SLUG_PATTERN = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")


def new_access_point_token() -> str:
    """Short enough for a coarse QR code, 58 bits against guessing."""
    return "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(12))


def new_reference(now: datetime) -> str:
    """The name of a case as people say it, `2DF7-K9MX`: three signs for the day, five at random.

    It tells neither how many cases there are nor anything of another subscriber. References of one
    day stand together, in lists and in the index, which is written to with every case. There are
    33 million for each day: whoever stores one must be ready to find it taken.
    """
    day = (now.date() - _FIRST_DAY).days
    day_signs = (_REFERENCE_ALPHABET[(day >> shift) & 31] for shift in (10, 5, 0))
    signs = "".join(day_signs) + "".join(
        _REFERENCE_ALPHABET[byte & 31] for byte in secrets.token_bytes(5)
    )
    return f"{signs[:4]}-{signs[4:]}"


def is_slug(text: str) -> bool:
    return SLUG_PATTERN.fullmatch(text) is not None
