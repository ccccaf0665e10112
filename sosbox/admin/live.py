"""Wakes the open event streams when there is something new.

One task per web process looks at the end of the ledger, and only while somebody listens: commits
of the worker process are seen like our own, and an idle box does nothing.
"""

import asyncio
import contextlib
import logging
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto
from types import FrameType
from typing import Any, cast

from litestar import Litestar
from litestar.connection import ASGIConnection

from sosbox.admin.multipart_forms import Uploads
from sosbox.admin.presence import Presence
from sosbox.db import DB
from sosbox.ledger.queries import newest_entry_id

POLL_S = 0.3
HEARTBEAT_S = 15.0
MAX_STREAMS_PER_ACCOUNT = 20

_log = logging.getLogger(__name__)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Wake(Enum):
    CHANGED = auto()
    HEARTBEAT = auto()
    CLOSED = auto()


class Listener:
    """One open stream."""

    def __init__(self, account_id: int, case_id: int | None) -> None:
        self.account_id = account_id
        self.case_id = case_id
        self.event = asyncio.Event()


class Live:
    """The open streams of this process, and who looks at what through them."""

    def __init__(self, *, poll_s: float = POLL_S, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.presence = Presence()
        self._poll_s = poll_s
        self._heartbeat_s = heartbeat_s
        self._listeners: set[Listener] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._is_closed = False

    def num_streams(self, account_id: int) -> int:
        return sum(listener.account_id == account_id for listener in self._listeners)

    @contextmanager
    def listen(self, account_id: int, case_id: int | None) -> Iterator[Listener]:
        """A listener for as long as the block lasts."""
        listener = Listener(account_id, case_id)
        self._listeners.add(listener)
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch())
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._watcher is not None:
                self._watcher.cancel()
                self._watcher = None

    async def wait(self, listener: Listener) -> Wake:
        """Returns when there is something to look at, or nothing was for a while."""
        if not self._is_closed:
            try:
                await asyncio.wait_for(listener.event.wait(), self._heartbeat_s)
            except TimeoutError:
                return Wake.HEARTBEAT
            listener.event.clear()
        return Wake.CLOSED if self._is_closed else Wake.CHANGED

    def wake(self, case_id: int | None = None) -> None:
        """Wakes the streams of a case, or all of them."""
        for listener in self._listeners:
            if case_id in (None, listener.case_id):
                listener.event.set()

    def close(self) -> None:
        """Ends all streams, now and in future; call it on the event loop."""
        self._is_closed = True
        self.wake()

    async def _watch(self) -> None:
        newest = -1
        while True:
            try:
                found = await DB.read(newest_entry_id)
            except sqlite3.Error:
                _log.exception("the ledger cannot be read")
                found = newest
            if found != newest:
                newest = found
                self.wake()
            await asyncio.sleep(self._poll_s)


def live_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Live:
    return cast(Live, connection.app.state.live)


@asynccontextmanager
async def console_lifespan(app: Litestar) -> AsyncIterator[None]:
    """Gives the application its Live, and ends streams and uploads when the process is asked to
    stop.

    The server waits for open connections before it tells the application to shut down, and a
    stream never ends by itself; so the signal has to be seen here as well.
    """
    live = Live()
    app.state.live = live
    uploads: Uploads = app.state.uploads

    def close() -> None:
        live.close()
        uploads.close()

    with _on_stop_signals(close, asyncio.get_running_loop()):
        yield
    close()


@contextmanager
def _on_stop_signals(close: Callable[[], None], loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in _SIGNALS}

    def stop(number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed: no stream is left
            loop.call_soon_threadsafe(close)
        handler = previous[signal.Signals(number)]
        assert callable(handler)
        handler(number, frame)

    for number, handler in previous.items():
        if callable(handler):
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if callable(handler):
                signal.signal(number, handler)
