"""Reading what an export says, as the set-up file names things."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

Entries = Iterator[dict[str, Any]]

# The plain name where no other establishment of the subscriber has one like it.
AREA_NAME = """
    SELECT CASE WHEN (SELECT count(*) FROM areas b JOIN establishments f
                      ON f.id = b.establishment_id
                      WHERE f.subscriber_id = e.subscriber_id AND b.slug = a.slug) = 1
           THEN a.slug ELSE e.slug || '/' || a.slug END
    FROM areas a JOIN establishments e ON e.id = a.establishment_id WHERE a.id = ?
"""
ACCESS_POINT_NAME = """
    SELECT CASE WHEN (SELECT count(*) FROM access_points q JOIN establishments f
                      ON f.id = q.establishment_id
                      WHERE f.subscriber_id = e.subscriber_id AND q.code = p.code) = 1
           THEN p.code ELSE e.slug || '/' || p.code END
    FROM access_points p JOIN establishments e ON e.id = p.establishment_id WHERE p.id = ?
"""


def rows(connection: sqlite3.Connection, sql: str, *arguments: Any) -> Entries:
    """The rows by the names of their columns."""
    cursor = connection.execute(sql, arguments)
    columns = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(columns, row, strict=True))


def listed(connection: sqlite3.Connection, sql: str, *arguments: Any) -> list[Any]:
    """The first column."""
    return [row[0] for row in connection.execute(sql, arguments)]


def names(connection: sqlite3.Connection, sql: str, ids: Iterable[int]) -> list[str]:
    """What `sql` calls the things with these ids; those that are gone are left out."""
    return [name for item in ids for name in listed(connection, sql, item)]
