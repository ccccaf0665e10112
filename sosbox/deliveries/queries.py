"""Reading the outbox: the notice behind a delivery, and what became of those of a case."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.channels.base import HAS_TRANSLATION, Notice, NoticeEvent, TranslationState
from sosbox.config import Config
from sosbox.db import DB
from sosbox.deliveries.addresses import reply_address
from sosbox.deliveries.digests import load_digest
from sosbox.deliveries.rules import (
    MAY_BE_ACKNOWLEDGED,
    MAY_BE_ANSWERED,
    DeliveryEvent,
    DeliveryState,
    ReportState,
)
from sosbox.keys import Keys
from sosbox.lib.text import excerpt
from sosbox.places.addresses import own_address


@dataclass(frozen=True)
class CaseDelivery:
    """One notice about a case as the staff sees it.

    is_to_guest: an answer that went to the guest, else a notice to a recipient or an owner.
    error: the message id of what went wrong last, empty when nothing did; `error_detail` is what
    the other side said.
    """

    id: int
    event: DeliveryEvent
    is_to_guest: bool
    channel: str
    address: str
    name: str
    state: DeliveryState
    num_attempts: int
    created_at: datetime
    next_attempt_at: datetime
    last_attempt_at: datetime | None
    sent_at: datetime | None
    error: str
    error_detail: str
    is_possible_duplicate: bool
    report: ReportState
    acknowledged_at: datetime | None


async def deliveries_of_case(case_id: int) -> list[CaseDelivery]:
    """The notices about a case, oldest first; the caller has checked who is asking."""

    def fetch(connection: sqlite3.Connection) -> list[CaseDelivery]:
        return [_case_delivery(row) for row in connection.execute(_OF_CASE, (case_id,))]

    return await DB.read(fetch)


async def next_due(channel: str) -> datetime | None:
    """When the next pending delivery of a channel is due; None when nothing is pending."""

    def fetch(connection: sqlite3.Connection) -> datetime | None:
        row = connection.execute(_NEXT_DUE, (channel,)).fetchone()
        return row[0] if row else None

    return await DB.read(fetch)


async def load_notice(delivery_id: int, config: Config, keys: Keys) -> Notice | None:
    """Everything that a channel needs for one delivery; None when its rows are gone."""

    def fetch(connection: sqlite3.Connection) -> Notice | None:
        row = connection.execute(_NOTICE, (delivery_id,)).fetchone()
        if row is not None:
            return _notice(delivery_id, row, config, keys)
        return load_digest(connection, delivery_id, config)

    return await DB.read(fetch)


# Mail programs thread by the subject, too: once a notice of a case has gone to an address with the
# first line as it was written, all of them do, though its translation has come since.
_NOTICE = """
    SELECT d.event, d.address, d.name, d.language, d.is_possible_duplicate,
           c.id, c.reference, c.kind, c.excerpt, c.remedy,
           c.contact_name, c.contact_email, c.contact_phone, c.promise_due_at, c.legal_due_at,
           m.text, m.language, m.created_at,
           p.code, p.label, a.name, e.name, e.timezone, e.base_url, s.legal_name, s.name,
           c.is_safety, d.acknowledge_code, d.recipient_id, d.channel,
           f.language, t.state, t.text, t.engine, r.state, r.text, r.engine, h.text,
           c.ticket
    FROM deliveries d
    JOIN cases c ON c.id = d.case_id
    JOIN messages f ON f.id = (SELECT min(id) FROM messages WHERE case_id = c.id)
    JOIN messages m ON m.id = coalesce(d.message_id, f.id)
    JOIN access_points p ON p.id = c.access_point_id
    JOIN areas a ON a.id = c.area_id
    JOIN establishments e ON e.id = c.establishment_id
    JOIN subscribers s ON s.id = c.subscriber_id
    LEFT JOIN translations t ON t.message_id = m.id AND t.part = 'text'
        AND t.language = d.language AND t.language <> m.language
    LEFT JOIN translations r ON r.message_id = f.id AND r.part = 'remedy'
        AND r.language = d.language AND r.language <> f.language
    LEFT JOIN translations h ON h.message_id = f.id AND h.part = 'text'
        AND h.language = d.language AND h.language <> f.language
        AND h.state IN ('done', 'partial') AND h.finished_at <= coalesce(
            (SELECT min(o.last_attempt_at) FROM deliveries o WHERE o.case_id = c.id
                AND o.channel = d.channel AND o.address = d.address
                AND o.state IN ('sending', 'sent')),
            h.finished_at)
    WHERE d.id = ?
