"""Claiming what is due and writing down how it went. Every function runs inside `DB.write`."""

import json
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.channels.base import ChannelError, RetryError
from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC, use_next_channel
from sosbox.deliveries.reports import expect_report
from sosbox.deliveries.rules import DeliveryState, next_attempt
from sosbox.errors import ConflictError, NotFoundError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event, account_actor
from sosbox.staff.rules import Viewer


@dataclass(frozen=True)
class Claimed:
    """A delivery that is nobody else's until its outcome is recorded.

    `num_attempts` counts the one that is about to be made.
    """

    id: int
    case_id: int | None
    recipient_id: int | None
    channel: str
    num_attempts: int
    created_at: datetime


def claim_due(tx: Transaction, *, now: datetime, channel: str, limit: int) -> list[Claimed]:
    """Takes up to `limit` deliveries whose time has come, those that wait longest first.

    What is only for a case that nobody has opened is skipped when somebody has.
    """
    _skip_needless(tx, now, channel)
    rows = tx.sql(
        "SELECT id, case_id, recipient_id, num_attempts, created_at FROM deliveries"
        " WHERE state = 'pending' AND next_attempt_at <= ? AND channel = ?"
        " ORDER BY next_attempt_at, id LIMIT ?",
        now,
        channel,
        limit,
    )
    claimed = []
    for delivery_id, case_id, recipient_id, num_attempts, created_at in rows:
        tx.sql(
            "UPDATE deliveries SET state = 'sending', num_attempts = ?, last_attempt_at = ?,"
            " report = '', report_due_at = NULL WHERE id = ? AND state = 'pending'",
            num_attempts + 1,
            now,
            delivery_id,
        )
        claimed.append(
            Claimed(delivery_id, case_id, recipient_id, channel, num_attempts + 1, created_at)
        )
    return claimed


def _skip_needless(tx: Transaction, now: datetime, channel: str) -> None:
    tx.sql(
        "UPDATE deliveries SET state = 'skipped' WHERE state = 'pending' AND next_attempt_at <= ?"
        " AND channel = ? AND is_unless_opened AND num_attempts = 0 AND EXISTS (SELECT 1 FROM cases"
        " c WHERE c.id = deliveries.case_id AND (NOT c.is_unread OR c.state_rank = 2"
        " OR c.acknowledged_at >= deliveries.created_at))",
        now,
        channel,
    )


def record_sent(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    delivery: Claimed,
    report_within_s: int = 0,
) -> None:
    """The other side has taken the notice.

    report_within_s: how long the report of its arrival may take, seconds; 0: none will come.
    """
    if _leave_sending(tx, delivery, state=DeliveryState.SENT, sent_at=now):
        _tell_ledger(tx, keys, now, Event.NOTIFIED, delivery)
        expect_report(tx, keys, now=now, delivery_id=delivery.id, within_s=report_within_s)


def record_retry(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    delivery: Claimed,
    error: RetryError,
    rng: random.Random,
) -> datetime | None:
    """Puts the delivery back until its next attempt and returns when that is.

    Returns None when it was tried for long enough: then it has failed.
    """
    moment = next_attempt(now, delivery.created_at, delivery.num_attempts, rng=rng)
    if error.may_have_arrived:
        tx.sql("UPDATE deliveries SET is_possible_duplicate = 1 WHERE id = ?", delivery.id)
    if moment is None:
        record_failed(tx, keys, now=now, delivery=delivery, error=error)
    else:
        _leave_sending(
            tx, delivery, state=DeliveryState.PENDING, error=error, next_attempt_at=moment
        )
    return moment


def record_failed(
    tx: Transaction, keys: Keys, *, now: datetime, delivery: Claimed, error: ChannelError
) -> None:
    """The notice is not tried again unless somebody of the staff asks for it."""
    if _leave_sending(tx, delivery, state=DeliveryState.FAILED, error=error):
        _tell_ledger(tx, keys, now, Event.DELIVERY_FAILED, delivery)
        case_id, recipient_id = delivery.case_id, delivery.recipient_id
        use_next_channel(tx, now=now, case_id=case_id, recipient_id=recipient_id)


def bring_forward(tx: Transaction, *, now: datetime, channel: str, errors: Collection[str]) -> int:
    """The channel works again: makes due what waits because of these errors.

    Returns how many there were.
    """
    rows = tx.sql(
        "UPDATE deliveries SET next_attempt_at = ? WHERE state = 'pending' AND channel = ?"
        " AND next_attempt_at > ? AND error IN (SELECT value FROM json_each(?)) RETURNING id",
        now,
        channel,
        now,
        json.dumps(list(errors)),
    )
    return len(rows)


def recover_interrupted(tx: Transaction, *, now: datetime) -> int:
    """Makes due what a worker that ended in the middle has left; returns how many there were.

    Nobody knows whether they had arrived, so they are marked as possible duplicates. Only for a
    worker that is alone with the data folder.
    """
    rows = tx.sql(
        "UPDATE deliveries SET state = 'pending', is_possible_duplicate = 1, next_attempt_at = ?"
        " WHERE state = 'sending' RETURNING id",
        now,
    )
    return len(rows)


def retry_failed(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, delivery_id: int
) -> None:
    """Tries a failed notice again at once, because somebody of the staff asks for it.

    A notice older than three days gets this one attempt. Raises NotFoundError, ForbiddenError,
    and ConflictError when it has not failed.
    """
    rows = tx.sql(
        "SELECT c.subscriber_id, c.area_id, c.is_sensitive,"
        " d.case_id, d.recipient_id, d.channel, d.state"
        " FROM deliveries d JOIN cases c ON c.id = d.case_id WHERE d.id = ?",
        delivery_id,
    )
    if not rows or not viewer.may_see(*rows[0][:2], is_sensitive=bool(rows[0][2])):
        raise NotFoundError("There is no such notice.")
    viewer.require_write()
    case_id, recipient_id, channel, state = rows[0][3:]
    if state != DeliveryState.FAILED:
        raise ConflictError("Only a notice that has failed can be sent again.")
    tx.sql(
        "UPDATE deliveries SET state = 'pending', next_attempt_at = ? WHERE id = ?",
        now,
        delivery_id,
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.DELIVERY_RETRIED,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        delivery=delivery_id,
        recipient=recipient_id,
        channel=channel,
    )
    tx.announce(DELIVERY_TOPIC)


def _leave_sending(
    tx: Transaction,
    delivery: Claimed,
    *,
    state: DeliveryState,
    error: ChannelError | None = None,
    **changes: Any,
) -> bool:
    """Stores the outcome; False when the delivery is no longer ours to decide on."""
    columns = {
        "state": str(state),
        "error": error.message if error else "",
        "error_detail": error.detail if error else "",
        **changes,
    }
    assignments = ", ".join(f"{name} = ?" for name in columns)
    rows = tx.sql(
        f"UPDATE deliveries SET {assignments} WHERE id = ? AND state = 'sending' RETURNING id",  # noqa: S608
        *columns.values(),
        delivery.id,
    )
    return bool(rows)


def _tell_ledger(
    tx: Transaction, keys: Keys, now: datetime, event: Event, delivery: Claimed
) -> None:
    append(
        tx,
        keys,
        at=now,
        event=event,
        case_id=delivery.case_id,
        actor=SYSTEM,
        delivery=delivery.id,
        recipient=delivery.recipient_id,
        channel=delivery.channel,
    )
