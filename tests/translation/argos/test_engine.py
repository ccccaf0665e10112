"""The engine: which ways there are, and models that come, go and break while it translates."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sosbox.translation.argos.engine import RETRY_AFTER_S, ArgosTranslator, ways_between
from sosbox.translation.argos.model import Model
from sosbox.translation.argos.packages import remove_model
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair, TranslationError
from tests.support.model_packages import (
    ADDED_AT,
    EN_ES,
    EN_ES_FILE,
    ES_EN,
    ES_EN_FILE,
    add_fake,
    make_adder,
)


def _pairs(*names: str) -> frozenset[Pair]:
    return frozenset(map(Pair.parse, names))


class FakeLoaded:
    """Says which model has translated what."""

    def __init__(self, model: Model, disk: "Disk") -> None:
        self._model = model
        self._disk = disk

    def translate(self, sentences: list[str]) -> list[str]:
        if self._model.version in self._disk.failing:
            raise RuntimeError("what somebody wrote")
        return [f"{self._model.pair} {self._model.version}({each})" for each in sentences]

    def close(self) -> None:
        self._disk.closed.append(f"{self._model.pair} {self._model.version}")


class Disk:
    """Stands for CTranslate2: what loads, what breaks in loading, what in translating."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.failing: set[str] = set()
        self.loads: list[str] = []
        self.closed: list[str] = []
        self.now_s = 0.0
        self.on_load: Callable[[], None] = lambda: None

    def load(self, model: Model) -> FakeLoaded:
        self.loads.append(f"{model.pair} {model.version}")
        self.on_load()
        if model.version in self.broken:
            raise RuntimeError("no model")
        return FakeLoaded(model, self)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def engine(store: ModelStore, disk: Disk) -> Iterator[ArgosTranslator]:
    """An engine whose models are made of air."""
    engine = ArgosTranslator(
        store, memory_limit_mb=600, threads=1, load=disk.load, monotonic=lambda: disk.now_s
    )
    yield engine
    engine.close()


# Ways ---------------------------------------------------------------------------------------------


def test_a_direct_way_goes_before_one_over_another_language() -> None:
    ways = ways_between(_pairs("es-en", "en-pt", "es-pt"))

    assert ways[Pair("es", "pt")] == ()


def test_two_models_open_a_way_over_the_language_between_them() -> None:
    ways = ways_between(_pairs("ja-en", "en-es", "es-en"))

    assert ways[Pair("ja", "es")] == ("en",)
    assert Pair("es", "ja") not in ways


def test_english_is_the_first_choice_between_two_languages() -> None:
    ways = ways_between(_pairs("ca-es", "es-pt", "ca-en", "en-pt", "ca-fr", "fr-pt"))

    assert ways[Pair("ca", "pt")] == ("en",)


def test_another_language_in_between_is_better_than_none() -> None:
    ways = ways_between(_pairs("gl-es", "es-ca"))

    assert ways[Pair("gl", "ca")] == ("es",)


def test_there_is_no_way_over_two_languages_and_none_in_a_circle() -> None:
    ways = ways_between(_pairs("gl-es", "es-en", "en-ja", "es-gl"))

    assert Pair("gl", "ja") not in ways
    assert not any(pair.source == pair.target for pair in ways)


def test_a_box_without_models_translates_nothing(engine: ArgosTranslator) -> None:
    assert engine.pairs() == frozenset()
    assert engine.via(ES_EN) == ()
    with pytest.raises(TranslationError, match="no model for es-en"):
        engine.translate(ES_EN, ["Hola."])
    health = engine.health()
    assert (health.is_ready, health.problem) == (False, "There are no models yet.")


def test_a_text_goes_over_the_language_in_between(
    engine: ArgosTranslator, store: ModelStore
) -> None:
    add_fake(store, Pair("ja", "en"))
    add_fake(store, EN_ES)

    assert engine.pairs() == _pairs("ja-en", "en-es", "ja-es")
    assert engine.via(Pair("ja", "es")) == ("en",)
    assert engine.translate(Pair("ja", "es"), ["x", "y"]) == [
        "en-es 1.0(ja-en 1.0(x))",
        "en-es 1.0(ja-en 1.0(y))",
    ]


# Models that come and go --------------------------------------------------------------------------


