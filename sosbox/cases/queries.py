"""Reading cases for the staff; every function returns only what its viewer may see."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.cases.clocks import CaseClock, clock_of
from sosbox.cases.rules import Hold, LanguageBy, Origin, State
from sosbox.cases.scopes import inbox_scope, scope_of
from sosbox.cases.tables import Message, Note
from sosbox.cases.translations import ShownTranslation, translations_of_case
from sosbox.db import DB
from sosbox.errors import NotFoundError
from sosbox.staff.rules import Viewer

# How many entries of the ledger one look brings at most.
MAX_CHANGES = 200


@dataclass(frozen=True)
class StaffCase:
    """A case with everything that the staff may know of it, but for its thread.

    language: of the guest's page; guest_language: of what they write, where it is known to be
    another.
    """

    id: int
    reference: str
    establishment_id: int
    area_id: int
    area_name: str
    access_point_id: int
    place_code: str
    place_label: str
    kind: str
    language: str
    state: State
    remedy: str
    contact_name: str
    contact_email: str
    contact_phone: str
    version: int
    is_unread: bool
    assignee_id: int | None
    assignee_name: str | None
    filed_at: datetime
    promise_due_at: datetime
    legal_due_at: datetime
    read_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    reminded_at: datetime | None
    is_sensitive: bool
    is_quarantined: bool
    is_safety: bool
    origin: Origin
    acknowledged_at: datetime | None
    guest_language: str
    ticket: str

    @property
    def reads(self) -> str:
        """The language that answers are translated into."""
        return self.guest_language or self.language

    @property
    def is_anonymous(self) -> bool:
        return not (self.contact_name or self.contact_email or self.contact_phone)

    def clock(self, now: datetime) -> CaseClock:
        return clock_of(now, self.state, self.promise_due_at, self.legal_due_at, self.answered_at)


@dataclass(frozen=True)
class ThreadItem:
    """A message or a note.

    author_id: the account that wrote it; recipient_id: the recipient who did, without logging in.
    hold: what filters and the staff have done with what the guest wrote. language_by: who says that
    it is in `language`.
    """

    id: int
    is_note: bool
    is_outcome: bool
    is_from_guest: bool
    author_id: int | None
    recipient_id: int | None
    text: str
    language: str
    created_at: datetime
    hold: Hold = Hold.NONE
    language_by: LanguageBy = LanguageBy.UNKNOWN


@dataclass(frozen=True)
class Change:
    """Something that has just happened to a case that the viewer may see."""

    entry_id: int
    case_id: int
    event: str
    actor: str


@dataclass(frozen=True)
class AreaChoice:
    id: int
    name: str
    establishment_name: str


async def load_case(viewer: Viewer, case_id: int) -> StaffCase:
    """One case. Raises NotFoundError for one that the viewer may not see."""
    scope, arguments = scope_of(viewer)
    row = await DB.read(
        lambda connection: connection.execute(
            f"{_CASE} WHERE c.id = ? AND {scope}", [case_id, *arguments]
        ).fetchone()
    )
    if row is None:
        raise NotFoundError("There is no such case.")
    return _case(row)


_CASE = """
    SELECT c.id, c.reference, c.establishment_id, c.area_id, r.name, c.access_point_id, p.code,
           p.label, c.kind, c.language, c.state, c.remedy, c.contact_name, c.contact_email,
           c.contact_phone, c.version, c.is_unread, c.assignee_id, a.name, c.filed_at,
           c.promise_due_at, c.legal_due_at, c.read_at, c.answered_at, c.resolved_at, c.reminded_at,
           c.is_sensitive, c.is_quarantined, c.is_safety, c.origin, c.acknowledged_at,
           c.guest_language, c.ticket
    FROM cases c
    JOIN areas r ON r.id = c.area_id
    JOIN access_points p ON p.id = c.access_point_id
    LEFT JOIN accounts a ON a.id = c.assignee_id
