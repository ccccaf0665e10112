"""What the service manager hears while the box starts, works, hangs and stops."""

import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sosbox.cli.healthcheck import is_serving
from sosbox.cli.serve import _what_fails
from sosbox.cli.service_watch import watched_by
from sosbox.lib.service_manager import ServiceManager
from tests.support.service_socket import ServiceSocket

QUICK_S = 0.04


class Box:
    """Its web process is a real server; its worker is the lock that a real one would keep."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.missing: list[str] = []
        self.num_asked = 0
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.num_asked += 1
                self.send_response(503 if outer.missing else 200)
                self.end_headers()
                self.wfile.write(json.dumps({"missing": outer.missing}).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.worker_beats()

    def worker_beats(self) -> None:
        self._beat(time.monotonic())

    def worker_hangs(self) -> None:
        """It runs, and has not come round for an hour."""
        self._beat(time.monotonic() - 3600)

    def _beat(self, beat_s: float) -> None:
        lock = self.data_dir / "worker.lock"
        if not lock.exists():
            lock.write_text(str(os.getpid()))
        os.utime(lock, (beat_s, beat_s))

    def what_fails(self) -> str:
        return _what_fails(self.url, self.data_dir)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def is_looked_at_again(self) -> None:
        """Returns when it has been asked twice more: what came of the first has been told."""
        wanted = self.num_asked + 3
        while self.num_asked < wanted:
            time.sleep(0.005)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    yield box
    box.close()


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[ServiceSocket]:
    with ServiceSocket(tmp_path / "notify") as socket:
        yield socket


@pytest.fixture
def manager(listening: ServiceSocket) -> ServiceManager:
    microseconds = str(int(QUICK_S * 1e6))
    return ServiceManager({"NOTIFY_SOCKET": listening.address, "WATCHDOG_USEC": microseconds})


def test_the_watchdog_is_fed_while_all_is_well(
    box: Box, manager: ServiceManager, listening: ServiceSocket
) -> None:
    with watched_by(manager, what_fails=box.what_fails, address="http://box"):
        assert listening.hear() == ["STATUS=Starting"]
        assert listening.hear() == ["READY=1", "WATCHDOG=1", "STATUS=Serving http://box"]
        assert [listening.hear() for _ in range(3)] == [["WATCHDOG=1"]] * 3


def _lines_until_quiet(box: Box, listening: ServiceSocket) -> list[str]:
    """What is told while the box is looked at some times more, from the first change of status."""
    while not (lines := listening.hear())[0].startswith("STATUS=Waiting"):
        pass
    box.is_looked_at_again()
    while not listening.hears_nothing():
        lines = listening.heard[-1:]
    return lines


def test_a_worker_that_hangs_stops_the_feed_and_one_that_works_again_resumes_it(
    box: Box, manager: ServiceManager, listening: ServiceSocket
) -> None:
    with watched_by(manager, what_fails=box.what_fails, address="http://box"):
        listening.hear_until("READY=1")
        box.worker_hangs()
        assert _lines_until_quiet(box, listening) == ["STATUS=Waiting: the worker does not work"]

        box.worker_beats()
        assert listening.hear() == ["STATUS=Serving http://box"]
        assert listening.hear() == ["WATCHDOG=1"]


def test_a_web_process_without_its_database_stops_the_feed(
    box: Box, manager: ServiceManager, listening: ServiceSocket
) -> None:
    with watched_by(manager, what_fails=box.what_fails, address="http://box"):
        listening.hear_until("READY=1")
        box.missing = ["database"]

        assert _lines_until_quiet(box, listening) == [
            "STATUS=Waiting: the web process or its database does not answer"
        ]


def test_a_full_disk_does_not_stop_it_for_no_new_start_makes_room(
    box: Box, manager: ServiceManager, listening: ServiceSocket
) -> None:
    box.missing = ["disk"]
    with watched_by(manager, what_fails=box.what_fails, address="http://box"):
        listening.hear_until("READY=1")
        assert listening.hear() == ["WATCHDOG=1"]


def test_one_that_does_not_come_up_is_never_said_to_be_ready(
    box: Box, manager: ServiceManager, listening: ServiceSocket
) -> None:
    box.worker_hangs()
    with watched_by(manager, what_fails=box.what_fails, address="http://box") as stopping:
        assert listening.hear() == ["STATUS=Starting"]
        box.is_looked_at_again()
        stopping()

        assert listening.hear() == ["STOPPING=1", "STATUS=Stopping"]
    assert listening.hears_nothing()


def test_without_a_service_manager_nobody_is_asked(box: Box) -> None:
    with watched_by(ServiceManager({}), what_fails=box.what_fails, address="x") as stopping:
        stopping()

    assert box.num_asked == 0


def test_a_box_that_is_short_of_something_else_serves_and_one_that_is_silent_does_not(
    box: Box,
) -> None:
    box.missing = ["schema"]
    assert is_serving(box.url)

    # Nothing listens on port 9 of this machine.
    assert not is_serving("http://127.0.0.1:9")
