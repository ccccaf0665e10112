"""What a writing function is handed."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

from piccolo.engine.sqlite import convert_datetime_in, dict_factory
from piccolo.query.base import Query
from piccolo.table import Table

Row = dict[str, Any]


class Transaction:
    """What a writing function may do; valid only while it runs.

    A writing function may be run twice: when another one of its group raises, the group is begun
    anew. It must therefore change nothing but the database.

    `memo` lives as long as the transaction of all who share the commit: whoever keeps something
    there must not mind that a later function of the group sees it. It is emptied when a function
    is undone.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.memo: dict[str, Any] = {}
        self.topics: set[str] = set()
        self.before_commit: dict[str, Callable[[Transaction], None]] = {}
        self._cursor = connection.cursor()
        self._moment: datetime | None = None
        self._moment_text = ""

    def run(self, query: Query[Any, Any]) -> list[Row]:
        """Runs a Piccolo query and returns its rows as dicts."""
        rows: list[Row] = []
        for querystring in query.querystrings:
            sql, arguments = querystring.compile_string(engine_type="sqlite")
            cursor = self.connection.execute(sql, arguments)
            if cursor.description:
                rows = [dict_factory(cursor, row) for row in cursor]
        return rows

    def first(self, query: Query[Any, Any]) -> Row | None:
        """The first row of a Piccolo query, or None."""
        rows = self.run(query)
        return rows[0] if rows else None

    def sql(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Runs one statement; for the paths where building a query would cost more than it."""
        return self._cursor.execute(sql, arguments).fetchall()

    def insert(self, table: type[Table], **values: Any) -> int:
        """Inserts one row and returns its id."""
        self._insert(_insert_sql(table, tuple(values)), values)
        assert self._cursor.lastrowid is not None
        return self._cursor.lastrowid

    def insert_unless_known(self, key: str, table: type[Table], **values: Any) -> int | None:
        """Inserts one row and returns its id; None when there is one with the same `key`."""
        sql = _insert_sql(table, tuple(values)) + f' ON CONFLICT ("{key}") DO NOTHING'
        self._insert(sql, values)
        return self._cursor.lastrowid if self._cursor.rowcount else None

    def _insert(self, sql: str, values: dict[str, Any]) -> None:
        self._cursor.execute(
            sql,
            [
                value if value.__class__ is not datetime else self._spelled(value)
                for value in values.values()
            ],
        )

    def announce(self, topic: str) -> None:
        """Tells the listeners of `topic`, once, after the commit."""
        self.topics.add(topic)

    def _spelled(self, moment: datetime) -> str:
        # One moment stands in many columns of what is written at it; spelling it out is the
        # dearest part of binding a row.
        if moment is not self._moment:
            self._moment = moment
            self._moment_text = convert_datetime_in(moment)
        return self._moment_text


_insert_cache: dict[tuple[type[Table], tuple[str, ...]], str] = {}


def _insert_sql(table: type[Table], names: tuple[str, ...]) -> str:
    sql = _insert_cache.get((table, names))
    if sql is None:
        known = {column._meta.name for column in table._meta.columns}
        if unknown := set(names) - known:
            raise ValueError(f"{table.__name__} has no {sorted(unknown)}")
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        sql = f'INSERT INTO "{table._meta.tablename}" ({columns}) VALUES ({marks})'  # noqa: S608
        _insert_cache[table, names] = sql
    return sql
