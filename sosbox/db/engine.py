"""Piccolo on SQLite with connections that stay open, and one place where writes happen.

Reads go the way Piccolo means them (`await Case.select()…`), each on one of a few read-only
connections. Every write is a function that is handed a `Transaction`:

    reference = await DB.write(file_case, place, text)

The functions of all callers that wait at the same moment run one after the other inside one
IMMEDIATE transaction, each behind a savepoint of its own, and their callers are answered once that
transaction is on the disk. Many guests thus share the price of one fsync, a function that raises
undoes itself alone, and no transaction ever waits for the event loop.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from piccolo.engine.sqlite import SQLiteEngine, dict_factory
from piccolo.query.base import Query
from piccolo.table import Table

from sosbox.errors import UnavailableError

P = ParamSpec("P")
R = TypeVar("R")
Row = dict[str, Any]

NUM_READERS = 3
MAX_JOBS_PER_COMMIT = 256
# How long a commit waits for another process that is writing, milliseconds.
BUSY_TIMEOUT_MS = 15_000

_log = logging.getLogger(__name__)
_DETECT = sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES


def connect(path: Path, *, is_read_only: bool = False) -> sqlite3.Connection:
    """Opens the database the one way it is to be opened."""
    connection = sqlite3.connect(
        path, isolation_level=None, detect_types=_DETECT, check_same_thread=False
    )
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    if is_read_only:
        connection.execute("PRAGMA query_only = ON")
        return connection
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


class Transaction:
    """What a writing function may do; valid only while it runs.

    `memo` lives as long as the transaction of all who share the commit: whoever keeps something
    there must not mind that a later function in the same commit sees it. It is emptied when a
    function is undone.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.memo: dict[str, Any] = {}
        self.topics: set[str] = set()
        self.before_commit: dict[str, Callable[[Transaction], None]] = {}

    def run(self, query: Query[Any, Any]) -> list[Row]:
        """Runs a Piccolo query and returns its rows as dicts."""
        rows: list[Row] = []
        for querystring in query.querystrings:
            sql, arguments = querystring.compile_string(engine_type="sqlite")
            cursor = self.connection.execute(sql, arguments)
            if cursor.description:
                rows = [dict_factory(cursor, row) for row in cursor]
        return rows

    def first(self, query: Query[Any, Any]) -> Row | None:
        """The first row of a Piccolo query, or None."""
        rows = self.run(query)
        return rows[0] if rows else None

    def sql(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Runs one statement; for the paths where building a query would cost more than it."""
        return self.connection.execute(sql, arguments).fetchall()

    def insert(self, table: type[Table], **values: Any) -> int:
        """Inserts one row and returns its id."""
        sql = _insert_sql(table, tuple(values))
        cursor = self.connection.execute(sql, tuple(values.values()))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def announce(self, topic: str) -> None:
        """Tells the listeners of `topic`, once, after the commit."""
        self.topics.add(topic)


_insert_cache: dict[tuple[type[Table], tuple[str, ...]], str] = {}


def _insert_sql(table: type[Table], names: tuple[str, ...]) -> str:
    sql = _insert_cache.get((table, names))
    if sql is None:
        known = {column._meta.name for column in table._meta.columns}
        if unknown := set(names) - known:
            raise ValueError(f"{table.__name__} has no {sorted(unknown)}")
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        sql = f'INSERT INTO "{table._meta.tablename}" ({columns}) VALUES ({marks})'  # noqa: S608
        _insert_cache[table, names] = sql
    return sql


class _Job:
    """One writing function with its arguments and the caller that waits for it."""

    __slots__ = ("args", "error", "function", "kwargs", "loop", "result", "waiter")

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        loop: asyncio.AbstractEventLoop | None,
        waiter: "asyncio.Future[Any] | Future[Any]",
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.loop = loop
        self.waiter = waiter
        self.result: Any = None
        self.error: BaseException | None = None

    def answer(self) -> None:
        if self.waiter.done():  # the caller gave up; what was written stays written
            return
        if self.error is not None:
            self.waiter.set_exception(self.error)
        else:
            self.waiter.set_result(self.result)


class Database(SQLiteEngine):
    """Piccolo's engine for one file at a time; `open` before use, `close` after."""

    def __init__(self) -> None:
        super().__init__(path="")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._read_connections: list[sqlite3.Connection] = []
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def open(self, path: Path) -> None:
        """Opens the file, making it if need be; starts the writer and the readers."""
        if self._writer is not None:
            raise RuntimeError("the database is open already")
        self.path = str(path)
        connection = connect(path)
        self._jobs = queue.SimpleQueue()
        self._local = threading.local()
        self._readers = ThreadPoolExecutor(NUM_READERS, thread_name_prefix="db-read")
        self._writer = threading.Thread(
            target=self._write_loop, args=(connection, self._jobs), name="db-write", daemon=True
        )
        self._writer.start()

    def close(self) -> None:
        """Lets the writes that wait finish, then closes every connection."""
        if self._writer is None:
            return
        self._jobs.put(None)
        self._writer.join()
        self._writer = None
        assert self._readers is not None
        self._readers.shutdown(wait=True)
        self._readers = None
        for connection in self._read_connections:
            connection.close()
        self._read_connections.clear()
        self._listeners.clear()

    @property
    def is_open(self) -> bool:
        return self._writer is not None

    def listen(self, topic: str, listener: Callable[[], None]) -> None:
        """Calls `listener` on the writer's thread after every commit that announced `topic`."""
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
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[R] = loop.create_future()
        self._put(_Job(function, args, kwargs, loop, waiter))
        return await waiter

    def write_sync(
        self,
        function: Callable[Concatenate[Transaction, P], R],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """`write` for callers without an event loop."""
        waiter: Future[R] = Future()
        self._put(_Job(function, args, kwargs, None, waiter))
        return waiter.result()

    def _put(self, job: _Job) -> None:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        self._jobs.put(job)

    def _write_loop(
        self, connection: sqlite3.Connection, jobs: "queue.SimpleQueue[_Job | None]"
    ) -> None:
        is_stopping = False
        while not is_stopping:
            group: list[_Job] = []
            job = jobs.get()
            while job is not None:
                group.append(job)
                if len(group) == MAX_JOBS_PER_COMMIT:
                    break
                try:
                    job = jobs.get_nowait()
                except queue.Empty:
                    break
            else:
                is_stopping = True
            if group:
                topics = _commit_group(connection, group)
                _answer_all(group)
                self._tell(topics)
        connection.close()

    def _tell(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                try:
                    listener()
                except Exception:  # a listener must not stop the writer
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


def _commit_group(connection: sqlite3.Connection, group: Sequence[_Job]) -> set[str]:
    """Runs the functions in one transaction; returns the topics that they announced."""
    transaction = Transaction(connection)
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            _run_job(transaction, job)
        for callback in transaction.before_commit.values():
            callback(transaction)
        connection.execute("COMMIT")
    except Exception as error:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        _log.error("a commit of %d writes failed: %s", len(group), error)
        for job in group:
            job.error = UnavailableError("The box cannot store this just now. Please try again.")
            job.error.__cause__ = error
        return set()
    return transaction.topics


def _run_job(transaction: Transaction, job: _Job) -> None:
    connection = transaction.connection
    topics = set(transaction.topics)
    hooks = dict(transaction.before_commit)
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.function(transaction, *job.args, **job.kwargs)
    except sqlite3.OperationalError:
        # Disk full, input/output error: SQLite may have ended the transaction already.
        raise
    except BaseException as error:
        job.error = error
        connection.execute("ROLLBACK TO job")
        transaction.memo.clear()
        transaction.topics = topics
        transaction.before_commit = hooks
    connection.execute("RELEASE job")


def _answer_all(group: Sequence[_Job]) -> None:
    """Wakes the callers; all of one event loop with one call, for waking it is what costs."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[_Job]] = {}
    for job in group:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        if loop is None:
            _answer(jobs)
        else:
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits
                loop.call_soon_threadsafe(_answer, jobs)


def _answer(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.answer()


DB = Database()
"""The one database of a process. Piccolo's tables are bound to an engine when they are defined, so
it is made here and opened by the composition root."""
