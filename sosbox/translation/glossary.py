"""Words with a fixed form in each language. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sosbox.translation.contract import Pair
from sosbox.translation.scripts import CJK, COMBINING, HAN, HIRAGANA, KATAKANA

# Characters. What is longer is a sentence, which engines translate better.
MAX_TERM = 60

_KATAKANA_LETTER = re.compile(f"[{KATAKANA}]")
_FREE_LETTER = re.compile(f"[{HIRAGANA}{HAN}]")


@dataclass(frozen=True)
class Term:
    """`term` stands in every language for which `translations` has no other form."""

    term: str
    translations: Mapping[str, str]

    def form(self, language: str) -> str:
        return self.translations.get(language) or self.term


@dataclass(frozen=True)
class Glossary:
    """The terms of an establishment; works in both directions of a pair."""

    terms: tuple[Term, ...] = ()


EMPTY_GLOSSARY = Glossary()


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """Where a term stands in a text, and its form in the target language."""

    start: int
    end: int
    form: str


class TermFinder:
    """Finds the terms of a glossary in texts of the source language; safe on several threads."""

    def __init__(self, glossary: Glossary, pair: Pair) -> None:
        self._forms: dict[str, str] = {}
        for term in glossary.terms:
            written = _folded(" ".join(term.form(pair.source).split()))
            form = term.form(pair.target).strip()
            if written and form and max(len(written), len(form)) <= MAX_TERM:
                self._forms.setdefault(written, form)
        self._pattern = pattern_of(frozenset(self._forms)) if self._forms else None

    def find(self, text: str) -> Iterator[FoundTerm]:
        """The terms, as large or small as they may be written; of two in one place the longest."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(_folded(text)):
            form = self._forms[" ".join(match.group().split())]
            yield FoundTerm(match.start(), match.end(), form)


@lru_cache(maxsize=256)
def pattern_of(words: frozenset[str]) -> re.Pattern[str]:
    """What finds these words, never inside others, the longest first.

    Chinese and Japanese put no spaces between words, so theirs are found anywhere but within a
    longer word in katakana.
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        kinds.setdefault((_neighbours(word[0]), _neighbours(word[-1])), []).append(word)
    return re.compile("|".join(_bounded(*kind, words) for kind, words in kinds.items()))


def _bounded(first: str, last: str, words: list[str]) -> str:
    """first, last: what must not stand before and behind these words."""
    before = f"(?<!{first})" if first else ""
    after = f"(?![{COMBINING}]|{last})" if last else ""
    written = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    return f"{before}(?:{written}){after}"


def _neighbours(letter: str) -> str:
    """What must not stand beside this letter where its word begins or ends."""
    if _FREE_LETTER.match(letter):
        return ""
    if _KATAKANA_LETTER.match(letter):
        return f"[{KATAKANA}]"
    return rf"[^\W{CJK}]"


def _folded(text: str) -> str:
    """In small letters, sign by sign: as long as it was."""
    # The one capital whose small form is of two signs.
    return text.replace("\u0130", "i").lower()
