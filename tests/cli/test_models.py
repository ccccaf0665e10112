"""`sosbox models`: what an installer does with models, and what goes wrong."""

import json
from pathlib import Path

import pytest

from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tests.cli.conftest import Command

ES_EN, EN_ES = PHRASEBOOK_FILES


def test_without_models_the_list_says_how_to_get_one(sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("models", "list", "--data", tmp_path)
    assert outcome.code == 0
    assert "sosbox models add" in outcome.out
    assert not (tmp_path / "models").exists()


def test_files_are_added_and_listed(sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("models", "add", ES_EN, EN_ES, "--data", tmp_path)
    assert outcome.code == 0, outcome.err
    assert outcome.out.count("added") == 2
    listed = sosbox("models", "list", "--data", tmp_path).out.splitlines()
    assert [line.split()[0] for line in listed] == ["en-es", "es-en"]
    assert all("licence: CC0 1.0" in line for line in listed)


def test_the_list_for_programs_has_what_came_out_of_the_trial(
    sosbox: Command, tmp_path: Path
) -> None:
    sosbox("models", "add", ES_EN, "--data", tmp_path)
    (tmp_path / "models" / "holiday-pictures").mkdir()
    listed = json.loads(sosbox("models", "list", "--json", "--data", tmp_path).out)
    (model,) = listed["models"]
    assert (model["pair"], model["version"], model["is_broken"]) == ("es-en", "1.0", False)
    assert model["sentences_per_second"] > 0
    assert len(model["samples"]) >= 5
    assert listed["strangers"] == ["holiday-pictures"]


def test_the_same_file_again_changes_nothing(sosbox: Command, tmp_path: Path) -> None:
    sosbox("models", "add", ES_EN, "--data", tmp_path)
    outcome = sosbox("models", "add", ES_EN, "--data", tmp_path)
    assert outcome.code == 0
    assert "es-en 1.0 is there already" in outcome.out


def test_one_bad_file_does_not_keep_the_others_out(sosbox: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.argosmodel"
    bad.write_bytes(b"no model at all")
    outcome = sosbox("models", "add", bad, ES_EN, "--data", tmp_path)
    assert outcome.code == 1
    assert f"{bad}: This is no model" in outcome.err
    assert "Nothing was changed." in outcome.err
    assert "added: es-en" in outcome.out


def test_a_file_that_is_not_there_is_named(sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("models", "add", tmp_path / "gone.argosmodel", "--data", tmp_path)
    assert outcome.code == 1
    assert "gone.argosmodel" in outcome.err


def test_a_model_is_removed_once(sosbox: Command, tmp_path: Path) -> None:
    sosbox("models", "add", ES_EN, "--data", tmp_path)
    assert sosbox("models", "remove", "es-en", "--data", tmp_path).out == "es-en is removed\n"
    outcome = sosbox("models", "remove", "es-en", "--data", tmp_path)
    assert outcome.code == 1
    assert "There is no model for es-en." in outcome.err


def test_models_are_tried_again(sosbox: Command, tmp_path: Path) -> None:
    sosbox("models", "add", ES_EN, "--data", tmp_path)
    outcome = sosbox("models", "test", "--data", tmp_path)
    assert outcome.code == 0
    assert "La ducha de la habitación 204" in outcome.out
    assert "→ The shower in room 204" in outcome.out
    (tried,) = json.loads(sosbox("models", "test", "es-en", "--json", "--data", tmp_path).out)
    assert tried["pair"] == "es-en"


def test_what_is_not_there_cannot_be_tried(sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("models", "test", "ja-en", "--data", tmp_path)
    assert outcome.code == 1
    assert "There is no model for this pair." in outcome.err


def test_without_internet_a_fetch_says_what_to_do_instead(
    sosbox: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing listens on the port of discard.
    monkeypatch.setenv("SOSBOX_ARGOS_INDEX_URL", "http://127.0.0.1:9/index.json")
    outcome = sosbox("models", "fetch", "ja-en", "--data", tmp_path)
    assert outcome.code == 1
    assert "USB stick" in outcome.err


@pytest.mark.parametrize("pair", ["ja", "ja-ja", "japanese-english", "../..", ""])
def test_what_is_no_pair_is_wrong_usage(sosbox: Command, tmp_path: Path, pair: str) -> None:
    for command in ("fetch", "remove", "test"):
        outcome = sosbox("models", command, pair, "--data", tmp_path)
        assert outcome.code == 2
        assert "is no pair of languages" in outcome.err
