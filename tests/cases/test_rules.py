"""Deadlines and the reminder, over the changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sosbox.cases.rules import REMINDER_PAUSE, TRANSITIONS, State, deadlines, may_remind

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("filed", "legal"),
    [
        # The clocks go back on 25 October 2026 and forward on 28 March 2027.
        (
            datetime(2026, 10, 20, 18, 30, tzinfo=MADRID),
            datetime(2026, 11, 4, 18, 30, tzinfo=MADRID),
        ),
        (datetime(2027, 3, 20, 2, 30, tzinfo=MADRID), datetime(2027, 4, 4, 2, 30, tzinfo=MADRID)),
        (
            datetime(2026, 12, 20, 23, 59, tzinfo=MADRID),
            datetime(2027, 1, 4, 23, 59, tzinfo=MADRID),
        ),
    ],
)
def test_the_legal_deadline_counts_days_of_the_calendar(filed: datetime, legal: datetime) -> None:
    due = deadlines(filed.astimezone(UTC), 48, MADRID)

    assert due.legal_due_at == legal
    assert due.legal_due_at.tzinfo is UTC


def test_the_promise_counts_hours_that_pass() -> None:
    filed = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    assert deadlines(filed, 48, MADRID).promise_due_at - filed == timedelta(hours=48)


def test_nobody_is_reminded_before_the_promise_has_passed_or_after_it_was_kept() -> None:
    due = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    assert not may_remind(due - timedelta(seconds=1), State.NEW, due, None)
    assert may_remind(due, State.NEW, due, None)
    assert not may_remind(due, State.RESOLVED, due, None)


def test_a_reminder_can_be_repeated_after_a_day() -> None:
    due = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    assert not may_remind(due + timedelta(hours=1), State.NEW, due, due)
    assert may_remind(due + REMINDER_PAUSE, State.NEW, due, due)


def test_no_step_leads_to_resolved_without_an_outcome_or_back_to_new() -> None:
    for targets in TRANSITIONS.values():
        assert not targets & {State.NEW, State.RESOLVED}
