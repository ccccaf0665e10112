"""What is told to the service manager."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.lib.service_manager import READY, WATCHDOG, ServiceManager
from tests.support.service_socket import ServiceSocket


@pytest.fixture(params=["path", "abstract"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServiceSocket]:
    name = f"@sosbox-test-{os.getpid()}" if request.param == "abstract" else tmp_path / "notify"
    with ServiceSocket(name) as socket:
        yield socket


def test_words_and_a_status_go_in_one_datagram(listening: ServiceSocket) -> None:
    ServiceManager({"NOTIFY_SOCKET": listening.address}).tell(READY, WATCHDOG, status="Serving")

    assert listening.hear() == ["READY=1", "WATCHDOG=1", "STATUS=Serving"]
    assert listening.hears_nothing()


def test_a_status_cannot_smuggle_in_another_word(listening: ServiceSocket) -> None:
    ServiceManager({"NOTIFY_SOCKET": listening.address}).tell(status="is\nREADY=1")

    assert listening.hear() == ["STATUS=is READY=1"]


@pytest.mark.parametrize("name", ["", "relative/path", "vsock:2:1234"])
def test_where_nobody_listens_nothing_is_told(name: str) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": name})

    assert not manager.is_listening
    manager.tell(READY)


def test_a_service_manager_that_is_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")})

    assert manager.is_listening
    manager.tell(READY)


def test_one_that_does_not_read_is_not_waited_for(listening: ServiceSocket) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": listening.address})
    # More than any queue of datagrams holds.
    for _ in range(2000):
        manager.tell(WATCHDOG)

    assert listening.hear() == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    ("value", "seconds"), [("120000000", 120.0), ("", 0.0), ("soon", 0.0), ("-5", 0.0)]
)
def test_the_time_of_the_watchdog_is_read_in_seconds(value: str, seconds: float) -> None:
    assert ServiceManager({"WATCHDOG_USEC": value}).watchdog_s == seconds