"""
_NEXT_DUE = """
    SELECT next_attempt_at FROM deliveries WHERE state = 'pending' AND channel = ?
    ORDER BY next_attempt_at LIMIT 1
"""
_OF_CASE = """
    SELECT id, event, recipient_id, channel, address, name, state, num_attempts, created_at,
           next_attempt_at, last_attempt_at, sent_at, error, error_detail, is_possible_duplicate,
           account_id, report, acknowledged_at
    FROM deliveries WHERE case_id = ? ORDER BY id
"""


def _notice(delivery_id: int, row: tuple[Any, ...], config: Config, keys: Keys) -> Notice:
    event = NoticeEvent(row[0])
    told = DeliveryEvent(event)
    may_be_acknowledged = told in MAY_BE_ACKNOWLEDGED
    recipient_id, channel = row[28:30]
    may_be_answered = recipient_id and channel == "email" and told in MAY_BE_ANSWERED
    case_id = row[5]
    state, translation, engine = _translation(*row[31:34])
    remedy_state, remedy_translation, remedy_engine = _translation(*row[34:37])
    base = own_address(config, row[23])
    return Notice(
        delivery_id=delivery_id,
        event=event,
        address=row[1],
        name=row[2],
        language=row[3],
        is_possible_duplicate=bool(row[4]),
        case_id=case_id,
        reference=row[6],
        kind=row[7],
        headline=row[8],
        remedy=row[9],
        contact_name=row[10],
        contact_email=row[11],
        contact_phone=row[12],
        promise_due_at=row[13],
        legal_due_at=row[14],
        text=row[15],
        text_language=row[16],
        written_at=row[17],
        place_code=row[18],
        place_label=row[19],
        area=row[20],
        establishment=row[21],
        zone=ZoneInfo(row[22]),
        case_url=_case_url(base, event, channel, case_id),
        legal_name=row[24] or row[25],
        is_safety=bool(row[26]),
        acknowledge_url=(
            f"{base}/a/{keys.acknowledge_token(delivery_id)}" if may_be_acknowledged else ""
        ),
        acknowledge_code=row[27],
        reply_to=reply_address(config, keys, delivery_id) if may_be_answered else "",
        translation=translation,
        translation_engine=engine,
        translation_state=state,
        headline_translation=excerpt(row[37] or ""),
        remedy_language=row[30],
        remedy_translation=remedy_translation,
        remedy_engine=remedy_engine,
        remedy_state=remedy_state,
        ticket=row[38],
    )


def _translation(
    state: str | None, text: str | None, engine: str | None
) -> tuple[TranslationState, str, str]:
    """The columns of a translation that there may not be."""
    known = TranslationState(state or "")
    return (known, text or "", engine or "") if known in HAS_TRANSLATION else (known, "", "")


def _case_url(base: str, event: NoticeEvent, channel: str, case_id: int) -> str:
    if event is not NoticeEvent.ANSWERED:
        return f"{base}/admin/cases/{case_id}"
    return "" if channel == "sms" else f"{base}/t"


def _case_delivery(row: tuple[Any, ...]) -> CaseDelivery:
    return CaseDelivery(
        id=row[0],
        event=DeliveryEvent(row[1]),
        is_to_guest=row[2] is None and row[15] is None,
        channel=row[3],
        address=row[4],
        name=row[5],
        state=DeliveryState(row[6]),
        num_attempts=row[7],
        created_at=row[8],
        next_attempt_at=row[9],
        last_attempt_at=row[10],
        sent_at=row[11],
        error=row[12],
        error_detail=row[13],
        is_possible_duplicate=bool(row[14]),
        report=ReportState(row[16]),
        acknowledged_at=row[17],
    )
