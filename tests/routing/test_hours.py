"""Hours, dates and weekdays by the clock on the wall, over the nights in which it changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sosbox.routing.hours import (
    DateRange,
    Span,
    beginnings,
    house_moment,
    next_within,
    parse_dates,
    parse_span,
    span_text,
)
from tests.routing.kit import MADRID, at

MINUTE = timedelta(minutes=1)
# Half an hour between summer and winter; a change at midnight.
ZONES = [MADRID, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana"), ZoneInfo("UTC")]
# From a day before each change of the clocks in Madrid.
CHANGES = [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)]

SPANS = st.builds(Span, st.integers(0, 1439), st.integers(0, 1440)).filter(
    lambda span: span.start != span.end
)
MOMENTS = st.builds(
    lambda first, seconds: first + timedelta(seconds=seconds),
    st.sampled_from([*CHANGES, datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)]),
    st.integers(0, 3 * 24 * 3600),
)


# Reading ----------------------------------------------------------------------------------------


@given(SPANS)
def test_hours_are_written_as_they_are_read(span: Span) -> None:
    assert parse_span(span_text(span)) == span


@pytest.mark.parametrize(
    "text",
    ["", "22:00", "22-6", "24:00-06:00", "22:00-24:01", "22:60-23:00", "10:00-10:00", "8:0-9:00"],
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_span(text)


def test_dates_are_read_with_both_ends() -> None:
    assert parse_dates("2026-12-24") == DateRange(date(2026, 12, 24), date(2026, 12, 24))
    assert parse_dates("2026-12-24..2027-01-06").last == date(2027, 1, 6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20261224",
        "2026-W52-4",
        "2026-02-29",
        "2027-01-06..2026-12-24",
        "2026-12-24..",
        "..2026",
    ],
)
def test_what_are_no_dates_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_dates(text)


# When hours next begin --------------------------------------------------------------------------


def _is_within(hours: list[Span], moment: datetime, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(
        span.start <= minute < span.end
        if span.start < span.end
        else minute >= span.start or minute < span.end
        for span in hours
    )


def _slow_next(hours: list[Span], now: datetime, zone: ZoneInfo) -> datetime:
    """Looks at every minute until one lies within the hours."""
    if _is_within(hours, now, zone):
        return now
    moment = now.replace(second=0, microsecond=0)
    while not _is_within(hours, moment, zone):
        moment += MINUTE
    return moment


@given(st.lists(SPANS, min_size=1, max_size=3), MOMENTS, st.sampled_from(ZONES))
# Hours that the clocks leave out, that they show twice, and that begin in what they leave out.
@example([parse_span("02:15-02:45")], at("2026-03-29 01:00"), MADRID)
@example([parse_span("02:15-02:30")], at("2026-10-25 02:40"), MADRID)
@example([parse_span("02:15-04:00")], at("2026-03-29 01:00"), MADRID)
def test_hours_next_begin_at_the_first_minute_that_lies_within_them(
    hours: list[Span], now: datetime, zone: ZoneInfo
) -> None:
    assert next_within(hours, now, zone) == _slow_next(hours, now, zone)


@given(st.lists(SPANS, max_size=3), MOMENTS)
def test_what_lies_within_the_hours_stays_and_nothing_goes_back(
    hours: list[Span], now: datetime
) -> None:
    found = next_within(hours, now, MADRID)

    assert found >= now
    assert found.tzinfo is UTC
    assert beginnings(hours, house_moment(found, MADRID))
    assert next_within(hours, found, MADRID) == found


def test_without_hours_it_is_always_now() -> None:
    assert next_within([], at("2026-11-21 03:00"), MADRID) == at("2026-11-21 03:00")
