"""The two tiny models in the tree: what is in them, what they can do, and what they cannot."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sosbox.translation.argos.engine import ArgosTranslator
from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.trial import make_trial
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import EngineTable
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from sosbox.translation.phrasebook.examples import EXAMPLES, FROM_GUESTS, FROM_STAFF, Example
from sosbox.translation.texts import Outcome, Text, TextTranslator, Translation

MAX_KB = 600
ES_EN, EN_ES = Pair("es", "en"), Pair("en", "es")
Ask = Callable[[str, Pair], Translation]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """Both models, added as an owner adds them."""
    store = ModelStore(tmp_path_factory.mktemp("box") / "models")
    adder = ModelAdder(store, make_trial(threads=1), memory_limit_mb=600)
    for path in PHRASEBOOK_FILES:
        adder.add(path, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    return store


@pytest.fixture(scope="module")
def ask(store: ModelStore) -> Iterator[Ask]:
    engine = ArgosTranslator(store, memory_limit_mb=600, threads=1)
    translator = TextTranslator([engine], EngineTable)
    yield lambda text, pair: translator.translate([Text(text, pair)])[0]
    engine.close()


def _entry(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        (entry,) = (each for each in archive.namelist() if each.endswith(f"/{name}"))
        return archive.read(entry).decode()


# What is in them ----------------------------------------------------------------------------------


def test_there_is_one_for_each_direction() -> None:
    about = [json.loads(_entry(path, "metadata.json")) for path in PHRASEBOOK_FILES]
    assert [(each["from_code"], each["to_code"]) for each in about] == [("es", "en"), ("en", "es")]


@pytest.mark.parametrize("path", PHRASEBOOK_FILES, ids=lambda path: path.stem)
def test_each_is_small_enough_to_be_kept_with_the_program(path: Path) -> None:
    assert path.stat().st_size <= MAX_KB * 1000


@pytest.mark.parametrize("path", PHRASEBOOK_FILES, ids=lambda path: path.stem)
def test_each_says_that_it_is_not_for_use_with_guests(path: Path) -> None:
    readme = _entry(path, "README.md")
    assert "tiny phrasebook model, for tests and the demonstration" in readme
    assert "Not for use with guests" in readme


def test_the_box_shows_their_licence(store: ModelStore) -> None:
    assert {model.licence for model in store.models()} == {"CC0 1.0"}


def test_they_pass_the_trial_of_every_model(store: ModelStore) -> None:
    for model in store.models():
        assert model.trial.num_failed == 0, model.samples


# What they can do ---------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.en)
def test_the_examples_come_out_word_for_word_in_both_directions(ask: Ask, example: Example) -> None:
    assert ask(example.es, ES_EN) == Translation(Outcome.DONE, example.en, "argos")
    assert ask(example.en, EN_ES) == Translation(Outcome.DONE, example.es, "argos")


def test_a_message_of_several_sentences_comes_out_whole(ask: Ask) -> None:
    for examples in (FROM_GUESTS, FROM_STAFF):
        spanish, english = (
            " ".join(getattr(each, language) for each in examples) for language in ("es", "en")
        )
        assert ask(english, EN_ES).text == spanish
        assert ask(spanish, ES_EN).text == english


@pytest.mark.parametrize(
    ("es", "en"),
    [
        (
            "La información está en https://mar.example/piscina.",
            "The information is at https://mar.example/piscina.",
        ),
        ("Escríbanos a recepcion@mar.example.", "Write to us at recepcion@mar.example."),
        ("La contraseña del wifi es Mar_2026-xZ.", "The wifi password is Mar_2026-xZ."),
        ("El precio es 12,50 €.", "The price is 12,50 €."),
    ],
)
def test_what_is_protected_comes_through_them(ask: Ask, es: str, en: str) -> None:
    assert ask(es, ES_EN).text == en
    assert ask(en, EN_ES).text == es


# What they cannot ---------------------------------------------------------------------------------


def test_a_figure_that_they_lose_is_not_shown(ask: Ask) -> None:
    numbers = ", ".join(str(number) for number in range(11, 91, 3))
    answer = ask(f"We saw {numbers} in the corridor yesterday.", EN_ES)
    assert (answer.outcome, answer.text) == (Outcome.FAILED, "")


@pytest.mark.parametrize("text", ["ñandú", "シャワーが壊れています。", "x" * 3_000, "¿?"])
def test_what_they_have_never_seen_breaks_nothing(ask: Ask, text: str) -> None:
    assert ask(text, ES_EN).outcome in Outcome


def test_other_languages_are_not_offered(ask: Ask) -> None:
    assert ask("Bos días.", Pair("gl", "es")) == Translation(Outcome.UNAVAILABLE)
