"""What guests have written, and nobody was told of yet: filtered, routed, its clocks started."""

import logging
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Any

from sosbox.cases.rules import Hold
from sosbox.db import Transaction
from sosbox.deliveries.actions import tell, tell_owners
from sosbox.deliveries.rules import DeliveryEvent
from sosbox.dispatch.clocks import start_clocks
from sosbox.dispatch.filtering import WaitingMessage, hold_message
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.queries import RuleBook, case_facts
from sosbox.routing.rules import Decision, decide

_log = logging.getLogger(__name__)


def route_waiting(
    tx: Transaction,
    keys: Keys,
    rule_book: RuleBook,
    filter_book: FilterBook,
    *,
    now: datetime,
    limit: int,
) -> int:
    """Fills the outbox for what guests have written since the last time, oldest first.

    One that breaks something does not hold up those behind it: the owners are told of it. Returns
    how many messages that were, at most `limit`.
    """
    messages = [_waiting(row) for row in tx.sql(_UNROUTED, limit)]
    for message in messages:
        try:
            with tx.savepoint():
                hold = hold_message(tx, keys, filter_book, now=now, message=message)
                _route(tx, keys, rule_book, now, message, hold)
        except sqlite3.OperationalError:
            raise
        except Exception as error:
            # The type alone: the text of an error may hold what the guest wrote.
            _log.error("trouble with routing a message: %s", type(error).__name__)
            _tell_owners(tx, keys, now, message)
        tx.sql("UPDATE messages SET is_routed = 1 WHERE id = ?", message.message_id)
    return len(messages)


_UNROUTED = """
    SELECT m.id, NOT EXISTS (SELECT 1 FROM messages e WHERE e.case_id = m.case_id AND e.id < m.id),
           m.text, m.hold, m.created_at, c.id, c.subscriber_id, c.establishment_id,
           c.access_point_id, c.reference, c.contact_email, c.contact_phone
    FROM messages m JOIN cases c ON c.id = m.case_id
    WHERE m.is_routed = 0 AND m.direction = 'from_guest' ORDER BY m.id LIMIT ?
"""


def _waiting(row: tuple[Any, ...]) -> WaitingMessage:
    return WaitingMessage(row[0], bool(row[1]), row[2], Hold(row[3]), *row[4:])


def _route(
    tx: Transaction,
    keys: Keys,
    rule_book: RuleBook,
    now: datetime,
    message: WaitingMessage,
    hold: Hold,
) -> None:
    rules = rule_book.rules_of(tx, message.subscriber_id)
    decision = decide(rules, case_facts(tx, message.case_id), now)
    # Who must not see the case must not see it in quarantine either.
    _mark_case(tx, message.case_id, decision)
    if hold is Hold.HELD:
        return
    house = rules.houses[message.establishment_id]
    # A house that has no digest would never hear of it.
    if hold is Hold.DIGEST and house.digest_at:
        # Told of in the digest; what was promised holds all the same.
        decision = replace(decision, steps=())
    else:
        _tell(tx, keys, now, message, decision)
    start_clocks(tx, house, decision, case_id=message.case_id, now=now, is_first=message.is_first)


def _tell(
    tx: Transaction, keys: Keys, now: datetime, message: WaitingMessage, decision: Decision
) -> None:
    event = DeliveryEvent.FILED if message.is_first else DeliveryEvent.GUEST_WROTE
    tell(
        tx,
        decision.told,
        now=now,
        event=event,
        case_id=message.case_id,
        message_id=message.message_id,
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.ROUTED,
        case_id=message.case_id,
        actor=SYSTEM,
        message=message.message_id,
        rules=[rule.slug for rule in decision.matched],
        recipients=[told.recipient.id for told in decision.told],
    )


def _tell_owners(tx: Transaction, keys: Keys, now: datetime, message: WaitingMessage) -> None:
    event = DeliveryEvent.FILED if message.is_first else DeliveryEvent.GUEST_WROTE
    tell_owners(
        tx,
        now=now,
        event=event,
        subscriber_id=message.subscriber_id,
        case_id=message.case_id,
        message_id=message.message_id,
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.ROUTED,
        case_id=message.case_id,
        actor=SYSTEM,
        message=message.message_id,
        rules=[],
        recipients=[],
    )


def _mark_case(tx: Transaction, case_id: int, decision: Decision) -> None:
    """What a rule has said of the case stays true of it, whatever is written later."""
    if decision.is_safety or decision.is_sensitive:
        tx.sql(
            "UPDATE cases SET is_safety = is_safety OR ?, is_sensitive = is_sensitive OR ?"
            " WHERE id = ?",
            decision.is_safety,
            decision.is_sensitive,
            case_id,
        )
