"""For what the console rings: new cases that nobody has opened."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sosbox.cases.inbox_queries import MAX_COUNT
from sosbox.cases.rules import STATE_RANKS, State
from sosbox.cases.scopes import inbox_scope
from sosbox.staff.rules import Viewer

# An inbox that was left alone for weeks does not ring on.
RING_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Ring:
    """How many cases it rings for, at most MAX_COUNT, and the newest of them; 0 for none."""

    num: int
    newest_case_id: int


def read_ring(connection: sqlite3.Connection, viewer: Viewer, *, now: datetime) -> Ring:
    """What the viewer may see of it; a case that somebody takes care of rings no more."""
    sql, arguments = ring_statement(viewer, now=now)
    rows = connection.execute(sql, arguments).fetchall()
    return Ring(len(rows), max((row[0] for row in rows), default=0))


def ring_statement(viewer: Viewer, *, now: datetime) -> tuple[str, list[Any]]:
    """The select behind it: looked at whenever something happens, so it walks an index."""
    inbox, arguments = inbox_scope(viewer, now=now)
    # As for the counts of the inbox: the area is the better index for an agent.
    scope = inbox if viewer.area_ids is None else f"+{inbox}"
    return (
        f"SELECT c.id FROM cases c WHERE {scope} AND c.state_rank = ? AND c.filed_at > ?"  # noqa: S608
        " AND c.is_unread AND NOT c.is_quarantined AND c.acknowledged_at IS NULL"
        f" ORDER BY c.filed_at DESC LIMIT {MAX_COUNT}",
        [*arguments, STATE_RANKS[State.NEW], now - RING_WITHIN],
    )
