"""Reading what a form or an address of the console has sent; nothing that comes in is trusted."""

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request

from sosbox.errors import NotFoundError

# A text of 5,000 signs in any script, percent-encoded, with room for the other fields.
MAX_BODY_BYTES = 200_000
MAX_FIELDS = 50
# The largest id of a row, 2**63 - 1, has 19 digits.
_MAX_ID_DIGITS = 18

Fields = dict[str, str]


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    """The fields of a urlencoded form, the first of each name; empty for any other body."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return _first_of_each(await request.body())


def read_query(request: Request[Any, Any, Any]) -> Fields:
    """The parameters of the address, the first of each name."""
    return _first_of_each(request.scope["query_string"])


def as_id(text: str) -> int | None:
    """The number of a row; None for anything that cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS):
        return None
    return int(text)


def path_id(text: str) -> int:
    """The number of a row in an address. Raises NotFoundError."""
    number = as_id(text)
    if number is None:
        raise NotFoundError("There is no such page.")
    return number


def as_version(text: str) -> int:
    """The version that a form was made from; -1, which no case has, for anything else."""
    number = as_id(text)
    return -1 if number is None else number


def _first_of_each(encoded: bytes) -> Fields:
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8", "replace"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        return {}
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields
