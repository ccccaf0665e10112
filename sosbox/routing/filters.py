"""What filters look for in a message. Pure.

Stored in `filters.conditions` is a JSON object. Every key may be missing; all that are there must
hold, and a filter without any holds for nothing.

`words`: words and phrases of which one must stand in the text, whole, without regard to case and
accents; one with `-` before it must not.
`lists`: languages ("es") of whose offensive words one must stand in the text.
`pattern`: a regular expression that is found in the text as it was typed, but for case. One that
takes too long holds for nothing.
`links`: from how many links on.
`repeated`: how often, from 3 on, the same sign or the same word stands in a row, or a word that
makes up half of the text stands in it.
`same_within_minutes`: the same text came to the establishment within so many minutes before.
`similar` with `similar_within_minutes`: so did one that is the same to so many percent.
`contacts`: e-mail addresses and phone numbers of which the guest has given one.
`receipts`: references of the cases that are written under.
`access_points`: ids.
`burst` with `burst_minutes`: from how many messages on that came from the access point within so
many minutes, this one included.

`sosbox.routing.filter_checks` makes this of what somebody has typed, within the limits below.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import regex

from sosbox.cases.rules import Hold
from sosbox.lib.text import fold
from sosbox.routing.repetition import is_alike, is_repetitive, normal_spaces, num_links
from sosbox.routing.words import SearchText, phrases, split_words

CONDITION_NAMES = (
    "words",
    "lists",
    "pattern",
    "links",
    "repeated",
    "same_within_minutes",
    "similar",
    "similar_within_minutes",
    "contacts",
    "receipts",
    "access_points",
    "burst",
    "burst_minutes",
)
MAX_ENTRIES = 500
MAX_ENTRY = 200
MAX_PATTERN = 500
MAX_COUNT = 100
LEAST_REPEATED = 3
LEAST_SIMILAR = 50
LEAST_BURST = 2
MAX_MINUTES = 7 * 24 * 60
# Longest search for one pattern in one message, seconds of the processor.
PATTERN_LIMIT_S = 0.05

# Of a phone number so many digits from the end count: people leave the code of the country out.
_PHONE_DIGITS = 9


class FilterAction(StrEnum):
    """What is done with a message that a filter has found, the strongest first.

    QUARANTINE: nobody is told until somebody lets it out. DIGEST: told of in the daily digest
    alone. MARK: told of as usual, the filter's name stands on the case.
    """

    QUARANTINE = "quarantine"
    DIGEST = "digest"
    MARK = "mark"


class Earlier(NamedTuple):
    """A message that came before the one that is looked at; `text` is `comparable`."""

    establishment_id: int
    access_point_id: int
    text: str
    created_at: datetime


@dataclass(frozen=True)
class MessageFacts:
    """What filters look at.

    contacts: e-mail address and phone number that the guest gave; `reference`: of the case.
    earlier: called with a length of time, what guests of the subscriber wrote within it before
    this message, the newest first. It may stop earlier when there is very much.
    """

    text: str
    establishment_id: int
    access_point_id: int
    reference: str
    contacts: tuple[str, ...]
    earlier: Callable[[timedelta], Iterable[Earlier]]

    @cached_property
    def words(self) -> SearchText:
        return SearchText.of(self.text)

    @cached_property
    def comparable(self) -> str:
        return comparable(fold(self.text))

    @cached_property
    def normal_contacts(self) -> frozenset[str]:
        return frozenset(normal_contact(contact) for contact in self.contacts if contact)


Check = Callable[[MessageFacts], bool]


class TooSlowError(Exception):
    """A pattern takes too long in this text."""


@dataclass(frozen=True)
class FilterFacts:
    """A filter as `judge` takes it. checks: the cheapest first; all must hold."""

    id: int
    slug: str
    action: FilterAction
    establishment_id: int | None
    checks: tuple[Check, ...]


class Verdict(NamedTuple):
    """The filters that have found a message, and those whose pattern took too long in it."""

    hits: tuple[FilterFacts, ...]
    too_slow: tuple[FilterFacts, ...]

    @property
    def hold(self) -> Hold:
        """What is done with the message; the strongest of the actions."""
        actions = {found.action for found in self.hits}
        if FilterAction.QUARANTINE in actions:
            return Hold.HELD
        return Hold.DIGEST if FilterAction.DIGEST in actions else Hold.NONE


def judge(filters: Iterable[FilterFacts], message: MessageFacts) -> Verdict:
    """What the filters say of a message. Never raises, whatever the text is."""
    hits, too_slow = [], []
    for each in filters:
        try:
            if has_hit(each, message):
                hits.append(each)
        except TooSlowError:
            too_slow.append(each)
    return Verdict(tuple(hits), tuple(too_slow))


def has_hit(each: FilterFacts, message: MessageFacts) -> bool:
    """Whether one filter has found the message. Raises TooSlowError."""
    if each.establishment_id not in (None, message.establishment_id) or not each.checks:
        return False
    return all(holds(message) for holds in each.checks)


def compile_checks(
    stored: Mapping[str, Any], word_lists: Mapping[str, Iterable[str]]
) -> tuple[Check, ...]:
    """The checks for what is stored, the cheapest first.

    word_lists: offensive words by language. Raises ValueError for a pattern that is none.
    """
    checks: list[Check] = []
    if points := stored.get("access_points"):
        allowed = frozenset(points)
        checks.append(lambda message: message.access_point_id in allowed)
    if receipts := stored.get("receipts"):
        references = frozenset(receipts)
        checks.append(lambda message: message.reference in references)
    if contacts := stored.get("contacts"):
        unwanted = frozenset(map(normal_contact, contacts))
        checks.append(lambda message: bool(unwanted & message.normal_contacts))
    if links := stored.get("links"):
        checks.append(lambda message: num_links(message.text) >= links)
    if languages := stored.get("lists"):
        offensive = [word for language in languages for word in word_lists.get(language, ())]
        checks.append(_word_check(offensive))
    if words := stored.get("words"):
        checks.append(_word_check(words))
    if times := stored.get("repeated"):
        checks.append(lambda message: is_repetitive(fold(message.text), times))
    if pattern := stored.get("pattern"):
        checks.append(_pattern_check(compile_pattern(pattern)))
    return (*checks, *_window_checks(stored))


def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """Raises ValueError for one that is no regular expression or that would need too much."""
    if _num_copies(pattern) > _MAX_COPIES:
        raise ValueError("the pattern repeats too often")
    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except (regex.error, ArithmeticError, LookupError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from error


def normal_contact(text: str) -> str:
    """An address or number, so that the same one written otherwise is equal."""
    text = text.strip().lower()
    if "@" in text:
        return text
    digits = "".join(char for char in text if char.isdigit())
    return digits[-_PHONE_DIGITS:] or text


def comparable(folded: str) -> str:
    """What is compared of a folded text."""
    return normal_spaces(folded)


# `(?:a{1000}){1000}` becomes a million nodes in memory before it is looked for anywhere.
_MAX_COPIES = 100_000
_COUNTED = regex.compile(r"\{(\d*)(?:,(\d*))?\}")


def _num_copies(pattern: str) -> int:
    """At most how often a part of the pattern is copied: as if all counts stood in one another."""
    num = 1
    for low, high in _COUNTED.findall(pattern):
        num *= max(1, *(int(count[:12]) for count in (low, high) if count))
    return num


def _word_check(words: Iterable[str]) -> Check:
    """Of a list that has come to hold nothing no word can stand in a text."""
    wanted, excluded = map(phrases, split_words(words))

    def holds(message: MessageFacts) -> bool:
        if any(phrase.is_in(message.words) for phrase in excluded):
            return False
        if not wanted:
            return bool(excluded)
        return any(phrase.is_in(message.words) for phrase in wanted)

    return holds


def _pattern_check(pattern: regex.Pattern[str]) -> Check:
    def holds(message: MessageFacts) -> bool:
        try:
            return pattern.search(message.text, timeout=PATTERN_LIMIT_S) is not None
        except (TimeoutError, MemoryError, RecursionError) as error:
            raise TooSlowError from error

    return holds


def _window_checks(stored: Mapping[str, Any]) -> list[Check]:
    """The conditions that look at other messages."""
    checks: list[Check] = []
    if burst := stored.get("burst"):
        checks.append(_burst_check(burst, _minutes(stored, "burst_minutes")))
    if stored.get("same_within_minutes"):
        window = _minutes(stored, "same_within_minutes")
        checks.append(_came_before(window, lambda text, other: text == other))
    if percent := stored.get("similar"):
        window = _minutes(stored, "similar_within_minutes")
        checks.append(_came_before(window, lambda text, other: is_alike(text, other, percent)))
    return checks


def _burst_check(limit: int, window: timedelta) -> Check:
    def holds(message: MessageFacts) -> bool:
        num = 1
        for other in message.earlier(window):
            num += other.access_point_id == message.access_point_id
            if num >= limit:
                return True
        return False

    return holds


def _came_before(window: timedelta, is_it: Callable[[str, str], bool]) -> Check:
    return lambda message: any(
        other.establishment_id == message.establishment_id and is_it(message.comparable, other.text)
        for other in message.earlier(window)
    )


def _minutes(stored: Mapping[str, Any], name: str) -> timedelta:
    return timedelta(minutes=stored.get(name) or 0)
