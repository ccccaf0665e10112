"""What guests do to cases. Every function runs inside `DB.write`."""

import hmac
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sosbox.cases.quarantine import quarantine_case
from sosbox.cases.rules import (
    STATE_RANKS,
    GuestForm,
    Hold,
    State,
    deadlines,
    may_remind,
    text_problem,
)
from sosbox.cases.tables import Case, Message
from sosbox.cases.writing import add_message, change_case, load_case
from sosbox.db import Transaction, sql_time
from sosbox.errors import ConflictError, InvalidFieldsError
from sosbox.keys import Keys
from sosbox.ledger.actions import NewEntry, append, append_many
from sosbox.ledger.rules import GUEST, SALT_BYTES, Event, text_digest
from sosbox.lib.ids import new_reference
from sosbox.lib.text import clean, excerpt, fold
from sosbox.places.directory import Place


class Filed(NamedTuple):
    """A submission as stored; `message_id` is None when nothing new had to be stored."""

    case_id: int
    reference: str
    receipt_code: str
    message_id: int | None


class Filing(NamedTuple):
    """What a guest has sent, as it came in. `submission_id` is the phone's name for it.

    is_held: it came in a burst, and is to wait in quarantine.
    """

    now: datetime
    place: Place
    form: GuestForm
    submission_id: str
    language: str
    is_held: bool = False


def file_cases(tx: Transaction, keys: Keys, filings: Sequence[Filing]) -> list[Filed]:
    """Stores what guests have sent; the same submission again is the same case.

    If it comes again with another text (the guest went back and wrote more before the first answer
    was seen), that text is added to the case: nothing that a guest wrote is lost.

    Two new filings of one call that are the same submission, and a reference that is taken, are
    refused by the database: whoever calls makes the call again with each alone.
    """
    codes = [keys.receipt_code(f.place.access_point_id, f.submission_id) for f in filings]
    hashes = [keys.receipt_hash(code) for code in codes]
    known = [
        tx.sql(
            "SELECT id, reference, submission_hash FROM cases WHERE receipt_hash = ?", receipt_hash
        )
        for receipt_hash in hashes
    ]
    new = _file_new(
        tx,
        keys,
        [
            (filing, code, receipt_hash)
            for filing, code, receipt_hash, rows in zip(filings, codes, hashes, known, strict=True)
            if not rows
        ],
    )
    return [
        _file_again(tx, keys, filing, code, *rows[0]) if rows else next(new)
        for filing, code, rows in zip(filings, codes, known, strict=True)
    ]


def _file_new(
    tx: Transaction, keys: Keys, filings: Sequence[tuple[Filing, str, bytes]]
) -> Iterator[Filed]:
    """Stores cases that nobody knows yet, their messages and their entries in the ledger."""
    if not filings:
        return iter(())
    filed, held, cases, messages, entries = [], [], [], [], []
    first_case_id, first_message_id = tx.next_id(Case), tx.next_id(Message)
    for number, (filing, code, receipt_hash) in enumerate(filings):
        case_id, message_id = first_case_id + number, first_message_id + number
        # One that is taken among many is rare enough to begin anew; alone it must not fail again.
        draw = new_reference if len(filings) > 1 else partial(_free_reference, tx)
        reference = draw(filing.now)
        filed_at = sql_time(filing.now)
        submission_hash = _submission_hash(keys, filing)
        cases.append(_case_row(case_id, reference, receipt_hash, submission_hash, filing, filed_at))
        text, salt = filing.form.text, secrets.token_bytes(SALT_BYTES)
        message = (case_id, "from_guest", text, filing.language, fold(text), salt, filed_at)
        messages.append((message_id, *message))
        data = {
            "reference": reference,
            "access_point": filing.place.access_point_id,
            "message": message_id,
            "text": text_digest(salt, text),
        }
        entries.append(NewEntry(filing.now, Event.FILED, case_id, GUEST, data))
        filed.append(Filed(case_id, reference, code, message_id))
        if filing.is_held:
            held.append(number)
    tx.insert_many(Case, _CASE_COLUMNS, cases)
    tx.insert_many(Message, _MESSAGE_COLUMNS, messages)
    append_many(tx, keys, entries)
    for number in held:
        _hold(tx, filed[number])
    return iter(filed)


def _hold(tx: Transaction, filed: Filed) -> None:
    tx.sql("UPDATE messages SET hold = ? WHERE id = ?", str(Hold.HELD), filed.message_id)
    quarantine_case(tx, filed.case_id)


def _submission_hash(keys: Keys, filing: Filing) -> bytes:
    return keys.submission_hash(filing.place.access_point_id, filing.submission_id)


def _free_reference(tx: Transaction, now: datetime) -> str:
    while True:
        reference = new_reference(now)
        if not tx.sql("SELECT 1 FROM cases WHERE reference = ?", reference):
            return reference


_CASE_COLUMNS = (
    "id",
    "reference",
    "subscriber_id",
    "establishment_id",
    "area_id",
    "access_point_id",
    "origin",
    "kind",
    "language",
    "state",
    "state_rank",
    "excerpt",
    "remedy",
    "contact_name",
    "contact_email",
    "contact_phone",
    "ticket",
    "receipt_hash",
    "submission_hash",
    "filed_at",
    "promise_due_at",
    "legal_due_at",
)
_MESSAGE_COLUMNS = (
    "id",
    "case_id",
    "direction",
    "text",
    "language",
    "search_text",
    "salt",
    "created_at",
)


def _case_row(
    case_id: int,
    reference: str,
    receipt_hash: bytes,
    submission_hash: bytes,
    filing: Filing,
    filed_at: str,
) -> tuple[Any, ...]:
    place, form = filing.place, filing.form
    due = deadlines(filing.now, place.house.promise_hours, place.house.zone)
    return (
        case_id,
        reference,
        place.house.subscriber_id,
        place.house.id,
        place.area_id,
        place.access_point_id,
        place.origin,
        str(form.kind),
        filing.language,
        str(State.NEW),
        STATE_RANKS[State.NEW],
        excerpt(form.text),
        form.remedy,
        form.name,
        form.email,
        form.phone,
        form.ticket,
        receipt_hash,
        submission_hash,
        filed_at,
        sql_time(due.promise_due_at),
        sql_time(due.legal_due_at),
    )


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


def _file_again(
    tx: Transaction,
    keys: Keys,
    filing: Filing,
    code: str,
    case_id: int,
    reference: str,
    submission_hash: bytes,
) -> Filed:
    """What is told of a submission that is stored already; another text is added to its case.

    Raises ConflictError for another submission that happens to have the same code: one chance in
    twenty thousand among a million cases, and not to be taken for that guest.
    """
    if not hmac.compare_digest(submission_hash, _submission_hash(keys, filing)):
        raise ConflictError("Please send it once more.")
    text = filing.form.text
    is_stored = tx.sql(
        "SELECT 1 FROM messages WHERE case_id = ? AND direction = 'from_guest' AND text = ?",
        case_id,
        text,
    )
    message_id = None
    if not is_stored:
        columns = {"hold": str(Hold.HELD)} if filing.is_held else {}
        message_id = _guest_message(
            tx, keys, filing.now, case_id, text, filing.language, None, **columns
        )
    return Filed(case_id, reference, code, message_id)


def _guest_message(
    tx: Transaction,
    keys: Keys,
    now: datetime,
    case_id: int,
    text: str,
    language: str,
    submission: bytes | None,
    **columns: Any,
) -> int:
    case = load_case(tx, case_id)
    message_id, digest = add_message(
        tx, now, case_id, "from_guest", text, language, submission_hash=submission, **columns
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
