"""Finding words and phrases in what a guest wrote. Pure.

Whole words, without regard to case and accents. In scripts that put no spaces between words a part
of the text is enough.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sosbox.lib.text import fold

_BETWEEN = re.compile(r"[\W_]+")
# Thai to Khmer, kana, Han and their extensions.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class SearchText:
    """Texts as words are looked for in them: `padded` has a space around every word."""

    padded: str
    words: frozenset[str]

    @classmethod
    def of(cls, *texts: str) -> "SearchText":
        """One for all of the texts; no phrase reaches from one into the next."""
        parts = [normal_words(text) for text in texts]
        words = frozenset(word for part in parts for word in part.split())
        return cls(" | ".join(["", *parts, ""]), words)


@dataclass(frozen=True)
class Phrase:
    """A word or several that stand one after the other."""

    text: str
    first: str
    is_single: bool
    is_unspaced: bool

    @classmethod
    def of(cls, text: str) -> "Phrase | None":
        """None for what has neither letters nor digits."""
        normal = normal_words(text)
        if not normal:
            return None
        words = normal.split()
        return cls(normal, words[0], len(words) == 1, _UNSPACED.search(normal) is not None)

    def is_in(self, text: SearchText) -> bool:
        if self.is_unspaced:
            return self.text in text.padded
        if self.first not in text.words:
            return False
        return self.is_single or f" {self.text} " in text.padded


def normal_words(text: str) -> str:
    """The words of a text, folded, with one space between them."""
    return _BETWEEN.sub(" ", fold(text)).strip()


def phrases(words: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(phrase for phrase in map(Phrase.of, words) if phrase is not None)


def split_words(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those to look for, and those to exclude, which are written with a hyphen before them."""
    wanted, excluded = [], []
    for word in words:
        if word.startswith("-"):
            excluded.append(word[1:])
        else:
            wanted.append(word)
    return wanted, excluded


EMPTY_TEXT = SearchText.of("")
