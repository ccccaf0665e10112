"""What stands in the fields of a form: what is stored, or what somebody has typed."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from sosbox.errors import ConflictError, SosboxError
from sosbox.routing.hours import parse_dates, parse_span


class Typed:
    """For templates and for whoever reads the form; several values of a name are a list."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._lists = lists

    def __getitem__(self, name: str) -> str:
        return next(iter(self._lists.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        return list(self._lists.get(name, ()))

    def has(self, name: str, value: object) -> bool:
        return str(value) in self._lists.get(name, ())

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """The fields `name_from` and `name_to`, those in the same place together."""
        starts, ends = self.all(f"{name}_from"), self.all(f"{name}_to")
        return list(zip_longest(starts, ends, fillvalue=""))

    def rows(self, name: str, *, least: int) -> list[tuple[str, str]]:
        """The pairs that say something, and empty ones: one to add, and `least` in all."""
        filled = [pair for pair in self.pairs(name) if any(pair)]
        num_empty = max(1, least - len(filled))
        return [*filled, *[("", "")] * num_empty]


def edition_shown(typed: Typed, stored: str, refusal: SosboxError | None) -> str:
    """The edition that a form carries on.

    A form with a mistake stays one of what it was made from; whoever was told that somebody else
    has changed it sees what is stored now.
    """
    if refusal is None or isinstance(refusal, ConflictError):
        return stored
    return typed["edition"] or stored


def hour_values(hours: Iterable[str]) -> dict[str, list[str]]:
    """Hours as two lists of fields; a field for a time cannot say 24:00."""
    spans = [parse_span(text) for text in hours]
    return {
        "hours_from": [_time_value(span.start) for span in spans],
        "hours_to": [_time_value(span.end) for span in spans],
    }


def date_values(name: str, dates: Iterable[str]) -> dict[str, list[str]]:
    ranges = [parse_dates(text) for text in dates]
    return {
        f"{name}_from": [first.isoformat() for first, _ in ranges],
        f"{name}_to": ["" if first == last else last.isoformat() for first, last in ranges],
    }


def _time_value(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
