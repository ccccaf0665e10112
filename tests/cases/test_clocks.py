"""What a clock says before and after its deadlines."""

from datetime import datetime, timedelta

import pytest

from sosbox.cases.clocks import ClockState, clock_of
from sosbox.cases.rules import State
from tests.support.venue import NOON

PROMISE = NOON + timedelta(hours=48)
LEGAL = NOON + timedelta(days=15)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOON, ClockState.DUE),
        (PROMISE - timedelta(hours=4, seconds=1), ClockState.DUE),
        (PROMISE - timedelta(hours=4), ClockState.SOON),
        (PROMISE - timedelta(seconds=1), ClockState.SOON),
        (PROMISE, ClockState.LATE),
        (LEGAL - timedelta(seconds=1), ClockState.LATE),
        (LEGAL, ClockState.LEGAL_LATE),
    ],
)
def test_an_unanswered_case_runs_towards_its_deadlines(now: datetime, expected: ClockState) -> None:
    clock = clock_of(now, State.NEW, PROMISE, LEGAL, None)
    assert clock.state is expected
    assert clock.is_late == (now >= PROMISE)


def test_an_answer_stops_the_clock_for_good() -> None:
    clock = clock_of(LEGAL, State.IN_PROGRESS, PROMISE, LEGAL, NOON)
    assert clock.state is ClockState.ANSWERED
    assert not clock.is_late


def test_a_resolved_case_is_never_late() -> None:
    clock = clock_of(LEGAL, State.RESOLVED, PROMISE, LEGAL, None)
    assert clock.state is ClockState.RESOLVED
