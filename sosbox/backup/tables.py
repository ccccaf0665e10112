"""What became of the backups."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.db import Transaction
from sosbox.errors import SosboxError

# Of the outcomes; the files have a rotation of their own.
NUM_KEPT = 400


@dataclass(frozen=True)
class BackupRecord:
    """One attempt. num_bytes, seconds: of a proven one; message, arguments: why it is none."""

    made_at: datetime
    file: str
    num_bytes: int = 0
    seconds: int = 0
    proven_at: datetime | None = None
    message: str = ""
    arguments: str = "{}"

    @property
    def error(self) -> SosboxError:
        """Why it is none."""
        return SosboxError(self.message, **json.loads(self.arguments))


def note_backup(tx: Transaction, record: BackupRecord) -> None:
    tx.sql(
        "INSERT INTO backups (made_at, file, num_bytes, seconds, proven_at, message, arguments)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        record.made_at,
        record.file,
        record.num_bytes,
        record.seconds,
        record.proven_at,
        record.message,
        record.arguments,
    )
    tx.sql(
        "DELETE FROM backups WHERE id <= (SELECT max(id) FROM backups) - ?",
        NUM_KEPT,
    )


def note_recovery_sheet(tx: Transaction, now: datetime) -> None:
    """Somebody has made the sheet with the key."""
    tx.sql("UPDATE box SET recovery_sheet_at = ?", now)


@dataclass(frozen=True)
class BackupState:
    """newest: the last attempt; proven_at: when a backup was last proven; sheet_at: when the
    recovery sheet was last made."""

    newest: BackupRecord | None
    proven_at: datetime | None
    sheet_at: datetime | None


def backup_state(connection: sqlite3.Connection) -> BackupState:
    """As the console and the doctor show it."""
    newest = connection.execute(
        "SELECT made_at, file, num_bytes, seconds, proven_at, message, arguments FROM backups"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    proven = connection.execute(
        "SELECT proven_at FROM backups WHERE proven_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    (sheet_at,) = connection.execute("SELECT recovery_sheet_at FROM box").fetchone()
    return BackupState(
        newest=BackupRecord(*_row(newest)) if newest else None,
        proven_at=proven[0] if proven else None,
        sheet_at=sheet_at,
    )


def _row(row: Any) -> tuple[Any, ...]:
    return tuple(row)
