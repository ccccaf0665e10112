"""Where a case stands against its deadlines. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sosbox.cases.rules import State

# From when on a deadline is shown as pressing.
SOON = timedelta(hours=4)


class ClockState(StrEnum):
    DUE = "due"
    SOON = "soon"
    LATE = "late"
    LEGAL_LATE = "legal_late"
    ANSWERED = "answered"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class CaseClock:
    """`due_at` is the deadline that the state speaks of; for SOON and DUE it lies ahead."""

    state: ClockState
    due_at: datetime

    @property
    def is_late(self) -> bool:
        return self.state in {ClockState.LATE, ClockState.LEGAL_LATE}


def clock_of(
    now: datetime,
    state: State,
    promise_due_at: datetime,
    legal_due_at: datetime,
    answered_at: datetime | None,
) -> CaseClock:
    """The first answer, or the outcome, stops the clock."""
    if state is State.RESOLVED:
        return CaseClock(ClockState.RESOLVED, promise_due_at)
    if answered_at is not None:
        return CaseClock(ClockState.ANSWERED, promise_due_at)
    if now >= legal_due_at:
        return CaseClock(ClockState.LEGAL_LATE, legal_due_at)
    if now >= promise_due_at:
        return CaseClock(ClockState.LATE, promise_due_at)
    if promise_due_at - now <= SOON:
        return CaseClock(ClockState.SOON, promise_due_at)
    return CaseClock(ClockState.DUE, promise_due_at)
