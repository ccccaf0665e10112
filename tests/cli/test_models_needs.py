"""`sosbox models list` on a box with houses: by what each pair is translated, what is missing."""

import json
from pathlib import Path

import pytest

from sosbox.cli import models as module
from sosbox.config import load_config
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.cli.conftest import Command
from tests.support.model_packages import ES_EN, add_fake


@pytest.fixture(autouse=True)
def no_apertium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed on this computer."""
    monkeypatch.setattr(
        "sosbox.translation.apertium.engine.InstalledModes.working", lambda _self: {}
    )


def _store(data_dir: Path) -> ModelStore:
    return ModelStore(load_config(data_dir, {}).models_dir)


def test_every_house_says_what_is_translated_and_what_is_missing(
    sosbox: Command, data_dir: Path
) -> None:
    store = _store(data_dir)
    add_fake(store, ES_EN)
    add_fake(store, Pair("gl", "en"))
    add_fake(store, Pair("en", "es"))
    lines = sosbox("models", "list", "--data", data_dir).out.splitlines()
    hotel = lines[lines.index("Hotel Mar, which reads es") :]

    assert hotel[1:] == [
        "  argos: en-es es-en gl-en",
        "  argos over en: gl-es",
        "  not translated: es-gl",
        "  models that are missing: en-gl",
    ]


def test_programs_read_the_same(sosbox: Command, data_dir: Path) -> None:
    add_fake(_store(data_dir), ES_EN)
    listed = json.loads(sosbox("models", "list", "--json", "--data", data_dir).out)
    hotel = next(each for each in listed["establishments"] if each["establishment"] == "hotel-mar")

    assert listed["memory_limit_mb"] == 600
    assert hotel["language"] == "es"
    assert hotel["pairs"]["es-en"] == "argos"
    assert hotel["pairs"]["gl-es"] is None
    assert "gl-en" in hotel["missing"]


def test_a_model_that_cannot_be_loaded_says_what_is_used_instead(
    sosbox: Command, data_dir: Path
) -> None:
    store = _store(data_dir)
    store.mark_broken(add_fake(store, version="1.0"), is_broken=True)
    assert "  broken\n" in sosbox("models", "list", "--data", data_dir).out
    store.mark_broken(store.models()[0], is_broken=False)
    store.mark_broken(add_fake(store, version="2.0"), is_broken=True)
    assert "broken: 1.0 is used instead" in sosbox("models", "list", "--data", data_dir).out


def test_root_is_told_to_be_the_account_of_the_box(
    sosbox: Command, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.os, "geteuid", lambda: 0)
    owned = data_dir.stat()
    stat = Path.stat

    def as_of_service(path: Path, **more: bool) -> object:
        found = stat(path, **more)
        return type(owned)((*found[:4], 65534, *found[5:])) if path == data_dir else found

    monkeypatch.setattr(Path, "stat", as_of_service)
    outcome = sosbox("models", "remove", "es-en", "--data", data_dir)

    assert outcome.code == 2
    assert "sudo -u" in outcome.err
