"""The digest of an establishment, written when it is sent: what is unanswered by then."""

import sqlite3
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.config import Config
from sosbox.deliveries.addresses import own_address
from sosbox.i18n import Localizer, localizer

# What is beyond is counted; whoever has so many opens the inbox.
MAX_LINES = 50


def load_digest(connection: sqlite3.Connection, delivery_id: int, config: Config) -> Notice | None:
    """The notice of a digest as of the moment that it was due; None when its rows are gone."""
    row = connection.execute(_DELIVERY, (delivery_id,)).fetchone()
    if row is None:
        return None
    address, name, language, is_possible_duplicate, now, house_id, *house = row
    establishment, timezone, base_url, legal_name, company = house
    zone = ZoneInfo(timezone)
    cases = connection.execute(_UNANSWERED, (house_id,)).fetchall()
    _ = localizer(language)
    return Notice(
        delivery_id=delivery_id,
        event=NoticeEvent.DIGEST,
        address=address,
        name=name,
        language=language,
        case_id=0,
        reference="",
        kind="",
        headline=_headline(_, establishment, len(cases)),
        text=_text(_, cases, now, zone),
        text_language=_.language,
        remedy="",
        establishment=establishment,
        area="",
        place_code="",
        place_label="",
        written_at=now,
        promise_due_at=now,
        legal_due_at=now,
        zone=zone,
        contact_name="",
        contact_email="",
        contact_phone="",
        case_url=f"{own_address(config, base_url)}/admin",
        legal_name=legal_name or company,
        is_possible_duplicate=bool(is_possible_duplicate),
    )


_DELIVERY = """
    SELECT d.address, d.name, d.language, d.is_possible_duplicate, d.created_at,
           e.id, e.name, e.timezone, e.base_url, s.legal_name, s.name
    FROM deliveries d JOIN establishments e ON e.id = d.establishment_id
    JOIN subscribers s ON s.id = e.subscriber_id
    WHERE d.id = ? AND d.event = 'digest'
"""
# Sensitive cases are for the console alone. What a filter keeps for the digest is in it like all
# that nobody has answered.
_UNANSWERED = """
    SELECT p.code, c.excerpt, c.filed_at, c.promise_due_at FROM cases c
    JOIN access_points p ON p.id = c.access_point_id
    WHERE c.establishment_id = ? AND c.answered_at IS NULL AND c.state_rank < 2
        AND NOT c.is_quarantined AND NOT c.is_sensitive
    ORDER BY c.filed_at, c.id
"""


def _headline(_: Localizer, establishment: str, num: int) -> str:
    return _.plural(
        "{house}: {num} message is unanswered",
        "{house}: {num} messages are unanswered",
        num,
        house=establishment,
    )


def _text(_: Localizer, cases: list[tuple[Any, ...]], now: datetime, zone: ZoneInfo) -> str:
    if not cases:
        return _("Everything has been answered since.")
    lines = [_line(_, case, now, zone) for case in cases[:MAX_LINES]]
    if num_more := len(cases) - len(lines):
        lines.append(_.plural("and {num} more", "and {num} more", num_more))
    return "\n".join(lines)


def _line(_: Localizer, case: tuple[Any, ...], now: datetime, zone: ZoneInfo) -> str:
    code, excerpt, filed_at, promise_due_at = case
    when = _.short_moment(filed_at, zone)
    if now >= promise_due_at:
        return _("{code}, {when}, late: {text}", code=code, when=when, text=excerpt)
    return _("{code}, {when}: {text}", code=code, when=when, text=excerpt)
