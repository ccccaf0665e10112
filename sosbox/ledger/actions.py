"""Adding to the ledger, inside the transaction of what is being told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sosbox.db import Transaction
from sosbox.keys import Keys
from sosbox.ledger.rules import GENESIS, Event, canonical_data, canonical_time, entry_hash
from sosbox.ledger.tables import LedgerEntry

LEDGER_TOPIC = "ledger"
_HEAD = "ledger head"
_COLUMNS = ("id", "at", "event", "case_id", "actor", "data", "previous", "hash")


class NewEntry(NamedTuple):
    """What is to be told. `data` holds ids, states and digests: nothing that anybody wrote."""

    at: datetime
    event: Event
    case_id: int | None
    actor: str
    data: Mapping[str, object]


def append(
    tx: Transaction,
    keys: Keys,
    *,
    at: datetime,
    event: Event,
    case_id: int | None,
    actor: str,
    **data: object,
) -> None:
    """Adds one entry, as `append_many` does."""
    append_many(tx, keys, [NewEntry(at, event, case_id, actor, data)])


def append_many(tx: Transaction, keys: Keys, entries: Iterable[NewEntry]) -> None:
    """Adds entries in their order.

    The last entry of every commit is signed with the key of the box, so that the chain cannot be
    made anew by somebody who has the file and not the key.
    """
    head: tuple[int, bytes] | None = tx.memo.get(_HEAD)
    if head is None:
        rows = tx.sql("SELECT id, hash FROM ledger ORDER BY id DESC LIMIT 1")
        head = (rows[0][0], rows[0][1]) if rows else (0, GENESIS)
    entry_id, digest = head
    stored = []
    for at, event, case_id, actor, data in entries:
        entry_id, previous = entry_id + 1, digest
        time_text, data_text = canonical_time(at), canonical_data(data)
        digest = entry_hash(previous, entry_id, time_text, event, case_id, actor, data_text)
        stored.append(
            (entry_id, time_text, str(event), case_id, actor, data_text, previous, digest)
        )
    tx.insert_many(LedgerEntry, _COLUMNS, stored)
    tx.memo[_HEAD] = (entry_id, digest)
    tx.before_commit[_HEAD] = lambda tx: _sign_head(tx, keys)
    tx.announce(LEDGER_TOPIC)


def _sign_head(tx: Transaction, keys: Keys) -> None:
    rows = tx.sql("SELECT id, hash FROM ledger ORDER BY id DESC LIMIT 1")
    entry_id, digest = rows[0]
    tx.sql("UPDATE ledger SET signature = ? WHERE id = ?", keys.sign(digest), entry_id)
