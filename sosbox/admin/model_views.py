"""What is translated on this box, by what, and which models are missing for the rest."""

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import pairwise

from sosbox.db import DB
from sosbox.i18n import LANGUAGES
from sosbox.places.directory import House
from sosbox.places.translation_settings import load_engine_table, load_pairs
from sosbox.translation.apertium.modes import MODES_DIR, PROGRAM_PATH, InstalledModes
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import APERTIUM, ARGOS, EngineTable
from sosbox.translation.needs import HUB, Offers, Way, ways

# The models that can be fetched, as far as languages of the pages go: the list has hardly any that
# neither begin nor end with English.
FETCHABLE = (
    *(pair for code in LANGUAGES if code != HUB for pair in (Pair(code, HUB), Pair(HUB, code))),
    Pair("es", "pt"),
)


class WayState(Enum):
    """Whether a pair is translated, or why not."""

    DONE = auto()
    MISSING = auto()
    BROKEN = auto()
    OFF = auto()
    NO_APERTIUM = auto()
    SOON = auto()


@dataclass(frozen=True)
class ShownWay:
    """How a pair is translated: `engine` as translations carry it, "argos, en".

    models: those that are missing or broken. is_phrasebook: models that know a few sentences do it.
    """

    pair: Pair
    state: WayState
    engine: str = ""
    models: tuple[Pair, ...] = ()
    is_phrasebook: bool = False

    @property
    def is_done(self) -> bool:
        return self.state is WayState.DONE

    @property
    def is_coming(self) -> bool:
        return self.state is WayState.SOON


@dataclass(frozen=True)
class ModelView:
    """A model of the box. before: the version that is used when it `is_broken`, if there is one."""

    model: Model
    before: Model | None
    is_broken: bool

    @property
    def is_phrasebook(self) -> bool:
        """Whether it says of itself that it knows a few sentences and nothing more."""
        return "tiny phrasebook" in self.model.attribution.casefold()


@dataclass(frozen=True)
class Stock:
    """Models and engines at one moment. pairs: what the worker says that it can translate."""

    models: tuple[ModelView, ...]
    table: EngineTable
    pairs: frozenset[str]
    apertium: frozenset[Pair]

    def way(self, pair: Pair) -> ShownWay:
        if not self.table.engines_for(pair):
            # Even if the worker has not heard of it yet.
            return ShownWay(pair, WayState.OFF)
        (way,) = ways([pair], self.table, self._offers(pair))
        used = [self._by_pair[model] for model in _models_of(way)]
        if str(pair) in self.pairs:
            is_phrasebook = any(view.is_phrasebook for view in used)
            return ShownWay(pair, WayState.DONE, way.engine, is_phrasebook=is_phrasebook)
        if way.missing:
            return ShownWay(pair, WayState.MISSING, models=way.missing)
        if not way.engine:
            return ShownWay(pair, WayState.NO_APERTIUM)
        broken = tuple(view.model.pair for view in used if view.is_broken)
        return ShownWay(pair, WayState.BROKEN if broken else WayState.SOON, models=broken)

    @cached_property
    def _by_pair(self) -> Mapping[Pair, ModelView]:
        return {view.model.pair: view for view in self.models}

    def _offers(self, pair: Pair) -> Offers:
        """What the engines that are there can do for a pair."""
        argos: dict[Pair, tuple[str, ...]] = dict.fromkeys(self._by_pair, ())
        from_source = {each.target for each in argos if each.source == pair.source}
        to_target = {each.source for each in argos if each.target == pair.target}
        between = from_source & to_target
        if pair not in argos and between:
            argos[pair] = (min(between, key=lambda code: (code != HUB, code)),)
        return {ARGOS: argos, APERTIUM: dict.fromkeys(self.apertium, ())}


@dataclass(frozen=True)
class GuestLanguage:
    """A language of guests of a house; `read`: into the language of the house, `answered`: back."""

    code: str
    read: ShownWay
    answered: ShownWay


@dataclass(frozen=True)
class HouseView:
    """An establishment. notices: languages that its recipients read besides, with what is missing
    for them."""

    house: House
    languages: tuple[GuestLanguage, ...]
    notices: tuple[tuple[str, tuple[ShownWay, ...]], ...]

    @property
    def missing(self) -> list[Pair]:
        """The models that are missing for it, those for messages of guests first."""
        shown = [language.read for language in self.languages]
        shown += [language.answered for language in self.languages]
        shown += [way for _code, untranslated in self.notices for way in untranslated]
        found = (model for way in shown if way.state is WayState.MISSING for model in way.models)
        return list(dict.fromkeys(found))

    @property
    def untranslated(self) -> list[str]:
        """The languages of guests that are not read or not answered."""
        return [
            language.code
            for language in self.languages
            if not (language.read.is_done and language.answered.is_done)
        ]


async def load_stock(store: ModelStore) -> Stock:
    """Models and engines of the box now."""

    def fetch(connection: sqlite3.Connection) -> tuple[EngineTable, frozenset[str]]:
        return load_engine_table(connection), load_pairs(connection)

    table, pairs = await DB.read(fetch)
    models = await asyncio.to_thread(_models, store)
    apertium = await asyncio.to_thread(_APERTIUM.working)
    return Stock(models, table, pairs, frozenset(apertium))


def load_recipient_languages(connection: sqlite3.Connection, subscriber_id: int) -> list[str]:
    """The languages that whoever gets notices of a subscriber reads."""
    rows = connection.execute(
        "SELECT DISTINCT language FROM recipients WHERE subscriber_id = ? AND retired_at IS NULL",
        (subscriber_id,),
    )
    return [language for (language,) in rows]


def house_view(house: House, stock: Stock, recipient_languages: Iterable[str]) -> HouseView:
    """How it is with the languages of an establishment."""
    guests = [code for code in house.guest_languages if code != house.language]
    languages = tuple(
        GuestLanguage(
            code, stock.way(Pair(code, house.language)), stock.way(Pair(house.language, code))
        )
        for code in guests
    )
    others = sorted({code for code in recipient_languages if code in LANGUAGES} - {house.language})
    notices = tuple(
        (
            code,
            tuple(
                way
                for source in (house.language, *guests)
                if source != code and not (way := stock.way(Pair(source, code))).is_done
            ),
        )
        for code in others
    )
    return HouseView(house, languages, notices)


def missing_models(houses: Iterable[HouseView]) -> list[Pair]:
    """The models that are missing for some establishments, without doubles."""
    return list(dict.fromkeys(pair for view in houses for pair in view.missing))


# Reads a folder again only when it has changed.
_APERTIUM = InstalledModes(MODES_DIR, PROGRAM_PATH)


def _models_of(way: Way) -> list[Pair]:
    """The models that translate it, if it is models that do."""
    engine, *between = way.engine.split(", ")
    languages = (way.pair.source, *between, way.pair.target)
    return [Pair(*each) for each in pairwise(languages)] if engine == ARGOS else []


def _models(store: ModelStore) -> tuple[ModelView, ...]:
    return tuple(
        ModelView(model, next(iter(store.versions(model.pair)[1:]), None), store.is_broken(model))
        for model in store.models()
    )
