"""The contracts of a translator, which sees sentences, and of a detector of languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sosbox.errors import SosboxError


@dataclass(frozen=True, order=True)
class Pair:
    """A direction: two codes of ISO 639-1. Written "es-en"."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"

    @property
    def reverse(self) -> "Pair":
        return Pair(self.target, self.source)

    @classmethod
    def parse(cls, text: str) -> "Pair":
        """Raises ValueError for what is not two codes with a hyphen between them."""
        source, hyphen, target = text.partition("-")
        codes = (source, target)
        if not hyphen or source == target:
            raise ValueError(text)
        if not all(code.isascii() and code.isalpha() and code.islower() for code in codes):
            raise ValueError(text)
        if not all(2 <= len(code) <= 3 for code in codes):
            raise ValueError(text)
        return cls(source, target)


class TranslationError(SosboxError):
    """An engine could not translate: what it needs is missing, broken, or too slow.

    Of one that may work again by itself; sentences are never lost with it.
    """


@dataclass(frozen=True)
class Health:
    """How an engine is. `problem`: a message id, empty when all is well; `detail`: for experts."""

    engine: str
    is_ready: bool
    problem: str = ""
    detail: str = ""


class Translator(Protocol):
    """An engine. One instance lives as long as the worker and is called on threads, by several at
    once."""

    name: str

    def pairs(self) -> frozenset[Pair]:
        """The directions that it can do now, over another language too; cheap to ask."""

    def via(self, pair: Pair) -> tuple[str, ...]:
        """The languages in between, "en" for one that pivots; empty for a direct way."""

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        """A translation for each sentence, in their order; blocks.

        The sentences may come from many texts: the more at once, the faster. Raises
        TranslationError, nothing else; a pair that is not among `pairs` is one reason.
        """

    def health(self) -> Health:
        """Whether it works; asks without translating. Never raises."""

    def close(self) -> None:
        """Lets go of memory and processes."""


@dataclass(frozen=True)
class Detected:
    """`language`: a code of ISO 639-1; `confidence`: 0 to 1, 0.7 and more is to be relied on."""

    language: str
    confidence: float


class Detector(Protocol):
    """Finds the language of a text. Safe to be called on several threads."""

    def detect(self, text: str, *, page_language: str = "") -> Detected:
        """The likeliest of the box's languages.

        page_language: that of the page on which it was written, which counts where the text alone
        does not say enough; with neither, the confidence is 0. Takes about a millisecond.
        """
