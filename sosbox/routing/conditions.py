"""The conditions of a rule: what they hold as stored, and the checks that they are made into. Pure.

Stored is a JSON object; every key may be missing:
`areas`, `access_points`: ids; `kinds`, `languages`, `origins`: names; `words`, `without_words`:
words and phrases, of which one must or none may stand in the text, `-` before one excludes it;
`weekdays`: "mon" …; `hours`: "22:00-06:30"; `dates`: "2026-12-24..2027-01-06"; `holidays`,
`anonymous`: true or false.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sosbox.routing.hours import (
    HouseMoment,
    Span,
    beginnings,
    is_among,
    is_within,
    parse_schedule,
)
from sosbox.routing.words import EMPTY_TEXT, Phrase, SearchText, phrases, split_words

# In the order in which a rule is read aloud.
CONDITION_NAMES = (
    "areas",
    "access_points",
    "kinds",
    "words",
    "without_words",
    "languages",
    "weekdays",
    "hours",
    "dates",
    "holidays",
    "anonymous",
    "origins",
)


@dataclass(frozen=True)
class CaseFacts:
    """What rules look at. `text`: everything that the guest wrote in the case, and translations."""

    case_id: int
    subscriber_id: int
    establishment_id: int
    area_id: int
    access_point_id: int
    kind: str = "unspecified"
    language: str = ""
    origin: str = "qr"
    is_anonymous: bool = True
    is_sensitive: bool = False
    text: SearchText = EMPTY_TEXT


Check = Callable[[CaseFacts, HouseMoment], bool]


class Condition(NamedTuple):
    """`name` is one of CONDITION_NAMES."""

    name: str
    holds: Check


def compile_conditions(stored: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The checks for what is stored, the cheapest first. Raises ValueError for hours and dates
    that are none."""
    conditions = [
        Condition(name, _membership(attribute, stored[name]))
        for name, attribute in _MEMBERSHIPS
        if stored.get(name)
    ]
    if (is_anonymous := stored.get("anonymous")) is not None:
        conditions.append(Condition("anonymous", _anonymity(is_anonymous)))
    conditions += _time_conditions(stored)
    wanted, excluded = split_words(stored.get("words") or ())
    excluded += stored.get("without_words") or ()
    if wanted:
        conditions.append(Condition("words", _any_of(phrases(wanted))))
    if excluded:
        conditions.append(Condition("without_words", _none_of(phrases(excluded))))
    return tuple(conditions)


_MEMBERSHIPS = (
    ("areas", "area_id"),
    ("access_points", "access_point_id"),
    ("kinds", "kind"),
    ("languages", "language"),
    ("origins", "origin"),
)


def _membership(attribute: str, values: Iterable[Any]) -> Check:
    allowed = frozenset(values)
    return lambda case, _moment: getattr(case, attribute) in allowed


def _anonymity(is_anonymous: bool) -> Check:
    return lambda case, _moment: case.is_anonymous is is_anonymous


def _any_of(wanted: tuple[Phrase, ...]) -> Check:
    return lambda case, _moment: any(phrase.is_in(case.text) for phrase in wanted)


def _none_of(excluded: tuple[Phrase, ...]) -> Check:
    return lambda case, _moment: not any(phrase.is_in(case.text) for phrase in excluded)


DayCheck = Callable[[date, HouseMoment], bool]


def _time_conditions(stored: Mapping[str, Any]) -> list[Condition]:
    """Weekdays, dates and holidays are those of the day on which the hours began."""
    schedule = parse_schedule(
        stored.get("weekdays") or (), stored.get("dates") or (), stored.get("hours") or ()
    )
    wants_holiday = stored.get("holidays")
    day_checks: list[tuple[str, DayCheck]] = []
    if schedule.hours:
        day_checks.append(("hours", lambda _day, _moment: True))
    if schedule.weekdays:
        day_checks.append(("weekdays", lambda day, _moment: is_among(schedule.weekdays, day)))
    if schedule.dates:
        day_checks.append(("dates", lambda day, _moment: is_within(schedule.dates, day)))
    if wants_holiday is not None:
        day_checks.append(("holidays", lambda day, moment: moment.is_holiday(day) is wants_holiday))
    # Each with those before it: it must be the same day for which all of them hold.
    return [
        Condition(name, _on_one_day(schedule.hours, [check for _, check in day_checks[: i + 1]]))
        for i, (name, _) in enumerate(day_checks)
    ]


def _on_one_day(hours: tuple[Span, ...], checks: list[DayCheck]) -> Check:
    return lambda _case, moment: any(
        all(check(day, moment) for check in checks) for day in beginnings(hours, moment)
    )
