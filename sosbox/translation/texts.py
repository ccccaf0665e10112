"""Translations of whole texts, made of sentences: protected, guarded, put together again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sosbox.translation.contract import Pair
from sosbox.translation.glossary import EMPTY_GLOSSARY, Glossary


class Outcome(StrEnum):
    """PARTIAL: some sentences stand as they were written; FAILED: all of them would, so there is no
    translation; UNAVAILABLE: nothing here translates this pair."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Text:
    """What is to be translated.

    names: of people, houses, areas, places: they come through as they are.
    """

    text: str
    pair: Pair
    glossary: Glossary = EMPTY_GLOSSARY
    names: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Translation:
    """What became of it. `text` is empty unless DONE or PARTIAL.

    engine: who has translated, with the languages in between: "argos", "argos, en"; empty: nobody.
    flags: the names of the guards that a sentence has failed, sorted, each once.
    """

    outcome: Outcome
    text: str = ""
    engine: str = ""
    flags: tuple[str, ...] = ()


class TextTranslator:
    """Translates many texts at once; blocks, so for threads. Filled in by its owner."""

    def translate(self, texts: Sequence[Text]) -> list[Translation]:
        """One translation for each text, in their order. Never raises for what an engine does."""
        raise NotImplementedError
