"""Runs of the printer: asked for, done, and what came of them. Writes run inside `DB.write`."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sosbox.db import Transaction
from sosbox.errors import ConflictError, NotFoundError, SosboxError
from sosbox.i18n import N_
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event, account_actor
from sosbox.pieces.rules import (
    KEPT_FOR,
    MAX_OPEN_RUNS,
    PieceState,
    RunOptions,
    RunState,
    check_run,
    is_of_house,
)
from sosbox.pieces.tables import Piece, PrintRun
from sosbox.pieces.templates import find_template
from sosbox.staff.rules import Viewer

# Announced when there is something to print.
PRINT_TOPIC = "print"
INTERRUPTED = N_("The box was interrupted while it was at it.")
# What the command line was at when it was killed, is given up after this.
_GIVE_UP_COMMAND_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """A run as pages show it. file: empty while there is none, and once it is kept no longer."""

    id: int
    establishment_id: int
    account_id: int | None
    template: str
    access_points: tuple[int, ...]
    options: RunOptions
    format: str
    printer: str
    state: RunState
    progress: int
    message: str
    arguments: dict[str, Any]
    file: str
    num_pages: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in {RunState.WAITING, RunState.RUNNING}

    @property
    def num_pieces(self) -> int:
        """Pieces of paper, every copy counted."""
        return max(1, len(self.access_points)) * self.options.copies


@dataclass(frozen=True)
class RunRequest:
    """What is to be printed. template: with its size, "poster-a4"; access_points: in their order;
    printer: empty for a file."""

    establishment_id: int
    template: str
    access_points: tuple[int, ...]
    options: RunOptions
    format: str
    printer: str = ""


# Asking -------------------------------------------------------------------------------------------


def request_run(tx: Transaction, *, now: datetime, viewer: Viewer, request: RunRequest) -> int:
    """Asks for something to be printed; the worker does it. Returns the id of the run.

    Raises ForbiddenError, NotFoundError, InvalidFieldsError, ConflictError.
    """
    viewer.require_configure()
    subscriber_id = _subscriber_of(tx.connection, request.establishment_id)
    if subscriber_id != viewer.subscriber_id:
        raise NotFoundError("There is no such establishment.")
    ((num_open,),) = tx.sql(_NUM_OPEN, subscriber_id)
    if num_open >= MAX_OPEN_RUNS:
        raise ConflictError("Please wait until some of what was asked for is printed.")
    run_id = _add_run(tx, now, request, RunState.WAITING, account_id=viewer.account_id)
    tx.announce(PRINT_TOPIC)
    return run_id


def begin_own_run(tx: Transaction, *, now: datetime, request: RunRequest) -> int:
    """A run of the command line, which does it itself. Raises NotFoundError, InvalidFieldsError."""
    run_id = _add_run(tx, now, request, RunState.RUNNING, account_id=None)
    _add_pieces(tx, now, load_run(tx.connection, run_id))
    return run_id


def _add_run(
    tx: Transaction, now: datetime, request: RunRequest, state: RunState, *, account_id: int | None
) -> int:
    subscriber_id = _subscriber_of(tx.connection, request.establishment_id)
    found = find_template(tx.connection, subscriber_id, request.template)
    check_run(
        found.template,
        found.size,
        request.options,
        num_points=len(request.access_points),
        file_format=request.format,
        is_printed=bool(request.printer),
    )
    points = () if is_of_house(found.template) else request.access_points
    _require_points(tx, request.establishment_id, points)
    return tx.insert(
        PrintRun,
        establishment_id=request.establishment_id,
        account_id=account_id,
        template=request.template,
        access_points=json.dumps(points),
        options=request.options.as_json(),
        format=request.format,
        printer=request.printer,
        state=str(state),
        created_at=now,
    )


def _subscriber_of(connection: sqlite3.Connection, establishment_id: int) -> int:
    row = connection.execute(
        "SELECT subscriber_id FROM establishments WHERE id = ?", (establishment_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such establishment.")
    return int(row[0])


def _require_points(tx: Transaction, establishment_id: int, points: Sequence[int]) -> None:
    ((num_found,),) = tx.sql(
        "SELECT count(*) FROM access_points WHERE establishment_id = ? AND retired_at IS NULL"
        " AND id IN (SELECT value FROM json_each(?))",
        establishment_id,
        json.dumps(points),
    )
    if num_found != len(set(points)):
        raise NotFoundError("There is no such access point.")


# Doing --------------------------------------------------------------------------------------------


def begin_run(tx: Transaction, run_id: int, *, now: datetime) -> bool:
    """The worker takes it up, and the pieces get their numbers; False when somebody else has."""
    taken = tx.sql(
        "UPDATE print_runs SET state = 'running' WHERE id = ? AND state = 'waiting' RETURNING id",
        run_id,
    )
    if taken:
        _add_pieces(tx, now, load_run(tx.connection, run_id))
    return bool(taken)


def note_run_progress(tx: Transaction, run_id: int, percent: int) -> None:
    tx.sql("UPDATE print_runs SET progress = ? WHERE id = ? AND state = 'running'", percent, run_id)


def issue_pieces(tx: Transaction, keys: Keys, run_id: int, *, now: datetime) -> None:
    """Its pieces hang there from now on, in place of earlier ones: what goes to a printer may be on
    paper even if the printer fails afterwards, and no number may then be given twice."""
    run = load_run(tx.connection, run_id)
    tx.sql("UPDATE pieces SET state = ? WHERE run_id = ?", str(PieceState.CURRENT), run_id)
    tx.sql(_REPLACE_OLDER, str(PieceState.REPLACED), run_id)
    piece_ids = [row[0] for row in tx.sql("SELECT id FROM pieces WHERE run_id = ?", run_id)]
    append(
        tx,
        keys,
        at=now,
        event=Event.PRINTED,
        case_id=None,
        actor=SYSTEM if run.account_id is None else account_actor(run.account_id),
        run=run_id,
        template=run.template,
        pieces=piece_ids,
    )


def end_run(
    tx: Transaction, keys: Keys, run_id: int, *, now: datetime, file: str, num_pages: int
) -> None:
    """It was printed. The pieces of a file hang there from now on; see `issue_pieces` for a
    printer."""
    if not load_run(tx.connection, run_id).printer:
        issue_pieces(tx, keys, run_id, now=now)
    tx.sql(
        "UPDATE print_runs SET state = 'done', progress = 100, file = ?, num_pages = ?,"
        " finished_at = ? WHERE id = ?",
        file,
        num_pages,
        now,
        run_id,
    )


def fail_run(tx: Transaction, run_id: int, *, now: datetime, error: SosboxError) -> None:
    """Only what was with a printer already may have come of it; other numbers are given anew."""
    tx.sql("DELETE FROM pieces WHERE run_id = ? AND state = ?", run_id, str(PieceState.PLANNED))
    tx.sql(
        "UPDATE print_runs SET state = 'failed', message = ?, arguments = ?, finished_at = ?"
        " WHERE id = ? AND state IN ('waiting', 'running')",
        error.message,
        json.dumps(error.arguments, default=str),
        now,
        run_id,
    )


def give_up_interrupted_runs(tx: Transaction, *, now: datetime) -> None:
    """A worker has started: whatever the one before it was at has failed."""
    rows = tx.sql(
        "SELECT id FROM print_runs WHERE state = 'running'"
        " AND (account_id IS NOT NULL OR created_at < ?)",
        now - _GIVE_UP_COMMAND_AFTER,
    )
    for (run_id,) in rows:
        fail_run(tx, run_id, now=now, error=SosboxError(INTERRUPTED))


def forget_old_files(tx: Transaction, *, now: datetime) -> frozenset[str]:
    """Lets go of files that are kept no longer; returns those that are. Removing them is left to
    whoever calls."""
    tx.sql("UPDATE print_runs SET file = '' WHERE file <> '' AND finished_at < ?", now - KEPT_FOR)
    return frozenset(row[0] for row in tx.sql("SELECT file FROM print_runs WHERE file <> ''"))


def _add_pieces(tx: Transaction, now: datetime, run: Run) -> None:
    for point_id in run.access_points:
        ((area_id, newest),) = tx.sql(_PLACE_AND_NEWEST, run.template, point_id)
        tx.insert(
            Piece,
            access_point_id=point_id,
            area_id=area_id,
            run_id=run.id,
            template=run.template,
            version=newest + 1,
            copies=run.options.copies,
            printed_at=now,
            state=str(PieceState.PLANNED),
        )


_PLACE_AND_NEWEST = """
    SELECT a.area_id, coalesce((SELECT max(version) FROM pieces p
                                WHERE p.access_point_id = a.id AND p.template = ?), 0)
    FROM access_points a WHERE a.id = ?
