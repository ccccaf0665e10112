"""What a writing function is handed."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from piccolo.engine.sqlite import dict_factory
from piccolo.query.base import Query
from piccolo.table import Table

Row = dict[str, Any]


def sql_time(moment: datetime) -> str:
    """A moment in UTC as the columns hold it; Piccolo's spelling of it."""
    return str(moment)


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
        self._cursor.execute(_insert_sql(table, tuple(values)), tuple(values.values()))
        assert self._cursor.lastrowid is not None
        return self._cursor.lastrowid

    def insert_many(
        self, table: type[Table], names: tuple[str, ...], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Inserts rows with one call; their ids, where they matter, are among the columns."""
        self._cursor.executemany(_insert_sql(table, names), rows)

    def next_id(self, table: type[Table]) -> int:
        """The id that the next row would get; nobody else can take it before the commit."""
        rows = self.sql(f'SELECT coalesce(max(id), 0) + 1 FROM "{table._meta.tablename}"')  # noqa: S608
        return int(rows[0][0])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone, alone, when it raises; the error goes on.

        Not so for sqlite3.OperationalError (disk full, input/output error): then nothing here can
        succeed.
        """
        topics, hooks = set(self.topics), dict(self.before_commit)
        self.connection.execute("SAVEPOINT one")
        try:
            yield
        except sqlite3.OperationalError:
            raise
        except BaseException:
            self.connection.execute("ROLLBACK TO one")
            self.connection.execute("RELEASE one")
            self.memo.clear()
            self.topics, self.before_commit = topics, hooks
            raise
        self.connection.execute("RELEASE one")

    def announce(self, topic: str) -> None:
        """Tells the listeners of `topic`, once, after the commit."""
        self.topics.add(topic)


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
