"""Writing functions that share one commit."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sosbox.db.transaction import Transaction


@dataclass(slots=True)
class Job:
    """One writing function with its arguments, and what came of it."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    waiter: "asyncio.Future[Any] | None" = None
    is_shared: bool = False
    result: Any = None
    error: BaseException | None = None

    def run(self, transaction: Transaction) -> None:
        if self.is_shared:
            (self.result,) = self.function(transaction, self.args)
        else:
            self.result = self.function(transaction, *self.args, **self.kwargs)

    def answer(self) -> None:
        if self.waiter is None or self.waiter.done():  # the caller gave up; what is written stays
            return
        if self.error is not None:
            self.waiter.set_exception(self.error)
        else:
            self.waiter.set_result(self.result)


def run_group(connection: sqlite3.Connection, group: Sequence[Job]) -> set[str]:
    """Runs the functions in the open transaction; returns the topics that they announced.

    All but always every function succeeds, so there is one savepoint for all of them. When one
    raises, the group is begun anew with a savepoint for each, and what raises is undone alone.
    """
    transaction = Transaction(connection)
    connection.execute("SAVEPOINT jobs")
    try:
        _run_together(transaction, group)
    except sqlite3.OperationalError:
        raise  # disk full, input/output error: nothing here can succeed
    except BaseException:
        connection.execute("ROLLBACK TO jobs")
        transaction = Transaction(connection)
        for job in group:
            _run_behind_savepoint(transaction, job)
    for callback in transaction.before_commit.values():
        callback(transaction)
    return transaction.topics


def _run_together(transaction: Transaction, group: Sequence[Job]) -> None:
    shared: dict[Callable[..., Any], list[Job]] = {}
    for job in group:
        if job.is_shared:
            shared.setdefault(job.function, []).append(job)
        else:
            job.run(transaction)
    for function, jobs in shared.items():
        results = function(transaction, [job.args[0] for job in jobs])
        for job, result in zip(jobs, results, strict=True):
            job.result = result


def _run_behind_savepoint(transaction: Transaction, job: Job) -> None:
    try:
        with transaction.savepoint():
            job.run(transaction)
    except sqlite3.OperationalError:
        raise
    except BaseException as error:
        job.error = error
