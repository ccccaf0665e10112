"""`sosbox print`: what an installer types for a print shop."""

import json
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command, wait_until
from tests.support.print_jobs import codes_in, pages_of

# Each of them starts a press, which takes half a second.


@pytest.fixture
def print_(sosbox: Command, data_dir: Path, tmp_path: Path) -> Command:
    """`sosbox print` for Hotel Mar, which writes into the folder of the test."""

    def run(*words: str | Path) -> object:
        return sosbox("print", "--data", data_dir, "--establishment", "hotel-mar", *words)

    return run  # type: ignore[return-value]


def test_the_list_names_every_template_with_its_sizes(print_: Command) -> None:
    listed = print_("--list")

    assert listed.code == 0
    names = [line.split()[0] for line in listed.out.splitlines()]
    assert {"poster-a4", "leaflet-a5", "label-l7160", "ticket-80", "code"} <= set(names)


def test_the_list_for_programs_says_the_same_and_more(print_: Command) -> None:
    listed = json.loads(print_("--list", "--json").out)

    code = next(each for each in listed if each["template"] == "code")
    assert code["formats"] == ["svg", "pdf", "png", "eps"]
    assert code["name"] == "The QR code alone"


def test_all_access_points_of_a_house_come_as_one_file_in_the_order_of_the_building(
    print_: Command, tmp_path: Path
) -> None:
    out = tmp_path / "all.pdf"
    done = print_("--template", "code", "--all", "--out", out)

    assert done.code == 0, done.err
    assert done.out == f"{out}: 2 pages, 2 pieces\n"
    found = [codes_in(page)[0].partition("?")[0] for page in pages_of(out.read_bytes())]
    assert found == ["http://mar.example/p/room204token", "http://mar.example/p/table7token2"]


def test_an_area_or_a_code_chooses_and_pictures_come_as_an_archive(
    print_: Command, tmp_path: Path
) -> None:
    one = print_(
        "--template", "code", "--area", "restaurant", "--format", "svg", "--out", tmp_path / "t.svg"
    )
    both = print_(
        *("--template", "code", "--access-point", "R-204", "T-7"),
        *("--format", "png", "--out", tmp_path / "both.png"),
    )

    assert (one.code, both.code) == (0, 0), one.err + both.err
    assert (tmp_path / "t.svg").read_bytes().startswith(b"<svg")
    assert not (tmp_path / "both.png").exists()
    with zipfile.ZipFile(tmp_path / "both.zip") as archive:
        assert archive.namelist() == ["001.png", "002.png"]


def test_what_was_printed_has_a_version_and_the_ledger_stays_whole(
    print_: Command, sosbox: Command, data_dir: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        print_("--template", "code", "--access-point", "R-204", "--out", tmp_path / "a.pdf")
    (page,) = pages_of((tmp_path / "a.pdf").read_bytes())

    assert codes_in(page) == ["http://mar.example/p/room204token?p=2"]
    assert sosbox("ledger", "verify", "--data", data_dir).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--template", "code", "--all"), "say with --out"),
        (("--all", "--out", "x.pdf"), "say with --template"),
        (("--template", "code", "--out", "x.pdf"), "say with --access-point, --area or --all"),
        (("--template", "poster-a9", "--all", "--out", "x.pdf"), "no such template"),
        (("--template", "code", "--access-point", "R-999", "--out", "x.pdf"), '"R-999"'),
        (("--template", "code", "--access-point", "OLD-1", "--out", "x.pdf"), '"OLD-1"'),
        (("--template", "code", "--area", "roof", "--out", "x.pdf"), 'no area "roof"'),
        (("--template", "code", "--all", "--start", "2", "--out", "x.pdf"), "place between 1 and"),
        (("--template", "code", "--all", "--languages", "xx", "--out", "x.pdf"), "languages"),
        (("--template", "leaflet-a5", "--all", "--format", "eps", "--out", "x.pdf"), "formats"),
    ],
)
def test_what_cannot_be_printed_is_said_and_leaves_nothing(
    print_: Command, data_dir: Path, words: tuple[str, ...], said: str
) -> None:
    refused = print_(*words)

    assert refused.code in (1, 2)
    assert said in refused.err
    assert not Path("x.pdf").exists()
    assert not list((data_dir / "prints").glob("*"))


def test_of_several_houses_one_must_be_named(
    sosbox: Command, data_dir: Path, tmp_path: Path
) -> None:
    words = ("--data", data_dir, "--template", "code", "--all", "--out", tmp_path / "x.pdf")

    assert "bar-otto, hotel-mar" in sosbox("print", *words).err
    assert "no establishment" in sosbox("print", *words, "--establishment", "villa").err


def test_a_house_without_an_address_gets_no_codes_that_lead_nowhere(
    sosbox: Command, data_dir: Path, tmp_path: Path
) -> None:
    refused = sosbox(
        *("print", "--data", data_dir, "--establishment", "bar-otto"),
        *("--template", "code", "--all", "--out", tmp_path / "x.pdf"),
    )

    assert refused.code == 1
    assert "base_url" in refused.err
    assert not (tmp_path / "x.pdf").exists()


def test_a_folder_that_cannot_be_written_is_named(print_: Command, tmp_path: Path) -> None:
    refused = print_("--template", "code", "--all", "--out", tmp_path / "none" / "x.pdf")

    assert refused.code == 2
    assert f"there is no folder {tmp_path / 'none'}" in refused.err


def test_a_run_that_is_broken_off_gives_its_numbers_back(
    print_: Command, data_dir: Path, tmp_path: Path
) -> None:
    words = ["print", "--data", data_dir, "--establishment", "hotel-mar", "--template", "poster-a4"]
    words += ["--all", "--copies", "99", "--format", "png", "--out", tmp_path / "broken.png"]
    with subprocess.Popen(
        [sys.executable, "-m", "sosbox", *map(str, words)], stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: _num_pieces(data_dir))
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert not list(tmp_path.glob("broken*"))
    assert not list((data_dir / "prints").glob("*"))
    assert _num_pieces(data_dir) == 0
    done = print_("--template", "code", "--access-point", "R-204", "--out", tmp_path / "a.pdf")
    assert done.code == 0, done.err


def _num_pieces(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "sosbox.db")) as connection:
        num: int = connection.execute("SELECT count(*) FROM pieces").fetchone()[0]
    return num
