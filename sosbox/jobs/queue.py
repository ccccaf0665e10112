"""The alarm clock of the worker: Huey on a SQLite file of its own.

It rings and no more. What is to be done stands in the database, so a ring that is lost costs at
most the minute until the next sweep, and the file may be thrown away at any time.
"""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import SqliteHuey, crontab
from huey.serializer import SignedSerializer

from sosbox.box import Box

# Rings that come closer together than this are one.
RING_PAUSE_S = 0.03

_log = logging.getLogger(__name__)


class Queue:
    """Rings for the worker, from whatever process.

    on_due: called in the worker, on a thread of Huey, when deliveries may have fallen due.
    """

    def __init__(self, huey: Any, on_due: Callable[[], None]) -> None:
        self.huey = huey
        self._changed = threading.Condition()
        self._is_rung = False
        self._is_closed = False
        self._ringer: threading.Thread | None = None
        self._send_due = huey.task(name="send_due")(lambda: on_due())
        huey.periodic_task(crontab(minute="*"), name="sweep")(lambda: on_due())

    def ring(self) -> None:
        """Says that something was committed that the worker should see. Never waits or raises.

        What is committed before a ring is seen by the worker after it, also when many rings are
        made one.
        """
        with self._changed:
            self._is_rung = True
            if self._ringer is None and not self._is_closed:
                self._ringer = threading.Thread(target=self._ring_loop, name="ring", daemon=True)
                self._ringer.start()
            self._changed.notify_all()

    def ring_in(self, delay_s: float) -> None:
        """Rings once in so many seconds, to the second. Never raises."""
        self._enqueue(lambda: self._send_due.schedule(delay=delay_s))

    def forget(self) -> None:
        """Drops all rings, for a worker that is about to look for itself."""
        self.huey.flush()

    def close(self) -> None:
        """Passes on the last ring and closes the file."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            ringer = self._ringer
        if ringer is not None:
            ringer.join()
        self.huey.storage.close()

    def _ring_loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_rung or self._is_closed)
                if not self._is_rung:
                    return
                # Before the ring: whoever rings from now on is heard in the next round.
                self._is_rung = False
            self._enqueue(self._send_due)
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed, RING_PAUSE_S)

    def _enqueue(self, enqueue: Callable[[], Any]) -> None:
        try:
            enqueue()
        except Exception as error:  # the sweep finds what this ring was for
            _log.warning("a ring for the worker was lost: %s", type(error).__name__)


def make_queue(box: Box, on_due: Callable[[], None] = lambda: None) -> Queue:
    """The queue of a box; the web process rings it, the worker is rung."""
    path, secret = box.config.queue_path, box.keys.queue_secret
    try:
        return Queue(_open(path, secret), on_due)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        _log.warning("the queue was damaged and is made anew")
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + suffix).unlink()
        return Queue(_open(path, secret), on_due)


class _Connection(sqlite3.Connection):
    """Survives a power cut undamaged, without waiting for the disk at every ring."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA synchronous = NORMAL")


def _open(path: Path, secret: bytes) -> Any:
    # Signed, because Huey unpickles what it finds in the file.
    return SqliteHuey(
        "sosbox",
        filename=str(path),
        results=False,
        serializer=SignedSerializer(secret),
        factory=_Connection,
    )
