"""What rules, rotas and escalations of a set-up file may hold."""

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sosbox.deliveries.rules import CHANNELS
from sosbox.places.holidays import MAX_OWN_DATES, is_holiday_region
from sosbox.routing.hours import WEEKDAYS, parse_dates, parse_span, span_text
from sosbox.routing.rule_drafts import MAX_WORD_LENGTH
from sosbox.routing.words import Phrase
from sosbox.setup.checks import Check, WrongValueError, list_of, text

T = TypeVar("T")

# Enough for every word that a house may think of; a rule is looked at for every case.
MAX_ITEMS = 500
# A date of another century is a slip of the keys.
YEARS = range(2000, 2101)

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def one_or_list(item_check: Check, *, max_items: int = MAX_ITEMS) -> Check:
    """A list without repetitions; one item may stand alone."""
    check_list = list_of(item_check)

    def check(value: Any) -> list[Any]:
        items: list[Any] = check_list(value if isinstance(value, list) else [value])
        if len(items) > max_items:
            raise WrongValueError(f"has more than {max_items} entries")
        return items

    return check


def one_of(*names: str) -> Check:
    def check(value: Any) -> str:
        word = text(32)(value)
        if word not in names:
            raise WrongValueError(f'"{word}" is not among {", ".join(names)}')
        return word

    return check


def member_of(names: type[StrEnum]) -> Check:
    return one_of(*map(str, names))


weekday = one_of(*WEEKDAYS)
channel = one_of(*CHANNELS)


def table(value: Any) -> dict[str, Any]:
    """A table within an entry; what it holds is checked key by key."""
    if not isinstance(value, dict):
        raise WrongValueError('must be a table, such as when.hours = "22:00-06:30"')
    return value


def hours(value: Any) -> str:
    words = text(20)(value)
    span = _read(parse_span, words, f'"{words}" are no hours; an example: 22:00-06:30')
    return span_text(span)


def dates(value: Any) -> str:
    """A day or a range of days; a date without quotation marks is a day too."""
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    words = value.isoformat() if is_date else text(30)(value)
    found = _read(
        parse_dates, words, f'"{words}" is no date; examples: 2026-12-24, 2026-12-24..2027-01-06'
    )
    if not {found.first.year, found.last.year} <= set(YEARS):
        raise WrongValueError(f'"{words}" is not of this century')
    if found.first == found.last:
        return found.first.isoformat()
    return f"{found.first.isoformat()}..{found.last.isoformat()}"


own_holidays = one_or_list(dates, max_items=MAX_OWN_DATES)


def holiday_region(value: Any) -> str:
    region = text(40)(value)
    if not is_holiday_region(region):
        raise WrongValueError(f'the holidays of "{region}" are not known; an example: ES-GA')
    return region


def hour_of_day(value: Any) -> str:
    words = text(20)(value)
    if not _CLOCK.fullmatch(words):
        raise WrongValueError(f'"{words}" is no time of day; an example: 08:00')
    return words


def word_of(max_length: int) -> Check:
    """A word or a phrase to look for."""

    def check(value: Any) -> str:
        words = text(max_length)(value)
        if Phrase.of(words) is None:
            raise WrongValueError(f'"{words}" has neither letters nor digits')
        return words

    return check


word = word_of(MAX_WORD_LENGTH)


def _read(parse: Callable[[str], T], words: str, problem: str) -> T:
    try:
        return parse(words)
    except ValueError:
        raise WrongValueError(problem) from None
