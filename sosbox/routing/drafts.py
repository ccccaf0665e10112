"""Recipients, shifts, steps and houses as somebody wants them, checked but for what they name.

Whether the recipients that they name are there is for the actions to say. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sosbox.cases.rules import LEGAL_DAYS
from sosbox.errors import Problems, SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.lib.phone import DEFAULT_REGION
from sosbox.places.holidays import MAX_OWN_DATES, is_holiday_region
from sosbox.routing.addresses import ADDRESS_CHECKS, read_addresses
from sosbox.routing.hours import WEEKDAYS
from sosbox.routing.problems import (
    Pairs,
    read_choices,
    read_dates,
    read_hours,
    read_ids,
    read_name,
    read_number,
)

MAX_WAIT_MINUTES = 7 * 24 * 60
MAX_STEP_MINUTES = 30 * 24 * 60
MAX_TIMES = 100
MAX_PROMISE_WARNING_MINUTES = 60 * 24 * 60
# What ends a step of an escalation.
UNTIL = ("opened", "answered", "resolved")

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class RecipientDraft:
    """`channels`: the order, when there is one; 0 minutes: over all of them at once."""

    name: str
    language: str
    addresses: Mapping[str, tuple[str, ...]]
    channels: tuple[str, ...]
    next_channel_minutes: int


def check_recipient(
    *,
    name: str,
    language: str,
    addresses: Mapping[str, str],
    channels: Sequence[str],
    next_channel_minutes: str,
    phone_region: str = DEFAULT_REGION,
) -> RecipientDraft:
    """addresses: lines by channel; channels: the order, empty ones not chosen; phone_region: where
    a number without the code of a country is of.

    Raises InvalidFieldsError, as do all checks here.
    """
    problems = Problems()
    draft = RecipientDraft(
        name=problems.taken("name", lambda: read_name(name), ""),
        language=problems.taken("language", lambda: _language(language), ""),
        addresses={
            channel: found
            for channel in ADDRESS_CHECKS
            if (found := _addresses(problems, channel, addresses.get(channel, ""), phone_region))
        },
        channels=problems.taken("channels", lambda: _order(channels), ()),
        next_channel_minutes=problems.taken(
            "next_channel_minutes",
            lambda: read_number(next_channel_minutes, 0, MAX_WAIT_MINUTES),
            0,
        ),
    )
    problems.refuse()
    return draft


def _addresses(problems: Problems, channel: str, lines: str, phone_region: str) -> tuple[str, ...]:
    return problems.taken(channel, lambda: read_addresses(channel, lines, phone_region), ())


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise SosboxError("Please choose one of the languages.")
    return code


def _order(channels: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(channel for channel in channels if channel)
    read_choices(chosen, ADDRESS_CHECKS)
    if len(set(chosen)) < len(chosen):
        raise SosboxError("Please name each channel once.")
    return chosen


@dataclass(frozen=True)
class ShiftDraft:
    """With `dates` an exception, of certain weekdays among them or of all; without people: nobody
    is there."""

    weekdays: tuple[str, ...]
    dates: tuple[str, ...]
    hours: tuple[str, ...]
    people: tuple[int, ...]


def check_shift(
    *,
    is_exception: bool,
    weekdays: Sequence[str],
    dates: Pairs,
    hours: Pairs,
    people: Sequence[str],
    is_nobody: bool,
) -> ShiftDraft:
    """is_nobody: said on purpose, for a day on which the post is not manned."""
    problems = Problems()
    draft = ShiftDraft(
        weekdays=problems.taken("weekdays", lambda: read_choices(weekdays, WEEKDAYS), ()),
        dates=problems.taken("dates", lambda: read_dates(dates), ()) if is_exception else (),
        hours=problems.taken("hours", lambda: read_hours(hours), ()),
        people=problems.taken("people", lambda: read_ids(people), ()),
    )
    if is_exception and not draft.dates:
        problems.add("dates", SosboxError("Please give the day, or the first and the last."))
    if not is_exception and not draft.weekdays:
        problems.add("weekdays", SosboxError("Please choose at least one day."))
    if not draft.people and not is_nobody:
        problems.add("people", SosboxError("Please choose who is there, or “Nobody”."))
    if draft.people and is_nobody:
        problems.add("people", SosboxError("Please choose either people or “Nobody”."))
    problems.refuse()
    return draft


@dataclass(frozen=True)
class StepDraft:
    after_minutes: int
    until: str
    recipients: tuple[int, ...]
    repeat_minutes: int
    max_times: int
    hours: tuple[str, ...]


def check_step(
    *,
    after_minutes: str,
    until: str,
    recipients: Sequence[str],
    repeat_minutes: str,
    max_times: str,
    hours: Pairs,
) -> StepDraft:
    """max_times: in all; looked at when there are minutes between repetitions."""
    problems = Problems()
    repeat = problems.taken(
        "repeat_minutes", lambda: read_number(repeat_minutes or "0", 0, MAX_WAIT_MINUTES), 0
    )
    draft = StepDraft(
        after_minutes=problems.taken(
            "after_minutes", lambda: read_number(after_minutes, 1, MAX_STEP_MINUTES), 0
        ),
        until=problems.taken("until", lambda: _until(until), ""),
        recipients=problems.taken("recipients", lambda: read_ids(recipients), ()),
        repeat_minutes=repeat,
        max_times=(
            problems.taken("max_times", lambda: read_number(max_times, 2, MAX_TIMES), 1)
            if repeat
            else 1
        ),
        hours=problems.taken("hours", lambda: read_hours(hours), ()),
    )
    if not draft.recipients:
        problems.add("recipients", SosboxError("Please choose whom to tell."))
    problems.refuse()
    return draft


def _until(word: str) -> str:
    return read_choices([word], UNTIL)[0]


@dataclass(frozen=True)
class HouseDraft:
    fallback: tuple[int, ...]
    report: tuple[int, ...]
    digest: tuple[int, ...]
    digest_at: str
    promise_warning_minutes: int
    legal_warning_days: int
    holiday_region: str
    holidays: tuple[str, ...]
    trusts_replies: bool


def check_house(
    *,
    fallback: Sequence[str],
    report: Sequence[str],
    digest: Sequence[str],
    digest_at: str,
    promise_warning_minutes: str,
    legal_warning_days: str,
    holiday_region: str,
    holidays: Pairs,
    trusts_replies: bool,
) -> HouseDraft:
    problems = Problems()
    draft = HouseDraft(
        fallback=problems.taken("fallback", lambda: read_ids(fallback), ()),
        report=problems.taken("report", lambda: read_ids(report), ()),
        digest=problems.taken("digest", lambda: read_ids(digest), ()),
        digest_at=problems.taken("digest_at", lambda: _clock(digest_at), ""),
        promise_warning_minutes=problems.taken(
            "promise_warning_minutes",
            lambda: read_number(promise_warning_minutes, 0, MAX_PROMISE_WARNING_MINUTES),
            0,
        ),
        legal_warning_days=problems.taken(
            "legal_warning_days", lambda: read_number(legal_warning_days, 0, LEGAL_DAYS - 1), 0
        ),
        holiday_region=problems.taken("holiday_region", lambda: _region(holiday_region), ""),
        holidays=problems.taken("holidays", lambda: read_dates(holidays, limit=MAX_OWN_DATES), ()),
        trusts_replies=trusts_replies,
    )
    if draft.digest and not draft.digest_at and "digest_at" not in problems.fields:
        problems.add("digest_at", SosboxError("Please say when the digest is sent."))
    if draft.digest_at and not draft.digest:
        problems.add("digest", SosboxError("Please choose who gets the digest."))
    problems.refuse()
    return draft


def _clock(text: str) -> str:
    if text and not _CLOCK.fullmatch(text):
        raise SosboxError("Please write a time of day like 08:00.")
    return text


def _region(code: str) -> str:
    if code and not is_holiday_region(code):
        raise SosboxError("Please choose from the list.")
    return code
