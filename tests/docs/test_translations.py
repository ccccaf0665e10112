"""What the page on translations shows is what the commands print."""

import shlex
from pathlib import Path

import pytest

from sosbox.translation.apertium.engine import PACKAGES
from tests.cli.conftest import Command, Typed
from tests.docs.pages import INSTALLER
from tests.support.apertium import IS_INSTALLED

SECTION = "Trying translations"


def _examples() -> list[tuple[str, str, str]]:
    """What is given to a command, the command, and what it prints."""
    (block,) = INSTALLER.blocks("console")
    assert block in INSTALLER.section(SECTION)
    examples = []
    for shown in block.split("$ ")[1:]:
        line, _, printed = shown.partition("\n")
        given, _, called = line.partition(" | ")
        examples.append((shlex.split(given)[1], called, printed))
    return examples


@pytest.mark.skipif(not IS_INSTALLED, reason="Apertium is not installed")
@pytest.mark.parametrize(("given", "called", "printed"), _examples())
def test_the_examples_are_true(
    sosbox: Command, typed: Typed, tmp_path: Path, given: str, called: str, printed: str
) -> None:
    typed(f"{given}\n".encode())
    name, *words = shlex.split(called)

    assert name == "sosbox"
    assert sosbox(*words, "--data", tmp_path / "none").out == printed


def test_the_packages_are_those_that_the_box_looks_for() -> None:
    (line,) = INSTALLER.section("Apertium").split("```sh\n")[1].split("\n```")[0].splitlines()

    assert [word for word in line.split() if word.startswith("apertium")] == list(PACKAGES)
