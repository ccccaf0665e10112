"""What guests have written, and nobody was told of yet: its language found, filtered, routed, its
clocks started."""

import logging
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sosbox.cases.languages import find_language
from sosbox.cases.rules import Hold, LanguageBy
from sosbox.cases.translations import want_translation
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
from sosbox.translation.contract import Detector

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """How what guests write is read.

    detector: finds its language; None: it is taken to be that of the page.
    wait: how long routing waits for the translation into the language of the establishment, in
    which rules look for words.
    """

    detector: Detector | None = None
    wait: timedelta = timedelta()


def route_waiting(
    tx: Transaction,
    keys: Keys,
    rule_book: RuleBook,
    filter_book: FilterBook,
    *,
    now: datetime,
    limit: int,
    reading: Reading = Reading(),
) -> int:
    """Fills the outbox for what guests have written since the last time, oldest first.

    What is being translated waits for that a moment. One that breaks something does not hold up
    those behind it: the owners are told of it. Returns how many messages were looked at, at most
    `limit`; as long as it is as many, there may be more.
    """
    num_read = _read_new(tx, reading, now, limit)
    messages = [_waiting(row) for row in tx.sql(_UNROUTED, now, limit)]
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
    return max(num_read, len(messages))


_UNROUTED = """
    SELECT m.id, NOT EXISTS (SELECT 1 FROM messages e WHERE e.case_id = m.case_id AND e.id < m.id),
           m.text, m.hold, m.created_at, c.id, c.subscriber_id, c.establishment_id,
           c.access_point_id, c.reference, c.contact_email, c.contact_phone
    FROM messages m JOIN cases c ON c.id = m.case_id
    JOIN establishments h ON h.id = c.establishment_id
    WHERE m.is_routed = 0 AND m.direction = 'from_guest' AND m.language_by <> ''
        AND (m.route_by <= ? OR NOT EXISTS (SELECT 1 FROM translations t WHERE t.message_id = m.id
            AND t.language = h.language AND t.state = 'waiting'))
    ORDER BY m.id LIMIT ?
"""


def next_route_by(connection: sqlite3.Connection) -> datetime | None:
    """When routing stops waiting for a translation; None: it waits for none."""
    row = connection.execute(
        "SELECT route_by FROM messages WHERE is_routed = 0 AND direction = 'from_guest'"
        " AND route_by IS NOT NULL ORDER BY route_by LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def _read_new(tx: Transaction, reading: Reading, now: datetime, limit: int) -> int:
    """Finds the languages of what nobody has looked at yet, and asks for translations of it."""
    rows = tx.sql(_UNREAD, limit)
    for message_id, case_id, text, page, house_language in rows:
        language = _language(tx, reading, message_id, case_id, text, page)
        if language == house_language:
            continue
        want_translation(tx, now=now, message_id=message_id, language=house_language)
        tx.sql("UPDATE messages SET route_by = ? WHERE id = ?", now + reading.wait, message_id)
    return len(rows)


def _language(
    tx: Transaction, reading: Reading, message_id: int, case_id: int, text: str, page: str
) -> str:
    try:
        if reading.detector is not None:
            return find_language(
                tx,
                reading.detector,
                message_id=message_id,
                case_id=case_id,
                text=text,
                page=page,
            )
    except sqlite3.Error:
        raise
    except Exception as error:
        # The type alone: the text of an error may hold what the guest wrote.
        _log.error("trouble with finding a language: %s", type(error).__name__)
    by = str(LanguageBy.PAGE)
    tx.sql("UPDATE messages SET language_by = ? WHERE id = ?", by, message_id)
    return page


_UNREAD = """
    SELECT m.id, c.id, m.text, m.language, h.language
    FROM messages m JOIN cases c ON c.id = m.case_id
    JOIN establishments h ON h.id = c.establishment_id
    WHERE m.is_routed = 0 AND m.direction = 'from_guest' AND m.language_by = ''
    ORDER BY m.id LIMIT ?
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
