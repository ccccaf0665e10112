"""Replies as they come in, and who can write them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sosbox.box import Box
from sosbox.cases.tables import Case, Message
from sosbox.db import DB, Transaction
from sosbox.deliveries.replies import keep_reply
from sosbox.deliveries.tables import Delivery, Reply
from sosbox.dispatch.intake import close_case
from sosbox.dispatch.replies import take_replies
from sosbox.ledger.tables import LedgerEntry
from tests.support.routing import add_recipient, add_rule
from tests.support.venue import NOON, Venue

MARTA = "+34600123456"
STRANGER = "+34699999999"
LATER = NOON + timedelta(minutes=1)
_ids = count()


def add_marta(tx: Transaction, venue: Venue) -> int:
    """Marta is told of everything, by e-mail and by SMS."""
    marta = add_recipient(tx, venue, "marta", email="marta@mar.example", sms=MARTA)
    add_rule(tx, venue, "marta", marta)
    return marta


async def send_all(now: datetime = NOON) -> None:
    """What the outbox holds has gone out."""
    await DB.write(lambda tx: tx.sql("UPDATE deliveries SET state = 'sent', sent_at = ?", now))


async def notice_to(address: str, case_id: int | None = None) -> dict[str, Any]:
    """The newest notice to an address."""
    query = Delivery.select().where(Delivery.address == address)
    if case_id is not None:
        query = query.where(Delivery.case_id == case_id)
    row = await query.order_by(Delivery.id, ascending=False).first()
    assert row is not None
    return row


async def receive(box: Box, text: str, *, sender: str = MARTA, **columns: Any) -> dict[str, Any]:
    """A reply comes in and the worker looks at it; returns what was made of it."""
    values = {"channel": "sms", "external_id": f"reply {next(_ids)}", "now": LATER, **columns}
    reply_id = await DB.write(keep_reply, sender=sender, text=text, **values)
    assert reply_id is not None
    await take(box)
    return await reply(reply_id)


async def take(box: Box, now: datetime = LATER) -> int:
    return await DB.write(take_replies, box.keys, now=now, limit=100)


async def reply(reply_id: int) -> dict[str, Any]:
    row = await Reply.select().where(Reply.id == reply_id).first()
    assert row is not None
    return row


async def trust_replies() -> None:
    await DB.write(lambda tx: tx.sql("UPDATE establishments SET trusts_replies = 1"))


async def messages_of(case_id: int) -> list[tuple[Any, ...]]:
    rows = (
        await Message.select(Message.direction, Message.text, Message.recipient_id)
        .where(Message.case_id == case_id)
        .order_by(Message.id)
    )
    return [(row["direction"], row["text"], row["recipient_id"]) for row in rows]


async def events_of(case_id: int) -> list[tuple[str, str]]:
    rows = (
        await LedgerEntry.select(LedgerEntry.event, LedgerEntry.actor)
        .where(LedgerEntry.case_id == case_id)
        .order_by(LedgerEntry.id)
    )
    return [(row["event"], row["actor"]) for row in rows]


async def case_row(case_id: int) -> dict[str, Any]:
    row = await Case.select().where(Case.id == case_id).first()
    assert row is not None
    return row


async def resolve(box: Box, venue: Venue, case_id: int) -> None:
    await DB.write(
        close_case,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=case_id,
        outcome="Done",
        seen_version=(await case_row(case_id))["version"],
        language="en",
    )


async def leave_number(case_id: int, number: str = "699 99 99 99") -> None:
    await DB.write(
        lambda tx: tx.sql("UPDATE cases SET contact_phone = ? WHERE id = ?", number, case_id)
    )