"""


def _case(row: Sequence[Any]) -> StaffCase:
    return StaffCase(
        id=row[0],
        reference=row[1],
        establishment_id=row[2],
        area_id=row[3],
        area_name=row[4],
        access_point_id=row[5],
        place_code=row[6],
        place_label=row[7],
        kind=row[8],
        language=row[9],
        state=State(row[10]),
        remedy=row[11],
        contact_name=row[12],
        contact_email=row[13],
        contact_phone=row[14],
        version=row[15],
        is_unread=bool(row[16]),
        assignee_id=row[17],
        assignee_name=row[18],
        filed_at=row[19],
        promise_due_at=row[20],
        legal_due_at=row[21],
        read_at=row[22],
        answered_at=row[23],
        resolved_at=row[24],
        reminded_at=row[25],
        is_sensitive=bool(row[26]),
        is_quarantined=bool(row[27]),
        is_safety=bool(row[28]),
        origin=Origin(row[29]),
        acknowledged_at=row[30],
        guest_language=row[31],
        ticket=row[32],
    )


async def thread_of(case: StaffCase) -> list[ThreadItem]:
    """Messages and notes of a case that the viewer has loaded, in the order of their writing."""
    messages = await Message.select(
        Message.id,
        Message.direction,
        Message.account_id,
        Message.recipient_id,
        Message.text,
        Message.is_outcome,
        Message.language,
        Message.created_at,
        Message.hold,
        Message.language_by,
    ).where(Message.case_id == case.id)
    notes = await Note.select(Note.id, Note.account_id, Note.text, Note.created_at).where(
        Note.case_id == case.id
    )
    items = [_thread_item(row, is_note=False) for row in messages]
    items += [_thread_item(row, is_note=True) for row in notes]
    return sorted(items, key=lambda item: (item.created_at, item.is_note, item.id))


def _thread_item(row: dict[str, Any], *, is_note: bool) -> ThreadItem:
    return ThreadItem(
        id=row["id"],
        is_note=is_note,
        is_outcome=bool(row.get("is_outcome")),
        is_from_guest=row.get("direction") == "from_guest",
        author_id=row["account_id"],
        recipient_id=row.get("recipient_id"),
        text=row["text"],
        language=row.get("language", ""),
        created_at=row["created_at"],
        hold=Hold(row.get("hold", "")),
        language_by=LanguageBy(row.get("language_by", "")),
    )


async def load_translations(case: StaffCase) -> list[ShownTranslation]:
    """All translations in a case that the viewer has loaded, those that wait included."""
    return await DB.read(lambda connection: translations_of_case(connection, case.id))


async def load_translation_pairs() -> frozenset[str]:
    """What the worker can translate now, "es-en"."""
    row = await DB.read(
        lambda connection: connection.execute("SELECT translation_pairs FROM box").fetchone()
    )
    return frozenset(json.loads(row[0]))


def changes_since(
    connection: sqlite3.Connection,
    viewer: Viewer,
    entry_id: int,
    *,
    now: datetime,
    open_case_id: int | None = None,
) -> list[Change]:
    """What was added to the ledger after `entry_id`, of cases that stand in the viewer's inbox.

    open_case_id: a case that is being read; of this one also when it is in quarantine.
    """
    scope, arguments = inbox_scope(viewer, now=now)
    # From the ledger outwards: what is new is little.
    rows = connection.execute(
        "SELECT l.id, l.case_id, l.event, l.actor FROM ledger l"  # noqa: S608
        f" CROSS JOIN cases c ON c.id = l.case_id WHERE l.id > ? AND {scope}"
        f" AND (NOT c.is_quarantined OR c.id = ?) ORDER BY l.id LIMIT {MAX_CHANGES}",
        [entry_id, *arguments, open_case_id],
    )
    return [Change(*row) for row in rows]


async def areas_for(viewer: Viewer) -> list[AreaChoice]:
    """The areas whose cases the viewer sees, by establishment and name."""
    rows = await DB.read(
        lambda connection: connection.execute(_AREAS, (viewer.subscriber_id,)).fetchall()
    )
    return [
        AreaChoice(*row) for row in rows if viewer.area_ids is None or row[0] in viewer.area_ids
    ]


_AREAS = """
    SELECT r.id, r.name, e.name FROM areas r JOIN establishments e ON e.id = r.establishment_id
    WHERE e.subscriber_id = ? ORDER BY e.name, r.name
"""
