"""Putting notices into the outbox, in the transaction of what they tell."""

from datetime import datetime

from sosbox.cases.tables import Case
from sosbox.db import Transaction
from sosbox.deliveries.rules import CHANNELS, DeliveryEvent, DeliveryState
from sosbox.deliveries.tables import Delivery
from sosbox.routing.queries import RuleBook
from sosbox.routing.rules import CaseFacts, recipients_for

DELIVERY_TOPIC = "deliveries"


def route_waiting(tx: Transaction, rule_book: RuleBook, *, now: datetime, limit: int) -> int:
    """Fills the outbox for what guests have written since the last time, oldest first.

    Returns how many messages that were, at most `limit`.
    """
    rows = tx.sql(_UNROUTED, limit)
    for message_id, is_first, *facts in rows:
        notify(
            tx,
            rule_book,
            now=now,
            event=DeliveryEvent.FILED if is_first else DeliveryEvent.GUEST_WROTE,
            message_id=message_id,
            facts=CaseFacts(*facts),
        )
        tx.sql("UPDATE messages SET is_routed = 1 WHERE id = ?", message_id)
    return len(rows)


_UNROUTED = """
    SELECT m.id, NOT EXISTS (SELECT 1 FROM messages e WHERE e.case_id = m.case_id AND e.id < m.id),
           c.id, c.subscriber_id, c.establishment_id, c.area_id, c.access_point_id
    FROM messages m JOIN cases c ON c.id = m.case_id
    WHERE m.is_routed = 0 AND m.direction = 'from_guest' ORDER BY m.id LIMIT ?
"""


def notify(
    tx: Transaction,
    rule_book: RuleBook,
    *,
    now: datetime,
    event: DeliveryEvent,
    message_id: int | None,
    facts: CaseFacts,
) -> int:
    """Writes a delivery for every address of every recipient whose rules match the case.

    Nobody gets the same notice twice, even when several rules or recipients share an address.
    Returns the number of deliveries.
    """
    told: set[tuple[str, str]] = set()
    for recipient in recipients_for(rule_book.rules_of(tx, facts.subscriber_id), facts):
        for channel, address in recipient.addresses:
            key = (channel, address.lower())
            if channel not in CHANNELS or key in told:
                continue
            told.add(key)
            _add(
                tx,
                now=now,
                case_id=facts.case_id,
                event=event,
                message_id=message_id,
                recipient_id=recipient.id,
                channel=channel,
                address=address,
                name=recipient.name,
                language=recipient.language,
            )
    return len(told)


def notify_guest(tx: Transaction, *, now: datetime, case_id: int, message_id: int) -> bool:
    """Sends an answer to the e-mail address that the guest has left, if there is one."""
    case = tx.first(
        Case.select(Case.contact_email, Case.contact_name, Case.language).where(Case.id == case_id)
    )
    if case is None or not case["contact_email"]:
        return False
    _add(
        tx,
        now=now,
        case_id=case_id,
        event=DeliveryEvent.ANSWERED,
        message_id=message_id,
        recipient_id=None,
        channel="email",
        address=case["contact_email"],
        name=case["contact_name"],
        language=case["language"],
    )
    return True


def _add(
    tx: Transaction,
    *,
    now: datetime,
    case_id: int,
    event: DeliveryEvent,
    message_id: int | None,
    recipient_id: int | None,
    channel: str,
    address: str,
    name: str,
    language: str,
) -> None:
    tx.insert(
        Delivery,
        case_id=case_id,
        message_id=message_id,
        event=str(event),
        recipient_id=recipient_id,
        channel=channel,
        address=address,
        name=name,
        language=language,
        state=str(DeliveryState.PENDING),
        created_at=now,
        next_attempt_at=now,
    )
    tx.announce(DELIVERY_TOPIC)
