"""What is made of replies: acknowledgements, answers to the guest, messages of guests.

What cannot be assigned stays and is listed in the console: nothing is lost, and nothing is guessed
that a guest would read.
"""

import logging
import re
import secrets
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sosbox.cases.guest_actions import Filing, file_cases, guest_write
from sosbox.cases.rules import MAX_TEXT, GuestForm, Kind, Origin, fitting_text
from sosbox.cases.writing import answer_guest, load_case
from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC, notify_guest
from sosbox.deliveries.rules import MAY_BE_ACKNOWLEDGED, MAY_BE_ANSWERED, ReplyState
from sosbox.dispatch.acknowledge import NotTakenError, acknowledge
from sosbox.dispatch.reply_senders import (
    PhoneCase,
    SentNotice,
    cases_with_phone,
    notice_of_mail,
    notice_with_code,
    notices_of_open_cases,
    number_of,
    recipients_at,
    subscribers_at,
)
from sosbox.dispatch.reply_text import Words, read_words
from sosbox.i18n import N_
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event, recipient_actor
from sosbox.lib.phone import DEFAULT_REGION
from sosbox.lib.text import clean, is_blank
from sosbox.places.directory import places_of_origin

NO_WORDS = N_("There are no words in it.")
NO_SUCH_CODE = N_("No notice to this number has the code.")
NO_OPEN_CASE = N_("No case is open that this number was told of.")
SEVERAL_CASES = N_("Several cases are open that this number was told of.")
NO_NOTICE = N_("Its address belongs to no notice.")
NO_PLACE = N_("No place is set for those who write by SMS, or several are.")
NO_NUMBER = N_("Its sender is no phone number.")
NOT_UNDERSTOOD = N_("The box could make nothing of it.")

