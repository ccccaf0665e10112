"""The rota of a post, as a week and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sosbox.admin.time_words import (
    clock,
    day_name,
    hour_words,
    weekday_words,
)
from sosbox.i18n import Localizer
from sosbox.routing.hours import (
    MINUTES_A_DAY,
    WEEKDAYS,
    Span,
    house_moment,
    parse_schedule,
    parse_span,
    span_text,
)
from sosbox.routing.rota import MINUTES_A_WEEK, Gap, weekly_gaps
from sosbox.routing.rules import Shift, on_duty
from sosbox.routing.settings import Settings, ShiftSettings

ALL_DAY = Span(0, MINUTES_A_DAY)


@dataclass(frozen=True)
class Week:
    """The shifts that come again every week.

    spans: the columns, by their beginning. rows: for each weekday the shifts of each column.
    """

    spans: list[Span]
    rows: list[tuple[str, list[list[ShiftSettings]]]]


def week_of(shifts: Iterable[ShiftSettings]) -> Week:
    cells: dict[tuple[str, Span], list[ShiftSettings]] = {}
    for shift in shifts:
        if shift.dates:
            continue
        for weekday in shift.weekdays or WEEKDAYS:
            for span in map(parse_span, shift.hours or (span_text(ALL_DAY),)):
                cells.setdefault((weekday, span), []).append(shift)
    spans = sorted({span for _weekday, span in cells})
    rows = [(day, [cells.get((day, span), []) for span in spans]) for day in WEEKDAYS]
    return Week(spans, rows)


def facts_of(settings: Settings, post_id: int) -> list[Shift]:
    """The shifts of a post as the matcher takes them."""
    return [
        Shift(parse_schedule(shift.weekdays, shift.dates, shift.hours), shift.people)
        for shift in settings.shifts.get(post_id, ())
    ]


def gaps_of(settings: Settings, post_id: int) -> list[Gap]:
    return weekly_gaps(facts_of(settings, post_id))


def duty_words(
    settings: Settings, post_id: int, now: datetime, zone: ZoneInfo, _: Localizer
) -> str:
    """Who is behind a post at this moment."""
    people = on_duty(facts_of(settings, post_id), house_moment(now, zone))
    if not people:
        return _("Nobody is on duty now.")
    return _("On duty now: {names}", names=_.all_of(settings.names_of(people)))


def gap_words(gaps: Iterable[Gap], _: Localizer) -> list[str]:
    """When nobody is there; those of the same hours together: "every day between …"."""
    found = []
    of_hours: dict[Span, list[str]] = {}
    for gap in gaps:
        length = gap.end - gap.start
        day, start = divmod(gap.start, MINUTES_A_DAY)
        end = start + length
        if length >= MINUTES_A_WEEK:
            return [_("at any time")]
        if length < MINUTES_A_DAY or (start, end) == ALL_DAY:
            span = Span(start, end if end <= MINUTES_A_DAY else end - MINUTES_A_DAY)
            of_hours.setdefault(span, []).append(WEEKDAYS[day])
        else:
            found.append(_long_gap(gap, _))
    for span, days in of_hours.items():
        words = weekday_words(days, _)
        if span != ALL_DAY:
            hours = hour_words([span_text(span)], _)
            words = _("{first}, {second}", first=words, second=hours)
        found.append(words)
    return found


def _long_gap(gap: Gap, _: Localizer) -> str:
    start_day, start = divmod(gap.start, MINUTES_A_DAY)
    end_day, end = divmod(gap.end, MINUTES_A_DAY)
    return _(
        "from {first_day}, {start}, to {last_day}, {end}",
        first_day=day_name(WEEKDAYS[start_day], _),
        start=clock(start, _),
        last_day=day_name(WEEKDAYS[end_day % 7], _),
        end=clock(end, _),
    )
