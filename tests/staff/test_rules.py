"""Pauses after failed logins, and when a session is over."""

from datetime import timedelta

import pytest

from sosbox.staff.rules import is_session_over, login_pause
from tests.support.venue import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("num_failures", "seconds"),
    [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (12, 900), (10**9, 900)],
)
def test_pauses_begin_at_the_fifth_failure_and_double(num_failures: int, seconds: int) -> None:
    assert login_pause(num_failures) == timedelta(seconds=seconds)


def test_a_session_ends_when_it_is_not_used() -> None:
    assert not is_session_over(NOON + HOUR - timedelta(seconds=1), NOON, NOON, HOUR)
    assert is_session_over(NOON + HOUR, NOON, NOON, HOUR)


def test_a_session_ends_after_a_week_however_much_it_is_used() -> None:
    week = timedelta(days=7)
    just_now = NOON + week - timedelta(seconds=1)
    assert not is_session_over(just_now, NOON, just_now, HOUR)
    assert is_session_over(NOON + week, NOON, just_now, HOUR)
