"""The reference pages say what the program does: nothing is left out, nothing is made up."""

import ast
import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator

import pytest

from sosbox.cli import COMMANDS, make_parser
from sosbox.config import OPTIONS, Option
from sosbox.setup.keys import Key, SetupTable
from sosbox.setup.tables import TABLES
from tests.docs.pages import INSTALLER, OWNER, PAGES, ROOT, Docs

OPTIONS_TABLE = re.compile(r"<!-- options: .*? -->\n(.*?)<!-- /options -->", re.DOTALL)


# Options ----------------------------------------------------------------------------------------


def _option_row(option: Option) -> str:
    variable = f"SOSBOX_{option.name.upper()}"
    environment = f"`{variable}`, `{variable}_FILE`" if option.is_secret else f"`{variable}`"
    meaning = option.help
    if option.choices:
        meaning += ": " + ", ".join(f"`{choice}`" for choice in option.choices if choice)
    elif option.low is not None:
        meaning += f"; {option.low} to {option.high}"
    default = "" if option.default == "" else f"`{_toml(option.default)}`"
    return f"| `{option.name}` | {environment} | {default} | {meaning} |"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_the_table_of_options_is_the_one_of_the_program() -> None:
    head = "| key in `sosbox.toml` | environment | default | meaning |\n| --- | --- | --- | --- |\n"
    expected = head + "\n".join(map(_option_row, OPTIONS)) + "\n"
    found = OPTIONS_TABLE.search(INSTALLER.text)

    assert found is not None
    assert found[1] == expected, f"the table should be\n{expected}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_variable_that_does_not_exist(page: Docs) -> None:
    known = {f"SOSBOX_{option.name.upper()}" for option in OPTIONS} | {"SOSBOX_DATA"}
    named = set(re.findall(r"\bSOSBOX_[A-Z_]+\b", page.text))

    assert {name.removesuffix("_FILE") for name in named} <= known


# Commands ---------------------------------------------------------------------------------------


def _commands() -> dict[str, set[str]]:
    """The commands, and the options of each beside those that all of them have."""
    found = dict(_walk(make_parser(COMMANDS), ""))
    return {name: words - {"-h", "--help", "--data"} for name, words in found.items()}


def _walk(parser: ArgumentParser, name: str) -> Iterator[tuple[str, set[str]]]:
    groups = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    for group in groups:
        for word, own in group.choices.items():
            yield from _walk(own, f"{name} {word}".strip())
    if not groups:
        yield name, {word for action in parser._actions for word in action.option_strings}


# As a user types it: perhaps as the account of the service, perhaps with the folder of the program.
_CALL = re.compile(r"(?:sudo -u sosbox )?(?:\S*/)?sosbox ([a-z-].*)")


def test_every_command_has_a_row_with_all_of_its_options() -> None:
    shown = {}
    for first, does in INSTALLER.rows("Commands"):
        name = re.sub(r" [A-Z][\w.]*$", "", first.strip("`").removeprefix("sosbox "))
        shown[name] = set(re.findall(r"`(--[a-z-]+)", does))

    assert shown == _commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_shows_a_command_that_does_not_exist(page: Docs) -> None:
    commands = _commands()
    groups = {name.split()[0] for name in commands if " " in name}
    for code in page.code():
        called = _CALL.fullmatch(code)
        if called is None:
            continue
        words = called[1].split()
        name = next((name for name in commands if words[: len(name.split())] == name.split()), None)
        assert name or words[0] in groups | {"--help", "--data"}, code
        options = {word for word in words if word.startswith("--")}
        assert options <= commands.get(name or "", set()) | {"--data", "--help"}, code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_shows_a_target_that_make_does_not_know(page: Docs) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    called = {
        found[1] for code in page.code() if (found := re.match(r"make(?: -C \S+)? (\S+)", code))
    }

    assert called <= known


# The doctor -------------------------------------------------------------------------------------


def _finding_ids() -> dict[str, set[str]]:
    """Every finding that the doctor may have, with its severities, as the code says it."""
    found: dict[str, set[str]] = {}
    files = [*(ROOT / "sosbox" / "doctor").glob("*.py"), ROOT / "sosbox" / "cli" / "doctor.py"]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in {"bad", "warning"} and isinstance(node.args[0], ast.Constant):
                found.setdefault(str(node.args[0].value), set()).add(node.func.id)
    return found


def test_every_finding_of_the_doctor_is_explained() -> None:
    shown = {
        row[0].strip("`"): set(row[1].split(", ")) for row in OWNER.rows("What the doctor says")
    }

    assert shown == _finding_ids()


# The set-up file --------------------------------------------------------------------------------


def _needed(table: SetupTable, key: Key) -> str:
    if key.is_identity or (table.owner and key.is_required):
        return "always"
    return "new" if key.is_required else ""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_of_the_set_up_file_is_described(table: SetupTable) -> None:
    rows = INSTALLER.rows(table.name)

    assert [(row[0], row[1]) for row in rows] == [
        (f"`{name}`", _needed(table, key)) for name, key in table.all_keys()
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_defaults_of_the_set_up_file_are_the_ones_of_the_program(table: SetupTable) -> None:
    shown = {row[0].strip("`"): row[2] for row in INSTALLER.rows(table.name)}
    for name, key in table.all_keys():
        if key.is_moment:
            assert shown[name] == "`false`"
        elif isinstance(key.default, str | int):
            assert shown[name] == f"`{_toml(key.default)}`"
        elif key.default is None and name != "label":
            assert shown[name] == ""
