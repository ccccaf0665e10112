"""What waits, after the clock of the box was wrong and was put right."""

from datetime import datetime, timedelta

from sosbox.db import Transaction


def move_clocks(tx: Transaction, by: timedelta) -> int:
    """The box's clock was put forward or back by so much: what waits goes with it.

    Returns how many clocks and notices that were.
    """
    clocks = tx.sql("SELECT id, started_at, last_at, next_at FROM clocks WHERE ended_at IS NULL")
    for clock_id, *moments in clocks:
        tx.sql(
            "UPDATE clocks SET started_at = ?, last_at = ?, next_at = ? WHERE id = ?",
            *(moment + by for moment in moments),
            clock_id,
        )
    notices = tx.sql(
        "SELECT id, created_at, next_attempt_at FROM deliveries WHERE state = 'pending'"
    )
    for delivery_id, *moments in notices:
        tx.sql(
            "UPDATE deliveries SET created_at = ?, next_attempt_at = ? WHERE id = ?",
            *(moment + by for moment in moments),
            delivery_id,
        )
    return len(clocks) + len(notices)


def bring_back_clocks(tx: Transaction, *, now: datetime) -> int:
    """Mends what was written while the box's clock was ahead and the box was then restarted.

    A clock that was last touched in the future, and a notice that was made there, keep how long
    they had to wait and begin to wait now. Returns how many that were.
    """
    # A second or two is how far NTP may step; it is not worth a change.
    horizon = now + timedelta(minutes=1)
    clocks = tx.sql(
        "SELECT id, started_at, last_at, next_at FROM clocks WHERE ended_at IS NULL"
        " AND last_at > ?",
        horizon,
    )
    for clock_id, started_at, last_at, next_at in clocks:
        tx.sql(
            "UPDATE clocks SET started_at = ?, last_at = ?, next_at = ? WHERE id = ?",
            min(started_at, now),
            now,
            next_at - (last_at - now),
            clock_id,
        )
    notices = tx.sql(
        "SELECT id, created_at, next_attempt_at, coalesce(last_attempt_at, created_at)"
        " AS \"touched_at [timestamptz]\" FROM deliveries WHERE state = 'pending'"
        " AND coalesce(last_attempt_at, created_at) > ?",
        horizon,
    )
    for delivery_id, created_at, next_attempt_at, touched_at in notices:
        tx.sql(
            "UPDATE deliveries SET created_at = ?, next_attempt_at = ? WHERE id = ?",
            min(created_at, now),
            next_attempt_at - (touched_at - now),
            delivery_id,
        )
    return len(clocks) + len(notices)
