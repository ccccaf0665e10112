"""The box has no internet, and does not look for it."""

import json
import shutil
from pathlib import Path

import pytest

from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tests.support.without_network import (
    NAME_SERVER,
    Outcome,
    reason_to_skip,
    run_without_network,
)

_REASON = reason_to_skip()
pytestmark = pytest.mark.skipif(bool(_REASON), reason=_REASON or "there are namespaces")

CONNECTING = """
import socket
for family, address in ((socket.AF_INET, "192.0.2.7"), (socket.AF_INET6, "2001:db8::7")):
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        try:
            connection.connect((address, 443))
        except OSError:
            pass
"""
ASKING_FOR_A_NAME = """
import socket
try:
    socket.getaddrinfo("models.example", 443)
except OSError:
    pass
"""
CONNECTING_IN_ANOTHER_PROCESS = """
import subprocess, sys
code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.7', 53))"
subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
"""
USING_LOOPBACK = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
print("connected")
"""


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder with models, as somebody would bring them."""
    stick = tmp_path / "stick"
    stick.mkdir()
    for path in PHRASEBOOK_FILES:
        shutil.copy(path, stick)
    return stick


def _run_program(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    (folder / "program_of_the_test.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return run_without_network(folder, "program_of_the_test")


@pytest.mark.parametrize("program", [CONNECTING, ASKING_FOR_A_NAME, CONNECTING_IN_ANOTHER_PROCESS])
def test_who_looks_for_a_way_out_is_noticed(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = _run_program(program, tmp_path, monkeypatch)

    assert (outcome.exit_code, outcome.errors) == (0, "")
    assert outcome.num_attempts > 0


def test_names_are_asked_for_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = _run_program("print(open('/etc/resolv.conf').read())", tmp_path, monkeypatch)

    assert NAME_SERVER in outcome.printed


def test_a_program_that_fails_is_not_taken_for_one_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = _run_program("raise SystemExit('it needs the internet')", tmp_path, monkeypatch)

    assert (outcome.exit_code, outcome.errors) == (1, "it needs the internet\n")


def test_the_machine_itself_can_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = _run_program(USING_LOOPBACK, tmp_path, monkeypatch)

    assert outcome == Outcome(0, "connected\n", "", 0)


def test_a_message_is_read_and_answered_in_another_language_and_nothing_tries_to_connect(
    tmp_path: Path, stick: Path
) -> None:
    models = sorted(map(str, stick.iterdir()))

    outcome = run_without_network(
        tmp_path, "tests.support.bilingual_story", str(tmp_path / "data"), *models
    )

    assert outcome.exit_code == 0, outcome.errors
    seen = json.loads(outcome.printed)
    for text in ("The shower in room 204 does not work.", "La ducha de la habitación 204 no"):
        assert text in seen["notice"]
        assert text in seen["console"]
    for text in ("El técnico viene a las 10:30.", "The technician comes at 10:30."):
        assert text in seen["receipt"]
    assert outcome.num_attempts == 0


@pytest.mark.parametrize(
    "command",
    [
        ["models", "add"],
        ["models", "list"],
        ["models", "test"],
        ["doctor"],
        ["ledger", "verify"],
    ],
    ids=" ".join,
)
def test_no_command_but_one_looks_for_the_internet(
    tmp_path: Path, stick: Path, data_dir: Path, command: list[str]
) -> None:
    files = sorted(map(str, stick.iterdir())) if command[-1] == "add" else []

    outcome = run_without_network(tmp_path, "sosbox", *command, *files, "--data", str(data_dir))

    assert "Traceback" not in outcome.errors
    assert outcome.num_attempts == 0


def test_fetching_a_model_says_that_there_is_no_internet(tmp_path: Path, data_dir: Path) -> None:
    outcome = run_without_network(
        tmp_path, "sosbox", "models", "fetch", "es-en", "--data", str(data_dir)
    )

    assert outcome.exit_code == 1
    assert outcome.num_attempts > 0
    assert "Traceback" not in outcome.errors
    assert "Models can also be added from a file" in outcome.errors
