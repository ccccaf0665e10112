"""Seven days, five weeks, twelve months."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sosbox.backup.rotation import NUM_DAILY, NUM_MONTHLY, NUM_WEEKLY, kept

NIGHT = datetime(2026, 11, 30, 3, tzinfo=UTC)
DAY = timedelta(days=1)


def test_of_two_years_of_nights_a_week_of_days_five_weeks_and_a_year_of_months_are_kept() -> None:
    left: set[datetime] = set()
    for number in range(730):
        left = kept(left | {NIGHT + number * DAY})

    newest = NIGHT + 729 * DAY
    assert {newest - number * DAY for number in range(NUM_DAILY)} <= left
    assert len({at.isocalendar()[:2] for at in left}) >= NUM_WEEKLY
    assert len({(at.year, at.month) for at in left}) == NUM_MONTHLY
    assert len(left) <= NUM_DAILY + NUM_WEEKLY + NUM_MONTHLY


def test_of_one_day_the_newest_is_kept() -> None:
    morning, evening = NIGHT, NIGHT + timedelta(hours=15)

    assert kept([morning, evening]) == {evening}


def test_what_is_old_stays_while_nothing_newer_comes() -> None:
    old = {NIGHT - timedelta(days=400) + number * DAY for number in range(3)}

    assert kept(old) == old


def test_of_nothing_nothing_is_kept() -> None:
    assert kept([]) == set()


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1))
def test_the_newest_is_always_kept_and_to_look_twice_changes_nothing(times: list[datetime]) -> None:
    left = kept(times)

    assert max(times) in left
    assert left <= set(times)
    assert kept(left) == left
