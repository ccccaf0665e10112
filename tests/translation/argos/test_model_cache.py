"""Models in memory: as many as fit, none taken away from somebody who uses it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from sosbox.translation.argos.model import Model
from sosbox.translation.argos.model_cache import (
    LIBRARIES_MB,
    ClosedError,
    LoadError,
    ModelCache,
    needed_memory_mb,
)
from sosbox.translation.contract import Pair
from tests.support.model_packages import ADDED_AT, TRIAL

PATIENCE_S = 30


def make_model(name: str, memory_mb: int = 100, working_mb: int = 0) -> Model:
    return Model(
        pair=Pair(name, "en"),
        version="1.0",
        folder=Path(f"/none/{name}-en/000001"),
        size_bytes=1000,
        sha256="0" * 64,
        licence="",
        attribution="",
        added_at=ADDED_AT,
        trial=replace(TRIAL, memory_mb=memory_mb, working_mb=working_mb),
    )


A, B, C = make_model("aa"), make_model("bb"), make_model("cc")


class FakeLoaded:
    def __init__(self, loader: "Loader", model: Model) -> None:
        self._loader = loader
        self.model = model

    def translate(self, sentences: list[str]) -> list[str]:
        return sentences

    def close(self) -> None:
        self._loader.in_memory.remove(self.model.pair.source)


class Loader:
    """Stands for the disk; knows what is in memory."""

    def __init__(self) -> None:
        self.in_memory: list[str] = []
        self.num_loads = 0
        self.broken: set[str] = set()

    def __call__(self, model: Model) -> FakeLoaded:
        self.num_loads += 1
        if model.pair.source in self.broken:
            raise RuntimeError("no model")
        self.in_memory.append(model.pair.source)
        return FakeLoaded(self, model)


@pytest.fixture
def loader() -> Loader:
    return Loader()


@pytest.fixture
def cache(loader: Loader) -> Iterator[ModelCache]:
    """Room for two of the models."""
    cache = ModelCache(loader, limit_mb=LIBRARIES_MB + 250)
    yield cache
    cache.close()


def _use(cache: ModelCache, *models: Model) -> None:
    for model in models:
        with cache.use(model):
            pass


def test_a_model_is_loaded_once(cache: ModelCache, loader: Loader) -> None:
    _use(cache, A, A, A)

    assert loader.num_loads == 1
    assert loader.in_memory == ["aa"]


def test_the_one_unused_for_longest_makes_room(cache: ModelCache, loader: Loader) -> None:
    _use(cache, A, B, A, C)

    assert loader.in_memory == ["aa", "cc"]
    assert cache.memory_mb() == LIBRARIES_MB + 200


def test_what_all_take_stays_within_the_limit(cache: ModelCache, loader: Loader) -> None:
    models = [make_model(f"{chr(97 + number)}x") for number in range(12)]
    for model in models * 3:
        with cache.use(model):
            assert cache.memory_mb() <= LIBRARIES_MB + 250
            assert len(loader.in_memory) <= 2

    assert loader.num_loads == 36


def test_what_a_model_needs_to_work_counts_while_it_works(
    cache: ModelCache, loader: Loader
) -> None:
    busy = make_model("dd", 100, working_mb=60)
    _use(cache, A)
    with cache.use(busy):
        assert cache.memory_mb() == LIBRARIES_MB + 160
        assert loader.in_memory == ["dd"]
        with cache.use(busy):
            assert cache.memory_mb() == LIBRARIES_MB + 160
    assert cache.memory_mb() == LIBRARIES_MB + 100
    _use(cache, A)
    assert loader.in_memory == ["dd", "aa"]


def test_a_loaded_model_that_begins_to_work_makes_room_for_it(
    cache: ModelCache, loader: Loader
) -> None:
    busy = make_model("dd", 100, working_mb=60)
    _use(cache, busy, A, B)
    _use(cache, busy)
    assert loader.in_memory == ["dd"]
    with cache.use(busy):
        pass
    assert loader.num_loads == 4


def test_a_loaded_model_waits_until_it_may_work(cache: ModelCache, loader: Loader) -> None:
    busy = make_model("dd", 100, working_mb=60)
    _use(cache, busy)
    got_it = threading.Event()

    def work() -> None:
        with cache.use(busy):
            got_it.set()

    with cache.use(A):
        thread = threading.Thread(target=work)
        thread.start()
        # Nothing can be seen of somebody who waits.
        assert not got_it.is_set()
    assert got_it.wait(PATIENCE_S)
    thread.join()


def test_a_large_model_takes_the_place_of_several(cache: ModelCache, loader: Loader) -> None:
    _use(cache, A, B, make_model("dd", 200))

    assert loader.in_memory == ["dd"]


def test_a_model_that_is_larger_than_the_limit_is_used_alone(
    cache: ModelCache, loader: Loader
) -> None:
    _use(cache, A, make_model("dd", 900))
    assert loader.in_memory == ["dd"]
    _use(cache, A)
    assert loader.in_memory == ["aa"]


def test_a_model_in_use_is_never_let_go(cache: ModelCache, loader: Loader) -> None:
    with cache.use(A):
        _use(cache, B, C)
        assert loader.in_memory == ["aa", "cc"]


def test_whoever_needs_the_room_of_a_model_in_use_waits_for_it(
    cache: ModelCache, loader: Loader
) -> None:
    got_it = threading.Event()

    def use_third() -> None:
        with cache.use(C):
            got_it.set()

    with ExitStack() as stack:
        stack.enter_context(cache.use(A))
        thread = threading.Thread(target=use_third)
        with cache.use(B):
            thread.start()
            # Nothing can be seen of somebody who waits, but that it was not loaded.
            assert not got_it.is_set()
            assert loader.in_memory == ["aa", "bb"]
        assert got_it.wait(PATIENCE_S)
        thread.join()
    assert loader.in_memory == ["aa", "cc"]


def test_two_who_want_the_same_model_load_it_once(loader: Loader) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def slow(model: Model) -> FakeLoaded:
        loading.set()
        assert go_on.wait(PATIENCE_S)
        return loader(model)

    cache = ModelCache(slow, limit_mb=LIBRARIES_MB + 250)
    threads = [threading.Thread(target=_use, args=(cache, A)) for _ in range(3)]
    threads[0].start()
    assert loading.wait(PATIENCE_S)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()

    assert loader.num_loads == 1


def test_a_model_that_is_loaded_slowly_holds_up_no_other(loader: Loader) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def slow(model: Model) -> FakeLoaded:
        if model is A:
            loading.set()
            assert go_on.wait(PATIENCE_S)
        return loader(model)

    cache = ModelCache(slow, limit_mb=LIBRARIES_MB + 250)
    thread = threading.Thread(target=_use, args=(cache, A))
    thread.start()
    assert loading.wait(PATIENCE_S)
    _use(cache, B)
    assert loader.in_memory == ["bb"]
    go_on.set()
    thread.join()
    assert sorted(loader.in_memory) == ["aa", "bb"]


def test_many_threads_with_many_models_keep_the_limit(cache: ModelCache, loader: Loader) -> None:
    models = [make_model(f"{chr(97 + number)}x") for number in range(6)]
    problems = []

    def use_all(shift: int) -> None:
        for number in range(60):
            with cache.use(models[(number * 5 + shift) % 6]):
                if cache.memory_mb() > LIBRARIES_MB + 250:
                    problems.append(cache.memory_mb())

    threads = [threading.Thread(target=use_all, args=(shift,)) for shift in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert problems == []
    assert not any(thread.is_alive() for thread in threads)
    assert len(loader.in_memory) == 2


def test_a_model_that_cannot_be_loaded_takes_no_room(cache: ModelCache, loader: Loader) -> None:
    loader.broken = {"aa"}
    with pytest.raises(LoadError), cache.use(A):
        pass
    assert cache.memory_mb() == LIBRARIES_MB

    loader.broken = set()
    _use(cache, A)
    assert loader.in_memory == ["aa"]


def test_an_error_of_the_user_gives_the_model_back(cache: ModelCache, loader: Loader) -> None:
    with pytest.raises(ZeroDivisionError), cache.use(A):
        raise ZeroDivisionError
    _use(cache, B, C)

    assert loader.in_memory == ["bb", "cc"]


def test_what_is_not_wanted_any_more_goes_when_it_is_no_longer_used(
    cache: ModelCache, loader: Loader
) -> None:
    _use(cache, B)
    with cache.use(A):
        cache.keep_only([])
        assert loader.in_memory == ["aa"]
    assert loader.in_memory == []


def test_what_is_wanted_stays(cache: ModelCache, loader: Loader) -> None:
    _use(cache, A, B)
    cache.keep_only([B])

    assert loader.in_memory == ["bb"]


def test_another_model_in_the_same_folder_is_another_model(
    cache: ModelCache, loader: Loader
) -> None:
    _use(cache, A)
    with cache.use(replace(A, sha256="1" * 64)) as loaded:
        assert loaded.translate(["x"]) == ["x"]

    assert loader.num_loads == 2


def test_nothing_is_loaded_after_the_end(cache: ModelCache, loader: Loader) -> None:
    _use(cache, A)
    cache.close()
    assert loader.in_memory == []
    with pytest.raises(ClosedError), cache.use(A):
        pass


def test_whoever_waits_at_the_end_is_told(cache: ModelCache) -> None:
    told = threading.Event()

    def wait_for_room() -> None:
        try:
            with cache.use(C):
                pass
        except ClosedError:
            told.set()

    with cache.use(A), cache.use(B):
        thread = threading.Thread(target=wait_for_room)
        thread.start()
        cache.close()
        assert told.wait(PATIENCE_S)
    thread.join()


def test_a_model_takes_at_least_what_its_files_take() -> None:
    assert needed_memory_mb(replace(make_model("aa", 0), size_bytes=70_500_000)) == 70
    assert needed_memory_mb(make_model("aa", 90)) == 90
