"""What filters do with a message before anybody is told of it. Runs inside `DB.write`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sosbox.cases.quarantine import quarantine_case
from sosbox.cases.rules import Hold
from sosbox.db import Transaction
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event
from sosbox.routing.filter_queries import FilterBook, earlier_messages
from sosbox.routing.filters import FilterAction, MessageFacts, Verdict, judge
from sosbox.routing.tables import FilterHit

# Why the box itself holds a message back: too many came at once; its case is in quarantine.
BURST = "burst"
WITH_CASE = "case"
# What is noted of a filter whose pattern took too long, where else its action stands.
TOO_SLOW = "too_slow"


@dataclass(frozen=True)
class WaitingMessage:
    """A guest's message with what filters look at. is_first: it began the case.

    hold: what was done with it already; HELD when the web has done so because of a burst.
    """

    message_id: int
    is_first: bool
    text: str
    hold: Hold
    created_at: datetime
    case_id: int
    subscriber_id: int
    establishment_id: int
    access_point_id: int
    reference: str
    contact_email: str
    contact_phone: str


class _Hit(NamedTuple):
    filter_id: int | None
    name: str
    action: str


def hold_message(
    tx: Transaction, keys: Keys, book: FilterBook, *, now: datetime, message: WaitingMessage
) -> Hold:
    """Decides what is done with a message, and stores it with its reasons.

    HELD: nobody is told. DIGEST: nobody is told now. What somebody has let out is not held again.
    """
    if message.hold is Hold.RELEASED:
        return Hold.RELEASED
    if reason := _own_reason(tx, message):
        hits = [_Hit(None, reason, FilterAction.QUARANTINE)]
        hold = Hold.HELD
    else:
        verdict = judge(book.filters_of(tx, message.subscriber_id), _facts(tx, message))
        hits, hold = _hits(verdict), verdict.hold
    _store_hits(tx, now, message.message_id, hits)
    if hold is not message.hold:
        tx.sql("UPDATE messages SET hold = ? WHERE id = ?", str(hold), message.message_id)
    if hold is Hold.HELD and message.is_first:
        quarantine_case(tx, message.case_id)
    _tell_ledger(tx, keys, now, message, hits, hold)
    return hold


def _own_reason(tx: Transaction, message: WaitingMessage) -> str:
    if message.hold is Hold.HELD:
        return BURST
    if message.is_first:
        return ""
    (is_quarantined,) = tx.sql("SELECT is_quarantined FROM cases WHERE id = ?", message.case_id)[0]
    return WITH_CASE if is_quarantined else ""


def _facts(tx: Transaction, message: WaitingMessage) -> MessageFacts:
    return MessageFacts(
        text=message.text,
        establishment_id=message.establishment_id,
        access_point_id=message.access_point_id,
        reference=message.reference,
        contacts=(message.contact_email, message.contact_phone),
        earlier=earlier_messages(
            tx.sql, message.subscriber_id, message.message_id, message.created_at
        ),
    )


def _hits(verdict: Verdict) -> list[_Hit]:
    return [
        *(_Hit(found.id, found.slug, found.action) for found in verdict.hits),
        *(_Hit(slow.id, slow.slug, TOO_SLOW) for slow in verdict.too_slow),
    ]


def _store_hits(tx: Transaction, now: datetime, message_id: int, hits: Sequence[_Hit]) -> None:
    for hit in hits:
        tx.insert(
            FilterHit,
            message_id=message_id,
            filter_id=hit.filter_id,
            name=hit.name,
            action=str(hit.action),
            created_at=now,
        )


def _tell_ledger(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    message: WaitingMessage,
    hits: Sequence[_Hit],
    hold: Hold,
) -> None:
    names = [hit.name for hit in hits if hit.action != TOO_SLOW]
    if not names:
        return
    event = Event.QUARANTINED if hold is Hold.HELD else Event.MARKED
    append(
        tx,
        keys,
        at=now,
        event=event,
        case_id=message.case_id,
        actor=SYSTEM,
        message=message.message_id,
        filters=names,
        hold=str(hold),
    )
