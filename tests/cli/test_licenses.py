"""`sosbox licenses`, from its source and as a build has it."""

import json
from pathlib import Path

import pytest

from sosbox.cli import licenses
from sosbox.lib.components import BILL_OF_MATERIALS, Component, store_components
from tests.cli.conftest import Command


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a build puts beside the program."""
    monkeypatch.setattr(licenses, "FOLDER", tmp_path)
    inside = [
        Component("sosbox", "1.0", "EUPL-1.2", {"LICENSE": "of ours"}),
        Component("Typst", "0.14", "Apache-2.0", {"LICENSE": "of typst", "NOTICE": "by them"}),
    ]
    store_components(inside, tmp_path)
    (tmp_path / BILL_OF_MATERIALS).write_text(json.dumps({"components": ["señal"]}))
    return tmp_path


def test_what_is_installed_is_listed_with_its_licence(sosbox: Command) -> None:
    lines = sosbox("licenses").out.splitlines()

    assert any(line.startswith("litestar ") and "MIT" in line for line in lines)


@pytest.mark.usefixtures("built")
def test_a_build_lists_what_was_put_in(sosbox: Command) -> None:
    assert sosbox("licenses").out == "sosbox 1.0  EUPL-1.2\nTypst 0.14  Apache-2.0\n"


@pytest.mark.usefixtures("built")
def test_the_texts_of_one_are_shown_by_its_name(sosbox: Command) -> None:
    shown = sosbox("licenses", "typst").out

    assert "of typst" in shown
    assert "by them" in shown
    assert "of ours" not in shown


@pytest.mark.usefixtures("built")
def test_all_texts_are_shown_together(sosbox: Command) -> None:
    shown = sosbox("licenses", "--all").out

    assert "of typst" in shown
    assert "of ours" in shown


@pytest.mark.usefixtures("built")
def test_the_bill_of_materials_is_given_as_it_is(sosbox: Command) -> None:
    assert json.loads(sosbox("licenses", "--sbom").out) == {"components": ["señal"]}


@pytest.mark.usefixtures("built")
def test_a_name_that_is_not_inside_is_refused_in_words(sosbox: Command) -> None:
    refused = sosbox("licenses", "windows")

    assert refused.code == 2
    assert "windows" in refused.err


def test_a_program_from_its_source_has_no_bill_of_materials_and_says_so(sosbox: Command) -> None:
    refused = sosbox("licenses", "--sbom")

    assert refused.code == 1
    assert "make appliance" in refused.err
