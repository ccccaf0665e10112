"""Saying "I take care of it" to a notice, by its link or its code, without logging in."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from zoneinfo import ZoneInfo

from sosbox.cases.rules import STATE_RANKS, State
from sosbox.channels.base import TranslationState
from sosbox.channels.words import Written
from sosbox.db import Transaction
from sosbox.deliveries.rules import ACKNOWLEDGE_WITHIN, MAY_BE_ACKNOWLEDGED, DeliveryEvent
from sosbox.errors import NotFoundError, SosboxError
from sosbox.i18n import N_
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import Event, recipient_actor
from sosbox.lib.text import excerpt


class Standing(StrEnum):
    """Whether a notice can be acknowledged, and if not, why.

    WITHDRAWN: whoever it went to is no longer told of anything at this address.
    """

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


REFUSALS = {
    Standing.ACKNOWLEDGED: N_("It was said before that somebody takes care of it."),
    Standing.RESOLVED: N_("The case was resolved by then."),
    Standing.EXPIRED: N_("The notice was older than a week by then."),
    Standing.WITHDRAWN: N_("The notice went to an address that is no longer told of anything."),
}
_GONE = frozenset({Standing.EXPIRED, Standing.WITHDRAWN})


class NotTakenError(SosboxError):
    """The notice cannot be acknowledged; `standing` says why, `status` is of HTTP."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(REFUSALS[standing])
        self.standing = standing
        self.status = status_of(standing)


@dataclass(frozen=True)
class TakenBy:
    """Who said last that they take care of a case."""

    name: str
    at: datetime


@dataclass(frozen=True)
class OpenNotice:
    """A notice with what its page shows of the case.

    first_line: of the message that it told of, with its translation; None when the case is
    sensitive. language: of whom it went to. taken_by: somebody else who has said that they take
    care of the case.
    """

    delivery_id: int
    case_id: int
    recipient_id: int
    name: str
    language: str
    channel: str
    created_at: datetime
    acknowledged_at: datetime | None
    is_resolved: bool
    is_sensitive: bool
    is_withdrawn: bool
    place_code: str
    place_label: str
    establishment: str
    zone: ZoneInfo
    first_line: Written | None
    written_at: datetime
    taken_by: TakenBy | None

    def standing(self, now: datetime) -> Standing:
        if self.is_withdrawn:
            return Standing.WITHDRAWN
        if self.acknowledged_at is not None:
            return Standing.ACKNOWLEDGED
        if self.is_resolved:
            return Standing.RESOLVED
        return Standing.EXPIRED if now - self.created_at > ACKNOWLEDGE_WITHIN else Standing.OPEN


def acknowledge(tx: Transaction, keys: Keys, *, now: datetime, delivery_id: int) -> OpenNotice:
    """Stores that whoever got the notice takes care of its case, once; for `DB.write`.

    It ends what waits until somebody has opened the case: steps of the escalation, second
    channels. What waits for an answer goes on. Raises NotFoundError, NotTakenError.
    """
    notice = load_open_notice(tx.connection, delivery_id)
    if notice is None:
        raise NotFoundError("There is no such notice.")
    standing = notice.standing(now)
    if standing is not Standing.OPEN:
        raise NotTakenError(standing)
    tx.sql("UPDATE deliveries SET acknowledged_at = ? WHERE id = ?", now, delivery_id)
    tx.sql("UPDATE cases SET acknowledged_at = ? WHERE id = ?", now, notice.case_id)
    append(
        tx,
        keys,
        at=now,
        event=Event.ACKNOWLEDGED,
        case_id=notice.case_id,
        actor=recipient_actor(notice.recipient_id),
        delivery=delivery_id,
        channel=notice.channel,
    )
    return notice


def status_of(standing: Standing) -> HTTPStatus:
    """Of a page that shows such a notice."""
    if standing is Standing.OPEN:
        return HTTPStatus.OK
    return HTTPStatus.GONE if standing in _GONE else HTTPStatus.CONFLICT


def load_open_notice(connection: sqlite3.Connection, delivery_id: int) -> OpenNotice | None:
    """The notice; None when there is none, or it went to nobody who could take care of it."""
    row = connection.execute(_NOTICE, (delivery_id,)).fetchone()
    if row is None or DeliveryEvent(row[0]) not in MAY_BE_ACKNOWLEDGED:
        return None
    is_sensitive = bool(row[9])
    return OpenNotice(
        delivery_id=delivery_id,
        case_id=row[1],
        recipient_id=row[2],
        name=row[3],
        language=row[4],
        channel=row[5],
        created_at=row[6],
        acknowledged_at=row[7],
        is_resolved=row[8] == STATE_RANKS[State.RESOLVED],
        is_sensitive=is_sensitive,
        is_withdrawn=bool(row[10]),
        place_code=row[11],
        place_label=row[12],
        establishment=row[13],
        zone=ZoneInfo(row[14]),
        first_line=None if is_sensitive else _first_line(row[15], *row[17:]),
        written_at=row[16],
        taken_by=_taken_by(connection, row[1], delivery_id),
    )


# An e-mail has a link that works for whoever has it, so it must not outlive the address; numbers
# are looked up before a code is.
_NOTICE = """
    SELECT d.event, c.id, d.recipient_id, d.name, d.language, d.channel, d.created_at,
           d.acknowledged_at, c.state_rank, c.is_sensitive,
           r.retired_at IS NOT NULL OR (d.channel = 'email' AND NOT EXISTS (
               SELECT 1 FROM recipient_addresses a WHERE a.recipient_id = r.id
               AND a.channel = 'email' AND lower(a.address) = lower(d.address))),
           p.code, p.label, e.name, e.timezone, m.text, m.created_at,
           m.language, t.text, t.engine, t.state
    FROM deliveries d
    JOIN recipients r ON r.id = d.recipient_id
    JOIN cases c ON c.id = d.case_id
    JOIN messages m ON m.id = coalesce(
        d.message_id, (SELECT min(first.id) FROM messages first WHERE first.case_id = c.id))
    JOIN access_points p ON p.id = c.access_point_id
    JOIN establishments e ON e.id = c.establishment_id
    LEFT JOIN translations t ON t.message_id = m.id AND t.part = 'text'
        AND t.language = d.language AND t.language <> m.language
    WHERE d.id = ?
"""


def _first_line(
    text: str, language: str, translation: str | None, engine: str | None, state: str | None
) -> Written:
    """The columns of a translation that there may not be beside the text."""
    return Written(
        excerpt(text),
        language,
        excerpt(translation or ""),
        engine or "",
        TranslationState(state or ""),
    )


def _taken_by(connection: sqlite3.Connection, case_id: int, but_for: int) -> TakenBy | None:
    row = connection.execute(
        "SELECT name, acknowledged_at FROM deliveries WHERE case_id = ? AND id <> ?"
        " AND acknowledged_at IS NOT NULL ORDER BY acknowledged_at DESC, id DESC LIMIT 1",
        (case_id, but_for),
    ).fetchone()
    return TakenBy(*row) if row else None
