"""Adding to the ledger, inside the transaction of what is being told."""

from datetime import datetime

from sosbox.db import Transaction
from sosbox.keys import Keys
from sosbox.ledger.rules import GENESIS, Event, canonical_data, canonical_time, entry_hash

LEDGER_TOPIC = "ledger"
_HEAD = "ledger head"


def append(
    tx: Transaction,
    keys: Keys,
    *,
    at: datetime,
    event: Event,
    case_id: int | None,
    actor: str,
    **data: object,
) -> int:
    """Adds one entry and returns its number.

    `data` holds ids, states and digests: nothing that a guest or a colleague wrote. The last entry
    of every commit is signed with the key of the box, so that the chain cannot be made anew by
    somebody who has the file and not the key.
    """
    head: tuple[int, bytes] | None = tx.memo.get(_HEAD)
    if head is None:
        rows = tx.sql("SELECT id, hash FROM ledger ORDER BY id DESC LIMIT 1")
        head = (rows[0][0], rows[0][1]) if rows else (0, GENESIS)
    entry_id = head[0] + 1
    time_text, data_text = canonical_time(at), canonical_data(data)
    digest = entry_hash(head[1], entry_id, time_text, event, case_id, actor, data_text)
    tx.sql(
        "INSERT INTO ledger (id, at, event, case_id, actor, data, previous, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        entry_id,
        time_text,
        str(event),
        case_id,
        actor,
        data_text,
        head[1],
        digest,
    )
    tx.memo[_HEAD] = (entry_id, digest)
    tx.before_commit[_HEAD] = lambda tx: _sign_head(tx, keys)
    tx.announce(LEDGER_TOPIC)
    return entry_id


def _sign_head(tx: Transaction, keys: Keys) -> None:
    rows = tx.sql("SELECT id, hash FROM ledger ORDER BY id DESC LIMIT 1")
    entry_id, digest = rows[0]
    tx.sql("UPDATE ledger SET signature = ? WHERE id = ?", keys.sign(digest), entry_id)
