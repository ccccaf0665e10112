"""The supervisor with children that misbehave on purpose."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sosbox.cli import supervisor
from sosbox.cli.supervisor import ChildSpec, Supervisor
from sosbox.lib.restart import SUPERVISOR_VARIABLE, ask_for_restart

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children are Python one-liners, and nothing waits long."""
    monkeypatch.setattr(supervisor, "own_command", lambda: [sys.executable, "-c"])
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_S", 0.02)
    monkeypatch.setattr(supervisor, "KILL_AFTER_S", 0.3)


def _supervise(
    *scripts: str,
    until: Callable[[], bool],
    stop: Callable[[], None] | None = None,
    on_stopping: Callable[[], None] = lambda: None,
) -> None:
    """Runs the scripts as children until something holds, then stops."""
    finished = threading.Event()
    # Only so that a failure of the supervisor does not hang the tests.
    watchdog = threading.Timer(20, os.kill, (os.getpid(), signal.SIGTERM))
    watchdog.start()

    def end() -> None:
        finished.set()
        (stop or (lambda: os.kill(os.getpid(), signal.SIGTERM)))()

    Supervisor(
        [
            ChildSpec(str(number), [script.replace("{", "{{").replace("}", "}}")])
            for number, script in enumerate(scripts)
        ],
        dict(os.environ),
        is_ready=until,
        on_ready=end,
        on_stopping=on_stopping,
    ).run()
    watchdog.cancel()
    assert finished.is_set()


def _num_lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_child_that_keeps_dying_is_started_again_and_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    # It lives long enough to be seen: the supervisor says nothing while a child is down.
    dying = f"import time; open({str(starts)!r}, 'a').write('x\\n'); time.sleep(0.1)"

    _supervise(dying, until=lambda: _num_lines(starts) >= 3)
    assert _num_lines(starts) >= 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_signal_to_stop_stops_the_children_in_their_order(
    tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "log"

    def child(name: str) -> str:
        return (
            "import signal, sys, time\n"
            "def end(*_):\n"
            f"    open({str(log)!r}, 'a').write('{name} ends\\n'); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end)\n"
            f"open({str(log)!r}, 'a').write('{name} runs\\n')\n"
            "time.sleep(30)"
        )

    _supervise(
        child("web"),
        child("worker"),
        until=lambda: _num_lines(log) == 2,
        stop=lambda: os.kill(os.getpid(), number),
    )
    assert log.read_text().splitlines()[2:] == ["web ends", "worker ends"]


def test_a_child_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    stubborn = f"{STUBBORN}; open({str(ready)!r}, 'w').write('x\\n'); time.sleep(30)"
    began = time.monotonic()

    _supervise(stubborn, until=lambda: _num_lines(ready) == 1)
    assert time.monotonic() - began < 20


def test_ctrl_c_reaches_the_supervisor_and_not_its_children(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    child = (
        "import signal, time; mask = signal.pthread_sigmask(signal.SIG_BLOCK, []);"
        f"open({str(blocked)!r}, 'w').write(str(signal.SIGINT in mask) + '\\n'); time.sleep(30)"
    )

    _supervise(child, until=lambda: _num_lines(blocked) == 1)
    assert blocked.read_text() == "True\n"


def test_signals_mean_again_what_they_meant_before(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    ready = tmp_path / "ready"

    _supervise(
        f"import time; open({str(ready)!r}, 'w').write('x\\n'); time.sleep(30)",
        until=lambda: _num_lines(ready) == 1,
    )
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_a_child_may_have_all_started_anew_the_worker_first(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def child(name: str, then: str = "") -> str:
        return (
            "import os, signal, sys, time\n"
            "def end(*_):\n"
            f"    open({str(log)!r}, 'a').write('{name} ends\\n'); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end)\n"
            f"open({str(log)!r}, 'a').write('{name} runs\\n')\n"
            f"{then}\n"
            "time.sleep(30)"
        )

    asking = (
        "from sosbox.lib.restart import ask_for_restart\n"
        f"while len(open({str(log)!r}).readlines()) < 2: time.sleep(0.01)\n"
        f"if len(open({str(log)!r}).readlines()) == 2: assert ask_for_restart()"
    )
    _supervise(child("web", asking), child("worker"), until=lambda: _num_lines(log) == 6)
    said = log.read_text().splitlines()[2:6]
    assert said[0] == "worker ends"
    assert sorted(said) == ["web ends", "web runs", "worker ends", "worker runs"]


@pytest.mark.parametrize("pid", ["", "0", "1", "-5", "x", "4194305"])
def test_without_a_supervisor_nobody_is_signalled(pid: str) -> None:
    assert not ask_for_restart({SUPERVISOR_VARIABLE: pid})


def test_what_watches_is_told_before_the_first_child_is_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(log)!r}, 'a').write('child ends\\n'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"open({str(log)!r}, 'a').write('child runs\\n')\n"
        "time.sleep(30)"
    )

    def tell() -> None:
        with log.open("a") as file:
            file.write("stopping\n")

    _supervise(child, until=lambda: _num_lines(log) == 1, on_stopping=tell)
    assert log.read_text().splitlines() == ["child runs", "stopping", "child ends"]
