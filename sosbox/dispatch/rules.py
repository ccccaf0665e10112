"""When the clocks of a case have something to do. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sosbox.routing.hours import next_within
from sosbox.routing.rules import HouseRules, StepFacts


class Purpose(StrEnum):
    ESCALATION = "escalation"
    PROMISE = "promise"
    LEGAL = "legal"


class Until(StrEnum):
    """What ends a step of an escalation."""

    OPENED = "opened"
    ANSWERED = "answered"
    RESOLVED = "resolved"


def first_time(
    step: StepFacts, started_at: datetime, zone: ZoneInfo, *, is_safety: bool
) -> datetime:
    """When the step is first taken: after its minutes, and within its hours unless somebody could
    be hurt."""
    moment = started_at + timedelta(minutes=step.after_minutes)
    return moment if is_safety or not step.hours else next_within(step.hours, moment, zone)


def next_time(
    step: StepFacts, now: datetime, num_times: int, zone: ZoneInfo, *, is_safety: bool
) -> datetime | None:
    """When the step is taken again after it was `num_times`; None when that was all."""
    if not step.repeat_minutes or num_times >= step.max_times:
        return None
    moment = now + timedelta(minutes=step.repeat_minutes)
    return moment if is_safety or not step.hours else next_within(step.hours, moment, zone)


def warning_time(
    purpose: Purpose, filed_at: datetime, due_at: datetime, house: HouseRules
) -> datetime:
    """When the staff is warned of a date; for a short promise in the middle of its time."""
    lead = (
        timedelta(minutes=house.promise_warning_minutes)
        if purpose is Purpose.PROMISE
        else timedelta(days=house.legal_warning_days)
    )
    return due_at - min(lead, (due_at - filed_at) / 2)
