"""Putting notices into the outbox, in the transaction of what they tell."""

from datetime import datetime

from sosbox.cases.tables import Case
from sosbox.db import Transaction
from sosbox.deliveries.rules import CHANNELS, DeliveryEvent, DeliveryState
from sosbox.deliveries.tables import Delivery
from sosbox.routing.queries import RuleBook, case_facts
from sosbox.routing.rules import CaseFacts, recipients_for

DELIVERY_TOPIC = "deliveries"


def notify(
    tx: Transaction,
    rule_book: RuleBook,
    *,
    now: datetime,
    case_id: int,
    event: DeliveryEvent,
    message_id: int | None,
    facts: CaseFacts | None = None,
) -> int:
    """Writes a delivery for every address of every recipient whose rules match the case.

    Nobody gets the same notice twice, even when several rules or recipients share an address.
    Returns the number of deliveries.
    """
    facts = facts or case_facts(tx, case_id)
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
                case_id=case_id,
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
