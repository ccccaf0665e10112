"""`sosbox serve` and `sosbox demo`, in processes of their own."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import DEADLINE_S, Command, wait_until
from tests.support.server import RunningBox
from tests.support.service_socket import ServiceSocket


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=DEADLINE_S) as answer:
        text: str = answer.read().decode()
        return text


def supervisor_of(data_dir: Path) -> int:
    pid: int = json.loads((data_dir / "serve.lock").read_text())["pid"]
    return pid


def children_of(data_dir: Path) -> dict[str, int]:
    """The running children of a served folder, `_web` and `_worker`, with their process ids."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:  # it has just ended
            continue
        if str(data_dir) in words and (kind := {"_web", "_worker"} & set(words)):
            found[kind.pop()] = int(folder.name)
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    """A box that serves from an empty folder, for all tests that leave it running."""
    running = RunningBox(tmp_path_factory.mktemp("served"), smtp_port=9)
    running.start()
    yield running
    running.stop()


def test_a_new_folder_is_served_as_soon_as_it_says_so(served: RunningBox) -> None:
    assert json.loads(get(f"{served.url}/health/ready")) == {"ready": True, "missing": []}


def test_the_health_command_finds_the_box_by_its_folder(
    served: RunningBox, sosbox: Command
) -> None:
    outcome = sosbox("healthcheck", "--data", served.data_dir)

    assert (outcome.code, outcome.out) == (0, f"{served.url} is ready\n")


def test_the_answers_name_no_server_and_carry_a_date(served: RunningBox) -> None:
    with urllib.request.urlopen(f"{served.url}/health/live", timeout=DEADLINE_S) as answer:
        assert answer.headers["Server"] is None
        assert answer.headers["Date"]


def test_a_second_server_of_the_same_folder_is_refused(served: RunningBox, sosbox: Command) -> None:
    outcome = sosbox("serve", "--data", served.data_dir, "--port", "0")

    assert outcome.code == 1
    pid = supervisor_of(served.data_dir)
    assert outcome.err == (
        f"sosbox: another sosbox (process {pid}) serves from {served.data_dir} already\n"
    )


def test_a_port_that_is_taken_is_named(served: RunningBox, sosbox: Command, tmp_path: Path) -> None:
    outcome = sosbox("serve", "--data", tmp_path / "other", "--port", str(served.port))

    assert outcome.code == 1
    assert outcome.err == f"sosbox: 127.0.0.1:{served.port}: Address already in use\n"


def test_a_set_up_is_applied_while_the_box_runs(
    served: RunningBox, sosbox: Command, tmp_path: Path
) -> None:
    (tmp_path / "bar.toml").write_text(
        '[[subscriber]]\nslug = "otto"\nname = "Otto"\n'
        '[[establishment]]\nslug = "bar"\nsubscriber = "otto"\nname = "Bar Otto"\n'
        '[[area]]\nestablishment = "bar"\nslug = "bar"\nname = "Bar"\n'
        '[[access_point]]\nestablishment = "bar"\narea = "bar"\ncode = "B-1"\n'
    )
    sosbox("apply", tmp_path / "bar.toml", "--data", served.data_dir)

    listed = json.loads(sosbox("access-points", "--json", "--data", served.data_dir).out)
    (url,) = (point["url"] for point in listed)
    assert url.startswith(f"{served.url}/p/")
    assert "Bar Otto" in get(url)


@pytest.mark.parametrize("name", ["_web", "_worker"])
def test_a_process_that_is_killed_is_started_again(served: RunningBox, name: str) -> None:
    killed = children_of(served.data_dir)[name]
    os.kill(killed, signal.SIGKILL)
    # Nothing is refused meanwhile: the supervisor holds the socket, so connections wait.
    assert get(f"{served.url}/health/live") == "ok"

    wait_until(lambda: children_of(served.data_dir).get(name, killed) != killed)


def test_sigterm_stops_everything_and_the_service_manager_hears_of_it(tmp_path: Path) -> None:
    with ServiceSocket(tmp_path / "notify") as manager:
        running = RunningBox(
            tmp_path / "data",
            smtp_port=9,
            env={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "400000"},
        )
        running.start()
        manager.hear_until("READY=1")
        # That comes from the worker and the web process as they really are.
        manager.hear_until("WATCHDOG=1")

        assert running.stop() == 0
        manager.hear_until("STOPPING=1")
    assert children_of(running.data_dir) == {}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), DEADLINE_S)


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    running = RunningBox(tmp_path / "data", smtp_port=9)
    running.start()
    os.kill(supervisor_of(running.data_dir), signal.SIGKILL)

    wait_until(lambda: not children_of(running.data_dir))
    running.kill()


def _run_demo(data_dir: Path) -> tuple["subprocess.Popen[str]", str]:
    """Starts the demonstration; returns it and what it printed until it was ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sosbox", "demo", "--port", "0", "--host", "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "SOSBOX_DATA": str(data_dir)},
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C" in line:
            break
    return process, printed


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    assert process.wait(DEADLINE_S) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_the_demonstration_shows_links_that_work_and_catches_its_mail(tmp_path: Path) -> None:
    process, printed = _run_demo(tmp_path / "demo")
    try:
        links = dict(re.findall(r"^  (guest|staff|mail) +(\S+)$", printed, re.MULTILINE))
        assert "▄" in printed  # the QR code
        assert "Hotel Mar de Fóra" in get(links["guest"])
        password = (tmp_path / "demo" / "demo-password").read_text().strip()
        assert f"user owner@mardefora.example  password {password}" in printed
        form = b"text=El+grifo+gotea&submission_id=7a1d5c52-6f1b-4a77-9d3c-0c6d3a1f6b11"
        urllib.request.urlopen(links["guest"], form, timeout=DEADLINE_S).close()
        wait_until(lambda: "El grifo gotea" in get(links["mail"]))
    finally:
        _stop(process)
    mode = (tmp_path / "demo" / "demo-password").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_demonstration_does_not_move_into_a_real_box(sosbox: Command, data_dir: Path) -> None:
    outcome = sosbox("demo", "--data", data_dir, "--port", "0")

    assert outcome.code == 2
    assert "holds a box that is no demonstration" in outcome.err
