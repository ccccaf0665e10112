"""What happens to cases. Every function runs inside `DB.write`."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from sosbox.cases.rules import (
    STATE_RANKS,
    TRANSITIONS,
    GuestForm,
    State,
    deadlines,
    may_remind,
    text_problem,
)
from sosbox.cases.tables import Case, Message, Note
from sosbox.db import Transaction
from sosbox.errors import ConflictError, InvalidFieldsError, NotFoundError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import GUEST, SALT_BYTES, Event, account_actor, text_digest
from sosbox.lib.ids import new_reference
from sosbox.lib.text import clean, excerpt, fold
from sosbox.places.directory import Place
from sosbox.staff.rules import Viewer
from sosbox.staff.tables import Account, AccountArea


@dataclass(frozen=True)
class Filed:
    """A submission as stored; `message_id` is None when nothing new had to be stored."""

    case_id: int
    reference: str
    receipt_code: str
    message_id: int | None
    is_new_case: bool


class StaleCaseError(ConflictError):
    """The case has changed since the reader looked at it; `version` is the one it has now."""

    def __init__(self, version: int) -> None:
        super().__init__("This case has changed while you were writing. Please look again.")
        self.version = version


# Guests -----------------------------------------------------------------------------------------


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
    known = tx.sql("SELECT id, reference FROM cases WHERE receipt_hash = ?", receipt_hash)
    if known:
        case_id, reference = known[0]
        message_id = _add_if_new(tx, keys, now, case_id, form.text, language)
        return Filed(case_id, reference, code, message_id, is_new_case=False)

    due = deadlines(now, place.house.promise_hours, place.house.zone)
    reference = new_reference()
    case_id = tx.insert(
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
    message_id, digest = _add_message(tx, now, case_id, "from_guest", form.text, language)
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
    case = _load(tx, case_id)
    if not may_remind(now, State(case["state"]), case["promise_due_at"], case["reminded_at"]):
        return False
    tx.run(Case.update({Case.reminded_at: now, Case.is_unread: True}).where(Case.id == case_id))
    append(tx, keys, at=now, event=Event.REMINDED, case_id=case_id, actor=GUEST)
    return True


def _add_if_new(
    tx: Transaction, keys: Keys, now: datetime, case_id: int, text: str, language: str
) -> int | None:
    stored = tx.sql(
        "SELECT 1 FROM messages WHERE case_id = ? AND direction = 'from_guest' AND text = ?",
        case_id,
        text,
    )
    return None if stored else _guest_message(tx, keys, now, case_id, text, language, None)


def _guest_message(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    case_id: int,
    text: str,
    language: str,
    submission: bytes | None,
) -> int:
    case = _load(tx, case_id)
    message_id, digest = _add_message(
        tx, now, case_id, "from_guest", text, language, submission=submission
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
    _change(tx, case, state, is_unread=True)
    return message_id


# Staff ------------------------------------------------------------------------------------------


def load_case_for(tx: Transaction, viewer: Viewer, case_id: int) -> dict[str, Any]:
    """The row of a case that the viewer may see. Raises NotFoundError for all others."""
    case = tx.first(Case.select().where(Case.id == case_id))
    if case is None or not viewer.may_see(case["subscriber_id"], case["area_id"]):
        raise NotFoundError("There is no such case.")
    return case


def mark_read(tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, case_id: int) -> None:
    """Somebody who could act on it has opened the case; the first time is for the ledger."""
    case = load_case_for(tx, viewer, case_id)
    if not viewer.may_write or not case["is_unread"]:
        return
    changes: dict[Any, Any] = {Case.is_unread: False}
    if case["read_at"] is None:
        changes[Case.read_at] = now
        actor = account_actor(viewer.account_id)
        append(tx, keys, at=now, event=Event.READ, case_id=case_id, actor=actor)
    tx.run(Case.update(changes).where(Case.id == case_id))


def answer(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    text: str,
    seen_version: int,
    language: str,
) -> int:
    """Sends a text to the guest and returns its message id.

    Raises StaleCaseError when the case is no longer as the writer saw it, InvalidFieldsError.
    """
    case = _load_to_change(tx, viewer, case_id, seen_version)
    text = _checked(text)
    message_id, digest = _add_message(
        tx, now, case_id, "to_guest", text, language, account_id=viewer.account_id
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.ANSWERED,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        message=message_id,
        text=digest,
    )
    state = State(case["state"])
    if state in {State.NEW, State.IN_PROGRESS}:
        state = State.WAITING
    answered_at = case["answered_at"] or now
    _change(tx, case, state, is_unread=False, answered_at=answered_at)
    return message_id


def add_note(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, case_id: int, text: str
) -> int:
    """Adds an internal text and returns its id. Raises InvalidFieldsError."""
    case = _load_to_change(tx, viewer, case_id)
    text = _checked(text)
    salt = secrets.token_bytes(SALT_BYTES)
    note_id = tx.insert(
        Note, case_id=case_id, account_id=viewer.account_id, text=text, salt=salt, created_at=now
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.NOTED,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        note=note_id,
        text=text_digest(salt, text),
    )
    _change(tx, case, State(case["state"]))
    return note_id


def assign(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    assignee_id: int | None,
) -> None:
    """Gives the case to a colleague who may see it, or to nobody. Raises InvalidFieldsError."""
    case = _load_to_change(tx, viewer, case_id)
    if case["assignee_id"] == assignee_id:
        return
    if assignee_id is not None and not _may_work_on(tx, assignee_id, case):
        problem = NotFoundError("This colleague cannot see the case.")
        raise InvalidFieldsError({"assignee": problem})
    append(
        tx,
        keys,
        at=now,
        event=Event.ASSIGNED,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        assignee=assignee_id,
    )
    _change(tx, case, State(case["state"]), assignee_id=assignee_id)


def set_state(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, case_id: int, state: State
) -> None:
    """Moves the case on, or reopens it. Raises ConflictError for a step that does not exist."""
    case = _load_to_change(tx, viewer, case_id)
    before = State(case["state"])
    if state is before:
        return
    if state not in TRANSITIONS[before]:
        raise ConflictError("This step is not possible from the state that the case is in now.")
    event = Event.REOPENED if before is State.RESOLVED else Event.STATE_CHANGED
    append(
        tx,
        keys,
        at=now,
        event=event,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        state=str(state),
    )
    _change(tx, case, state)


def resolve(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    outcome: str,
    seen_version: int,
    language: str,
) -> int:
    """Closes the case with its outcome in words: a message to the guest, whose id is returned.

    Raises StaleCaseError, InvalidFieldsError.
    """
    case = _load_to_change(tx, viewer, case_id, seen_version)
    outcome = _checked(outcome, field="outcome")
    if case["state"] == State.RESOLVED:
        raise ConflictError("This case is resolved already.")
    message_id, digest = _add_message(
        tx,
        now,
        case_id,
        "to_guest",
        outcome,
        language,
        account_id=viewer.account_id,
        is_outcome=True,
    )
    append(
        tx,
        keys,
        at=now,
        event=Event.RESOLVED,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        message=message_id,
        text=digest,
    )
    answered_at = case["answered_at"] or now
    _change(
        tx,
        case,
        State.RESOLVED,
        is_unread=False,
        answered_at=answered_at,
        resolved_at=now,
    )
    return message_id


# Shared -----------------------------------------------------------------------------------------


def _load(tx: Transaction, case_id: int) -> dict[str, Any]:
    case = tx.first(Case.select().where(Case.id == case_id))
    if case is None:
        raise NotFoundError("There is no such case.")
    return case


def _load_to_change(
    tx: Transaction, viewer: Viewer, case_id: int, seen_version: int | None = None
) -> dict[str, Any]:
    case = load_case_for(tx, viewer, case_id)
    viewer.require_write()
    if seen_version is not None and seen_version != case["version"]:
        raise StaleCaseError(case["version"])
    return case


def _change(tx: Transaction, case: dict[str, Any], state: State, **changes: Any) -> None:
    """Stores the new state and whatever else has changed, and counts the version up."""
    columns: dict[Column | str, Any] = {
        "state": str(state),
        "state_rank": STATE_RANKS[state],
        "version": case["version"] + 1,
    }
    if state is not State.RESOLVED:
        columns["resolved_at"] = None
    for name, value in changes.items():
        columns[name] = value
    tx.run(Case.update(columns).where(Case.id == case["id"]))


def _add_message(
    tx: Transaction,
    now: datetime,
    case_id: int,
    direction: str,
    text: str,
    language: str,
    *,
    account_id: int | None = None,
    is_outcome: bool = False,
    submission: bytes | None = None,
) -> tuple[int, str]:
    """Stores a text; returns its id and the digest for the ledger."""
    salt = secrets.token_bytes(SALT_BYTES)
    message_id = tx.insert(
        Message,
        case_id=case_id,
        direction=direction,
        account_id=account_id,
        text=text,
        is_outcome=is_outcome,
        is_routed=direction == "to_guest",
        language=language,
        search_text=fold(text),
        salt=salt,
        submission_hash=submission,
        created_at=now,
    )
    return message_id, text_digest(salt, text)


def _checked(text: str, field: str = "text") -> str:
    text = clean(text)
    if problem := text_problem(text):
        raise InvalidFieldsError({field: problem})
    return text


def _may_work_on(tx: Transaction, account_id: int, case: dict[str, Any]) -> bool:
    account = tx.first(Account.select().where(Account.id == account_id))
    if account is None or account["disabled_at"] is not None:
        return False
    if account["subscriber_id"] != case["subscriber_id"] or account["role"] == "auditor":
        return False
    if account["role"] != "agent":
        return True
    return bool(
        tx.run(
            AccountArea.select(AccountArea.id).where(
                AccountArea.account_id == account_id, AccountArea.area_id == case["area_id"]
            )
        )
    )
