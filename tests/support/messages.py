"""Many cases at a place, so many days ago; what guests wrote does not matter."""

from datetime import datetime, timedelta

from sosbox.db import Transaction
from tests.support.venue import NOON

DAY = timedelta(days=1)
# Once a week for half a year, and then no more for forty days.
WEEKLY = tuple(40.0 + 7 * week for week in range(26))


def at(days_ago: float) -> datetime:
    return NOON - days_ago * DAY


def write_cases(tx: Transaction, point_id: int, *days_ago: float) -> None:
    """Cases as bare as they may be, filed so many days ago."""
    owner, house, area = tx.sql(
        "SELECT e.subscriber_id, e.id, p.area_id FROM access_points p"
        " JOIN establishments e ON e.id = p.establishment_id WHERE p.id = ?",
        point_id,
    )[0]
    for number, days in enumerate(days_ago):
        tx.sql(
            "INSERT INTO cases (reference, subscriber_id, establishment_id, area_id,"
            " access_point_id, kind, language, state, state_rank, excerpt, receipt_hash, filed_at,"
            " promise_due_at, legal_due_at) VALUES (?1, ?2, ?3, ?4, ?5, 'complaint', 'es', 'new',"
            " 0, '', ?1, ?6, ?6, ?6)",
            f"{point_id}-{number}-{days}",
            owner,
            house,
            area,
            point_id,
            at(days),
        )
