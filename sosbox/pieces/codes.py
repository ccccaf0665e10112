"""What the code on a piece of paper says: the page of its access point, and which piece it is."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

# Behind `?p=`: the id of the piece in base 32, without letters that look like digits (Crockford).
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PATH = re.compile(r".*/p/([A-Za-z0-9_-]{1,64})")
_MAX_URL = 500
_MAX_NUMBER = 10


@dataclass(frozen=True)
class Scanned:
    """What a code leads to. piece_id: None for a code without one, as on screens."""

    token: str
    piece_id: int | None


def piece_number(piece_id: int) -> str:
    """The id of a piece as its code carries it and as it stands on the paper."""
    digits = ""
    while piece_id:
        piece_id, digit = divmod(piece_id, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits or _ALPHABET[0]


def piece_id_of(number: str) -> int | None:
    """The id behind a number of `piece_number`, in capitals or not; None for anything else."""
    number = number.lower()
    if not 0 < len(number) <= _MAX_NUMBER or set(number) - set(_ALPHABET):
        return None
    value = 0
    for sign in number:
        value = value * len(_ALPHABET) + _ALPHABET.index(sign)
    return value


def piece_url(page_url: str, piece_id: int) -> str:
    """The address for the code of a piece. page_url: of the access point's page."""
    return f"{page_url}?p={piece_number(piece_id)}"


def read_url(text: str) -> Scanned | None:
    """What a code that somebody has scanned leads to; None when it is none of ours."""
    if len(text) > _MAX_URL:
        return None
    try:
        parts = urlsplit(text)
        query = dict(parse_qsl(parts.query, max_num_fields=20))
    except ValueError:
        return None
    path = _PATH.fullmatch(parts.path)
    if parts.scheme not in {"http", "https"} or path is None:
        return None
    return Scanned(path[1], piece_id_of(query.get("p", "")))
