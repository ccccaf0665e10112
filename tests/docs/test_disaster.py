"""The page for whoever has lost the box: each of its commands, in its order, on a real box."""

import os
import shlex
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sosbox.channels.catcher import MailCatcher
from tests.docs.pages import DISASTER, ROOT
from tests.support.server import PROGRAM, RunningBox, set_up, sosbox

STICK = "/media/stick"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def _commands(stick: Path) -> list[list[str]]:
    """What stands in the blocks of the page, with the stick of this test."""
    found = []
    lines = "\n".join(DISASTER.blocks("sh")).splitlines()
    for line in filter(None, lines):
        words = shlex.split(line.replace(STICK, str(stick)))
        newest = next(iter(sorted(stick.glob("*.sosbox-backup"), reverse=True)), stick)
        found.append([str(newest) if word.endswith(".sosbox-backup") else word for word in words])
    return found


def _run(words: list[str], data_dir: Path, typed: str) -> None:
    if words[0] == "systemctl":
        assert (ROOT / "systemd" / f"{words[-1]}.service").exists()
        return
    assert words[0] == "sosbox"
    done = subprocess.run(
        [*PROGRAM, *words[1:], "--data", str(data_dir)],
        input=typed,
        capture_output=True,
        text=True,
        env={**os.environ, "SOSBOX_SMTP_HOST": ""},
        check=False,
    )
    # The doctor has something to say of a box whose mail goes nowhere.
    assert done.returncode == (1 if words[1] == "doctor" else 0), done.stderr


def test_from_a_stolen_box_to_the_next_answered_guest(tmp_path: Path, stick: Path) -> None:
    stolen, new = tmp_path / "stolen", tmp_path / "new"
    catcher = MailCatcher(None)
    catcher.start()
    set_up(stolen)
    box = RunningBox(stolen, catcher.port)
    box.start()
    receipt = _write(box, "Falta una toalla")
    sosbox("backup", "--to", str(stick), "--data", str(stolen))
    sheet = sosbox("recovery-key", "--data", str(stolen)).lower()
    box.kill()

    for words in _commands(stick):
        _run(words, new, sheet)

    again = RunningBox(new, catcher.port)
    again.start()
    try:
        assert "Falta una toalla" in httpx.get(f"{again.url}{receipt}").text
        # Both recipients were told once before, and are told once more.
        _write(again, "Y una almohada")
        catcher.wait_for(4, 30)
    finally:
        again.kill()
        catcher.stop()


def _write(box: RunningBox, text: str) -> str:
    """A guest's message; returns the path of its receipt."""
    form, headers = {"text": text}, {"Accept": "application/json"}
    answer = httpx.post(box.page_of("R-204"), data=form, headers=headers)
    assert answer.status_code == 201
    return urlsplit(answer.json()["receipt_url"]).path
