"""Reading the ledger."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.ledger.tables import LedgerEntry

# A case that was written to more often than this shows its newest entries only.
MAX_HISTORY = 500


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a case; `data` holds ids and states, never a text."""

    id: int
    at: datetime
    event: str
    actor: str
    data: dict[str, Any]


async def history_of_case(case_id: int) -> list[Entry]:
    """What happened to a case, oldest first. The caller has made sure that it may be seen."""
    rows = (
        await LedgerEntry.select(
            LedgerEntry.id, LedgerEntry.at, LedgerEntry.event, LedgerEntry.actor, LedgerEntry.data
        )
        .where(LedgerEntry.case_id == case_id)
        .order_by(LedgerEntry.id, ascending=False)
        .limit(MAX_HISTORY)
    )
    return [
        Entry(
            id=row["id"],
            at=datetime.fromisoformat(row["at"]),
            event=row["event"],
            actor=row["actor"],
            data=json.loads(row["data"]),
        )
        for row in reversed(rows)
    ]


def newest_entry_id(connection: sqlite3.Connection) -> int:
    """The number of the newest entry; 0 while there is none."""
    (newest,) = connection.execute("SELECT max(id) FROM ledger").fetchone()
    return newest or 0
