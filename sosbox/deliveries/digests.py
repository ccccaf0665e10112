"""The digest of an establishment, written when it is sent: what is unanswered by then."""

import sqlite3
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.words import MACHINE
from sosbox.config import Config
from sosbox.i18n import Localizer, localizer
from sosbox.lib.text import excerpt, isolated
from sosbox.places.addresses import own_address

# What is beyond is counted; whoever has so many opens the inbox.
MAX_LINES = 50


class _Unanswered(NamedTuple):
    """A case of a digest. translation: the beginning of what was written first, in the language of
    the reader; empty where there is none."""

    code: str
    first_line: str
    filed_at: datetime
    promise_due_at: datetime
    translation: str

    @property
    def translated_line(self) -> str:
        """Empty where it is the same in both languages, too."""
        line = excerpt(self.translation)
        return "" if line == self.first_line else line


def load_digest(connection: sqlite3.Connection, delivery_id: int, config: Config) -> Notice | None:
    """The notice of a digest as of the moment that it was due; None when its rows are gone."""
    row = connection.execute(_DELIVERY, (delivery_id,)).fetchone()
    if row is None:
        return None
    address, name, language, is_possible_duplicate, now, house_id, *house = row
    establishment, timezone, base_url, legal_name, company = house
    zone = ZoneInfo(timezone)
    rows = connection.execute(_UNANSWERED, (house_id, language)).fetchall()
    cases = [_Unanswered._make(row) for row in rows]
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
# that nobody has answered. A first line is shorter than what is read of a translation.
_UNANSWERED = """
    SELECT p.code, c.excerpt, c.filed_at, c.promise_due_at, coalesce(
        substr(t.text, 1, 1000), iif(e.language = ?2, c.translated_excerpt, ''))
    FROM cases c
    JOIN access_points p ON p.id = c.access_point_id
    JOIN establishments e ON e.id = c.establishment_id
    LEFT JOIN translations t ON t.part = 'text' AND t.language = ?2
        AND t.state IN ('done', 'partial')
        AND t.message_id = (SELECT min(m.id) FROM messages m WHERE m.case_id = c.id)
    WHERE c.establishment_id = ?1 AND c.answered_at IS NULL AND c.state_rank < 2
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


def _text(_: Localizer, cases: list[_Unanswered], now: datetime, zone: ZoneInfo) -> str:
    if not cases:
        return _("Everything has been answered since.")
    shown = cases[:MAX_LINES]
    lines = [_line(_, case, now, zone) for case in shown]
    if num_more := len(cases) - len(shown):
        lines.append(_.plural("and {num} more", "and {num} more", num_more))
    if any(case.translated_line for case in shown):
        explanation = _(
            "{mark}: translated by a machine. The console shows what was written.", mark=_(MACHINE)
        )
        lines += ["", explanation]
    return "\n".join(lines)


def _line(_: Localizer, case: _Unanswered, now: datetime, zone: ZoneInfo) -> str:
    text = isolated(case.translated_line or case.first_line, _.direction)
    if case.translated_line:
        text = f"{_(MACHINE)} {text}"
    facts = {
        "code": isolated(case.code, _.direction),
        "when": isolated(_.short_moment(case.filed_at, zone), _.direction),
        "text": text,
    }
    if now >= case.promise_due_at:
        return _("{code}, {when}, late: {text}", **facts)
    return _("{code}, {when}: {text}", **facts)
