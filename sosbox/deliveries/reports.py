"""What the network says about notices that it has taken. Every function runs inside `DB.write`.

A report may come at any time: before the box has stored that the notice went out, twice, or long
after nobody waits for it any more.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC, use_next_channel
from sosbox.deliveries.rules import DeliveryState, ReportState
from sosbox.i18n import N_
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event
from sosbox.lib.text import clean

NOT_DELIVERED = N_("The phone network could not deliver this message.")
_MAX_DETAIL = 300


class _Delivery(NamedTuple):
    id: int
    case_id: int | None
    recipient_id: int | None
    channel: str
    state: str
    report: str


def expect_report(
    tx: Transaction, keys: Keys, *, now: datetime, delivery_id: int, within_s: int
) -> None:
    """The notice has just been handed over: waits for its report, or takes the one that is there.

    within_s: how long the report may take, seconds; 0: there will be none.
    """
    delivery = _find(tx, delivery_id)
    if delivery is None:
        return
    if delivery.report == ReportState.FAILED:
        _fail(tx, keys, now, delivery)
    elif within_s and delivery.report == ReportState.NONE:
        tx.sql(
            "UPDATE deliveries SET report = 'waiting', report_due_at = ? WHERE id = ?",
            now + timedelta(seconds=within_s),
            delivery_id,
        )


def record_report(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    delivery_id: int,
    has_arrived: bool,
    detail: str = "",
) -> bool:
    """Stores what the network reports of a notice; False when that changes nothing.

    detail: why it did not arrive, in the words of the network, for the staff.
    """
    delivery = _find(tx, delivery_id)
    if delivery is None or delivery.report in (ReportState.ARRIVED, ReportState.FAILED):
        return False
    if delivery.state not in (DeliveryState.SENDING, DeliveryState.SENT):
        return False
    tx.sql(
        "UPDATE deliveries SET report = ?, report_due_at = NULL, error_detail = ? WHERE id = ?",
        str(ReportState.ARRIVED if has_arrived else ReportState.FAILED),
        "" if has_arrived else " ".join(clean(detail).split())[:_MAX_DETAIL],
        delivery_id,
    )
    if has_arrived:
        report = ReportState.ARRIVED
        _tell_ledger(tx, keys, now, Event.DELIVERY_REPORTED, delivery, report=str(report))
    elif delivery.state == DeliveryState.SENT:
        _fail(tx, keys, now, delivery)
    return True


def expire_reports(tx: Transaction, keys: Keys, *, now: datetime) -> int:
    """Gives up waiting for reports that are overdue; returns how many there were.

    Nobody knows whether these notices have arrived, so they count as sent, and the staff sees it.
    """
    overdue = tx.sql(
        "SELECT id FROM deliveries WHERE report = 'waiting' AND report_due_at <= ?", now
    )
    for (delivery_id,) in overdue:
        delivery = _find(tx, delivery_id)
        assert delivery is not None
        tx.sql("UPDATE deliveries SET report = 'never' WHERE id = ?", delivery_id)
        report = ReportState.NEVER
        _tell_ledger(tx, keys, now, Event.DELIVERY_REPORTED, delivery, report=str(report))
    return len(overdue)


def _find(tx: Transaction, delivery_id: int) -> _Delivery | None:
    rows = tx.sql(
        "SELECT id, case_id, recipient_id, channel, state, report FROM deliveries WHERE id = ?",
        delivery_id,
    )
    return _Delivery(*rows[0]) if rows else None


def _fail(tx: Transaction, keys: Keys, now: datetime, delivery: _Delivery) -> None:
    """It was sent in vain: the recipient is told over the next channel at once."""
    tx.sql(
        "UPDATE deliveries SET state = 'failed', error = ? WHERE id = ?", NOT_DELIVERED, delivery.id
    )
    _tell_ledger(tx, keys, now, Event.DELIVERY_FAILED, delivery)
    case_id, recipient_id = delivery.case_id, delivery.recipient_id
    use_next_channel(tx, now=now, case_id=case_id, recipient_id=recipient_id)
    tx.announce(DELIVERY_TOPIC)


def _tell_ledger(
    tx: Transaction, keys: Keys, now: datetime, event: Event, delivery: _Delivery, **data: object
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
        **data,
    )
