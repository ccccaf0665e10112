"""The database, the ledger and the outbox."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from sosbox.db.migrations import MIGRATIONS, check_schema
from sosbox.doctor.finding import Finding, Patient, bad, counted, warning
from sosbox.errors import SchemaError
from sosbox.ledger.verify import verify_ledger

# The ledger is looked at this far back; `sosbox ledger verify` looks at all of it.
NUM_LEDGER_ENTRIES = 1000
# Later than this, a notice that is due was forgotten.
STUCK_AFTER = timedelta(minutes=10)


def check_database_schema(patient: Patient) -> Iterator[Finding]:
    try:
        check_schema(patient.config.database_path, MIGRATIONS)
    except SchemaError as error:
        yield bad(
            "database.schema",
            str(error),
            "`sosbox serve` and `sosbox migrate` make or update it; check --data as well.",
        )
    except sqlite3.DatabaseError as error:
        yield _damaged(str(error))


def check_database_integrity(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    try:
        (answer,) = patient.connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        yield _damaged(answer)


def _damaged(problem: str) -> Finding:
    return bad(
        "database.integrity",
        f"The database is damaged: {problem}",
        "Stop the box, keep a copy of the data folder, and restore a backup.",
    )


def check_ledger(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None or patient.keys is None:
        return
    verdict = verify_ledger(
        patient.connection, patient.keys.public_key, num_newest=NUM_LEDGER_ENTRIES
    )
    if verdict.problem is not None:
        yield bad(
            "ledger.broken",
            f"The ledger is not whole: {verdict.problem.message}.",
            "Somebody has changed the database past the program. Keep a copy of the data folder"
            " and compare it with a backup; `sosbox ledger verify` looks at all of it.",
        )


def check_deliveries(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    count = patient.connection.execute
    (num_failed,) = count("SELECT count(*) FROM deliveries WHERE state = 'failed'").fetchone()
    if num_failed:
        yield warning(
            "deliveries.failed",
            f"{counted(num_failed, 'notice', 'notices')} could not be delivered.",
            "Each case shows which, why, and a button to try again.",
        )
    (num_stuck,) = count(
        "SELECT (SELECT count(*) FROM deliveries"
        " WHERE state = 'pending' AND next_attempt_at < :then"
        " OR state = 'sending' AND last_attempt_at < :then)"
        " + (SELECT count(*) FROM messages"
        " WHERE is_routed = 0 AND direction = 'from_guest' AND created_at < :then)",
        {"then": patient.now - STUCK_AFTER},
    ).fetchone()
    if num_stuck:
        yield bad(
            "deliveries.stuck",
            f"{counted(num_stuck, 'notice', 'notices')} should have been sent long ago.",
            "Is the box running (`sosbox healthcheck`)? Its log says what the worker does.",
        )
