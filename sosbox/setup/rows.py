"""One entry of a set-up file and the row that it describes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from piccolo.columns.combination import WhereRaw

from sosbox.db import Transaction
from sosbox.setup.document import Entry
from sosbox.setup.keys import Key


class Upsert:
    """Finds the row of an entry, then adds it or changes what differs.

    `changed` collects the keys whose values were not the stored ones.
    """

    def __init__(self, tx: Transaction, entry: Entry, now: datetime) -> None:
        self.tx = tx
        self.entry = entry
        self.now = now
        self.id = 0
        self.row: dict[str, Any] | None = None
        self.changed: list[str] = []
        self._table = entry.table.stored_in
        self._identity: dict[str, Any] = {}
        self._columns: dict[str, Any] = {}

    @property
    def is_new(self) -> bool:
        return self.row is None

    def store(self, **identity: Any) -> None:
        """For entries whose keys are kept as they stand."""
        self.find(**identity)
        self.require_all()
        self.save()

    def find(self, **identity: Any) -> None:
        """Looks for the row by columns."""
        self._identity = identity
        query = self._table.select()
        for name, value in identity.items():
            query = query.where(WhereRaw(f'"{name}" = {{}}', value))
        self.row = self.tx.first(query)
        if self.row is not None:
            self.id = self.row["id"]

    def require_all(self) -> None:
        """Raises SetupError when the entry is new and lacks a key that a new one needs."""
        if not self.is_new:
            return
        for key in self.entry.table.keys:
            if key.is_required and key.name not in self.entry.values:
                raise self.entry.error(key.name, f'is missing, and "{self.entry.name}" is new')

    def set(self, key: str, column: str, value: Any) -> None:
        """Gives a column a value that had to be looked up."""
        if self.row is None or self.row[column] != value:
            self._columns[column] = value
            if self.row is not None and key not in self.changed:
                self.changed.append(key)

    def save(self, **when_new: Any) -> None:
        """Writes the row; `when_new` are values of columns that nothing else has set."""
        for key in self.entry.table.keys:
            self._take(key)
        if self.row is None:
            values = {**when_new, **self._columns, **self._identity}
            self.id = self.tx.insert(self._table, **values)
        elif self._columns:
            columns: dict[Any, Any] = dict(self._columns)
            self.tx.run(self._table.update(columns).where(WhereRaw("id = {}", self.id)))

    def _take(self, key: Key) -> None:
        if not key.column or key.column in self._identity:
            return
        if key.is_moment:
            self._take_moment(key)
        elif key.name in self.entry.values:
            self.set(key.name, key.column, key.encode(self.entry.values[key.name]))
        elif self.is_new and key.default is not None:
            self.set(key.name, key.column, key.encode(key.default))

    def _take_moment(self, key: Key) -> None:
        if key.name not in self.entry.values:
            return
        since = self.row[key.column] if self.row else None
        if self.entry.values[key.name] != (since is not None):
            self.set(key.name, key.column, None if since else self.now)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names whose values are not the same, sorted."""
    names = sorted({*before, *after})
    return [name for name in names if before.get(name) != after.get(name)]
