"""Filters and lists of words as people type them, checked. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sosbox.errors import InvalidFieldsError, Problems, SosboxError, too_long
from sosbox.lib.text import clean, is_email, is_phone
from sosbox.routing.filters import (
    LEAST_BURST,
    LEAST_REPEATED,
    LEAST_SIMILAR,
    MAX_COUNT,
    MAX_ENTRIES,
    MAX_ENTRY,
    MAX_MINUTES,
    MAX_PATTERN,
    FilterAction,
    compile_pattern,
)
from sosbox.routing.problems import read_choices, read_number, too_many
from sosbox.routing.word_lists import MAX_WORD, MAX_WORDS
from sosbox.routing.words import Phrase

MAX_NAME = 60

_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
# Of two numbers that only make sense together.
_PAIRS = (("similar", "similar_within_minutes"), ("burst", "burst_minutes"))

Reader = Callable[[str], Any]


@dataclass(frozen=True)
class FilterDraft:
    """A filter as somebody wants it; `conditions` as they are stored."""

    name: str
    action: FilterAction
    establishment_id: int | None
    conditions: Mapping[str, Any]


def check_filter(
    typed: Mapping[str, str],
    *,
    lists: Sequence[str],
    points: Mapping[str, int],
    houses: Collection[int],
    languages: Collection[str],
) -> FilterDraft:
    """Makes a filter of the fields of its form; lists are typed with one entry on a line.

    lists: the languages that were chosen. points: ids of access points by what may be typed for
    them, in upper case. Raises InvalidFieldsError.
    """
    problems = Problems()
    readers = {
        "words": lambda text: _words(lines(text), MAX_ENTRIES, MAX_ENTRY),
        "pattern": _pattern,
        "contacts": lambda text: _contacts(lines(text)),
        "receipts": lambda text: _receipts(lines(text)),
        "access_points": lambda text: _points(lines(text), points),
        **_NUMBERS,
    }
    texts = {name: clean(typed.get(name, "")) for name in readers}
    conditions: dict[str, Any] = {
        name: problems.taken(name, partial(readers[name], text), None)
        for name, text in texts.items()
        if text
    }
    chosen = problems.taken("lists", lambda: read_choices(lists, languages), tuple[str, ...]())
    conditions["lists"] = list(chosen)
    for one, other in (*_PAIRS, *(pair[::-1] for pair in _PAIRS)):
        if texts[one] and not texts[other]:
            problems.add(other, SosboxError("Please fill in both numbers, or neither."))
    draft = FilterDraft(
        name=problems.taken("name", lambda: _name(clean(typed.get("name", ""))), ""),
        action=problems.taken(
            "action", lambda: _action(typed.get("action", "")), FilterAction.MARK
        ),
        establishment_id=problems.taken(
            "establishment", lambda: _house(typed.get("establishment", ""), houses), None
        ),
        conditions={name: value for name, value in conditions.items() if value},
    )
    if not lists and not any(texts.values()):
        problems.add("conditions", SosboxError("Please say what to look for."))
    problems.refuse()
    return draft


def check_word_list(typed: str) -> list[str]:
    """A list of offensive words, one on a line. Raises InvalidFieldsError."""
    try:
        return _words(lines(clean(typed)), MAX_WORDS, MAX_WORD)
    except SosboxError as error:
        raise InvalidFieldsError({"words": error}) from None


def lines(text: str) -> list[str]:
    """The lines that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _name(text: str) -> str:
    name = text.replace("\n", " ")
    if not name:
        raise SosboxError("Please write a name.")
    if len(name) > MAX_NAME:
        raise too_long(name, MAX_NAME)
    return name


def _action(text: str) -> FilterAction:
    try:
        return FilterAction(text)
    except ValueError:
        raise SosboxError("Please choose what is done with it.") from None


def _house(text: str, houses: Collection[int]) -> int | None:
    if not text:
        return None
    known = {str(house): house for house in houses}
    if text not in known:
        raise SosboxError("Please choose from the list.")
    return known[text]


def _words(words: list[str], limit: int, length: int) -> list[str]:
    _check_entries(words, limit, length)
    for word in words:
        if Phrase.of(word) is None:
            raise SosboxError("There is no word in this line: {line}", line=word)
    return words


def _pattern(text: str) -> str:
    if len(text) > MAX_PATTERN:
        raise too_long(text, MAX_PATTERN)
    if text:
        try:
            compile_pattern(text)
        except ValueError:
            raise SosboxError(
                "This pattern cannot be used. An example that works: gratis|descuento"
            ) from None
    return text


def _contacts(contacts: list[str]) -> list[str]:
    _check_entries(contacts, MAX_ENTRIES, MAX_ENTRY)
    for contact in contacts:
        if not (is_email(contact) or is_phone(contact)):
            raise SosboxError(
                "This is neither an e-mail address nor a phone number: {line}", line=contact
            )
    return contacts


def _receipts(references: list[str]) -> list[str]:
    references = [reference.upper() for reference in references]
    _check_entries(references, MAX_ENTRIES, MAX_ENTRY)
    for reference in references:
        if _REFERENCE.fullmatch(reference) is None:
            raise SosboxError(
                "This is not the reference of a case: {line}. An example: 2DF7-K9MX", line=reference
            )
    return references


def _points(codes: list[str], points: Mapping[str, int]) -> list[int]:
    _check_entries(codes, MAX_ENTRIES, MAX_ENTRY)
    found: dict[int, None] = {}
    for code in codes:
        point = points.get(code.upper())
        if point is None:
            raise SosboxError("There is no place with this code: {line}", line=code)
        found[point] = None
    return list(found)


def _check_entries(entries: list[str], limit: int, length: int) -> None:
    if len(entries) > limit:
        raise too_many(limit)
    for entry in entries:
        if len(entry) > length:
            raise too_long(entry, length)


def _number(low: int, high: int) -> Reader:
    return lambda text: read_number(text, low, high)


_NUMBERS: Mapping[str, Reader] = {
    "links": _number(1, MAX_COUNT),
    "repeated": _number(LEAST_REPEATED, MAX_COUNT),
    "same_within_minutes": _number(1, MAX_MINUTES),
    "similar": _number(LEAST_SIMILAR, 100),
    "similar_within_minutes": _number(1, MAX_MINUTES),
    "burst": _number(LEAST_BURST, MAX_COUNT),
    "burst_minutes": _number(1, MAX_MINUTES),
}