"""
_REPLACE_OLDER = """
    UPDATE pieces SET state = ? WHERE state = 'current' AND EXISTS (
        SELECT 1 FROM pieces n WHERE n.run_id = ? AND n.access_point_id = pieces.access_point_id
        AND n.template = pieces.template AND n.version > pieces.version)
"""


# Reading ------------------------------------------------------------------------------------------

_NUM_OPEN = """
    SELECT count(*) FROM print_runs WHERE state IN ('waiting', 'running')
    AND establishment_id IN (SELECT id FROM establishments WHERE subscriber_id = ?)
"""
_COLUMNS = (
    "id, establishment_id, account_id, template, access_points, options, format, printer, state,"
    " progress, message, arguments, file, num_pages, created_at, finished_at"
)


def load_run(connection: sqlite3.Connection, run_id: int) -> Run:
    """Raises NotFoundError."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM print_runs WHERE id = ?",  # noqa: S608 - our columns
        (run_id,),
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such print run.")
    return _run(row)


def load_run_for(connection: sqlite3.Connection, viewer: Viewer, run_id: int) -> Run:
    """Raises NotFoundError, also for a run of another subscriber."""
    run = load_run(connection, run_id)
    if _subscriber_of(connection, run.establishment_id) != viewer.subscriber_id:
        raise NotFoundError("There is no such print run.")
    return run


