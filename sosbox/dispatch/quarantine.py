"""What the staff does with messages in quarantine. Every function runs inside `DB.write`.

What holds for a message of a case that is in quarantine itself holds for all that its guest wrote
there: whoever reads it, reads them together.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sosbox.cases.quarantine import release_case
from sosbox.cases.rules import Hold
from sosbox.cases.staff_actions import load_case_for
from sosbox.cases.tables import Message
from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.errors import NotFoundError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import Event, account_actor
from sosbox.staff.rules import Viewer


def release_messages(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, message_ids: Iterable[int]
) -> int:
    """Lets messages out: they are routed as if they had just come.

    Returns how many were; one that somebody else has let out already is not among them. Raises
    NotFoundError for one that the viewer may not see, ForbiddenError.
    """
    num = 0
    for case, message_id in _held(tx, viewer, message_ids, {Hold.HELD, Hold.UNWANTED}):
        tx.sql(
            "UPDATE messages SET hold = ?, is_routed = 0 WHERE id = ?",
            str(Hold.RELEASED),
            message_id,
        )
        if case["is_quarantined"]:
            release_case(tx, case["id"])
            tx.sql("UPDATE cases SET is_unread = 1 WHERE id = ?", case["id"])
        _tell_ledger(tx, keys, now, viewer, Event.RELEASED, case["id"], message_id)
        num += 1
    if num:
        tx.announce(DELIVERY_TOPIC)
    return num


def confirm_unwanted(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, message_ids: Iterable[int]
) -> int:
    """Nobody needs to look at these again; they are kept and counted. As `release_messages`."""
    return _change(tx, keys, now, viewer, message_ids, Hold.HELD, Hold.UNWANTED, Event.UNWANTED)


def hold_again(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, message_ids: Iterable[int]
) -> int:
    """Puts what was confirmed as unwanted back into quarantine. As `release_messages`."""
    return _change(tx, keys, now, viewer, message_ids, Hold.UNWANTED, Hold.HELD, Event.QUARANTINED)


def _change(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    viewer: Viewer,
    message_ids: Iterable[int],
    before: Hold,
    after: Hold,
    event: Event,
) -> int:
    num = 0
    for case, message_id in _held(tx, viewer, message_ids, {before}):
        tx.sql("UPDATE messages SET hold = ? WHERE id = ?", str(after), message_id)
        _tell_ledger(tx, keys, now, viewer, event, case["id"], message_id)
        num += 1
    return num


def _held(
    tx: Transaction, viewer: Viewer, message_ids: Iterable[int], holds: set[Hold]
) -> list[tuple[dict[str, Any], int]]:
    """The messages that are held so, each with its case; of a case in quarantine all of them."""
    viewer.require_write()
    found: dict[int, dict[str, Any]] = {}
    for message_id in message_ids:
        message = tx.first(Message.select(Message.case_id).where(Message.id == message_id))
        if message is None:
            raise NotFoundError("There is no such message.")
        case = load_case_for(tx, viewer, message["case_id"])
        rows = tx.sql(
            "SELECT id, hold FROM messages WHERE case_id = ? AND (id = ? OR ?) ORDER BY id",
            case["id"],
            message_id,
            case["is_quarantined"],
        )
        found |= {each: case for each, hold in rows if Hold(hold) in holds}
    return [(found[message_id], message_id) for message_id in sorted(found)]


def _tell_ledger(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    viewer: Viewer,
    event: Event,
    case_id: int,
    message_id: int,
) -> None:
    actor = account_actor(viewer.account_id)
    append(tx, keys, at=now, event=event, case_id=case_id, actor=actor, message=message_id)
