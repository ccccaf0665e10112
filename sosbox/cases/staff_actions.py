"""What the staff does to cases. Every function runs inside `DB.write`."""

import secrets
from datetime import datetime
from typing import Any

from sosbox.cases.rules import TRANSITIONS, State, text_problem
from sosbox.cases.tables import Case, Note
from sosbox.cases.writing import add_message, answer_guest, change_case
from sosbox.db import Transaction
from sosbox.errors import ConflictError, InvalidFieldsError, NotFoundError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SALT_BYTES, Event, account_actor, text_digest
from sosbox.lib.text import clean
from sosbox.staff.rules import Viewer
from sosbox.staff.tables import Account, AccountArea


class StaleCaseError(ConflictError):
    """The case has changed since the reader looked at it; `version` is the one it has now."""

    def __init__(self, version: int) -> None:
        super().__init__("This case has changed while you were writing. Please look again.")
        self.version = version


def load_case_for(tx: Transaction, viewer: Viewer, case_id: int) -> dict[str, Any]:
    """The row of a case that the viewer may see. Raises NotFoundError for all others."""
    case = tx.first(Case.select().where(Case.id == case_id))
    if case is None or not viewer.may_see(
        case["subscriber_id"], case["area_id"], is_sensitive=bool(case["is_sensitive"])
    ):
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
        _tell_ledger(tx, keys, now, viewer, case_id, Event.READ)
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
    return answer_guest(
        tx,
        keys,
        now=now,
        case=case,
        text=_checked(text),
        language=language,
        actor=account_actor(viewer.account_id),
        account_id=viewer.account_id,
    )


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
    _tell_ledger(
        tx, keys, now, viewer, case_id, Event.NOTED, note=note_id, text=text_digest(salt, text)
    )
    change_case(tx, case, State(case["state"]))
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
    _tell_ledger(tx, keys, now, viewer, case_id, Event.ASSIGNED, assignee=assignee_id)
    change_case(tx, case, State(case["state"]), assignee_id=assignee_id)


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
    _tell_ledger(tx, keys, now, viewer, case_id, event, state=str(state))
    change_case(tx, case, state)


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
    message_id, digest = add_message(
        tx,
        now,
        case_id,
        "to_guest",
        outcome,
        language,
        account_id=viewer.account_id,
        is_outcome=True,
    )
    _tell_ledger(tx, keys, now, viewer, case_id, Event.RESOLVED, message=message_id, text=digest)
    answered_at = case["answered_at"] or now
    change_case(
        tx,
        case,
        State.RESOLVED,
        is_unread=False,
        answered_at=answered_at,
        resolved_at=now,
    )
    return message_id


def _load_to_change(
    tx: Transaction, viewer: Viewer, case_id: int, seen_version: int | None = None
) -> dict[str, Any]:
    case = load_case_for(tx, viewer, case_id)
    viewer.require_write()
    if seen_version is not None and seen_version != case["version"]:
        raise StaleCaseError(case["version"])
    return case


def _tell_ledger(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    event: Event,
    **data: object,
) -> None:
    actor = account_actor(viewer.account_id)
    append(tx, keys, at=now, event=event, case_id=case_id, actor=actor, **data)


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
    if case["is_sensitive"]:
        return False
    return bool(
        tx.run(
            AccountArea.select(AccountArea.id).where(
                AccountArea.account_id == account_id, AccountArea.area_id == case["area_id"]
            )
        )
    )
