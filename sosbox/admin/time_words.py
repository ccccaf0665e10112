"""Days, hours and dates of rules, rotas and steps, in words."""

from collections.abc import Iterable, Sequence
from datetime import time, timedelta
from typing import Literal

from babel.dates import format_date, format_time, format_timedelta, get_day_names

from sosbox.i18n import N_, Localizer
from sosbox.routing.hours import MINUTES_A_DAY, WEEKDAYS, DateRange, Span, parse_dates, parse_span

_EVERY = {
    "mon": N_("on Mondays"),
    "tue": N_("on Tuesdays"),
    "wed": N_("on Wednesdays"),
    "thu": N_("on Thursdays"),
    "fri": N_("on Fridays"),
    "sat": N_("on Saturdays"),
    "sun": N_("on Sundays"),
}
# Babel says 90 minutes as two hours unless a unit has to be fuller than this to be used.
_NEVER_ROUNDED = 99_999
# Fewer days are named one by one.
_SHORTEST_RUN = 3


def day_name(weekday: str, _: Localizer) -> str:
    """`mon` as "Monday"."""
    return str(get_day_names("wide", "stand-alone", locale=_.locale)[WEEKDAYS.index(weekday)])


def short_day_name(weekday: str, _: Localizer) -> str:
    """`mon` as "Mon"."""
    names = get_day_names("abbreviated", "stand-alone", locale=_.locale)
    return str(names[WEEKDAYS.index(weekday)])


def weekday_words(weekdays: Iterable[str], _: Localizer) -> str:
    """ "from Monday to Friday or on Sundays"; "every day" for all of them and for none."""
    numbers = sorted({WEEKDAYS.index(day) for day in weekdays})
    if len(numbers) in {0, 7}:
        return _("every day")
    phrases = []
    for run in _runs(numbers):
        days = [WEEKDAYS[number] for number in run]
        if len(days) >= _SHORTEST_RUN:
            first, last = (day_name(day, _) for day in (days[0], days[-1]))
            phrases.append(_("from {first} to {last}", first=first, last=last))
        else:
            phrases += [_(_EVERY[day]) for day in days]
    return _.one_of(phrases)


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Days that follow one another, over the end of the week too."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 6:
        runs[0] = runs.pop() + runs[0]
    return runs


def hour_words(hours: Iterable[str], _: Localizer) -> str:
    """ "between 08:00 and 14:00 or between 16:00 and 20:00"."""
    spans = map(parse_span, hours)
    return _.one_of(
        [
            _("between {start} and {end}", start=clock(span.start, _), end=clock(span.end, _))
            for span in spans
        ]
    )


def date_words(dates: Iterable[str], _: Localizer) -> str:
    """ "on 24 Dec 2026 or between 31 Dec 2026 and 6 Jan 2027"."""
    phrases = []
    for first, last in map(parse_dates, dates):
        first_day, last_day = (format_date(day, locale=_.locale) for day in (first, last))
        if first == last:
            phrases.append(_("on {day}", day=first_day))
        else:
            phrases.append(
                _("between {first_day} and {last_day}", first_day=first_day, last_day=last_day)
            )
    return _.one_of(phrases)


def date_range_words(dates: DateRange, _: Localizer) -> str:
    """ "24 Dec 2026 – 6 Jan 2027", for lists and tables."""
    days = [format_date(day, locale=_.locale) for day in dict.fromkeys(dates)]
    return " – ".join(days)


def span_words(span: Span, _: Localizer) -> str:
    """ "22:00–06:30", for lists and tables."""
    return f"{clock(span.start, _)}–{clock(span.end, _)}"


def clock(minute: int, _: Localizer) -> str:
    """A minute of a day, as the clock on the wall shows it."""
    hour, rest = divmod(minute % MINUTES_A_DAY, 60)
    return format_time(time(hour, rest), "short", locale=_.locale)


def minutes_words(minutes: int, _: Localizer) -> str:
    """An exact length of time, "1 hour and 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    lengths: tuple[tuple[timedelta, Literal["day", "hour", "minute"]], ...] = (
        (timedelta(days=days), "day"),
        (timedelta(hours=hours), "hour"),
        (timedelta(minutes=rest), "minute"),
    )
    parts = [
        # Of several languages the units alone lack the days; in lengths of time all have them.
        format_timedelta(length, granularity=unit, threshold=_NEVER_ROUNDED, locale=_.locale)
        for length, unit in lengths
        if length
    ]
    return _.all_of(parts or [format_timedelta(timedelta(), "minute", locale=_.locale)])


def after_another(phrases: Sequence[str], _: Localizer) -> str:
    """Phrases that say more of the same: "from Monday to Friday, between 22:00 and 06:30"."""
    said = ""
    for phrase in phrases:
        said = _("{first}, {second}", first=said, second=phrase) if said else phrase
    return said


class Times:
    """All of this for the templates of one reader."""

    def __init__(self, _: Localizer) -> None:
        self._ = _

    def day(self, weekday: str) -> str:
        return day_name(weekday, self._)

    def short_day(self, weekday: str) -> str:
        return short_day_name(weekday, self._)

    def weekdays(self, weekdays: Iterable[str]) -> str:
        return weekday_words(weekdays, self._)

    def hours(self, hours: Iterable[str]) -> str:
        return hour_words(hours, self._)

    def dates(self, dates: Iterable[str]) -> list[str]:
        return [date_range_words(parse_dates(text), self._) for text in dates]

    def span(self, span: Span) -> str:
        return span_words(span, self._)

    def spans(self, hours: Iterable[str]) -> list[str]:
        return [span_words(parse_span(text), self._) for text in hours]

    def minutes(self, minutes: int) -> str:
        return minutes_words(minutes, self._)
