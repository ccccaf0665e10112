"""What became of each backup, and when the sheet with the key was made.

Times are UTC.
"""

import sqlite3

from sosbox.db.migrations.statements import run_statements

_STATEMENTS = """
ALTER TABLE box ADD COLUMN recovery_sheet_at TIMESTAMPTZ;

-- `message`, `arguments`: why it is none; `seconds`: that it took with its proof.
CREATE TABLE backups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at TIMESTAMPTZ NOT NULL,
    file TEXT NOT NULL,
    num_bytes INTEGER NOT NULL DEFAULT 0,
    seconds INTEGER NOT NULL DEFAULT 0,
    proven_at TIMESTAMPTZ,
    message TEXT NOT NULL DEFAULT '',
    arguments TEXT NOT NULL DEFAULT '{}'
);
"""


def forwards(connection: sqlite3.Connection) -> None:
    run_statements(connection, _STATEMENTS)
