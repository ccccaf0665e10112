"""The engine: CTranslate2 on models in the Argos format."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise

from sosbox.i18n import N_
from sosbox.lib.memory import share_one_arena
from sosbox.translation.argos.loaded_model import LoadedModel
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.model_cache import (
    ClosedError,
    Key,
    Loaded,
    LoadError,
    ModelCache,
    key_of,
)
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Health, Pair, TranslationError
from sosbox.translation.engine_table import ARGOS

# The language that most models translate from or to.
HUB = "en"
# A model that could not be loaded is tried again after so long, seconds: the memory may have been
# short.
RETRY_AFTER_S = 600.0

_log = logging.getLogger(__name__)


class _NotLoadedError(TranslationError):
    """No version of a model can be loaded."""


@dataclass(frozen=True)
class _Stock:
    """The models of the box at one moment, and the ways between languages that they open."""

    revision: Hashable
    versions: Mapping[Pair, Sequence[Model]] = field(default_factory=dict)
    ways: Mapping[Pair, tuple[str, ...]] = field(default_factory=dict)


class ArgosTranslator:
    """Translates with the models of a store, and over another language where there is none.

    Models are loaded when they are used, and let go when others need their room. What is added,
    replaced or removed meanwhile holds from the next call on.

    memory_limit_mb: what the loaded models may take together. threads: batches that are worked on
    at the same time; 0: as many as there are cores.
    """

    name = ARGOS

    def __init__(
        self,
        store: ModelStore,
        *,
        memory_limit_mb: int,
        threads: int,
        load: Callable[[Model], Loaded] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        share_one_arena()
        self._store = store
        self._memory_limit_mb = memory_limit_mb
        self._cache = ModelCache(
            load or (lambda model: LoadedModel(model.folder, threads=threads)),
            limit_mb=memory_limit_mb,
        )
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._stock = _Stock(None)
        # Models that could not be loaded, and when.
        self._broken: dict[Key, float] = {}

    def pairs(self) -> frozenset[Pair]:
        return frozenset(self._fresh_stock().ways)

    def via(self, pair: Pair) -> tuple[str, ...]:
        return self._fresh_stock().ways.get(pair, ())

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        stock = self._fresh_stock()
        try:
            return self._translate(stock, pair, sentences)
        except _NotLoadedError:
            fresh = self._fresh_stock()
            if fresh is stock:
                raise
            # It was replaced a moment ago, or there is another way.
            return self._translate(fresh, pair, sentences)

    def health(self) -> Health:
        stock = self._fresh_stock()
        broken = [model for model in _all_models(stock) if key_of(model) in self._broken]
        loaded = [folder.parent.name for folder, _, _ in self._cache.loaded()]
        detail = [f"loaded: {', '.join(loaded) or '-'}"]
        detail.append(f"memory: {self._cache.memory_mb()} of {self._memory_limit_mb} MB")
        if strangers := self._store.strangers():
            detail.append(f"not ours: {', '.join(strangers)}")
        problem = ""
        if not stock.ways:
            problem = N_("There are no models yet.")
        elif broken:
            problem = N_(
                "A model cannot be loaded; where there is one, the version before it is used."
            )
            detail.insert(0, f"cannot be loaded: {', '.join(map(_name, broken))}")
        return Health(self.name, bool(stock.ways), problem, "; ".join(detail))

    def close(self) -> None:
        self._cache.close()

    def _fresh_stock(self) -> _Stock:
        """The models as they are now."""
        revision = self._store.revision()
        with self._lock:
            if revision != self._stock.revision:
                self._broken.clear()
                versions = {
                    model.pair: self._store.versions(model.pair) for model in self._store.models()
                }
                self._stock = self._stock_of(revision, versions)
                self._cache.keep_only(_all_models(self._stock))
            elif any(self._monotonic() - at >= RETRY_AFTER_S for at in self._broken.values()):
                self._broken.clear()
                self._stock = self._stock_of(revision, self._stock.versions)
            return self._stock

    def _stock_of(self, revision: Hashable, versions: Mapping[Pair, Sequence[Model]]) -> _Stock:
        """Leaves out the ways for which no version can be loaded."""
        usable = (
            pair
            for pair, models in versions.items()
            if any(key_of(model) not in self._broken for model in models)
        )
        return _Stock(revision, versions, ways_between(frozenset(usable)))

    def _translate(self, stock: _Stock, pair: Pair, sentences: Sequence[str]) -> list[str]:
        between = stock.ways.get(pair)
        if between is None and pair in stock.versions:
            raise _not_loaded(pair)
        if between is None:
            raise TranslationError(N_("There is no model for {pair}."), pair=str(pair))
        texts = list(sentences)
        for source, target in pairwise((pair.source, *between, pair.target)):
            texts = self._step(stock, Pair(source, target), texts)
        return texts

    def _step(self, stock: _Stock, pair: Pair, sentences: list[str]) -> list[str]:
        with ExitStack() as stack:
            loaded = self._loaded(stack, stock, pair)
            try:
                return loaded.translate(sentences)
            except Exception as error:
                # The type alone: the text of an error may hold what somebody wrote.
                _log.error("the model for %s has failed: %s", pair, type(error).__name__)
                raise TranslationError(
                    N_("The model for {pair} does not work just now."), pair=str(pair)
                ) from None

    def _loaded(self, stack: ExitStack, stock: _Stock, pair: Pair) -> Loaded:
        """The model that holds or, if it cannot be loaded, the one before it."""
        for model in stock.versions[pair]:
            with self._lock:
                if key_of(model) in self._broken:
                    continue
            try:
                loaded = stack.enter_context(self._cache.use(model))
            except LoadError:
                self._note(model, is_broken=True)
            except ClosedError:
                break
            else:
                self._note(model, is_broken=False)
                return loaded
        raise _not_loaded(pair)

    def _note(self, model: Model, *, is_broken: bool) -> None:
        """Remembers it, and on the disk for those who only look."""
        if is_broken:
            with self._lock:
                self._broken[key_of(model)] = self._monotonic()
                self._stock = self._stock_of(self._stock.revision, self._stock.versions)
        if is_broken != self._store.is_broken(model):
            self._store.mark_broken(model, is_broken=is_broken)


def _not_loaded(pair: Pair) -> TranslationError:
    return _NotLoadedError(N_("The model for {pair} cannot be loaded."), pair=str(pair))


def ways_between(direct: frozenset[Pair]) -> dict[Pair, tuple[str, ...]]:
    """All pairs that models for some of them can do, with the language in between.

    A direct way goes before one over another language, one over English before all others.
    """
    ways: dict[Pair, tuple[str, ...]] = dict.fromkeys(direct, ())
    hubs = sorted({pair.target for pair in direct}, key=lambda code: (code != HUB, code))
    for hub in hubs:
        sources = [pair.source for pair in direct if pair.target == hub]
        targets = [pair.target for pair in direct if pair.source == hub]
        for source in sources:
            for target in targets:
                if source != target:
                    ways.setdefault(Pair(source, target), (hub,))
    return ways


def _all_models(stock: _Stock) -> list[Model]:
    return [model for versions in stock.versions.values() for model in versions]


def _name(model: Model) -> str:
    return f"{model.pair} {model.version}"