# Why somebody has to look at an answer before the guest reads it, trusted or not.
OTHER_SENDER = N_(
    "It came from an address that this notice did not go to, or that is told of nothing any more."
)
TOO_LONG = N_("It is longer than an answer may be: the end is cut off.")
HOLDS_NOTICE = N_("Parts of the notice are still in it.")
RESOLVED = N_("The case was resolved by then.")
# Links of the box that the staff alone may follow.
_LINKS = re.compile(r"/admin/cases/\d|/a/[\w-]{20}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WaitingReply:
    """A reply of which nothing was made yet; `reason`: why its text is not to be trusted."""

    id: int
    channel: str
    sender: str
    text: str
    reason: str
    delivery_id: int | None


@dataclass(frozen=True)
class Outcome:
    """What was made of a reply; columns of its row.

    text: what is left to decide on, where that is not the whole of it.
    """

    state: ReplyState
    reason: str = ""
    subscriber_id: int | None = None
    delivery_id: int | None = None
    case_id: int | None = None
    recipient_id: int | None = None
    text: str | None = None


@dataclass(frozen=True)
class _Desk:
    """What everybody who looks at a reply needs. region: of numbers without one."""

    tx: Transaction
    keys: Keys
    now: datetime
    region: str


def has_waiting_replies(connection: sqlite3.Connection) -> bool:
    """Whether there is anything for `take_replies`."""
    sql = "SELECT 1 FROM replies WHERE state = 'waiting' LIMIT 1"
    return connection.execute(sql).fetchone() is not None


def take_replies(
    tx: Transaction, keys: Keys, *, now: datetime, limit: int, region: str = DEFAULT_REGION
) -> int:
    """Makes something of replies that wait, oldest first; returns how many, at most `limit`.

    region: where numbers without the code of a country are of.
    """
    desk = _Desk(tx, keys, now, region)
    rows = tx.sql(
        "SELECT id, channel, sender, text, reason, delivery_id FROM replies"
        " WHERE state = 'waiting' ORDER BY id LIMIT ?",
        limit,
    )
    for row in rows:
        reply = WaitingReply(*row)
        _settle(desk, reply, _take_by_itself(desk, reply))
    return len(rows)


def _take_by_itself(desk: _Desk, reply: WaitingReply) -> Outcome:
    """One reply that breaks something must not hold up those behind it."""
    try:
        with desk.tx.savepoint():
            return _take(desk, reply)
    except sqlite3.OperationalError:
        raise
    except Exception as error:
        # The type alone: the text of an error may hold what somebody wrote.
        _log.error("trouble with a reply: %s", type(error).__name__)
        return Outcome(ReplyState.UNASSIGNED, NOT_UNDERSTOOD)


def _settle(desk: _Desk, reply: WaitingReply, outcome: Outcome) -> None:
    is_settled = outcome.state in (ReplyState.TAKEN, ReplyState.DROPPED)
    desk.tx.sql(
        "UPDATE replies SET state = ?, reason = ?, subscriber_id = ?, delivery_id = ?, case_id = ?,"
        " recipient_id = ?, decided_at = ?, text = coalesce(?, text) WHERE id = ?",
        str(outcome.state),
        outcome.reason,
        outcome.subscriber_id,
        outcome.delivery_id,
        outcome.case_id,
        outcome.recipient_id,
        desk.now if is_settled else None,
        outcome.text,
        reply.id,
    )


def _take(desk: _Desk, reply: WaitingReply) -> Outcome:
    if is_blank(reply.text):
        return Outcome(ReplyState.DROPPED, NO_WORDS, delivery_id=reply.delivery_id)
    if reply.channel == "email":
        return _take_mail(desk, reply)
    number = number_of(reply.sender, desk.region)
    if not number:
        return Outcome(ReplyState.UNASSIGNED, NO_NUMBER)
    recipients = recipients_at(desk.tx, number, desk.region)
    if recipients:
        return _take_sms(desk, reply, number, recipients)
    return _take_from_guest(desk, reply, number)


# From recipients --------------------------------------------------------------------------------


def _take_sms(desk: _Desk, reply: WaitingReply, number: str, recipients: dict[int, int]) -> Outcome:
    words = read_words(reply.text)
    if words.code:
        notice = notice_with_code(desk.tx, recipients, number, words.code, desk.region)
        if notice is not None:
            return _take_with_code(desk, reply, notice, words)
        if words.must_be_code:
            return _unassigned(recipients, NO_SUCH_CODE)
    notices = notices_of_open_cases(desk.tx, recipients, desk.now)
    if len(notices) != 1:
        return _unassigned(recipients, SEVERAL_CASES if notices else NO_OPEN_CASE)
    if words.is_consent_alone:
        return _acknowledge(desk, notices[0])
    return _take_answer(desk, reply, notices[0], reply.text)


def _take_with_code(desk: _Desk, reply: WaitingReply, notice: SentNotice, words: Words) -> Outcome:
    outcome = _acknowledge(desk, notice)
    return _take_answer(desk, reply, notice, words.rest) if words.rest else outcome


def _take_mail(desk: _Desk, reply: WaitingReply) -> Outcome:
    notice = notice_of_mail(desk.tx, reply.delivery_id)
    if notice is None or notice.event not in MAY_BE_ANSWERED:
        subscribers = subscribers_at(desk.tx, reply.sender)
        subscriber_id = subscribers.pop() if len(subscribers) == 1 else None
        return Outcome(ReplyState.UNASSIGNED, NO_NOTICE, subscriber_id)
    is_consent = read_words(reply.text).is_consent_alone and _is_addressee(reply, notice)
    if is_consent and notice.event in MAY_BE_ACKNOWLEDGED:
        return _acknowledge(desk, notice)
    return _take_answer(desk, reply, notice, reply.text)


def _acknowledge(desk: _Desk, notice: SentNotice) -> Outcome:
    try:
        acknowledge(desk.tx, desk.keys, now=desk.now, delivery_id=notice.delivery_id)
    except NotTakenError as error:
        return _outcome(ReplyState.DROPPED, notice, error.message)
    return _outcome(ReplyState.TAKEN, notice)


def _take_answer(desk: _Desk, reply: WaitingReply, notice: SentNotice, text: str) -> Outcome:
    """A message of a recipient on a case: for the guest, at once or when somebody has confirmed."""
    doubt = _doubt(reply, notice, text)
    is_known = _is_addressee(reply, notice)
    if notice.is_trusted and not doubt:
        _send(desk, notice, text)
        return _outcome(ReplyState.TAKEN, notice)
    append(
        desk.tx,
        desk.keys,
        at=desk.now,
        event=Event.REPLIED,
        case_id=notice.case_id,
        actor=recipient_actor(notice.recipient_id) if is_known else SYSTEM,
        reply=reply.id,
        channel=reply.channel,
    )
    outcome = _outcome(ReplyState.TO_CONFIRM, notice, doubt, is_known=is_known)
    return replace(outcome, text=text)


def _doubt(reply: WaitingReply, notice: SentNotice, text: str) -> str:
    if not _is_addressee(reply, notice):
        return OTHER_SENDER
    if reply.reason:
        return reply.reason
    if len(clean(text)) > MAX_TEXT:
        return TOO_LONG
    if _LINKS.search(text) or notice.reference in text:
        return HOLDS_NOTICE
    return RESOLVED if notice.is_resolved else ""


def _is_addressee(reply: WaitingReply, notice: SentNotice) -> bool:
    """Whether it comes from where the notice went to; senders of SMS were looked up before."""
    if reply.channel != "email":
        return True
    return notice.is_current and reply.sender.lower() == notice.address.lower()


def _send(desk: _Desk, notice: SentNotice, text: str) -> None:
    tx, now = desk.tx, desk.now
    message_id = answer_guest(
        tx,
        desk.keys,
        now=now,
        case=load_case(tx, notice.case_id),
        text=fitting_text(text),
        language=notice.language,
        actor=recipient_actor(notice.recipient_id),
        recipient_id=notice.recipient_id,
    )
    notify_guest(tx, now=now, case_id=notice.case_id, message_id=message_id)


def _outcome(
    state: ReplyState, notice: SentNotice, reason: str = "", *, is_known: bool = True
) -> Outcome:
    return Outcome(
        state,
        reason,
        notice.subscriber_id,
        notice.delivery_id,
        notice.case_id,
        notice.recipient_id if is_known else None,
    )


def _unassigned(recipients: dict[int, int], reason: str) -> Outcome:
    """What comes from somebody who is told of cases of several companies is shown to none."""
    subscribers = set(recipients.values())
    subscriber_id = subscribers.pop() if len(subscribers) == 1 else None
    return Outcome(ReplyState.UNASSIGNED, reason, subscriber_id, recipient_id=min(recipients))


# From guests ------------------------------------------------------------------------------------


def _take_from_guest(desk: _Desk, reply: WaitingReply, number: str) -> Outcome:
    case = _case_of(cases_with_phone(desk.tx, number, desk.now, desk.region))
    if case is not None:
        return add_to_case(desk.tx, desk.keys, now=desk.now, text=reply.text, case=case)
    places = places_of_origin(desk.tx.connection, Origin.PHONE)
    if len(places) != 1:
        return Outcome(ReplyState.UNASSIGNED, NO_PLACE)
    (place,) = places
    form = GuestForm(fitting_text(reply.text), Kind.UNSPECIFIED, "", "", "", number)
    # Nobody may learn the name of this submission: it would open the case.
    submission_id = secrets.token_urlsafe(32)
    filing = Filing(desk.now, place, form, submission_id, place.house.language)
    (filed,) = file_cases(desk.tx, desk.keys, [filing])
    desk.tx.announce(DELIVERY_TOPIC)
    return Outcome(ReplyState.TAKEN, "", place.house.subscriber_id, case_id=filed.case_id)


def _case_of(cases: Collection[PhoneCase]) -> PhoneCase | None:
    """The newest that is open, else the newest; none when several companies have cases with the
    number, for none may see what is meant for another."""
    if len({case.subscriber_id for case in cases}) != 1:
        return None
    return next((case for case in cases if not case.is_resolved), next(iter(cases)))


def add_to_case(
    tx: Transaction, keys: Keys, *, now: datetime, text: str, case: PhoneCase
) -> Outcome:
    """Adds what a guest has sent by SMS to a case, as if it were written under the receipt."""
    guest_write(
        tx,
        keys,
        now=now,
        case_id=case.case_id,
        text=fitting_text(text),
        language=case.language,
        submission=secrets.token_bytes(32),
    )
    tx.announce(DELIVERY_TOPIC)
    return Outcome(ReplyState.TAKEN, "", case.subscriber_id, case_id=case.case_id)
