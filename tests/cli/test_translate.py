"""`sosbox translate`, as somebody types it who tries a model."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sosbox.db.engine import connect
from sosbox.translation.argos.model import Trial
from sosbox.translation.argos.packages import ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair, TranslationError
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from sosbox.translation.phrasebook.examples import FROM_GUESTS
from tests.cli.conftest import Command, Typed
from tests.support.translators import (
    ES_GL,
    DigitLosingTranslator,
    EchoTranslator,
    FailingTranslator,
)

ES_EN = Pair("es", "en")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> EchoTranslator:
    """The only engine there is: marks every word with the language."""
    engine = EchoTranslator(ES_EN, ES_GL, ES_GL.reverse)
    _use(engine, monkeypatch)
    return engine


def _use(engine: EchoTranslator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sosbox.cli.translate.make_translators", lambda _config: (engine,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "none"


def test_each_line_comes_out_in_the_other_language(
    sosbox: Command, typed: Typed, engine: EchoTranslator, folder: Path
) -> None:
    typed("No hay agua.\n\nHace frío 💧\n".encode())

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--data", folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "No-en hay-en agua-en.\n\nHace-en frío-en 💧\n"
    assert engine.is_closed
    assert not folder.exists()


def test_without_from_the_language_of_each_line_is_found(
    sosbox: Command, typed: Typed, engine: EchoTranslator, folder: Path
) -> None:
    typed(b"No hay agua caliente\nNon hai auga quente\n")

    outcome = sosbox("translate", "--to", "gl", "--json", "--data", folder)
    assert outcome.code == 0
    assert [json.loads(line) for line in outcome.out.splitlines()] == [
        {
            "language": "es",
            "text": "No-gl hay-gl agua-gl caliente-gl",
            "engine": "argos",
            "flags": [],
        },
        {"language": "gl", "text": "Non hai auga quente", "engine": "", "flags": []},
    ]


def test_many_lines_are_translated_together(
    sosbox: Command, typed: Typed, engine: EchoTranslator, folder: Path
) -> None:
    typed("".join(f"Hace frío en la {number}.\n" for number in range(60)).encode())

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--data", folder)
    assert len(outcome.out.splitlines()) == 60
    assert len(engine.calls) == 1


# What cannot be translated ------------------------------------------------------------------------


def test_a_line_that_nothing_translates_is_printed_as_it_is(
    sosbox: Command, typed: Typed, engine: EchoTranslator, folder: Path
) -> None:
    typed("お湯が出ません\nNo hay agua caliente\n".encode())

    outcome = sosbox("translate", "--to", "en", "--json", "--data", folder)
    japanese, spanish = map(json.loads, outcome.out.splitlines())
    assert outcome.code == 1
    assert japanese == {
        "language": "ja",
        "text": "お湯が出ません",
        "engine": "",
        "flags": ["unavailable"],
    }
    assert spanish["engine"] == "argos"
    assert outcome.err == "sosbox: line 1 is not translated: nothing here translates ja-en\n"


def test_a_translation_that_a_guard_holds_back_is_not_printed(
    sosbox: Command, typed: Typed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(DigitLosingTranslator(ES_EN), monkeypatch)
    typed(b"No hay agua en la 204\n")

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--json", "--data", folder)
    found = json.loads(outcome.out)
    assert outcome.code == 1
    assert found["text"] == "No hay agua en la 204"
    assert found["flags"]
    assert outcome.err == f"sosbox: line 1 is not translated: {', '.join(found['flags'])}\n"


def test_a_line_of_which_only_a_part_is_translated_says_so(
    sosbox: Command, typed: Typed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(DigitLosingTranslator(ES_EN), monkeypatch)
    typed("Hace mucho frío. No hay agua en la 204.\n".encode())

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--data", folder)
    assert outcome.code == 1
    assert outcome.out == "Hace-en mucho-en frío-en. No hay agua en la 204.\n"
    assert outcome.err.startswith("sosbox: line 1 is translated only in part: ")


def test_an_engine_that_fails_loses_no_line(
    sosbox: Command, typed: Typed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(FailingTranslator(TranslationError("It is broken."), ES_EN), monkeypatch)
    typed(b"No hay agua\nHace calor\n")

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--json", "--data", folder)
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.code == 1
    assert [each["text"] for each in found] == ["No hay agua", "Hace calor"]
    assert [each["flags"] for each in found] == [["failed"], ["failed"]]
    assert outcome.err.count("the engine has failed") == 2


# Wrong calls --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [("translate",), ("translate", "--to", "xx"), ("translate", "--to", "es", "--from", "klingon")],
)
def test_a_language_that_is_missing_or_unknown_is_a_wrong_call(
    sosbox: Command, words: tuple[str, ...]
) -> None:
    outcome = sosbox(*words)

    assert outcome.code == 2
    assert "usage: sosbox translate" in outcome.err


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [(b"\xff\n", "line 2 is not UTF-8"), (b"x" * 1_000_000, "line 2 is longer than 100000 bytes")],
)
def test_what_stands_before_a_wrong_line_is_printed(
    sosbox: Command,
    typed: Typed,
    engine: EchoTranslator,
    folder: Path,
    wrong: bytes,
    problem: str,
) -> None:
    typed(b"No hay agua\n" + wrong)

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--data", folder)
    assert (outcome.code, outcome.err) == (2, f"sosbox: {problem}\n")
    assert outcome.out == "No-en hay-en agua-en\n"
    assert engine.is_closed


# What the owner has settled -----------------------------------------------------------------------


def test_the_words_of_a_house_stay_as_it_wants_them(
    sosbox: Command, typed: Typed, engine: EchoTranslator, data_dir: Path
) -> None:
    _write(
        data_dir,
        "INSERT INTO glossary_terms (establishment_id, term, translations)"
        " SELECT id, 'Náutica', '{}' FROM establishments WHERE slug = 'hotel-mar'",
    )
    typed("La Náutica está cerrada\n".encode())

    outcome = sosbox(
        "translate", "--from", "es", "--to", "en", "--house", "hotel-mar", "--data", data_dir
    )
    assert outcome.code == 0
    assert outcome.out == "La-en Náutica está-en cerrada-en\n"


def test_the_engines_are_those_that_the_owner_has_chosen(
    sosbox: Command, typed: Typed, engine: EchoTranslator, data_dir: Path
) -> None:
    _write(data_dir, "INSERT INTO translation_engines VALUES (NULL, 'es', 'en', 'none')")
    typed(b"No hay agua\n")

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--data", data_dir)
    assert (outcome.code, outcome.out) == (1, "No hay agua\n")
    assert engine.calls == []


def test_a_house_that_is_not_there_is_refused(
    sosbox: Command, typed: Typed, data_dir: Path
) -> None:
    typed(b"No hay agua\n")

    outcome = sosbox("translate", "--to", "en", "--house", "hotel-luna", "--data", data_dir)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == 'sosbox: there is no establishment "hotel-luna"\n'


def test_without_a_database_there_is_no_house(sosbox: Command, typed: Typed, folder: Path) -> None:
    typed(b"No hay agua\n")

    outcome = sosbox("translate", "--to", "en", "--house", "hotel-mar", "--data", folder)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err


def _write(data_dir: Path, statement: str) -> None:
    with closing(connect(data_dir / "sosbox.db")) as connection:
        connection.execute(statement)


# With a model -------------------------------------------------------------------------------------


def test_the_models_of_the_data_folder_are_used(
    sosbox: Command, typed: Typed, folder: Path
) -> None:
    adder = ModelAdder(
        ModelStore(folder / "models"), lambda *_: Trial(1.0, 1, ()), memory_limit_mb=600
    )
    for file in PHRASEBOOK_FILES:
        adder.add(file, now=datetime(2026, 11, 22, tzinfo=UTC))
    typed("\n".join(example.es for example in FROM_GUESTS[1:4]).encode())

    outcome = sosbox("translate", "--from", "es", "--to", "en", "--data", folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [example.en for example in FROM_GUESTS[1:4]]
