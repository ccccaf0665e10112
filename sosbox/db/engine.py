"""Piccolo on SQLite with connections that stay open, and one place where writes happen.

Reads go the way Piccolo means them (`await Case.select()…`), each on one of a few read-only
connections. Every write is a function that is handed a `Transaction`:

    reference = await DB.write(file_case, place, text)

The functions of all callers that wait at the same moment run one after the other inside one
IMMEDIATE transaction, and their callers are answered once that transaction is on the disk. Many
guests thus share the price of one fsync, and a function that raises undoes itself alone.

The functions run on the event loop: a statement takes some ten microseconds, and handing each to a
thread and the interpreter's lock back costs several times as much. What can take long leaves the
loop: waiting for another process that is writing, and the commit with its fsync.
"""

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from piccolo.engine.sqlite import SQLiteEngine
from piccolo.table import Table

from sosbox.db.group import Job, run_group
from sosbox.db.transaction import Row, Transaction
from sosbox.errors import UnavailableError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

NUM_READERS = 3
# The loop answers nothing else while it runs one group: 128 cases take some 20 ms.
MAX_JOBS_PER_COMMIT = 128
# How long a write waits for another process that is writing, seconds.
BUSY_TIMEOUT_S = 15.0

WRITER_CACHE_KIB = 32 * 1024
_BUSY_POLL_S = 0.002

_log = logging.getLogger(__name__)
_DETECT = sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES


def connect(path: Path, *, is_read_only: bool = False) -> sqlite3.Connection:
    """Opens the database the one way it is to be opened."""
    connection = sqlite3.connect(
        path, isolation_level=None, detect_types=_DETECT, check_same_thread=False
    )
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    if is_read_only:
        connection.execute("PRAGMA query_only = ON")
        return connection
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    # The indexes of hashes are written all over: they stay in memory, and pages that change often
    # are copied back once in four thousand instead of once in a thousand.
    connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


