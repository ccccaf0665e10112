"""Words with a fixed form in each language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


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
