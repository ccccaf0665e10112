"""What writing about a case has in common, whoever writes. Inside `DB.write`."""

import secrets
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from sosbox.cases.rules import LanguageBy, State, state_rank
from sosbox.cases.tables import Case, Message
from sosbox.db import Transaction
from sosbox.errors import NotFoundError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SALT_BYTES, Event, text_digest
from sosbox.lib.text import fold


def load_case(tx: Transaction, case_id: int) -> dict[str, Any]:
    case = tx.first(Case.select().where(Case.id == case_id))
    if case is None:
        raise NotFoundError("There is no such case.")
    return case


def change_case(tx: Transaction, case: dict[str, Any], state: State, **changes: Any) -> None:
    """Stores the new state and whatever else has changed, and counts the version up."""
    columns: dict[Column | str, Any] = {
        "state": str(state),
        "state_rank": state_rank(state, is_quarantined=bool(case["is_quarantined"])),
        "version": case["version"] + 1,
    }
    if state is not State.RESOLVED:
        columns["resolved_at"] = None
    for name, value in changes.items():
        columns[name] = value
    tx.run(Case.update(columns).where(Case.id == case["id"]))


def answer_guest(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    case: dict[str, Any],
    text: str,
    language: str,
    actor: str,
    **author: int,
) -> int:
    """Stores an answer to the guest and what follows from it for the case; returns its id.

    actor: as the ledger names whoever has written it; author: `account_id` or `recipient_id`.
    """
    message_id, digest = add_message(tx, now, case["id"], "to_guest", text, language, **author)
    append(
        tx,
        keys,
        at=now,
        event=Event.ANSWERED,
        case_id=case["id"],
        actor=actor,
        message=message_id,
        text=digest,
    )
    state = State(case["state"])
    if state in {State.NEW, State.IN_PROGRESS}:
        state = State.WAITING
    change_case(tx, case, state, is_unread=False, answered_at=case["answered_at"] or now)
    return message_id


def add_message(
    tx: Transaction,
    now: datetime,
    case_id: int,
    direction: str,
    text: str,
    language: str,
    **columns: Any,
) -> tuple[int, str]:
    """Stores a text; returns its id and the digest for the ledger.

    columns: what else is known of it; columns that are not named cost nothing.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    if direction == "to_guest":
        columns["language_by"] = str(LanguageBy.AUTHOR)
    message_id = tx.insert(
        Message,
        case_id=case_id,
        direction=direction,
        text=text,
        language=language,
        search_text=fold(text),
        salt=salt,
        created_at=now,
        **columns,
    )
    return message_id, text_digest(salt, text)
