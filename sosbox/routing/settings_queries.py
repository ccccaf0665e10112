"""Reading what a subscriber has settled about who is told, for the pages that change it."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from sosbox.routing.settings import (
    AreaSettings,
    HouseSettings,
    PointSettings,
    RecipientSettings,
    RuleSettings,
    Settings,
    ShiftSettings,
    StepSettings,
)

Links = dict[int, tuple[int, ...]]


def load_settings(connection: sqlite3.Connection, subscriber_id: int) -> Settings:
    """Reads all of it; a few hundred rows."""
    return _Reader(connection, subscriber_id).settings()


class _Reader:
    def __init__(self, connection: sqlite3.Connection, subscriber_id: int) -> None:
        self._connection = connection
        self._subscriber_id = subscriber_id

    def settings(self) -> Settings:
        return Settings(
            subscriber_id=self._subscriber_id,
            houses=self._houses(),
            areas={row[0]: AreaSettings(*row) for row in self._rows(_AREAS)},
            points={row[0]: PointSettings(*row) for row in self._rows(_POINTS)},
            recipients=self._recipients(),
            rules=self._rules(),
            shifts=self._shifts(),
            steps=self._steps(),
        )

    def _houses(self) -> dict[int, HouseSettings]:
        of_purpose: dict[tuple[int, str], tuple[int, ...]] = {}
        for house_id, purpose, recipient_id in self._rows(_HOUSE_RECIPIENTS):
            before = of_purpose.get((house_id, purpose), ())
            of_purpose[house_id, purpose] = (*before, recipient_id)
        return {
            row[0]: HouseSettings(
                id=row[0],
                slug=row[1],
                name=row[2],
                language=row[3],
                timezone=row[4],
                promise_hours=row[5],
                holiday_region=row[6],
                holidays=_list(row[7]),
                promise_warning_minutes=row[8],
                legal_warning_days=row[9],
                digest_at=row[10],
                trusts_replies=bool(row[11]),
                fallback=of_purpose.get((row[0], "fallback"), ()),
                report=of_purpose.get((row[0], "report"), ()),
                digest=of_purpose.get((row[0], "digest"), ()),
            )
            for row in self._rows(_HOUSES)
        }

    def _recipients(self) -> dict[int, RecipientSettings]:
        addresses: dict[int, dict[str, tuple[str, ...]]] = {}
        for recipient_id, channel, address in self._rows(_ADDRESSES):
            own = addresses.setdefault(recipient_id, {})
            own[channel] = (*own.get(channel, ()), address)
        return {
            row[0]: RecipientSettings(
                id=row[0],
                slug=row[1],
                name=row[2],
                language=row[3],
                addresses=addresses.get(row[0], {}),
                channels=_list(row[4]),
                next_channel_minutes=row[5],
            )
            for row in self._rows(_RECIPIENTS)
        }

    def _rules(self) -> dict[int, RuleSettings]:
        recipients = self._links(_RULE_RECIPIENTS)
        left_out = self._links(_RULE_LEFT_OUT)
        found = {}
        for rule_id, slug, house_id, conditions, *flags in self._rows(_RULES):
            is_disabled, is_stop, is_safety, is_sensitive = map(bool, flags)
            found[rule_id] = RuleSettings(
                id=rule_id,
                slug=slug,
                house_id=house_id,
                conditions=json.loads(conditions),
                is_disabled=is_disabled,
                is_stop=is_stop,
                is_safety=is_safety,
                is_sensitive=is_sensitive,
                recipients=recipients.get(rule_id, ()),
                left_out=left_out.get(rule_id, ()),
            )
        return found

    def _shifts(self) -> dict[int, tuple[ShiftSettings, ...]]:
        people = self._links(_SHIFT_PEOPLE)
        found: dict[int, tuple[ShiftSettings, ...]] = {}
        for shift_id, post_id, weekdays, dates, hours in self._rows(_SHIFTS):
            shift = ShiftSettings(
                id=shift_id,
                post_id=post_id,
                weekdays=_list(weekdays),
                dates=_list(dates),
                hours=_list(hours),
                people=people.get(shift_id, ()),
            )
            found[post_id] = (*found.get(post_id, ()), shift)
        return found

    def _steps(self) -> dict[int, StepSettings]:
        recipients = self._links(_STEP_RECIPIENTS)
        return {
            row[0]: StepSettings(
                id=row[0],
                house_id=row[1],
                rule_id=row[2],
                after_minutes=row[3],
                until=row[4],
                repeat_minutes=row[5],
                max_times=row[6],
                hours=_list(row[7]),
                recipients=recipients.get(row[0], ()),
            )
            for row in self._rows(_STEPS)
        }

    def _rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        return self._connection.execute(sql, (self._subscriber_id,))

    def _links(self, sql: str) -> Links:
        found: Links = {}
        for owner, other in self._rows(sql):
            found[owner] = (*found.get(owner, ()), other)
        return found


def _list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


_HOUSES = """
    SELECT id, slug, name, language, timezone, promise_hours, holiday_region, holidays,
           promise_warning_minutes, legal_warning_days, digest_at, trusts_replies
    FROM establishments WHERE subscriber_id = ? ORDER BY name, id
