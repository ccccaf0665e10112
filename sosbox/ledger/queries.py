"""Reading the ledger."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.ledger.rules import FindingFacts, RoundFacts, round_digest
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


def digest_of_round(connection: sqlite3.Connection, round_id: int) -> str | None:
    """Of a finished round as it is stored now; None for one that is not there, or not finished."""
    row = connection.execute(_ROUND, (round_id,)).fetchone()
    if row is None:
        return None
    number, house_id, account_id, areas, started_at, finished_at, num_pieces = row
    facts = RoundFacts(
        number, house_id, account_id, json.loads(areas), started_at, finished_at, num_pieces
    )
    return round_digest(facts, _findings(connection, round_id))


def _findings(connection: sqlite3.Connection, round_id: int) -> Iterator[FindingFacts]:
    """One after the other: their photos may be many."""
    for row in connection.execute(_FINDINGS, (round_id,)):
        number, point_id, piece_id, found_id, finding, note, photo, found_at = row
        yield FindingFacts(
            id=number,
            access_point_id=point_id,
            piece_id=piece_id,
            found_id=found_id,
            finding=finding,
            note=hashlib.sha256(note.encode()).hexdigest(),
            photo=None if photo is None else hashlib.sha256(photo).hexdigest(),
            found_at=found_at,
        )


_ROUND = """
    SELECT id, establishment_id, account_id, areas, started_at, finished_at, num_pieces
    FROM rounds WHERE id = ? AND finished_at IS NOT NULL
"""
_FINDINGS = """
    SELECT id, access_point_id, piece_id, found_id, finding, note, photo, found_at
    FROM round_findings WHERE round_id = ? ORDER BY id
"""
