"""What a guest may read: the one case whose receipt they hold."""

from dataclasses import dataclass
from datetime import datetime

from sosbox.cases.rules import State
from sosbox.cases.tables import Case, Message


@dataclass(frozen=True)
class GuestMessage:
    """One text of the thread as the guest sees it."""

    is_from_guest: bool
    is_outcome: bool
    text: str
    language: str
    created_at: datetime


@dataclass(frozen=True)
class GuestCase:
    """A case as the holder of its receipt sees it: no notes, no names of colleagues."""

    id: int
    reference: str
    access_point_id: int
    kind: str
    language: str
    state: State
    remedy: str
    contact_name: str
    contact_email: str
    contact_phone: str
    filed_at: datetime
    promise_due_at: datetime
    legal_due_at: datetime
    read_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    reminded_at: datetime | None
    messages: tuple[GuestMessage, ...]


async def case_by_receipt(receipt_hash: bytes) -> GuestCase | None:
    """The case that a receipt code belongs to, with its thread, oldest first."""
    row = await Case.select().where(Case.receipt_hash == receipt_hash).first()
    if row is None:
        return None
    messages = (
        await Message.select(
            Message.direction,
            Message.is_outcome,
            Message.text,
            Message.language,
            Message.created_at,
        )
        .where(Message.case_id == row["id"])
        .order_by(Message.id)
    )
    return GuestCase(
        id=row["id"],
        reference=row["reference"],
        access_point_id=row["access_point_id"],
        kind=row["kind"],
        language=row["language"],
        state=State(row["state"]),
        remedy=row["remedy"],
        contact_name=row["contact_name"],
        contact_email=row["contact_email"],
        contact_phone=row["contact_phone"],
        filed_at=row["filed_at"],
        promise_due_at=row["promise_due_at"],
        legal_due_at=row["legal_due_at"],
        read_at=row["read_at"],
        answered_at=row["answered_at"],
        resolved_at=row["resolved_at"],
        reminded_at=row["reminded_at"],
        messages=tuple(
            GuestMessage(
                message["direction"] == "from_guest",
                message["is_outcome"],
                message["text"],
                message["language"],
                message["created_at"],
            )
            for message in messages
        ),
    )
