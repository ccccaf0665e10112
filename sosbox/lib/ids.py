"""Identifiers that people read, type, scan or must not guess."""

import re
import secrets

# Digits and lower-case letters without 0 o 1 l i u v, which bad print and handwriting confuse.
# Twelve of these 29 signs carry 58 bits.
_TOKEN_ALPHABET = "23456789abcdefghjkmnpqrstwxyz"  # noqa: S105 - an alphabet, no secret
# Crockford's base 32, the alphabet for codes that people say aloud.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

SLUG_PATTERN = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")


def new_access_point_token() -> str:
    """Short enough for a coarse QR code, 58 bits against guessing."""
    return "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(12))


def new_reference() -> str:
    """The name of a case as people say it, `K7QF-2M9X`.

    Random, so that it tells neither how many cases there are nor anything of another subscriber.
    """
    signs = [_REFERENCE_ALPHABET[byte & 31] for byte in secrets.token_bytes(8)]
    return "".join(signs[:4]) + "-" + "".join(signs[4:])


def is_slug(text: str) -> bool:
    return SLUG_PATTERN.fullmatch(text) is not None
