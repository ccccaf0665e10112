"""The directions that are installed, as their files say it."""

from pathlib import Path

import pytest

from sosbox.translation.apertium.modes import InstalledModes, parse_mode, read_modes
from sosbox.translation.contract import Pair
from tests.support.apertium import ES_GL, FakeApertium


@pytest.fixture
def fake(tmp_path: Path) -> FakeApertium:
    return FakeApertium.install(tmp_path / "apertium")


def _pairs(fake: FakeApertium) -> set[str]:
    return {str(pair) for pair in read_modes(fake.modes_dir, str(fake.bin_dir))}


def test_a_file_is_taken_apart_as_a_shell_would() -> None:
    stages = parse_mode("lt-proc -w 'my dir/es-gl.bin' | tagger -g $2 x.prob|lt-proc $1 \"a b\"\n")

    assert stages == [
        ["lt-proc", "-w", "my dir/es-gl.bin"],
        ["tagger", "-g", "x.prob"],
        ["lt-proc", "-n", "a b"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lt-proc a |",
        "| lt-proc a",
        "lt-proc a; rm b",
        "lt-proc a && rm b",
        "lt-proc a & rm b",
        "lt-proc $(rm b)",
        "lt-proc `rm b`",
        "lt-proc $HOME",
        "lt-proc a > b",
        "lt-proc < b",
        "lt-proc 'a",
        "/bin/rm b",
        "../rm b",
    ],
)
def test_a_file_that_does_more_than_run_programs_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words are for nobody
        parse_mode(text)


def test_every_program_is_told_to_answer_block_by_block(fake: FakeApertium) -> None:
    mode = read_modes(fake.modes_dir, str(fake.bin_dir))[ES_GL]

    assert [stage[:2] for stage in mode.stages] == [
        (str(fake.bin_dir / "lt-proc"), "-z"),
        (str(fake.bin_dir / "cg-proc"), "-z"),
    ]


def test_languages_are_known_by_two_letters_and_by_three(fake: FakeApertium) -> None:
    fake.add_mode("spa-cat")
    fake.add_mode("cat-spa")

    assert _pairs(fake) == {"es-gl", "gl-es", "es-ca", "ca-es"}


def test_of_an_old_and_a_new_package_the_new_one_is_taken(fake: FakeApertium) -> None:
    fake.add_mode("es-ca")
    fake.add_mode("spa-cat")

    mode = read_modes(fake.modes_dir, str(fake.bin_dir))[Pair("es", "ca")]
    assert mode.file_name == "spa-cat.mode"


def test_a_new_package_whose_programs_are_missing_does_not_push_the_old_one_out(
    fake: FakeApertium,
) -> None:
    fake.add_mode("es-ca")
    fake.add_mode("spa-cat", "lt-proc a | lrx-proc b")

    mode = read_modes(fake.modes_dir, str(fake.bin_dir))[Pair("es", "ca")]
    assert mode.file_name == "es-ca.mode"


@pytest.mark.parametrize(
    "name",
    ["spa-cat_valencia", "pt-gl-latin1", "es-pt_BR", "es-ast", "es-es", "es", "es-gl-tagger", "-"],
)
def test_variants_and_languages_that_the_box_does_not_speak_are_left_out(
    fake: FakeApertium, name: str
) -> None:
    fake.add_mode(name)

    assert _pairs(fake) == {"es-gl", "gl-es"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"lt-proc 'a", b"lt-proc; rm", b"\0" * 99])
def test_a_broken_file_harms_no_other(fake: FakeApertium, content: bytes) -> None:
    (fake.modes_dir / "es-pt.mode").write_bytes(content)

    assert _pairs(fake) == {"es-gl", "gl-es"}


def test_a_folder_by_the_name_of_a_file_harms_nobody(fake: FakeApertium) -> None:
    (fake.modes_dir / "es-pt.mode").mkdir()

    assert _pairs(fake) == {"es-gl", "gl-es"}


def test_a_program_that_is_not_of_apertium_is_never_run(fake: FakeApertium) -> None:
    fake.add_program("rm")
    fake.add_mode("es-pt", "lt-proc a | rm b")

    modes = read_modes(fake.modes_dir, str(fake.bin_dir))
    assert modes[Pair("es", "pt")].missing == ("rm",)


def test_without_a_folder_nothing_is_installed(tmp_path: Path) -> None:
    installed = InstalledModes(tmp_path / "none", str(tmp_path))

    assert installed.working() == {}
    assert installed.missing() == []


def test_what_is_installed_later_is_seen(fake: FakeApertium) -> None:
    installed = InstalledModes(fake.modes_dir, str(fake.bin_dir))
    assert Pair("es", "ca") not in installed.working()

    fake.add_mode("spa-cat", "lt-proc a | lrx-proc b")
    assert Pair("es", "ca") not in installed.working()
    assert installed.missing() == ["lrx-proc"]

    fake.add_program("lrx-proc")
    assert Pair("es", "ca") in installed.working()
    assert installed.missing() == []


def test_what_is_removed_is_missed(fake: FakeApertium) -> None:
    installed = InstalledModes(fake.modes_dir, str(fake.bin_dir))
    assert ES_GL in installed.working()

    fake.remove()
    assert installed.working() == {}
