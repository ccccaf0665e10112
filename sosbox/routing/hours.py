"""Hours, weekdays and dates as a house speaks of them. Pure.

They are wall-clock times: whoever is on from 22:00 to 06:30 is so over a night in which the clocks
change, whether it lasts seven hours and a half or nine and a half. Hours over midnight belong to
the day on which they begin: "Friday, 22:00-06:30" ends on Saturday morning.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


HolidayCheck = Callable[[date], bool]


def is_no_holiday(_day: date) -> bool:
    return False


class HouseMoment(NamedTuple):
    """A moment by the clock and the calendar on the wall; `minute` counts from midnight."""

    day: date
    minute: int
    is_holiday: HolidayCheck = is_no_holiday


def house_moment(
    now: datetime, zone: ZoneInfo, is_holiday: HolidayCheck = is_no_holiday
) -> HouseMoment:
    local = now.astimezone(zone)
    return HouseMoment(local.date(), local.hour * 60 + local.minute, is_holiday)


class Span(NamedTuple):
    """Hours of a day in minutes from midnight; `end` is the first minute after them.

    An end that is not after the start lies on the next day.
    """

    start: int
    end: int

    def begins_on(self, moment: HouseMoment) -> date | None:
        """The day on which the span began that holds the moment; None when it does not hold it."""
        if self.start < self.end:
            return moment.day if self.start <= moment.minute < self.end else None
        if moment.minute >= self.start:
            return moment.day
        return moment.day - _DAY if moment.minute < self.end else None


class DateRange(NamedTuple):
    """Both days included."""

    first: date
    last: date


@dataclass(frozen=True)
class Schedule:
    """When something holds; what is empty does not limit it."""

    weekdays: frozenset[int] = frozenset()
    dates: tuple[DateRange, ...] = ()
    hours: tuple[Span, ...] = ()

    def holds(self, moment: HouseMoment) -> bool:
        return any(
            is_among(self.weekdays, day) and is_within(self.dates, day)
            for day in beginnings(self.hours, moment)
        )


def beginnings(hours: Sequence[Span], moment: HouseMoment) -> list[date]:
    """The days on which those of the hours began that hold the moment."""
    if not hours:
        return [moment.day]
    found = (span.begins_on(moment) for span in hours)
    return [day for day in found if day is not None]


def is_among(weekdays: frozenset[int], day: date) -> bool:
    return not weekdays or day.weekday() in weekdays


def is_within(dates: Iterable[DateRange], day: date) -> bool:
    ranges = tuple(dates)
    return not ranges or any(first <= day <= last for first, last in ranges)


def next_within(hours: Sequence[Span], now: datetime, zone: ZoneInfo) -> datetime:
    """`now` if it lies within the hours, else when they next begin; UTC."""
    moment = house_moment(now, zone)
    if beginnings(hours, moment):
        return now.astimezone(UTC)
    # Two days on: the hours of tomorrow may lie in the one that the clocks leave out.
    days = [moment.day + number * _DAY for number in range(3)]
    starts = (start for day in days for span in hours for start in _starts(span, day, zone))
    return min(
        start for start in starts if start >= now and beginnings(hours, house_moment(start, zone))
    )


def _starts(span: Span, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """When hours may begin on a day: twice where the clocks show the hour again, and where they
    leave it out, as soon as they go on."""
    wall = datetime.combine(day, time(span.start // 60, span.start % 60))
    for fold in (0, 1):
        start = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if _on_wall(start, zone) > wall:
            while _on_wall(start - _MINUTE, zone) >= wall:
                start -= _MINUTE
        yield start


def _on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def parse_weekday(text: str) -> int:
    """`mon` as 0. Raises ValueError."""
    return WEEKDAYS.index(text)


def parse_span(text: str) -> Span:
    """`22:00-06:30`; the end may be 24:00. Raises ValueError."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    is_clock = minute < 60 and end_minute < 60 and start < MINUTES_A_DAY and end <= MINUTES_A_DAY
    if not is_clock or start == end:
        raise ValueError(text)
    return Span(start, end)


def parse_dates(text: str) -> DateRange:
    """`2026-12-24` or `2026-12-24..2027-01-06`. Raises ValueError."""
    first, dots, last = text.partition("..")
    found = DateRange(_parse_day(first), _parse_day(last if dots else first))
    if found.first > found.last:
        raise ValueError(text)
    return found


def _parse_day(text: str) -> date:
    # fromisoformat alone takes 20261224 and 2026-W52-4 as well.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        raise ValueError(text)
    return date.fromisoformat(text.strip())


def span_text(span: Span) -> str:
    """The span as `parse_span` reads it."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


def parse_schedule(
    weekdays: Iterable[str] = (), dates: Iterable[str] = (), hours: Iterable[str] = ()
) -> Schedule:
    """Raises ValueError."""
    return Schedule(
        weekdays=frozenset(map(parse_weekday, weekdays)),
        dates=tuple(map(parse_dates, dates)),
        hours=tuple(map(parse_span, hours)),
    )
