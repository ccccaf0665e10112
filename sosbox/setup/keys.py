"""What the tables of a set-up file are made of."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from piccolo.table import Table

from sosbox.setup.checks import Check


def as_it_is(value: Any) -> Any:
    return value


def as_json(value: Any) -> str:
    """As columns of lists and conditions hold it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Key:
    """One key.

    column: where the value is kept as it stands; empty when storing it takes more than that.
    is_moment: a truth value that is kept as the moment since when it is true.
    is_identity: names the entry, so it is always needed; is_required: needed when it is new.
    keys: those within it, written `when.hours = …`, when the value is a table itself.
    """

    name: str
    check: Check
    column: str = ""
    is_moment: bool = False
    is_identity: bool = False
    is_required: bool = False
    default: Any = None
    encode: Callable[[Any], Any] = as_it_is
    help: str = ""
    keys: tuple["Key", ...] = ()


def column(name: str, check: Check, **more: Any) -> Key:
    """A key that is kept as it stands in the column of the same name."""
    return Key(name, check, column=name, **more)


@dataclass(frozen=True)
class SetupTable:
    """One kind of entry.

    owner: the keys that say whose it is, where several entries describe one thing together: the
    shifts of a post, the steps of an escalation. Such entries replace all that were there.
    """

    name: str
    stored_in: type[Table]
    keys: tuple[Key, ...]
    owner: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[Key, ...]:
        return tuple(key for key in self.keys if key.is_identity)

    def all_keys(self) -> Iterator[tuple[str, Key]]:
        """Every key with its whole name, those within a table too: `when.hours`."""
        for key in self.keys:
            yield key.name, key
            yield from ((f"{key.name}.{inner.name}", inner) for inner in key.keys)

    @property
    def naming(self) -> tuple[str, ...]:
        """The keys whose values are the name of an entry."""
        return self.owner or tuple(key.name for key in self.identity)
