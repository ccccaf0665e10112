"""Reading what a form or an address of the console has sent; nothing that comes in is trusted."""

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request

from sosbox.errors import NotFoundError

# A text of 5,000 signs in any script, percent-encoded, with room for the other fields.
MAX_BODY_BYTES = 200_000
# A rule may name every room of a large house.
MAX_FIELDS = 2_000
# The largest id of a row, 2**63 - 1, has 19 digits.
_MAX_ID_DIGITS = 18

Fields = dict[str, str]
# For forms in which several may be chosen.
FieldLists = dict[str, list[str]]


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    """The fields of a urlencoded form, the first of each name; empty for any other body."""
    return first_of_each(await read_lists(request))


async def read_lists(request: Request[Any, Any, Any]) -> FieldLists:
    """All fields of a urlencoded form by their names; empty for any other body."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return _decoded(await request.body())


def read_query(request: Request[Any, Any, Any]) -> Fields:
    """The parameters of the address, the first of each name."""
    return first_of_each(read_query_lists(request))


def read_query_lists(request: Request[Any, Any, Any]) -> FieldLists:
    """All parameters of the address by their names."""
    return _decoded(request.scope["query_string"])


def first_of_each(lists: FieldLists) -> Fields:
    return {name: values[0] for name, values in lists.items()}


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


def _decoded(encoded: bytes) -> FieldLists:
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
    lists: FieldLists = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists
