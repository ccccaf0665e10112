"""Runs migrations; each is one transaction, so a power cut leaves the version before or after."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sosbox.db.engine import connect
from sosbox.errors import SchemaError
from sosbox.lib.clock import SystemClock

_TABLE = (
    "CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL)"
)


@dataclass(frozen=True)
class Migration:
    """A name that sorts, and a function that changes the schema inside a transaction."""

    id: str
    forwards: Callable[[sqlite3.Connection], None]


def migrate(path: Path, migrations: Sequence[Migration]) -> list[str]:
    """Brings the database at `path` to the newest schema, making it if need be.

    Returns the ids that were applied. Raises SchemaError for a database of a newer program.
    """
    connection = connect(path)
    try:
        applied = []
        for migration in migrations:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute(_TABLE)
                done = _applied_ids(connection)
                _refuse_newer(done, migrations)
                if migration.id not in done:
                    migration.forwards(connection)
                    connection.execute(
                        "INSERT INTO migrations (id, applied_at) VALUES (?, ?)",
                        (migration.id, SystemClock().now()),
                    )
                    applied.append(migration.id)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        return applied
    finally:
        connection.close()


def check_schema(path: Path, migrations: Sequence[Migration]) -> None:
    """Raises SchemaError unless the database is there and of this program's schema."""
    if not path.exists():
        raise SchemaError("There is no database in {folder}.", folder=str(path.parent))
    connection = connect(path, is_read_only=True)
    try:
        try:
            done = _applied_ids(connection)
        except sqlite3.OperationalError:
            done = []
        _refuse_newer(done, migrations)
        if len(done) < len(migrations):
            raise SchemaError("The database is of an older version: run `sosbox migrate` first.")
    finally:
        connection.close()


def _applied_ids(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT id FROM migrations ORDER BY id")]


def _refuse_newer(done: Sequence[str], migrations: Sequence[Migration]) -> None:
    known = {migration.id for migration in migrations}
    for migration_id in done:
        if migration_id not in known:
            raise SchemaError(
                "The database is of a newer version ({id}): use the newer program.",
                id=migration_id,
            )