def test_a_model_that_is_replaced_holds_from_the_next_call_on(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    add_fake(store, version="1.0")
    assert engine.translate(ES_EN, ["x"]) == ["es-en 1.0(x)"]
    add_fake(store, version="2.0")
    assert engine.translate(ES_EN, ["x"]) == ["es-en 2.0(x)"]
    add_fake(store, version="3.0")
    assert engine.translate(ES_EN, ["x"]) == ["es-en 3.0(x)"]

    # The one before is kept loaded as long as there is room: it may be needed again.
    assert disk.closed == ["es-en 1.0"]


def test_a_model_that_is_removed_is_let_go(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    add_fake(store)
    engine.translate(ES_EN, ["x"])
    remove_model(store, ES_EN)

    assert engine.pairs() == frozenset()
    assert disk.closed == ["es-en 1.0"]


def test_a_model_that_was_removed_and_added_again_is_loaded_again(
    engine: ArgosTranslator, store: ModelStore
) -> None:
    add_fake(store, version="1.0")
    engine.translate(ES_EN, ["x"])
    remove_model(store, ES_EN)
    add_fake(store, version="2.0")

    assert engine.translate(ES_EN, ["x"]) == ["es-en 2.0(x)"]


def test_a_model_that_is_replaced_while_it_is_loaded_does_no_harm(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    add_fake(store, version="1.0")

    def replace_it() -> None:
        disk.on_load = lambda: None
        remove_model(store, ES_EN)
        add_fake(store, version="2.0")
        disk.broken = {"1.0"}

    disk.on_load = replace_it

    assert engine.translate(ES_EN, ["x"]) == ["es-en 2.0(x)"]


def test_strangers_are_reported_and_hinder_nothing(
    engine: ArgosTranslator, store: ModelStore
) -> None:
    add_fake(store)
    (store.folder / "holidays").mkdir()

    assert engine.translate(ES_EN, ["x"]) == ["es-en 1.0(x)"]
    assert engine.health().is_ready
    assert "holidays" in engine.health().detail


# Models that break --------------------------------------------------------------------------------


def test_the_version_before_takes_over_from_one_that_cannot_be_loaded(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    add_fake(store, version="1.0")
    newer = add_fake(store, version="2.0")
    disk.broken = {"2.0"}

    assert engine.translate(ES_EN, ["x"]) == ["es-en 1.0(x)"]
    health = engine.health()
    assert health.is_ready
    assert "version before it is used" in health.problem
    assert "es-en 2.0" in health.detail
    assert store.is_broken(newer)


def test_one_that_cannot_be_loaded_is_not_tried_for_every_text(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    add_fake(store, version="1.0")
    add_fake(store, version="2.0")
    disk.broken = {"2.0"}
    for _ in range(3):
        engine.translate(ES_EN, ["x"])

    assert disk.loads == ["es-en 2.0", "es-en 1.0"]


def test_one_that_cannot_be_loaded_is_tried_again_later(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    model = add_fake(store)
    disk.broken = {"1.0"}
    with pytest.raises(TranslationError, match="cannot be loaded"):
        engine.translate(ES_EN, ["x"])
    assert engine.pairs() == frozenset()
    with pytest.raises(TranslationError, match="cannot be loaded"):
        engine.translate(ES_EN, ["x"])
    assert len(disk.loads) == 1

    disk.broken = set()
    disk.now_s += RETRY_AFTER_S
    assert engine.pairs() == {ES_EN}
    assert engine.translate(ES_EN, ["x"]) == ["es-en 1.0(x)"]
    assert engine.health().problem == ""
    assert not store.is_broken(model)


def test_another_way_is_taken_when_the_direct_one_cannot_be_loaded(
    engine: ArgosTranslator, store: ModelStore, disk: Disk
) -> None:
    add_fake(store, Pair("es", "pt"), version="9.0")
    add_fake(store, ES_EN)
    add_fake(store, Pair("en", "pt"))
    disk.broken = {"9.0"}

    assert engine.translate(Pair("es", "pt"), ["x"]) == ["en-pt 1.0(es-en 1.0(x))"]
    assert engine.via(Pair("es", "pt")) == ("en",)


def test_what_fails_in_translating_is_an_error_without_the_text(
    engine: ArgosTranslator,
    store: ModelStore,
    disk: Disk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    add_fake(store)
    disk.failing = {"1.0"}
    with pytest.raises(TranslationError, match="does not work just now") as caught:
        engine.translate(ES_EN, ["a secret"])

    assert caught.value.__cause__ is None
    assert "RuntimeError" in caplog.text
    assert "somebody wrote" not in caplog.text
    disk.failing = set()
    assert engine.translate(ES_EN, ["x"]) == ["es-en 1.0(x)"]


def test_after_the_end_nothing_is_translated(engine: ArgosTranslator, store: ModelStore) -> None:
    add_fake(store)
    engine.close()
    with pytest.raises(TranslationError):
        engine.translate(ES_EN, ["x"])


# Real models --------------------------------------------------------------------------------------


@pytest.fixture
def real(store: ModelStore) -> Iterator[ArgosTranslator]:
    for path in (ES_EN_FILE, EN_ES_FILE):
        make_adder(store).add(path, now=ADDED_AT)
    engine = ArgosTranslator(store, memory_limit_mb=600, threads=2)
    yield engine
    engine.close()


def test_both_ways_are_translated(real: ArgosTranslator) -> None:
    assert real.translate(ES_EN, ["No podemos dormir."]) == ["We cannot sleep."]
    assert real.translate(EN_ES, ["We cannot sleep."]) == ["No podemos dormir."]
    assert real.health().problem == ""


def test_several_threads_translate_while_models_come_and_go(
    real: ArgosTranslator, store: ModelStore
) -> None:
    problems: list[object] = []
    is_done = threading.Event()

    def translate() -> None:
        while not is_done.is_set():
            try:
                said = real.translate(ES_EN, ["No podemos dormir.", "Muchas gracias."])
            except TranslationError as error:
                problems.append(error)
            else:
                if said != ["We cannot sleep.", "Thank you very much."]:
                    problems.append(said)

    threads = [threading.Thread(target=translate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        # The same model once more: what holds is another folder each time.
        (store.models()[1].folder / "sentencepiece.model").touch()
        store.mark_broken(store.models()[1], is_broken=True)
        make_adder(store).add(ES_EN_FILE, now=ADDED_AT)
    is_done.set()
    for thread in threads:
        thread.join()

    assert problems == []


def test_a_model_damaged_on_the_disk_gives_way_to_the_one_before(
    real: ArgosTranslator, store: ModelStore, tmp_path: Path
) -> None:
    before = store.versions(ES_EN)[0]
    copy = before.folder.with_name("000002")
    shutil.copytree(before.folder, copy)
    (copy / "model/model.bin").write_bytes(b"half of it")

    assert real.translate(ES_EN, ["No podemos dormir."]) == ["We cannot sleep."]
    assert "version before it is used" in real.health().problem
    assert store.is_broken(store.versions(ES_EN)[0])
