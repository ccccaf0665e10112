"""A set-up file as read: its entries, their values checked, nothing looked up yet."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sosbox.errors import ConfigError
from sosbox.setup.checks import WrongValueError
from sosbox.setup.keys import Key, SetupTable
from sosbox.setup.tables import TABLES


class SetupError(ConfigError):
    """What is wrong with a set-up file; `where` is empty when it cannot be read at all.

    key: within its entry, `notify` or `when.hours`.
    """

    def __init__(self, where: str, problem: str, key: str = "") -> None:
        super().__init__(
            "{where}: {problem}" if where else "{problem}", where=where, problem=problem
        )
        self.key = key
        self.problem = problem


@dataclass(frozen=True)
class Entry:
    """One `[[table]]` of the file with the keys that it mentions.

    number: counted from 1 within the table, as the errors name it.
    """

    table: SetupTable
    number: int
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What the entry is about, `hotel-mar/reception`."""
        values = self.values
        return "/".join(str(values[key]) for key in self.table.naming if key in values)

    def error(self, key: str, problem: str) -> SetupError:
        return SetupError(f"{self.table.name}[{self.number}].{key}", problem, key)


@dataclass(frozen=True)
class Document:
    """All entries by the name of their table."""

    entries: Mapping[str, tuple[Entry, ...]]

    def __iter__(self) -> Iterator[Entry]:
        """The entries in the order in which they can be stored."""
        for table in TABLES:
            yield from self.entries.get(table.name, ())


def parse_document(text: str) -> Document:
    """Reads a set-up file. Raises SetupError, which names table, number and key."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SetupError("", f"this is not TOML: {error}") from None
    return check_document(raw)


def check_document(raw: Mapping[str, Any]) -> Document:
    """Checks what a set-up file says. Raises SetupError."""
    tables = {table.name: table for table in TABLES}
    for name, value in raw.items():
        if name not in tables:
            raise SetupError(name, f"there is no such table; there are {', '.join(tables)}")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise SetupError(name, f"must be written as [[{name}]]")
    return Document({name: _entries(tables[name], items) for name, items in raw.items()})


def _entries(table: SetupTable, items: list[dict[str, Any]]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    numbers: dict[tuple[Any, ...], int] = {}
    for number, item in enumerate(items, start=1):
        entry = _entry(table, number, item)
        entries.append(entry)
        if table.owner:
            continue
        identity = tuple(entry.values[key.name] for key in table.identity)
        if identity in numbers:
            last = table.identity[-1].name
            earlier = f"{table.name}[{numbers[identity]}]"
            raise entry.error(last, f'"{entry.values[last]}" is described by {earlier} already')
        numbers[identity] = number
    return tuple(entries)


def _entry(table: SetupTable, number: int, item: dict[str, Any]) -> Entry:
    unread = Entry(table, number, {})
    values = _checked(unread, table.keys, item)
    for key in table.keys:
        # Those that describe something together are always new: what they replace is gone.
        if (key.is_identity or (table.owner and key.is_required)) and key.name not in values:
            raise unread.error(key.name, "is missing")
        if table.owner and key.default is not None:
            values.setdefault(key.name, key.default)
    return Entry(table, number, values)


def _checked(
    entry: Entry, keys: Iterable[Key], item: Mapping[str, Any], prefix: str = ""
) -> dict[str, Any]:
    """The values as they are kept; prefix: the key that these lie within, with a dot."""
    known = {key.name: key for key in keys}
    values = {}
    for name, value in item.items():
        key = known.get(name)
        if key is None:
            raise entry.error(prefix + name, f"there is no such key; there are {', '.join(known)}")
        try:
            values[name] = key.check(value)
        except WrongValueError as error:
            raise entry.error(prefix + name, str(error)) from None
        if key.keys:
            values[name] = _checked(entry, key.keys, values[name], f"{prefix}{name}.")
    return values
