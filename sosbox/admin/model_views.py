"""What is translated on this box, by what, and which models are missing for the rest."""

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from sosbox.db import DB
from sosbox.i18n import LANGUAGES
from sosbox.places.directory import House
from sosbox.places.translation_settings import load_engine_table, load_pairs
from sosbox.translation.apertium.modes import MODES_DIR, PROGRAM_PATH, InstalledModes
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import APERTIUM, ARGOS, EngineTable

# The language that nearly all models translate from or to.
_HUB = "en"
# The models that can be fetched, as far as languages of the pages go.
_NOT_OVER_HUB = (Pair("es", "pt"),)
FETCHABLE = (
    *(pair for code in LANGUAGES if code != _HUB for pair in (Pair(code, _HUB), Pair(_HUB, code))),
    *_NOT_OVER_HUB,
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
class Way:
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

    def way(self, pair: Pair) -> Way:
        if str(pair) in self.pairs:
            return self._done(pair)
        engines = self.table.engines_for(pair)
        if not engines:
            return Way(pair, WayState.OFF)
        if engines == (APERTIUM,):
            return Way(pair, WayState.SOON if pair in self.apertium else WayState.NO_APERTIUM)
        legs = self._legs(pair)
        missing = tuple(leg for leg in legs if leg not in self._by_pair)
        if missing:
            return Way(pair, WayState.MISSING, models=missing)
        broken = tuple(leg for leg in legs if self._by_pair[leg].is_broken)
        return Way(pair, WayState.BROKEN if broken else WayState.SOON, models=broken)

    @cached_property
    def _by_pair(self) -> Mapping[Pair, ModelView]:
        return {view.model.pair: view for view in self.models}

    def _done(self, pair: Pair) -> Way:
        engine = self._engine(pair)
        is_argos = engine.startswith(ARGOS)
        used = [self._by_pair.get(leg) for leg in self._legs(pair)] if is_argos else []
        is_phrasebook = any(view is not None and view.is_phrasebook for view in used)
        return Way(pair, WayState.DONE, engine, is_phrasebook=is_phrasebook)

    def _engine(self, pair: Pair) -> str:
        """Empty when it cannot be told: a model was removed a moment ago."""
        for engine in self.table.engines_for(pair):
            if engine == APERTIUM and pair in self.apertium:
                return APERTIUM
            if engine == ARGOS:
                if pair in self._by_pair:
                    return ARGOS
                if (hub := self._hub(pair)) is not None:
                    return f"{ARGOS}, {hub}"
        return ""

    def _hub(self, pair: Pair) -> str | None:
        """The language over which models lead from one to the other, English before others."""
        from_source = {each.target for each in self._by_pair if each.source == pair.source}
        to_target = {each.source for each in self._by_pair if each.target == pair.target}
        return min(from_source & to_target, key=lambda code: (code != _HUB, code), default=None)

    def _legs(self, pair: Pair) -> tuple[Pair, ...]:
        """The models that translate a pair, or would if they were there."""
        if pair in self._by_pair or _HUB in {pair.source, pair.target}:
            return (pair,)
        hub = self._hub(pair) or _HUB
        legs = (Pair(pair.source, hub), Pair(hub, pair.target))
        if pair in _NOT_OVER_HUB and not all(leg in self._by_pair for leg in legs):
            return (pair,)
        return legs


@dataclass(frozen=True)
class GuestLanguage:
    """A language of guests of a house; `read`: into the language of the house, `answered`: back."""

    code: str
    read: Way
    answered: Way


@dataclass(frozen=True)
class HouseView:
    """An establishment. notices: languages that its recipients read besides, with what is missing
    for them."""

    house: House
    languages: tuple[GuestLanguage, ...]
    notices: tuple[tuple[str, tuple[Way, ...]], ...]

    @property
    def missing(self) -> list[Pair]:
        """The models that are missing for it, those for messages of guests first."""
        ways = [language.read for language in self.languages]
        ways += [language.answered for language in self.languages]
        ways += [way for _code, untranslated in self.notices for way in untranslated]
        found = (model for way in ways if way.state is WayState.MISSING for model in way.models)
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


def _models(store: ModelStore) -> tuple[ModelView, ...]:
    return tuple(
        ModelView(model, next(iter(store.versions(model.pair)[1:]), None), store.is_broken(model))
        for model in store.models()
    )