"""
_HOUSE_RECIPIENTS = """
    SELECT l.establishment_id, l.purpose, l.recipient_id FROM establishment_recipients l
    JOIN establishments e ON e.id = l.establishment_id WHERE e.subscriber_id = ? ORDER BY l.id
"""
_AREAS = """
    SELECT a.id, a.establishment_id, a.name FROM areas a
    JOIN establishments e ON e.id = a.establishment_id
    WHERE e.subscriber_id = ? ORDER BY e.name, a.name, a.id
"""
_POINTS = """
    SELECT p.id, p.establishment_id, p.area_id, p.code, p.label, p.origin,
           p.retired_at IS NOT NULL
    FROM access_points p JOIN establishments e ON e.id = p.establishment_id
    WHERE e.subscriber_id = ? ORDER BY p.code, p.id
"""
_RECIPIENTS = """
    SELECT id, slug, name, language, channels, next_channel_minutes FROM recipients
    WHERE subscriber_id = ? AND retired_at IS NULL ORDER BY name, id
"""
_ADDRESSES = """
    SELECT d.recipient_id, d.channel, d.address FROM recipient_addresses d
    JOIN recipients r ON r.id = d.recipient_id WHERE r.subscriber_id = ? ORDER BY d.id
"""
_RULES = """
    SELECT id, slug, establishment_id, conditions, disabled_at IS NOT NULL, is_stop, is_safety,
           is_sensitive
    FROM rules WHERE subscriber_id = ? ORDER BY position, slug
"""
_RULE_RECIPIENTS = """
    SELECT l.rule_id, l.recipient_id FROM rule_recipients l JOIN rules r ON r.id = l.rule_id
    WHERE r.subscriber_id = ? ORDER BY l.id
"""
_RULE_LEFT_OUT = """
    SELECT l.rule_id, l.recipient_id FROM rule_left_out l JOIN rules r ON r.id = l.rule_id
    WHERE r.subscriber_id = ? ORDER BY l.id
"""
_SHIFTS = """
    SELECT s.id, s.recipient_id, s.weekdays, s.dates, s.hours FROM rota_shifts s
    JOIN recipients r ON r.id = s.recipient_id WHERE r.subscriber_id = ? ORDER BY s.id
"""
_SHIFT_PEOPLE = """
    SELECT l.shift_id, l.recipient_id FROM rota_people l JOIN rota_shifts s ON s.id = l.shift_id
    JOIN recipients r ON r.id = s.recipient_id WHERE r.subscriber_id = ? ORDER BY l.id
"""
# A step is of a rule or of a house, and either is of a subscriber.
_OWN_STEPS = """
    FROM escalation_steps s
    LEFT JOIN establishments e ON e.id = s.establishment_id LEFT JOIN rules r ON r.id = s.rule_id
"""
_STEPS = f"""
    SELECT s.id, s.establishment_id, s.rule_id, s.after_minutes, s.until, s.repeat_minutes,
           s.max_times, s.hours {_OWN_STEPS}
    WHERE coalesce(e.subscriber_id, r.subscriber_id) = ? AND s.retired_at IS NULL
    ORDER BY s.after_minutes, s.position, s.id
"""
_STEP_RECIPIENTS = f"""
    SELECT l.step_id, l.recipient_id {_OWN_STEPS} JOIN escalation_recipients l ON l.step_id = s.id
    WHERE coalesce(e.subscriber_id, r.subscriber_id) = ? AND s.retired_at IS NULL ORDER BY l.id
"""
