"""Running the statements of a migration one by one, inside the transaction of the runner."""

import sqlite3


def run_statements(connection: sqlite3.Connection, script: str) -> None:
    """Runs every statement of `script`; each ends with a line.

    `executescript` would commit first. The bodies of triggers hold semicolons, so that SQLite is
    asked where a statement ends.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
