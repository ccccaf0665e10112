"""What filters and lists of words of a set-up file may hold."""

import re
from typing import Any

from sosbox.lib.text import is_email, is_phone
from sosbox.routing.filters import MAX_ENTRY, MAX_PATTERN, compile_pattern
from sosbox.routing.word_lists import MAX_WORD, MAX_WORDS
from sosbox.setup.checks import WrongValueError, list_of, text
from sosbox.setup.rule_checks import word_of

_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")

word = word_of(MAX_ENTRY)
_check_words = list_of(word_of(MAX_WORD))


def pattern(value: Any) -> str:
    """A regular expression, as it stands."""
    if not isinstance(value, str):
        raise WrongValueError("must be a text in quotation marks")
    if not value or len(value) > MAX_PATTERN:
        raise WrongValueError(f"must have 1 to {MAX_PATTERN} characters")
    try:
        compile_pattern(value)
    except ValueError as error:
        raise WrongValueError(f"cannot be used: {error}") from None
    return value


def contact(value: Any) -> str:
    words = text(MAX_ENTRY)(value)
    if not (is_email(words) or is_phone(words)):
        raise WrongValueError(f'"{words}" is neither an e-mail address nor a phone number')
    return words


def reference(value: Any) -> str:
    words = text(20)(value).upper()
    if not _REFERENCE.fullmatch(words):
        raise WrongValueError(f'"{words}" is no reference of a case; an example: 2DF7-K9MX')
    return words


def offensive_words(value: Any) -> list[str]:
    words: list[str] = _check_words(value)
    if len(words) > MAX_WORDS:
        raise WrongValueError(f"has more than {MAX_WORDS} entries")
    return words
