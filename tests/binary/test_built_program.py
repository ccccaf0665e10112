"""What a box without Python must do; the main job and the power cuts are tried on it as well."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from sosbox import __version__
from sosbox.channels.catcher import MailCatcher
from sosbox.db.migrations import MIGRATIONS
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tests.binary.conftest import Run
from tests.cli.conftest import wait_until
from tests.support.bilingual_story import TRANSLATED, play
from tests.support.print_jobs import codes_in, pages_of
from tests.support.server import PROGRAM, RunningBox, set_up


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    catcher = MailCatcher(None)
    catcher.start()
    data_dir = tmp_path_factory.mktemp("served") / "data"
    set_up(data_dir)
    box = RunningBox(data_dir, catcher.port)
    box.start()
    yield box
    box.kill()
    catcher.stop()


def test_it_is_a_program_and_not_python() -> None:
    with Path(PROGRAM[0]).open("rb") as file:
        assert file.read(4) == b"\x7fELF"


def test_it_says_its_version(run: Run) -> None:
    assert __version__ in run("--version").stdout.decode()


def test_a_fresh_folder_gets_the_newest_schema(run: Run, tmp_path: Path) -> None:
    run("migrate", "--data", tmp_path / "fresh")

    with closing(sqlite3.connect(tmp_path / "fresh" / "sosbox.db")) as connection:
        names = [row[0] for row in connection.execute("SELECT id FROM migrations ORDER BY id")]
    assert names == [each.id for each in MIGRATIONS]


def test_what_it_does_not_know_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    done = run("ledger", "verify", "--data", tmp_path / "nowhere", code=1)

    assert done.stderr.startswith(b"sosbox: ")
    assert b"Traceback" not in done.stderr


def test_pages_speak_the_languages_of_the_house_and_have_their_style(served: RunningBox) -> None:
    page = served.page_of("R-204")
    texts = {code: httpx.get(page, params={"lang": code}).text for code in ("es", "en", "gl")}

    for code, text in texts.items():
        assert f'<html lang="{code}"' in text
    style = next(part for part in texts["es"].split('"') if part.endswith(".css"))
    assert httpx.get(f"{served.url}{style}").status_code == 200


@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_leaflets_are_printed_and_their_codes_can_be_read(
    run: Run, house: Path, tmp_path: Path, kind: str
) -> None:
    out = tmp_path / f"leaflet.{kind}"
    words = ("print", "--data", house, "--template", "leaflet-a5", "--establishment", "hotel-mar")
    run(*words, "--access-point", "R-204", "--format", kind, "--out", out)

    data = out.read_bytes()
    if kind == "pdf":
        assert any("/p/" in code for code in codes_in(pages_of(data)[0]))
    else:
        assert data.startswith({"png": b"\x89PNG", "svg": b"<svg"}[kind])


def test_a_guest_is_answered_across_languages(tmp_path: Path) -> None:
    seen = play(tmp_path / "data", [str(path) for path in PHRASEBOOK_FILES])

    assert TRANSLATED in seen["receipt"]


def test_the_ledger_of_a_played_story_is_whole(run: Run, tmp_path: Path) -> None:
    play(tmp_path / "data", [str(path) for path in PHRASEBOOK_FILES])
    done = run("ledger", "verify", "--data", tmp_path / "data", "--json")

    verdict = json.loads(done.stdout)
    assert verdict["ok"]
    assert verdict["entries"] > 3


@pytest.mark.parametrize("name", ["_web", "_worker"])
def test_a_killed_process_is_started_anew(served: RunningBox, name: str) -> None:
    killed = _child(served, name)
    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: _child(served, name) not in (0, killed))
    wait_until(lambda: _answers(f"{served.url}/health/ready"))


def test_nothing_of_python_is_needed_beside_it(run: Run, tmp_path: Path) -> None:
    program = Path(PROGRAM[0])
    if not (program.parent / "sosbox").is_dir():
        pytest.skip("this is the one file, which unpacks itself")
    copy = shutil.copytree(program.parent, tmp_path / "elsewhere")
    done = subprocess.run(
        [copy / program.name, "licenses"], capture_output=True, env={}, check=True, timeout=60
    )

    assert b"litestar" in done.stdout


def test_it_carries_its_licences_and_its_bill_of_materials(run: Run) -> None:
    listed = run("licenses").stdout.decode()
    bill = json.loads(run("licenses", "--sbom").stdout)

    named = {component["name"] for component in bill["components"]}
    assert {"litestar", "Python", "SQLite", "typst", "Noto fonts"} <= named
    assert all(name in listed for name in named)
    assert "EUROPEAN UNION PUBLIC LICENCE" in run("licenses", "sosbox").stdout.decode()


def _child(box: RunningBox, name: str) -> int:
    """The process id of a child; 0 while there is none."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if name.encode() in words and str(box.data_dir).encode() in words:
            return int(folder.name)
    return 0


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
