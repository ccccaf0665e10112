"""What guests do to cases. Every function runs inside `DB.write`."""

from datetime import datetime
from typing import NamedTuple

from sosbox.cases.rules import (
    STATE_RANKS,
    GuestForm,
    State,
    deadlines,
    may_remind,
    text_problem,
)
from sosbox.cases.tables import Case
from sosbox.cases.writing import add_message, change_case, load_case
from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import GUEST, Event
from sosbox.lib.ids import new_reference
from sosbox.lib.text import clean, excerpt
from sosbox.places.directory import Place


class Filed(NamedTuple):
    """A submission as stored; `message_id` is None when nothing new had to be stored."""

    case_id: int
    reference: str
    receipt_code: str
    message_id: int | None
    is_new_case: bool


def file_case(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    place: Place,
    form: GuestForm,
    submission_id: str,
    language: str,
) -> Filed:
    """Stores what a guest has sent; the same submission again is the same case.

    If it comes again with another text (the guest went back and wrote more before the first answer
    was seen), that text is added to the case: nothing that a guest wrote is lost.
    """
    code = keys.receipt_code(place.access_point_id, submission_id)
    receipt_hash = keys.receipt_hash(code)
    due = deadlines(now, place.house.promise_hours, place.house.zone)
    reference = _free_reference(tx, now)
    case_id = tx.insert_unless_known(
        "receipt_hash",
        Case,
        reference=reference,
        subscriber_id=place.house.subscriber_id,
        establishment_id=place.house.id,
        area_id=place.area_id,
        access_point_id=place.access_point_id,
        kind=str(form.kind),
        language=language,
        state=str(State.NEW),
        state_rank=STATE_RANKS[State.NEW],
        excerpt=excerpt(form.text),
        remedy=form.remedy,
        contact_name=form.name,
        contact_email=form.email,
        contact_phone=form.phone,
        receipt_hash=receipt_hash,
        filed_at=now,
        promise_due_at=due.promise_due_at,
        legal_due_at=due.legal_due_at,
    )
    if case_id is None:
        return _file_again(tx, keys, now, receipt_hash, code, form.text, language)
    message_id, digest = add_message(tx, now, case_id, "from_guest", form.text, language)
    append(
        tx,
        keys,
        at=now,
        event=Event.FILED,
        case_id=case_id,
        actor=GUEST,
        reference=reference,
        access_point=place.access_point_id,
        message=message_id,
        text=digest,
    )
    return Filed(case_id, reference, code, message_id, is_new_case=True)


def guest_write(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    case_id: int,
    text: str,
    language: str,
    submission: bytes,
) -> int | None:
    """Adds what a guest wrote under the receipt; reopens a resolved case.

    Returns the id of the message, None when this submission is stored already. Raises
    InvalidFieldsError.
    """
    text = clean(text)
    if problem := text_problem(text):
        raise InvalidFieldsError({"text": problem})
    if tx.sql("SELECT 1 FROM messages WHERE submission_hash = ?", submission):
        return None
    return _guest_message(tx, keys, now, case_id, text, language, submission)


def remind(tx: Transaction, keys: Keys, *, now: datetime, case_id: int) -> bool:
    """The guest says that nobody has answered. False when it is not (yet, again) the time."""
    case = load_case(tx, case_id)
    if not may_remind(now, State(case["state"]), case["promise_due_at"], case["reminded_at"]):
        return False
    tx.run(Case.update({Case.reminded_at: now, Case.is_unread: True}).where(Case.id == case_id))
    append(tx, keys, at=now, event=Event.REMINDED, case_id=case_id, actor=GUEST)
    return True


def _free_reference(tx: Transaction, now: datetime) -> str:
    """A reference that no case has."""
    while True:
        reference = new_reference(now)
        if not tx.sql("SELECT 1 FROM cases WHERE reference = ?", reference):
            return reference


def _file_again(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    receipt_hash: bytes,
    code: str,
    text: str,
    language: str,
) -> Filed:
    """What is told of a submission that is stored already; another text is added to its case."""
    known = tx.sql("SELECT id, reference FROM cases WHERE receipt_hash = ?", receipt_hash)
    case_id, reference = known[0]
    is_stored = tx.sql(
        "SELECT 1 FROM messages WHERE case_id = ? AND direction = 'from_guest' AND text = ?",
        case_id,
        text,
    )
    message_id = None if is_stored else _guest_message(tx, keys, now, case_id, text, language, None)
    return Filed(case_id, reference, code, message_id, is_new_case=False)


def _guest_message(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    case_id: int,
    text: str,
    language: str,
    submission: bytes | None,
) -> int:
    case = load_case(tx, case_id)
    message_id, digest = add_message(
        tx, now, case_id, "from_guest", text, language, submission_hash=submission
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.GUEST_WROTE,
        case_id=case_id,
        actor=GUEST,
        message=message_id,
        text=digest,
    )
    state = State(case["state"])
    if state is State.RESOLVED:
        append(tx, keys, at=now, event=Event.REOPENED, case_id=case_id, actor=GUEST)
    if state in {State.RESOLVED, State.WAITING}:
        state = State.IN_PROGRESS
    change_case(tx, case, state, is_unread=True)
    return message_id