class Database(SQLiteEngine):
    """Piccolo's engine for one file at a time; `open` before use, `close` after."""

    def __init__(self) -> None:
        super().__init__(path="")
        self._connection: sqlite3.Connection | None = None
        # Held from BEGIN to COMMIT; by whoever writes, whatever thread each step runs on.
        self._write_lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._read_connections: list[sqlite3.Connection] = []
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._waiting: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        self._flushes: set[asyncio.Task[None]] = set()
        self._commit_interval_s = 0.0
        self._committed_at = 0.0

    def open(self, path: Path, *, commit_interval_s: float = 0.0) -> None:
        """Opens the file, making it if need be.

        commit_interval_s: from one commit of `write` to the next, at least, seconds. For a process
        whose writes nobody waits for: it leaves the disk and the lock to those who do.
        """
        if self._connection is not None:
            raise RuntimeError("the database is open already")
        self.path = str(path)
        self._commit_interval_s = commit_interval_s
        self._connection = connect(path)
        # Waiting for the lock of another process is done by `_acquire`, away from the loop.
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._write_lock = threading.Lock()
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(NUM_READERS, thread_name_prefix="db-read")

    def close(self) -> None:
        """Lets the commit that is under way finish, then closes every connection."""
        if self._connection is None:
            return
        assert self._threads is not None
        assert self._readers is not None
        self._threads.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        for connection in (self._connection, *self._read_connections):
            connection.close()
        self._connection = self._threads = self._readers = None
        self._read_connections.clear()
        self._listeners.clear()
        self._waiting.clear()

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def listen(self, topic: str, listener: Callable[[], None]) -> None:
        """Calls `listener` after every commit that announced `topic`; it must be quick."""
        self._listeners.setdefault(topic, []).append(listener)

    # Writing ------------------------------------------------------------------------------------

    async def write(
        self,
        function: Callable[Concatenate[Transaction, P], R],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Runs `function(transaction, …)` and returns its result once that is on the disk.

        What the function raises is raised here, and nothing of it is kept. Raises
        UnavailableError when the disk is full or the file cannot be written.
        """
        return cast(R, await self._written(Job(function, args, kwargs)))

    async def write_shared(
        self, function: Callable[[Transaction, Sequence[T]], Sequence[R]], item: T
    ) -> R:
        """`write` for what many do at the same moment.

        `function(transaction, items)` is handed the items of all who wait, and returns a result for
        each, in their order. When it raises, it is called again with each item alone.
        """
        return cast(R, await self._written(Job(function, (item,), {}, is_shared=True)))

    async def _written(self, job: Job) -> Any:
        loop = asyncio.get_running_loop()
        job.waiter = loop.create_future()
        jobs = self._waiting.get(loop)
        if jobs is not None:
            jobs.append(job)
        else:
            # A task of its own: a caller that is cancelled must not take the others with it.
            self._waiting[loop] = [job]
            flush = loop.create_task(self._flush(loop))
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)
        return await job.waiter

    def write_sync(
        self,
        function: Callable[Concatenate[Transaction, P], R],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """`write` for callers without an event loop."""
        job = Job(function, args, kwargs)
        connection = self._required_connection()
        topics: set[str] = set()
        try:
            self._acquire(connection)
            try:
                topics = run_group(connection, [job])
                connection.execute("COMMIT")
            finally:
                self._release(connection)
        except sqlite3.Error as error:
            raise _unavailable() from error
        if job.error is not None:
            raise job.error
        self._tell(topics)
        return cast(R, job.result)

    async def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commits what waits, group after group, until nothing waits any more."""
        while jobs := self._waiting.get(loop):
            if self._commit_interval_s:
                pause_s = self._committed_at + self._commit_interval_s - time.monotonic()
                await asyncio.sleep(max(0.0, pause_s))
                self._committed_at = time.monotonic()
            group = jobs[:MAX_JOBS_PER_COMMIT]
            del jobs[:MAX_JOBS_PER_COMMIT]
            try:
                topics = await self._commit(loop, group)
            except Exception as error:
                _log.error("a commit of %d writes failed: %s", len(group), error)
                topics = set()
                for job in group:
                    job.error = _unavailable()
                    job.error.__cause__ = error
            for job in group:
                job.answer()
            self._tell(topics)
        self._waiting.pop(loop, None)

    async def _commit(self, loop: asyncio.AbstractEventLoop, group: Sequence[Job]) -> set[str]:
        connection = self._required_connection()
        if not self._try_acquire(connection):
            await loop.run_in_executor(self._threads, self._acquire, connection)
        try:
            topics = run_group(connection, group)
            await loop.run_in_executor(self._threads, connection.execute, "COMMIT")
        finally:
            self._release(connection)
        return topics

    def _required_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the database is not open")
        return self._connection

    def _try_acquire(self, connection: sqlite3.Connection) -> bool:
        """Begins a transaction if nobody else is writing."""
        if not self._write_lock.acquire(blocking=False):
            return False
        try:
            connection.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._write_lock.release()
            if _is_busy(error):
                return False
            raise
        return True

    def _acquire(self, connection: sqlite3.Connection) -> None:
        """Begins a transaction, waiting for whoever else is writing.

        Raises sqlite3.OperationalError after BUSY_TIMEOUT_S.
        """
        if not self._write_lock.acquire(timeout=BUSY_TIMEOUT_S):
            raise sqlite3.OperationalError("another write does not end")
        deadline = time.monotonic() + BUSY_TIMEOUT_S
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except BaseException as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    self._write_lock.release()
                    raise
            # SQLite cannot tell when the lock becomes free; its own waiting polls as well.
            time.sleep(_BUSY_POLL_S)

    def _release(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:  # it was not committed
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        self._write_lock.release()

    def _tell(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                try:
                    listener()
                except Exception:  # a listener must not stop the writing
                    _log.exception("a listener of %s failed", topic)

    # Reading ------------------------------------------------------------------------------------

    async def read(self, function: Callable[[sqlite3.Connection], R]) -> R:
        """Runs `function(connection)` on a read-only connection; for hand-written queries."""
        if self._readers is None:
            raise RuntimeError("the database is not open")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._with_reader, function)

    def _with_reader(self, function: Callable[[sqlite3.Connection], R]) -> R:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(Path(self.path), is_read_only=True)
            self._read_connections.append(connection)
        return function(connection)

    async def _run_in_new_connection(
        self,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",  # noqa: ARG002 - Piccolo's signature
        table: type[Table] | None = None,  # noqa: ARG002
    ) -> list[Row]:
        def fetch(connection: sqlite3.Connection) -> list[Row]:
            cursor = connection.execute(query, args or ())
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

        return await self.read(fetch)

    async def get_connection(self) -> Any:
        # Piccolo's own transactions would go round the writer.
        raise RuntimeError("write with DB.write(function, …)")


def _is_busy(error: BaseException) -> bool:
    return (
        isinstance(error, sqlite3.OperationalError)
        and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    )


def _unavailable() -> UnavailableError:
    return UnavailableError("The box cannot store this just now. Please try again.")


DB = Database()
"""The one database of a process. Piccolo's tables are bound to an engine when they are defined, so
it is made here and opened by the composition root."""
