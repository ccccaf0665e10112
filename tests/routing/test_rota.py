"""Who is behind a post, at every minute of a year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosbox.routing.hours import WEEKDAYS, HouseMoment, house_moment, parse_schedule
from sosbox.routing.rules import Shift, on_duty
from tests.routing.kit import MADRID

DAY = timedelta(days=1)
MINUTES_OF_A_YEAR = 365 * 24 * 60
# A shift as somebody writes it: weekdays, dates, hours, people.
Written = tuple[list[str], list[str], list[str], list[int]]

DAY_AND_NIGHT: list[Written] = [
    ([], [], ["07:00-15:00"], [1]),
    ([], [], ["15:00-23:00"], [2, 3]),
    ([], [], ["23:00-07:00"], [4]),
    ([], ["2026-12-24..2026-12-26"], ["23:00-07:00"], [5]),
    ([], ["2026-12-25"], ["07:00-23:00"], []),
]
WEEKENDS: list[Written] = [
    (["sat", "sun"], [], [], [1]),
    (["fri"], [], ["22:00-06:30"], [2]),
    (["mon", "tue", "wed"], [], ["09:00-13:30", "16:00-20:15"], [3]),
    # The hour that is left out in March and comes twice in October.
    ([], ["2026-03-29", "2026-10-25"], ["02:10-02:50"], [4]),
]


def _shifts(written: list[Written]) -> list[Shift]:
    return [
        Shift(parse_schedule(weekdays, dates, hours), tuple(people))
        for weekdays, dates, hours, people in written
    ]


# The slow, obvious way: a calendar in which every shift is entered minute by minute --------------


class _Calendar:
    """For every day and minute on the wall the people who are entered, None when nobody is."""

    def __init__(self, written: list[Written], first: date, last: date) -> None:
        self._usual: dict[date, list[set[int] | None]] = {}
        self._special: dict[date, list[set[int] | None]] = {}
        for weekdays, dates, hours, people in written:
            pages = self._special if dates else self._usual
            day = first - DAY
            while day <= last:
                if _is_one_of(day, weekdays, dates):
                    for entered_on, minute in _minutes(day, hours):
                        page = pages.setdefault(entered_on, [None] * 1440)
                        page[minute] = (page[minute] or set()) | set(people)
                day += DAY

    def who(self, day: date, minute: int) -> set[int] | None:
        for pages in (self._special, self._usual):
            page = pages.get(day)
            if page is not None and page[minute] is not None:
                return page[minute]
        return None


def _is_one_of(day: date, weekdays: list[str], dates: list[str]) -> bool:
    if weekdays and WEEKDAYS[day.weekday()] not in weekdays:
        return False
    if not dates:
        return True
    ranges = [text.split("..") for text in dates]
    return any(ends[0] <= day.isoformat() <= ends[-1] for ends in ranges)


def _minutes(day: date, hours: list[str]) -> Iterator[tuple[date, int]]:
    for text in hours or ["00:00-24:00"]:
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
        minute = start
        length = end - start if end > start else end - start + 1440
        for _ in range(length):
            yield (day, minute) if minute < 1440 else (day + DAY, minute - 1440)
            minute += 1


def _found(shifts: list[Shift], moment: HouseMoment) -> set[int] | None:
    people = on_duty(shifts, moment)
    return None if people is None else set(people)


# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [DAY_AND_NIGHT, WEEKENDS], ids=["day and night", "weekends"])
def test_every_minute_of_a_year_has_exactly_those_who_are_entered(written: list[Written]) -> None:
    shifts = _shifts(written)
    first = datetime(2026, 1, 1, tzinfo=MADRID).astimezone(UTC)
    calendar = _Calendar(written, date(2026, 1, 1), date(2027, 1, 1))

    wrong = []
    seen: dict[tuple[date, int], int] = {}
    for number in range(MINUTES_OF_A_YEAR):
        moment = house_moment(first + timedelta(minutes=number), MADRID)
        seen[moment.day, moment.minute] = seen.get((moment.day, moment.minute), 0) + 1
        if _found(shifts, moment) != calendar.who(moment.day, moment.minute):
            wrong.append(moment)
    assert wrong == []
    # Both nights were among them: an hour that is not there, and one that is there twice.
    assert (date(2026, 3, 29), 2 * 60 + 30) not in seen
    assert seen[date(2026, 10, 25), 2 * 60 + 30] == 2


HOURS = st.sampled_from(["22:00-06:30", "00:00-24:00", "08:00-12:15", "23:59-00:01", "12:00-11:59"])
DATES = st.sampled_from(["2026-10-24", "2026-10-25..2026-10-26", "2026-10-26"])
SHIFTS = st.tuples(
    st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=3),
    st.lists(DATES, unique=True, max_size=2),
    st.lists(HOURS, unique=True, max_size=2),
    st.lists(st.integers(1, 4), unique=True, max_size=2),
)


@settings(deadline=None)
@given(st.lists(SHIFTS, max_size=4), st.sampled_from([MADRID, ZoneInfo("America/Havana")]))
def test_whatever_rota_somebody_writes_is_kept_around_a_change_of_the_clocks(
    written: list[Written], zone: ZoneInfo
) -> None:
    shifts = _shifts(written)
    calendar = _Calendar(written, date(2026, 10, 23), date(2026, 10, 28))
    first = datetime(2026, 10, 24, 12, tzinfo=UTC)

    for number in range(0, 2 * 24 * 60, 7):
        moment = house_moment(first + timedelta(minutes=number), zone)
        assert _found(shifts, moment) == calendar.who(moment.day, moment.minute), moment


def test_nobody_is_there_twice() -> None:
    shifts = _shifts([([], [], [], [1, 2]), (["sat"], [], [], [2, 1, 3])])

    assert on_duty(shifts, HouseMoment(date(2026, 11, 21), 0)) == (1, 2, 3)


def test_a_rota_that_says_nothing_of_a_moment_is_not_one_that_says_nobody() -> None:
    nights = _shifts([([], [], ["22:00-06:00"], [1])])

    assert on_duty(nights, HouseMoment(date(2026, 11, 21), 12 * 60)) is None
    assert on_duty(_shifts([([], [], [], [])]), HouseMoment(date(2026, 11, 21), 0)) == ()
