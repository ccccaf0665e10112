"""Checks the whole ledger: the chain, its signatures, and that what it tells of is still there.

Who has the file and not the key of the box can change nothing unnoticed. What this cannot see is
that the newest entries are gone together with everything they told of: for that there are the
signed receipts that guests hold, and backups.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sosbox.ledger.queries import digest_of_round
from sosbox.ledger.rules import (
    GENESIS,
    Event,
    canonical_time,
    entry_hash,
    round_statement,
    text_digest,
)

_MESSAGE_EVENTS = (Event.FILED, Event.GUEST_WROTE, Event.ANSWERED, Event.RESOLVED)


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong, in words; `entry_id` is 0 when no entry is at fault."""

    entry_id: int
    message: str


@dataclass(frozen=True)
class Verdict:
    """The outcome. `head` is the hash of the last entry, hexadecimal: worth writing down."""

    num_entries: int
    num_signed: int
    head: str
    problem: Problem | None

    @property
    def is_whole(self) -> bool:
        return self.problem is None


class _BrokenError(Exception):
    def __init__(self, entry_id: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(entry_id, message)


@dataclass
class _Tally:
    num_entries: int = 0
    num_signed: int = 0
    head: bytes = GENESIS


def verify_ledger(
    connection: sqlite3.Connection, public_key: Ed25519PublicKey, *, num_newest: int | None = None
) -> Verdict:
    """Walks the ledger from its first entry to its last, without keeping it in memory.

    connection: one that stays in one state meanwhile (a transaction), for the ledger goes on.
    num_newest: looks at this many of the newest entries alone, and not for what no entry tells of.
    """
    tally = _Tally()
    try:
        _walk(connection, public_key, tally, num_newest)
        if num_newest is None:
            _check_nothing_untold(connection)
    except _BrokenError as error:
        return Verdict(tally.num_entries, tally.num_signed, tally.head.hex(), error.problem)
    return Verdict(tally.num_entries, tally.num_signed, tally.head.hex(), None)


def _walk(
    connection: sqlite3.Connection,
    public_key: Ed25519PublicKey,
    tally: _Tally,
    num_newest: int | None,
) -> None:
    (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM ledger").fetchone()
    expected_id = 1
    if num_newest is not None and newest > num_newest:
        expected_id = newest - num_newest + 1
        row = connection.execute(
            "SELECT hash FROM ledger WHERE id = ?", (expected_id - 1,)
        ).fetchone()
        tally.head = row[0] if row else GENESIS
    is_signed = True
    for entry in _entries(connection, expected_id):
        if entry.id != expected_id:
            raise _BrokenError(expected_id, f"entry {expected_id} is missing")
        try:
            is_signed = _check_entry(entry, tally.head, public_key)
            _check_told(connection, entry, public_key)
        except (ValueError, TypeError, AttributeError):
            # SQLite keeps anything in any column: a changed value may be of another kind.
            raise _BrokenError(entry.id, f"entry {entry.id} cannot be read") from None
        tally.head = entry.hash
        tally.num_entries += 1
        tally.num_signed += is_signed
        expected_id += 1
    if not is_signed:
        raise _BrokenError(newest, f"the last entry ({newest}) is not signed")


@dataclass(frozen=True)
class _Entry:
    id: int
    at: str
    event: str
    case_id: int | None
    actor: str
    data: str
    previous: bytes
    hash: bytes
    signature: bytes | None


def _entries(connection: sqlite3.Connection, first_id: int) -> Iterator[_Entry]:
    cursor = connection.execute(
        "SELECT id, at, event, case_id, actor, data, previous, hash, signature FROM ledger"
        " WHERE id >= ? ORDER BY id",
        (first_id,),
    )
    return (_Entry(*row) for row in cursor)


def _check_entry(entry: _Entry, previous: bytes, public_key: Ed25519PublicKey) -> bool:
    """Whether the entry is signed. Raises _BrokenError."""
    if entry.previous != previous:
        raise _BrokenError(entry.id, f"entry {entry.id} does not follow from the one before it")
    right = entry_hash(
        previous, entry.id, entry.at, entry.event, entry.case_id, entry.actor, entry.data
    )
    if entry.hash != right:
        raise _BrokenError(entry.id, f"entry {entry.id} ({entry.event}) has been changed")
    if entry.signature is None:
        return False
    try:
        public_key.verify(entry.signature, entry.hash)
    except InvalidSignature:
        raise _BrokenError(
            entry.id, f"entry {entry.id} ({entry.event}) was not signed with the key of this box"
        ) from None
    return True


def _check_told(
    connection: sqlite3.Connection, entry: _Entry, public_key: Ed25519PublicKey
) -> None:
    """Whether the case, the text or the round that the entry tells of is there, as it was."""
    data = json.loads(entry.data)
    if entry.event == Event.FILED:
        _check_filed(connection, entry, data)
    if entry.event in _MESSAGE_EVENTS:
        _check_text(connection, entry, data, "message", "messages")
    elif entry.event == Event.NOTED:
        _check_text(connection, entry, data, "note", "notes")
    elif entry.event == Event.TRANSLATED:
        _check_translation(connection, entry, data)
    elif entry.event == Event.ROUND_FINISHED:
        _check_round(connection, entry, data, public_key)


def _check_round(
    connection: sqlite3.Connection,
    entry: _Entry,
    data: dict[str, Any],
    public_key: Ed25519PublicKey,
) -> None:
    """Everything that was found must be there as it was, and nothing else."""
    round_id, digest = int(data.get("round", 0)), data.get("digest", "")
    row = connection.execute(
        "SELECT digest, signature FROM rounds WHERE id = ?", (round_id,)
    ).fetchone()
    name = f"round {round_id}"
    if row is None:
        raise _BrokenError(entry.id, f"{name}, which entry {entry.id} tells of, is gone")
    if row[0] != digest or digest_of_round(connection, round_id) != digest:
        raise _BrokenError(entry.id, f"what was found on {name} has been changed")
    try:
        public_key.verify(row[1], round_statement(digest))
    except InvalidSignature:
        raise _BrokenError(entry.id, f"{name} was not signed with the key of this box") from None


def _check_translation(connection: sqlite3.Connection, entry: _Entry, data: dict[str, Any]) -> None:
    """One that is there must be as it was shown; it goes when its language is put right."""
    translation_id = data.get("translation")
    row = connection.execute(
        "SELECT salt, text FROM translations WHERE id = ?", (translation_id,)
    ).fetchone()
    if row is not None and text_digest(*row) != data.get("text"):
        raise _BrokenError(entry.id, f"translation {translation_id} has been changed")


def _check_filed(connection: sqlite3.Connection, entry: _Entry, data: dict[str, Any]) -> None:
    row = connection.execute(
        "SELECT reference, access_point_id, filed_at FROM cases WHERE id = ?", (entry.case_id,)
    ).fetchone()
    name = f"case {data.get('reference')}"
    if row is None:
        raise _BrokenError(entry.id, f"{name}, which entry {entry.id} tells of, is gone")
    if row[:2] != (data.get("reference"), data.get("access_point")) or not _is_at(row[2], entry):
        raise _BrokenError(entry.id, f"{name} is not as entry {entry.id} says that it was filed")


def _check_text(
    connection: sqlite3.Connection, entry: _Entry, data: dict[str, Any], noun: str, table: str
) -> None:
    text_id = data.get(noun)
    row = connection.execute(
        f"SELECT case_id, salt, text, created_at FROM {table} WHERE id = ?",  # noqa: S608
        (text_id,),
    ).fetchone()
    name = f"{noun} {text_id} of case {entry.case_id}"
    if row is None:
        raise _BrokenError(entry.id, f"{name}, which entry {entry.id} tells of, is gone")
    case_id, salt, text, written_at = row
    if text_digest(salt, text) != data.get("text"):
        raise _BrokenError(entry.id, f"the text of {name} (entry {entry.id}) has been changed")
    if case_id != entry.case_id or not _is_at(written_at, entry):
        raise _BrokenError(entry.id, f"{name} (entry {entry.id}) has been moved")


def _is_at(moment: datetime, entry: _Entry) -> bool:
    return canonical_time(moment) == entry.at


def _check_nothing_untold(connection: sqlite3.Connection) -> None:
    """Cases, messages, notes and finished rounds that came into the database past the ledger."""
    for noun, sql in _UNTOLD:
        row = connection.execute(sql).fetchone()
        if row is not None:
            raise _BrokenError(0, f"{noun} {row[0]} is not in the ledger")


_UNTOLD = (
    (
        "case",
        "SELECT reference FROM cases c WHERE NOT EXISTS (SELECT 1 FROM ledger l"
        " WHERE l.case_id = c.id AND l.event = 'filed') ORDER BY c.id LIMIT 1",
    ),
    (
        "message",
        "SELECT m.id FROM messages m WHERE NOT EXISTS (SELECT 1 FROM ledger l"
        " WHERE l.case_id = m.case_id"
        " AND l.event IN ('filed', 'guest_wrote', 'answered', 'resolved')"
        " AND json_extract(l.data, '$.message') = m.id) ORDER BY m.id LIMIT 1",
    ),
    (
        "note",
        "SELECT n.id FROM notes n WHERE NOT EXISTS (SELECT 1 FROM ledger l"
        " WHERE l.case_id = n.case_id AND l.event = 'noted'"
        " AND json_extract(l.data, '$.note') = n.id) ORDER BY n.id LIMIT 1",
    ),
    (
        "round",
        "SELECT r.id FROM rounds r WHERE r.finished_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM ledger l WHERE l.case_id IS NULL AND l.event = 'round_finished'"
        " AND json_extract(l.data, '$.round') = r.id) ORDER BY r.id LIMIT 1",
    ),
)
