"""The models that are in memory: as many as fit, and those that were used last."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sosbox.lib.memory import give_back, resident_bytes
from sosbox.translation.argos.model import Model

MB = 1_000_000
# So much is kept after a batch: giving it back takes some milliseconds, and so does asking again.
_SLACK_BYTES = 40 * MB
# What the libraries take with the first model, with what is kept, and lost between the models.
LIBRARIES_MB = 60
# The same folder may hold another model later.
Key = tuple[Path, str, datetime]

_log = logging.getLogger(__name__)


class Loaded(Protocol):
    """What a loaded model can do; `close` gives its memory back."""

    def translate(self, sentences: list[str]) -> list[str]: ...

    def close(self) -> None: ...


class LoadError(Exception):
    """A model could not be loaded."""


class ClosedError(Exception):
    """Nothing is loaded any more."""


@dataclass
class _Slot:
    """A model that is in memory or, while `loaded` is None, on its way there.

    working_mb: what it takes besides while somebody uses it, however many do.
    """

    memory_mb: int
    working_mb: int
    num_users: int = 1
    used_at: int = 0
    loaded: Loaded | None = None
    is_wanted: bool = True


class ModelCache:
    """Safe to be called on several threads; none waits for another that loads another model.

    load: reads a model from the disk. limit_mb: what all together may take, working included; a
    single model may take more. One that is in use is never let go: whoever needs its room waits.
    """

    def __init__(self, load: Callable[[Model], Loaded], *, limit_mb: int) -> None:
        self._load = load
        self._limit_mb = limit_mb
        self._slots: dict[Key, _Slot] = {}
        self._changed = threading.Condition()
        self._num_uses = 0
        self._is_closed = False
        # What the process took when memory was last given back.
        self._at_rest_bytes = 0

    @contextmanager
    def use(self, model: Model) -> Iterator[Loaded]:
        """The model, for as long as the block runs. Raises LoadError, ClosedError."""
        slot = self._take(model)
        try:
            loaded = slot.loaded
            if loaded is None:
                loaded = self._fill(model, slot)
            yield loaded
        finally:
            self._give_back(key_of(model), slot)

    def keep_only(self, models: Collection[Model]) -> None:
        """Lets all others go, those in use as soon as they no longer are."""
        wanted = {key_of(model) for model in models}
        with self._changed:
            for key, slot in list(self._slots.items()):
                slot.is_wanted = key in wanted
                self._drop_if_unwanted(key, slot)
            self._changed.notify_all()

    def memory_mb(self) -> int:
        """What the models take now, as measured when they were added."""
        with self._changed:
            return self._used_mb()

    def loaded(self) -> list[Key]:
        """The models that are in memory, the one used longest ago first."""
        with self._changed:
            return sorted(self._slots, key=lambda key: self._slots[key].used_at)

    def close(self) -> None:
        """Lets all go, those in use as soon as they no longer are."""
        with self._changed:
            self._is_closed = True
        self.keep_only(())

    def _take(self, model: Model) -> _Slot:
        """The slot of a model, with the caller among its users; empty if they are to fill it."""
        key, memory_mb = key_of(model), needed_memory_mb(model)
        working_mb = model.trial.working_mb
        with self._changed:
            while not self._is_closed:
                slot = self._slots.get(key)
                if slot is None:
                    if self._make_room(memory_mb + working_mb, key):
                        slot = self._slots[key] = _Slot(memory_mb, working_mb)
                        return self._used(slot)
                elif slot.num_users and slot.loaded is not None:
                    slot.num_users += 1
                    return self._used(slot)
                elif not slot.num_users and self._make_room(working_mb, key):
                    slot.num_users = 1
                    return self._used(slot)
                self._changed.wait()
        raise ClosedError

    def _used(self, slot: _Slot) -> _Slot:
        self._num_uses += 1
        slot.used_at = self._num_uses
        return slot

    def _fill(self, model: Model, slot: _Slot) -> Loaded:
        try:
            loaded = self._load(model)
        except Exception as error:
            _log.warning("the model for %s cannot be loaded: %s", model.pair, type(error).__name__)
            with self._changed:
                del self._slots[key_of(model)]
            raise LoadError from error
        with self._changed:
            slot.loaded = loaded
            self._changed.notify_all()
        return loaded

    def _give_back(self, key: Key, slot: _Slot) -> None:
        with self._changed:
            slot.num_users -= 1
            self._drop_if_unwanted(key, slot)
            is_idle = not any(each.num_users for each in self._slots.values())
            self._changed.notify_all()
        if is_idle and resident_bytes() - self._at_rest_bytes > _SLACK_BYTES:
            self._give_memory_back()

    def _make_room(self, needed_mb: int, key: Key) -> bool:
        """Lets others go until so much more fits; False if those in use leave too little."""
        others = sorted(self._slots.keys() - {key}, key=lambda key: self._slots[key].used_at)
        has_dropped = False
        for other in others:
            if self._used_mb() + needed_mb <= self._limit_mb:
                break
            if not self._slots[other].num_users:
                self._drop(other)
                has_dropped = True
        if has_dropped:
            self._give_memory_back()
        is_alone = not self._slots.keys() - {key}
        return is_alone or self._used_mb() + needed_mb <= self._limit_mb

    def _give_memory_back(self) -> None:
        give_back()
        self._at_rest_bytes = resident_bytes()

    def _used_mb(self) -> int:
        models_mb = sum(
            slot.memory_mb + (slot.working_mb if slot.num_users else 0)
            for slot in self._slots.values()
        )
        return models_mb + LIBRARIES_MB

    def _drop_if_unwanted(self, key: Key, slot: _Slot) -> None:
        if not slot.num_users and not slot.is_wanted and self._slots.get(key) is slot:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        slot = self._slots.pop(key)
        if slot.loaded is not None:
            slot.loaded.close()


def key_of(model: Model) -> Key:
    """What tells a model from all others that were ever there."""
    return model.folder, model.sha256, model.added_at


def needed_memory_mb(model: Model) -> int:
    """As measured, and never less than its files."""
    return max(model.memory_mb, model.size_bytes // MB)
