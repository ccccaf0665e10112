"""The alarm clock: rings are passed on, joined and never in the way."""

import logging
import pickle
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sosbox.box import Box
from sosbox.jobs.queue import Queue, make_queue


@pytest.fixture
def queue(box: Box) -> Iterator[Queue]:
    queue = make_queue(box)
    yield queue
    queue.close()


def test_a_ring_in_one_process_wakes_the_other(box: Box, queue: Queue) -> None:
    rings: list[str] = []
    worker = make_queue(box, on_due=lambda: rings.append("ring"))
    queue.ring()
    queue.close()
    worker.huey.execute(worker.huey.dequeue())
    worker.close()

    assert rings == ["ring"]


def test_a_ring_while_another_is_passed_on_is_not_lost(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, may_go_on = threading.Event(), threading.Event()
    passed_on: list[bytes] = []

    def enqueue(data: bytes, priority: object = None) -> None:
        passed_on.append(data)
        entered.set()
        assert may_go_on.wait(10)

    monkeypatch.setattr(queue.huey.storage, "enqueue", enqueue)
    queue.ring()
    assert entered.wait(10)
    for _ in range(100):
        queue.ring()
    may_go_on.set()
    queue.close()

    assert len(passed_on) == 2


def test_a_queue_that_cannot_be_written_does_not_disturb_whoever_rings(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def enqueue(data: bytes, priority: object = None) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(queue.huey.storage, "enqueue", enqueue)
    with caplog.at_level(logging.WARNING):
        queue.ring()
        queue.ring_in(5)
        queue.close()

    assert "OperationalError" in caplog.text


def test_a_ring_can_be_asked_for_in_advance(queue: Queue) -> None:
    queue.ring_in(3600)
    task = queue.huey.dequeue()

    assert not queue.huey.ready_to_run(task)
    assert queue.huey.ready_to_run(task, datetime(2999, 1, 1))  # noqa: DTZ001 - as Huey counts


def test_every_minute_is_swept(queue: Queue) -> None:
    for minute in (0, 17, 59):
        moment = datetime(2026, 11, 21, 12, minute, tzinfo=UTC)
        assert len(queue.huey.read_periodic(moment)) == 1


def test_what_the_box_has_not_signed_is_not_unpickled(queue: Queue) -> None:
    queue.huey.storage.enqueue(pickle.dumps("from somewhere else"))

    with pytest.raises(ValueError, match=r"Separator|Signature"):
        queue.huey.dequeue()


def test_a_damaged_queue_is_made_anew(box: Box) -> None:
    box.config.queue_path.write_bytes(b"no database at all" * 1000)
    queue = make_queue(box)
    queue.ring()
    queue.close()

    assert queue.huey.pending_count() == 1
    queue.huey.storage.close()


def test_a_new_worker_forgets_old_rings(box: Box, queue: Queue) -> None:
    queue.ring_in(1)
    queue.forget()

    assert queue.huey.pending_count() == 0