def load_runs(connection: sqlite3.Connection, viewer: Viewer, *, limit: int = 20) -> list[Run]:
    """The newest of the viewer's subscriber first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM print_runs WHERE establishment_id IN"  # noqa: S608
        " (SELECT id FROM establishments WHERE subscriber_id = ?) ORDER BY id DESC LIMIT ?",
        (viewer.subscriber_id, limit),
    )
    return [_run(row) for row in rows]


def load_batch(connection: sqlite3.Connection, run: Run) -> list[Run]:
    """All runs that somebody has asked for at once with this one, which is among them."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM print_runs WHERE establishment_id = ?"  # noqa: S608 - our columns
        " AND account_id IS ? AND created_at = ? ORDER BY id",
        (run.establishment_id, run.account_id, run.created_at),
    )
    return [_run(row) for row in rows]


def next_run(connection: sqlite3.Connection) -> int | None:
    """The id of the one that waits longest."""
    row = connection.execute(
        "SELECT id FROM print_runs WHERE state = 'waiting' ORDER BY id LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def _run(row: tuple[Any, ...]) -> Run:
    return Run(
        id=row[0],
        establishment_id=row[1],
        account_id=row[2],
        template=row[3],
        access_points=tuple(json.loads(row[4])),
        options=RunOptions.from_json(row[5]),
        format=row[6],
        printer=row[7],
        state=RunState(row[8]),
        progress=row[9],
        message=row[10],
        arguments=json.loads(row[11]),
        file=row[12],
        num_pages=row[13],
        created_at=row[14],
        finished_at=row[15],
    )
