"""Whose a number or an address is that a reply came from, and what it answers; in `DB.write`."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sosbox.cases.rules import STATE_RANKS, State
from sosbox.db import Transaction
from sosbox.deliveries.rules import ACKNOWLEDGE_WITHIN, DeliveryEvent
from sosbox.lib.phone import WrongNumberError, is_same_number, normal_number

# Who writes later begins something new.
PHONE_CASE_WITHIN = timedelta(days=30)
# Numbers that are the same end in the same digits, however they are written.
_NUM_LAST_DIGITS = 6


class SentNotice(NamedTuple):
    """A notice that went to a recipient, with what decides on an answer to it.

    is_current: the recipient is still told of cases at this address. language: of the recipient.
    """

    delivery_id: int
    case_id: int
    subscriber_id: int
    reference: str
    recipient_id: int
    language: str
    address: str
    event: DeliveryEvent
    acknowledged_at: datetime | None
    is_resolved: bool
    is_trusted: bool
    is_current: bool


class PhoneCase(NamedTuple):
    """A case whose guest has left the number."""

    case_id: int
    subscriber_id: int
    language: str
    is_resolved: bool


def number_of(sender: str, region: str) -> str:
    """The sender in E.164; empty when it is no number, as that of a shop or of the network."""
    try:
        return normal_number(sender, region)
    except WrongNumberError:
        return ""


def recipients_at(tx: Transaction, number: str, region: str) -> dict[int, int]:
    """The recipients who are told at a number: their subscribers by their ids."""
    rows = tx.sql(
        "SELECT r.id, r.subscriber_id, a.address FROM recipient_addresses a"
        " JOIN recipients r ON r.id = a.recipient_id"
        " WHERE a.channel = 'sms' AND r.retired_at IS NULL"
    )
    return {
        recipient_id: subscriber_id
        for recipient_id, subscriber_id, address in rows
        if is_same_number(address, number, region)
    }


def notice_with_code(
    tx: Transaction, recipients: Collection[int], number: str, code: str, region: str
) -> SentNotice | None:
    """The notice to these recipients that bears the code; of several one to this number, one that
    nobody has acknowledged, the newest."""
    found = _notices(tx, f"{_NOTICES} AND d.acknowledge_code = ?", recipients, code)
    return max(
        found,
        key=lambda notice: (
            is_same_number(notice.address, number, region),
            notice.acknowledged_at is None,
            notice.delivery_id,
        ),
        default=None,
    )


def notices_of_open_cases(
    tx: Transaction, recipients: Collection[int], now: datetime
) -> list[SentNotice]:
    """The newest notice by SMS of each case that these recipients were told of within the time in
    which one may be acknowledged, and that is not resolved."""
    found = _notices(
        tx,
        f"{_NOTICES} AND d.acknowledge_code <> '' AND d.created_at > ? AND c.state_rank < ?"
        " AND d.state NOT IN ('pending', 'skipped') ORDER BY d.id",
        recipients,
        now - ACKNOWLEDGE_WITHIN,
        STATE_RANKS[State.RESOLVED],
    )
    return list({notice.case_id: notice for notice in found}.values())


def notice_of_mail(tx: Transaction, delivery_id: int | None) -> SentNotice | None:
    """The notice by e-mail to a recipient with this id."""
    rows = tx.sql(f"{_SELECT} WHERE d.channel = 'email' AND d.id = ?", delivery_id)
    return _notice(rows[0]) if rows else None


def subscribers_at(tx: Transaction, email: str) -> set[int]:
    """Whose recipient or account has this e-mail address."""
    rows = tx.sql(
        "SELECT r.subscriber_id FROM recipient_addresses a"
        " JOIN recipients r ON r.id = a.recipient_id"
        " WHERE a.channel = 'email' AND lower(a.address) = ? AND r.retired_at IS NULL"
        " UNION SELECT subscriber_id FROM accounts WHERE email = ? AND disabled_at IS NULL",
        email.lower(),
        email.lower(),
    )
    return {subscriber_id for (subscriber_id,) in rows}


def cases_with_phone(tx: Transaction, number: str, now: datetime, region: str) -> list[PhoneCase]:
    """The cases of the last thirty days whose guest has left this number, newest first."""
    rows = tx.sql(
        "SELECT id, subscriber_id, language, state_rank, contact_phone FROM cases"
        " WHERE contact_phone <> '' AND filed_at > ? ORDER BY filed_at DESC, id DESC",
        now - PHONE_CASE_WITHIN,
    )
    ending = _last_digits(number)
    return [
        PhoneCase(case_id, subscriber_id, language, rank == STATE_RANKS[State.RESOLVED])
        for case_id, subscriber_id, language, rank, phone in rows
        if _last_digits(phone) == ending and is_same_number(phone, number, region)
    ]


_SELECT = """
    SELECT d.id, d.case_id, c.subscriber_id, c.reference, r.id, r.language, d.address, d.event,
           d.acknowledged_at, c.state_rank, e.trusts_replies,
           r.retired_at IS NULL AND EXISTS (
               SELECT 1 FROM recipient_addresses a WHERE a.recipient_id = r.id
               AND a.channel = d.channel AND lower(a.address) = lower(d.address))
    FROM deliveries d
    JOIN recipients r ON r.id = d.recipient_id
    JOIN cases c ON c.id = d.case_id
    JOIN establishments e ON e.id = c.establishment_id
"""
_NOTICES = f"{_SELECT} WHERE d.channel = 'sms' AND r.id IN (SELECT value FROM json_each(?))"  # noqa: S608


def _notices(
    tx: Transaction, sql: str, recipients: Collection[int], *arguments: Any
) -> list[SentNotice]:
    return [_notice(row) for row in tx.sql(sql, json.dumps(list(recipients)), *arguments)]


def _notice(row: tuple[Any, ...]) -> SentNotice:
    return SentNotice(
        delivery_id=row[0],
        case_id=row[1],
        subscriber_id=row[2],
        reference=row[3],
        recipient_id=row[4],
        language=row[5],
        address=row[6],
        event=DeliveryEvent(row[7]),
        acknowledged_at=row[8],
        is_resolved=row[9] == STATE_RANKS[State.RESOLVED],
        is_trusted=bool(row[10]),
        is_current=bool(row[11]),
    )


def _last_digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit())[-_NUM_LAST_DIGITS:]
