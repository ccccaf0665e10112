"""A rule as somebody wants it, checked but for what it names. Pure.

Whether the places and recipients that it names are there is for the action to say.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sosbox.cases.rules import Kind, Origin
from sosbox.errors import Problems, SosboxError, too_long
from sosbox.i18n import LANGUAGES
from sosbox.lib.text import clean
from sosbox.routing.hours import WEEKDAYS
from sosbox.routing.problems import (
    Pairs,
    read_choices,
    read_dates,
    read_hours,
    read_ids,
    too_many,
)
from sosbox.routing.words import Phrase

MAX_WORDS = 500
MAX_WORD_LENGTH = 80

_BETWEEN_WORDS = re.compile(r"[,;\n]")


@dataclass(frozen=True)
class RuleWish:
    """A rule as a form has sent it: texts, those chosen in lists, pairs of from and to.

    holidays, anonymous: `yes`, `no`, or empty when it does not matter.
    """

    house_id: str = ""
    areas: Sequence[str] = ()
    access_points: Sequence[str] = ()
    kinds: Sequence[str] = ()
    words: str = ""
    without_words: str = ""
    languages: Sequence[str] = ()
    weekdays: Sequence[str] = ()
    hours: Pairs = ()
    dates: Pairs = ()
    holidays: str = ""
    anonymous: str = ""
    origins: Sequence[str] = ()
    recipients: Sequence[str] = ()
    left_out: Sequence[str] = ()
    is_stop: bool = False
    is_safety: bool = False
    is_sensitive: bool = False


@dataclass(frozen=True)
class RuleDraft:
    """`conditions` as `sosbox.routing.conditions` describes them, without empty ones."""

    house_id: int | None
    conditions: dict[str, Any] = field(default_factory=dict)
    recipients: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    is_stop: bool = False
    is_safety: bool = False
    is_sensitive: bool = False


def check_rule(wish: RuleWish) -> RuleDraft:
    """Raises InvalidFieldsError; the fields are those of RuleWish."""
    problems = Problems()
    checks: dict[str, Callable[[], Any]] = {
        "areas": lambda: read_ids(wish.areas),
        "access_points": lambda: read_ids(wish.access_points),
        "kinds": lambda: read_choices(wish.kinds, Kind),
        "words": lambda: read_words(wish.words),
        "without_words": lambda: read_words(wish.without_words),
        "languages": lambda: read_choices(wish.languages, LANGUAGES),
        "weekdays": lambda: read_choices(wish.weekdays, WEEKDAYS),
        "hours": lambda: read_hours(wish.hours),
        "dates": lambda: read_dates(wish.dates),
        "holidays": lambda: _yes_or_no(wish.holidays),
        "anonymous": lambda: _yes_or_no(wish.anonymous),
        "origins": lambda: read_choices(wish.origins, Origin),
    }
    read = {name: problems.taken(name, check, None) for name, check in checks.items()}
    houses: tuple[int, ...] = problems.taken(
        "house_id", lambda: read_ids(filter(None, [wish.house_id])), ()
    )
    draft = RuleDraft(
        house_id=houses[0] if houses else None,
        conditions={name: _as_stored(value) for name, value in read.items() if _says(value)},
        recipients=problems.taken("recipients", lambda: read_ids(wish.recipients), ()),
        left_out=problems.taken("left_out", lambda: read_ids(wish.left_out), ()),
        is_stop=wish.is_stop,
        is_safety=wish.is_safety,
        is_sensitive=wish.is_sensitive,
    )
    # A rule that only stops is more likely one in which somebody was forgotten.
    does_something = draft.left_out or draft.is_safety or draft.is_sensitive
    if not draft.recipients and not does_something:
        problems.add("recipients", SosboxError("Please choose whom to tell."))
    if set(draft.recipients) & set(draft.left_out):
        problems.add("left_out", SosboxError("Nobody can be told and left out by the same rule."))
    problems.refuse()
    return draft


def read_words(text: str) -> tuple[str, ...]:
    """Words and phrases, between commas or on lines of their own. Raises SosboxError."""
    found: dict[str, None] = {}
    for part in _BETWEEN_WORDS.split(clean(text)):
        word = " ".join(part.split())
        if not word:
            continue
        if len(word) > MAX_WORD_LENGTH:
            raise too_long(word, MAX_WORD_LENGTH)
        if Phrase.of(word) is None:
            raise SosboxError("“{word}” has neither letters nor digits.", word=word)
        found[word] = None
    if len(found) > MAX_WORDS:
        raise too_many(MAX_WORDS)
    return tuple(found)


def _yes_or_no(choice: str) -> bool | None:
    if choice not in {"", "yes", "no"}:
        raise SosboxError("Please choose from the list.")
    return {"yes": True, "no": False}.get(choice)


def _says(value: Any) -> bool:
    return value is not None and value != ()


def _as_stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
