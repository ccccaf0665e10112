"""Work with models that an owner has asked for in the console; the worker does it.

Models are of the whole box, so any owner may ask, of whichever subscriber. Writes run inside
`DB.write`.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from piccolo.columns import JSON, ForeignKey, Integer, Serial, Text, Timestamptz
from piccolo.table import Table

from sosbox.db import DB, Transaction
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError, SosboxError
from sosbox.i18n import N_
from sosbox.places.translation_settings import TRANSLATION_TOPIC
from sosbox.staff.rules import Role, Viewer
from sosbox.staff.tables import Account
from sosbox.translation.contract import Pair

# Among the arguments of a job, beside those of its message.
_SENT_AS = "sent_as"
# What is over is shown for so long, and kept no longer.
SHOWN_FOR = timedelta(days=1)
INTERRUPTED = N_("The box was interrupted while it was at it. Nothing was changed.")


class JobKind(StrEnum):
    ADD = "add"
    FETCH = "fetch"
    REMOVE = "remove"
    TEST = "test"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ModelJob(Table, db=DB, tablename="model_jobs"):
    """`file`: the name of an upload among those that came in; `progress`: 0 to 100; `message` with
    `arguments`: how it went, in words."""

    id: Serial
    kind = Text()
    pair = Text()
    file = Text()
    account_id = ForeignKey(Account)
    state = Text()
    progress = Integer()
    message = Text()
    arguments = JSON()
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


@dataclass(frozen=True)
class ShownJob:
    """A job as the page shows it. `pair`: "es-en", empty until it is known."""

    id: int
    kind: JobKind
    pair: str
    file: str
    state: JobState
    progress: int
    message: str
    arguments: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None

    @property
    def sent_as(self) -> str:
        """What the sender of an upload calls it."""
        return str(self.arguments.get(_SENT_AS, ""))

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}


def request_add(
    tx: Transaction, *, now: datetime, viewer: Viewer, file: str, sent_as: str = ""
) -> int:
    """Asks for the model in an upload, which its sender calls `sent_as`; returns the id of the job.

    Raises ForbiddenError.
    """
    arguments = json.dumps({_SENT_AS: sent_as} if sent_as else {})
    return _ask(tx, now, viewer, JobKind.ADD, file=file, arguments=arguments)


def request_fetch(tx: Transaction, *, now: datetime, viewer: Viewer, pair: str) -> int:
    """Asks for the newest model of a pair from the internet; one that broke off is gone on with.

    Raises ForbiddenError, InvalidFieldsError, ConflictError when it is being fetched already.
    """
    return _ask_for_pair(tx, now, viewer, JobKind.FETCH, pair)


def request_remove(tx: Transaction, *, now: datetime, viewer: Viewer, pair: str) -> int:
    """Raises ForbiddenError, InvalidFieldsError, ConflictError."""
    return _ask_for_pair(tx, now, viewer, JobKind.REMOVE, pair)


def request_test(tx: Transaction, *, now: datetime, viewer: Viewer, pair: str) -> int:
    """Asks to try a model again. Raises ForbiddenError, InvalidFieldsError, ConflictError."""
    return _ask_for_pair(tx, now, viewer, JobKind.TEST, pair)


def _ask_for_pair(tx: Transaction, now: datetime, viewer: Viewer, kind: JobKind, pair: str) -> int:
    try:
        checked = str(Pair.parse(pair))
    except ValueError:
        problem = SosboxError("Please choose two of the languages.")
        raise InvalidFieldsError({"pair": problem}) from None
    is_asked = tx.sql(
        "SELECT 1 FROM model_jobs WHERE kind = ? AND pair = ? AND state IN ('waiting', 'running')",
        str(kind),
        checked,
    )
    if is_asked:
        raise ConflictError("This is being done already.")
    return _ask(tx, now, viewer, kind, pair=checked)


def _ask(tx: Transaction, now: datetime, viewer: Viewer, kind: JobKind, **about: str) -> int:
    if viewer.role is not Role.OWNER:
        raise ForbiddenError("Models are for owners: they are of the whole box.")
    job_id = tx.insert(
        ModelJob,
        kind=str(kind),
        account_id=viewer.account_id,
        state=str(JobState.WAITING),
        created_at=now,
        **{"arguments": "{}", **about},
    )
    tx.announce(TRANSLATION_TOPIC)
    return job_id


def load_jobs(connection: sqlite3.Connection, *, now: datetime) -> list[ShownJob]:
    """What is open, and what was over within a day, the newest first."""
    rows = connection.execute(
        f"{_JOB} WHERE state IN ('waiting', 'running') OR finished_at > ? ORDER BY id DESC",
        (now - SHOWN_FOR,),
    )
    return [_shown(row) for row in rows]


def next_job(connection: sqlite3.Connection) -> ShownJob | None:
    """The job that waits longest."""
    row = connection.execute(f"{_JOB} WHERE state = 'waiting' ORDER BY id LIMIT 1").fetchone()
    return _shown(row) if row else None


def open_uploads(connection: sqlite3.Connection) -> frozenset[str]:
    """The files that jobs still need."""
    rows = connection.execute(
        "SELECT file FROM model_jobs WHERE state IN ('waiting', 'running') AND file <> ''"
    )
    return frozenset(file for (file,) in rows)


_JOB = (
    "SELECT id, kind, pair, file, state, progress, message, arguments, created_at, finished_at"
    " FROM model_jobs"
)


def _shown(row: tuple[Any, ...]) -> ShownJob:
    return ShownJob(
        row[0],
        JobKind(row[1]),
        row[2],
        row[3],
        JobState(row[4]),
        row[5],
        row[6],
        json.loads(row[7]),
        row[8],
        row[9],
    )


def begin_job(tx: Transaction, job_id: int) -> bool:
    """The worker takes it up; False when somebody else has."""
    return bool(
        tx.sql(
            "UPDATE model_jobs SET state = 'running' WHERE id = ? AND state = 'waiting'"
            " RETURNING id",
            job_id,
        )
    )


def note_progress(tx: Transaction, job_id: int, percent: int) -> None:
    tx.sql("UPDATE model_jobs SET progress = ? WHERE id = ? AND state = 'running'", percent, job_id)


def end_job(
    tx: Transaction, job_id: int, *, now: datetime, error: SosboxError | None, pair: str = ""
) -> None:
    """It is over. error: why it failed; pair: of the model that came in, once it is known."""
    tx.sql(
        "UPDATE model_jobs SET state = ?, progress = 100, message = ?,"
        " arguments = json_patch(arguments, ?), finished_at = ?,"
        " pair = CASE WHEN ? = '' THEN pair ELSE ? END WHERE id = ? AND state = 'running'",
        str(JobState.FAILED if error else JobState.DONE),
        error.message if error else "",
        json.dumps(error.arguments if error else {}, default=str),
        now,
        pair,
        pair,
        job_id,
    )


def give_up_interrupted(tx: Transaction, *, now: datetime) -> None:
    """A worker has started: whatever the one before it was at has failed."""
    tx.sql(
        "UPDATE model_jobs SET state = 'failed', message = ?, finished_at = ?"
        " WHERE state = 'running'",
        INTERRUPTED,
        now,
    )
