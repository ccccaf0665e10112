"""`sosbox detect`, as somebody types it who wants to know what the box makes of texts."""

import json
from pathlib import Path

from tests.cli.conftest import Command, Typed


def test_each_line_gets_a_language_and_how_sure_it_is(sosbox: Command, typed: Typed) -> None:
    typed("Non hai auga quente\nお湯が出ません\n".encode())

    outcome = sosbox("detect")
    assert outcome.code == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["gl", "ja"]
    assert all(0.7 <= float(line.split()[1]) <= 1 for line in outcome.out.splitlines())


def test_programs_get_an_object_a_line(sosbox: Command, typed: Typed) -> None:
    typed("No hay agua caliente\n\n💧\n".encode())

    found = [json.loads(line) for line in sosbox("detect", "--json").out.splitlines()]
    assert [set(each) for each in found] == [{"language", "confidence"}] * 3
    assert found[0]["language"] == "es"
    assert [each["confidence"] for each in found[1:]] == [0, 0]


def test_nothing_in_is_nothing_out(sosbox: Command, typed: Typed) -> None:
    typed(b"")

    outcome = sosbox("detect")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_a_line_that_is_not_utf_8_is_named(sosbox: Command, typed: Typed) -> None:
    typed(b"No hay agua\nhabitaci\xf3n\n")

    outcome = sosbox("detect")
    assert outcome.code == 2
    assert outcome.err == "sosbox: line 2 is not UTF-8\n"
    assert outcome.out.startswith("es ")


def test_it_needs_no_data_folder_and_makes_none(
    sosbox: Command, typed: Typed, tmp_path: Path
) -> None:
    typed(b"No hay agua\n")

    assert sosbox("detect", "--data", tmp_path / "none").code == 0
    assert not (tmp_path / "none").exists()
