"""The schema: made whole, refused when it is of another version, the same as the tables."""

import sqlite3
from pathlib import Path

import pytest
from piccolo.table import Table

from sosbox.cases import tables as cases
from sosbox.db.engine import connect
from sosbox.db.migrations import MIGRATIONS, Migration, check_schema, migrate
from sosbox.deliveries import tables as deliveries
from sosbox.errors import SchemaError
from sosbox.ledger import tables as ledger
from sosbox.pieces import tables as pieces
from sosbox.places import tables as places
from sosbox.rounds import tables as rounds
from sosbox.routing import tables as routing
from sosbox.staff import tables as staff

TABLES = [
    table
    for module in (places, staff, routing, cases, deliveries, ledger, pieces, rounds)
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, Table) and table.__module__ == module.__name__
]


def test_a_new_database_has_every_table_with_every_column(tmp_path: Path) -> None:
    migrate(tmp_path / "db", MIGRATIONS)
    connection = connect(tmp_path / "db")

    for table in TABLES:
        info = connection.execute(f"PRAGMA table_info({table._meta.tablename})").fetchall()
        stored = {row[1] for row in info}
        assert {column._meta.name for column in table._meta.columns} == stored, table
    connection.close()


def test_migrating_twice_does_nothing(tmp_path: Path) -> None:
    assert migrate(tmp_path / "db", MIGRATIONS) == [migration.id for migration in MIGRATIONS]
    assert migrate(tmp_path / "db", MIGRATIONS) == []


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        migrate(tmp_path / "db", [*MIGRATIONS, Migration("9999_broken", broken)])

    connection = connect(tmp_path / "db")
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "half" not in names
    assert "cases" in names
    connection.close()


def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    newer = [*MIGRATIONS, Migration("9999_newer", lambda connection: None)]
    migrate(tmp_path / "db", newer)

    with pytest.raises(SchemaError, match="newer"):
        migrate(tmp_path / "db", MIGRATIONS)
    with pytest.raises(SchemaError, match="newer"):
        check_schema(tmp_path / "db", MIGRATIONS)


def test_an_older_or_missing_database_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="There is no database"):
        check_schema(tmp_path / "db", MIGRATIONS)

    migrate(tmp_path / "db", MIGRATIONS)
    newer = [*MIGRATIONS, Migration("9999_newer", lambda connection: None)]
    with pytest.raises(SchemaError, match="sosbox migrate"):
        check_schema(tmp_path / "db", newer)


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM ledger", "UPDATE ledger SET data = '{}'", "UPDATE ledger SET hash = x'00'"],
)
def test_the_ledger_cannot_be_changed_by_mistake(tmp_path: Path, change: str) -> None:
    migrate(tmp_path / "db", MIGRATIONS)
    connection = connect(tmp_path / "db")
    connection.execute(
        "INSERT INTO ledger (at, event, actor, data, previous, hash)"
        " VALUES ('', '', '', '', '', '')"
    )
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change)
    connection.close()
