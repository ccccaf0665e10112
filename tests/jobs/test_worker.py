"""The worker as a process: it sends, it is alone, it ends when it is asked to."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.box import Box
from sosbox.channels.catcher import MailCatcher
from sosbox.db import DB
from sosbox.deliveries.outbox import claim_due
from sosbox.deliveries.tables import Delivery
from sosbox.jobs.queue import make_queue
from sosbox.jobs.worker import HUNG_AFTER_S, is_beating, is_working, run_worker
from sosbox.lib.clock import FrozenClock, SystemClock
from tests.support.filing import file_case

_SCRIPT = """
import sys
from pathlib import Path
from sosbox.box import open_box
from sosbox.jobs.worker import run_worker
sys.exit(run_worker(open_box(Path(sys.argv[1]))))
"""


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def worker(box: Box, catcher: MailCatcher) -> Iterator["subprocess.Popen[bytes]"]:
    environ = {
        **os.environ,
        "SOSBOX_SMTP_HOST": "127.0.0.1",
        "SOSBOX_SMTP_PORT": str(catcher.port),
        "SOSBOX_SMTP_TLS": "none",
    }
    arguments = [sys.executable, "-c", _SCRIPT, str(box.config.data_dir)]
    with subprocess.Popen(arguments, env=environ) as process:
        yield process
        if process.poll() is None:
            process.kill()


async def _file_and_crash(box: Box) -> None:
    """A notice that a worker had claimed when it was killed."""
    await file_case(box, "The first", now=box.clock.now())
    await DB.write(claim_due, now=box.clock.now(), channel="email", limit=1)


async def test_a_worker_sends_what_was_left_and_what_comes(
    box: Box, clock: FrozenClock, catcher: MailCatcher, request: pytest.FixtureRequest
) -> None:
    # The worker has the clock of the machine: what was filed long ago would be overdue for it.
    clock.set(SystemClock().now())
    await _file_and_crash(box)
    worker: subprocess.Popen[bytes] = request.getfixturevalue("worker")
    (first,) = await asyncio.to_thread(catcher.wait_for, 1, 60)
    queue = make_queue(box)
    await file_case(box, "The second", submission_id="two", now=clock.now())
    queue.ring()
    _, second = await asyncio.to_thread(catcher.wait_for, 2, 60)
    queue.close()
    worker.send_signal(signal.SIGTERM)

    assert await asyncio.to_thread(worker.wait, 60) == 0
    assert b"X-Sosbox-Possible-Duplicate: yes" in first.content
    assert b"X-Sosbox-Possible-Duplicate" not in second.content
    states = await Delivery.select(Delivery.state).output(as_list=True)
    assert states == ["sent", "sent"]


def test_a_second_worker_ends_at_once_and_says_why(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    with (box.config.data_dir / "worker.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        assert run_worker(box) == 1
    assert "Another worker is running" in caplog.text
    assert os.getpriority(os.PRIO_PROCESS, 0) == 0


def test_a_worker_that_has_not_come_up_or_is_gone_is_not_working(data_dir: Path) -> None:
    lock = data_dir / "worker.lock"
    assert not is_working(data_dir)
    lock.write_text("")
    assert not is_working(data_dir)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lock.write_text(str(ended.pid))
    assert not is_working(data_dir)

    lock.write_text(str(os.getpid()))
    assert is_working(data_dir)


def _beat_at(lock: Path, seconds: float) -> None:
    lock.write_text(str(os.getpid()))
    os.utime(lock, (seconds, seconds))


def test_a_worker_that_runs_but_does_not_come_round_is_not_beating(data_dir: Path) -> None:
    lock = data_dir / "worker.lock"
    assert not is_beating(data_dir)

    _beat_at(lock, time.monotonic() - HUNG_AFTER_S - 1)
    assert is_working(data_dir)
    assert not is_beating(data_dir)

    _beat_at(lock, time.monotonic())
    assert is_beating(data_dir)


def test_a_beat_of_a_process_that_is_gone_counts_for_nothing(data_dir: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lock = data_dir / "worker.lock"
    _beat_at(lock, time.monotonic())
    lock.write_text(str(ended.pid))
    os.utime(lock, (time.monotonic(), time.monotonic()))

    assert not is_beating(data_dir)
