"""What the staff decides on replies of which the box could not make more. Inside `DB.write`."""

from datetime import datetime
from typing import Any

from sosbox.cases.rules import fitting_text
from sosbox.cases.staff_actions import add_note, load_case_for
from sosbox.cases.tables import Case
from sosbox.db import Transaction
from sosbox.deliveries.reply_queries import may_see_unassigned
from sosbox.deliveries.rules import ReplyState
from sosbox.deliveries.tables import Reply
from sosbox.dispatch.intake import send_answer
from sosbox.dispatch.replies import add_to_case
from sosbox.dispatch.reply_senders import PhoneCase
from sosbox.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
)
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event, account_actor, recipient_actor
from sosbox.staff.rules import Viewer


def send_reply(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    reply_id: int,
    seen_version: int,
) -> int:
    """Sends what a colleague wrote back to the guest, in the name of the viewer.

    Returns the id of the message. Raises NotFoundError, ForbiddenError, StaleCaseError, and
    ConflictError when somebody has decided already.
    """
    reply = _load_to_confirm(tx, viewer, case_id, reply_id)
    message_id = send_answer(
        tx,
        keys,
        now=now,
        viewer=viewer,
        case_id=case_id,
        text=fitting_text(reply["text"]),
        seen_version=seen_version,
        language=_language_of(tx, reply, case_id),
    )
    _decide(tx, now, viewer, reply_id, ReplyState.TAKEN)
    return message_id


def keep_as_note(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, case_id: int, reply_id: int
) -> None:
    """Keeps it for colleagues alone. Raises as `send_reply`."""
    reply = _load_to_confirm(tx, viewer, case_id, reply_id)
    text = fitting_text(f"{_name_of(tx, reply)}: {reply['text']}")
    add_note(tx, keys, now=now, viewer=viewer, case_id=case_id, text=text)
    _decide(tx, now, viewer, reply_id, ReplyState.TAKEN)


def drop_reply(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, case_id: int, reply_id: int
) -> None:
    """Makes nothing of it; the ledger says who. Raises as `send_reply`."""
    _load_to_confirm(tx, viewer, case_id, reply_id)
    _tell_dropped(tx, keys, now, viewer, reply_id, case_id)
    _decide(tx, now, viewer, reply_id, ReplyState.DROPPED)


def give_reply(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, reply_id: int, reference: str
) -> int:
    """Says which case a reply is of that nobody could assign; returns the id of the case.

    What is from a guest becomes their message, what is from a colleague waits to be confirmed.
    Raises NotFoundError, ForbiddenError, ConflictError, and InvalidFieldsError for a reference of
    no case that the viewer may see.
    """
    reply = _load_unassigned(tx, viewer, reply_id)
    case = _case_by_reference(tx, viewer, reference)
    if reply["channel"] == "sms" and reply["recipient_id"] is None:
        phone_case = PhoneCase(case["id"], case["subscriber_id"], case["language"], False)
        add_to_case(tx, keys, now=now, text=reply["text"], case=phone_case)
        _remember_number(tx, case["id"], reply["sender"])
        state = ReplyState.TAKEN
    else:
        state = ReplyState.TO_CONFIRM
        recipient_id = reply["recipient_id"]
        append(
            tx,
            keys,
            at=now,
            event=Event.REPLIED,
            case_id=case["id"],
            actor=recipient_actor(recipient_id) if recipient_id else SYSTEM,
            reply=reply_id,
            channel=reply["channel"],
            given_by=viewer.account_id,
        )
    tx.sql(
        "UPDATE replies SET case_id = ?, subscriber_id = ?, reason = '' WHERE id = ?",
        case["id"],
        case["subscriber_id"],
        reply_id,
    )
    _decide(tx, now, viewer, reply_id, state)
    return int(case["id"])


def drop_unassigned(
    tx: Transaction, keys: Keys, *, now: datetime, viewer: Viewer, reply_id: int
) -> None:
    """Makes nothing of a reply that belongs to no case. Raises as `give_reply`."""
    _load_unassigned(tx, viewer, reply_id)
    _tell_dropped(tx, keys, now, viewer, reply_id, None)
    _decide(tx, now, viewer, reply_id, ReplyState.DROPPED)


def _load_to_confirm(
    tx: Transaction, viewer: Viewer, case_id: int, reply_id: int
) -> dict[str, Any]:
    load_case_for(tx, viewer, case_id)
    viewer.require_write()
    reply = tx.first(Reply.select().where(Reply.id == reply_id, Reply.case_id == case_id))
    if reply is None:
        raise NotFoundError("There is no such answer.")
    return _still(reply, ReplyState.TO_CONFIRM)


def _load_unassigned(tx: Transaction, viewer: Viewer, reply_id: int) -> dict[str, Any]:
    reply = tx.first(Reply.select().where(Reply.id == reply_id))
    if reply is None or not may_see_unassigned(tx.connection, viewer, reply_id):
        raise NotFoundError("There is no such answer.")
    if not viewer.may_configure:
        raise ForbiddenError("Only owner and manager may do this.")
    return _still(reply, ReplyState.UNASSIGNED)


def _still(reply: dict[str, Any], state: ReplyState) -> dict[str, Any]:
    if reply["state"] != state:
        raise ConflictError("Somebody has decided on this answer already.")
    return reply


def _remember_number(tx: Transaction, case_id: int, sender: str) -> None:
    """Where the guest is answered; a number that they gave themselves goes before it."""
    if sender.startswith("+"):
        tx.sql(
            "UPDATE cases SET contact_phone = ? WHERE id = ? AND contact_phone = ''",
            sender,
            case_id,
        )


def _case_by_reference(tx: Transaction, viewer: Viewer, typed: str) -> dict[str, Any]:
    reference = "".join(typed.split()).upper()
    row = tx.first(Case.select(Case.id).where(Case.reference == reference))
    try:
        if row is None:
            raise NotFoundError("There is no such case.")
        return load_case_for(tx, viewer, row["id"])
    except NotFoundError:
        problem = SosboxError("There is no case with this reference.")
        raise InvalidFieldsError({"reference": problem}) from None


def _language_of(tx: Transaction, reply: dict[str, Any], case_id: int) -> str:
    """What it is most likely written in: the language of the colleague, else that of the case."""
    rows = tx.sql(
        "SELECT coalesce((SELECT language FROM recipients WHERE id = ?), language)"
        " FROM cases WHERE id = ?",
        reply["recipient_id"],
        case_id,
    )
    return str(rows[0][0])


def _name_of(tx: Transaction, reply: dict[str, Any]) -> str:
    rows = tx.sql("SELECT name FROM recipients WHERE id = ?", reply["recipient_id"])
    return str(rows[0][0]) if rows else str(reply["sender"])


def _tell_dropped(
    tx: Transaction, keys: Keys, now: datetime, viewer: Viewer, reply_id: int, case_id: int | None
) -> None:
    append(
        tx,
        keys,
        at=now,
        event=Event.REPLY_DROPPED,
        case_id=case_id,
        actor=account_actor(viewer.account_id),
        reply=reply_id,
    )


def _decide(
    tx: Transaction, now: datetime, viewer: Viewer, reply_id: int, state: ReplyState
) -> None:
    tx.sql(
        "UPDATE replies SET state = ?, decided_at = ?, decided_by = ? WHERE id = ?",
        str(state),
        now,
        viewer.account_id,
        reply_id,
    )
