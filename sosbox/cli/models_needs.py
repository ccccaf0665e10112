"""What the houses of a box need translated, by what it is, and which models are missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sosbox.cli.command import database_to_read
from sosbox.config import Config
from sosbox.errors import SchemaError
from sosbox.places.language_needs import HouseNeeds, load_needs
from sosbox.places.translation_settings import load_engine_table
from sosbox.translation.contract import Pair
from sosbox.translation.needs import Way, missing_models, offers_of, ways
from sosbox.translation.registry import make_translators


@dataclass(frozen=True)
class HouseWays:
    """How each pair that an establishment needs is translated."""

    needs: HouseNeeds
    ways: Sequence[Way]

    @property
    def missing(self) -> list[Pair]:
        return missing_models(self.ways)

    def as_json(self) -> dict[str, Any]:
        return {
            "establishment": self.needs.slug,
            "language": self.needs.language,
            "pairs": {str(way.pair): way.engine or None for way in self.ways},
            "missing": [str(model) for model in self.missing],
        }

    def as_text(self) -> Iterator[str]:
        by_engine: dict[str, list[Pair]] = {}
        for way in self.ways:
            by_engine.setdefault(way.engine, []).append(way.pair)
        untranslated = by_engine.pop("", [])
        yield f"{self.needs.name}, which reads {self.needs.language}"
        for engine, pairs in sorted(by_engine.items()):
            yield f"  {engine.replace(', ', ' over ')}: {_listed(pairs)}"
        if untranslated:
            yield f"  not translated: {_listed(untranslated)}"
        if self.missing:
            yield f"  models that are missing: {_listed(self.missing)}"


def load_house_ways(config: Config) -> list[HouseWays]:
    """One for each establishment; none as long as there is no database. Loads no model."""
    try:
        with database_to_read(config) as connection:
            table, houses = load_engine_table(connection), load_needs(connection)
    except SchemaError:
        return []
    translators = make_translators(config)
    try:
        offers = offers_of(translators)
    finally:
        for translator in translators:
            translator.close()
    return [HouseWays(house, ways(house.pairs, table, offers)) for house in houses]


def _listed(pairs: Sequence[Pair]) -> str:
    return " ".join(map(str, pairs))
