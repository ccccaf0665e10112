"""What a guest may read: the one case whose receipt they hold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sosbox.cases.rules import LanguageBy, Part, State
from sosbox.cases.tables import Case, Message
from sosbox.cases.translations import ShownTranslation, translations_of_case
from sosbox.db import DB


@dataclass(frozen=True)
class GuestMessage:
    """One text of the thread as the guest sees it; its translations by their language."""

    id: int
    is_from_guest: bool
    is_outcome: bool
    text: str
    language: str
    language_by: LanguageBy
    created_at: datetime
    translations: Mapping[str, ShownTranslation]


@dataclass(frozen=True)
class GuestCase:
    """A case as the holder of its receipt sees it: no notes, no names of colleagues.

    language: of the page on which the guest wrote; reads: what they write and are answered in.
    """

    id: int
    reference: str
    access_point_id: int
    kind: str
    language: str
    reads: str
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
            Message.id,
            Message.direction,
            Message.is_outcome,
            Message.text,
            Message.language,
            Message.language_by,
            Message.created_at,
        )
        .where(Message.case_id == row["id"])
        .order_by(Message.id)
    )
    translations = await _translations(row["id"])
    return GuestCase(
        id=row["id"],
        reference=row["reference"],
        access_point_id=row["access_point_id"],
        kind=row["kind"],
        language=row["language"],
        reads=row["guest_language"] or row["language"],
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
                message["id"],
                message["direction"] == "from_guest",
                message["is_outcome"],
                message["text"],
                message["language"],
                LanguageBy(message["language_by"]),
                message["created_at"],
                translations[message["id"]],
            )
            for message in messages
        ),
    )


async def _translations(case_id: int) -> Mapping[int, Mapping[str, ShownTranslation]]:
    """Those of the texts of a case, by message and language; none for a message without."""
    found: defaultdict[int, dict[str, ShownTranslation]] = defaultdict(dict)
    for shown in await DB.read(lambda connection: translations_of_case(connection, case_id)):
        if shown.part is Part.TEXT:
            found[shown.message_id][shown.language] = shown
    return found
