"""Conditions that say which cases a viewer may see; each is SQL on `cases c` with its arguments."""

from datetime import datetime, timedelta
from typing import Any

from sosbox.cases.rules import Hold
from sosbox.staff.rules import Viewer

# A case comes into the inbox when the worker has looked at it, for filters and rules say who may
# see it; if the worker does not, all the same after so long.
LOOKED_AT_WITHIN = timedelta(seconds=10)

Statement = tuple[str, list[Any]]


def scope_of(viewer: Viewer) -> Statement:
    """The condition that holds for every case that the viewer may see, and no other."""
    sensitive = sensitive_scope(viewer)
    if viewer.area_ids is None:
        return f"c.subscriber_id = ?{sensitive}", [viewer.subscriber_id]
    # No area has the id 0. SQLite finds no plan for an empty list and an index that it must use.
    areas = sorted(viewer.area_ids) or [0]
    marks = ", ".join("?" * len(areas))
    return (
        f"c.subscriber_id = ? AND c.area_id IN ({marks}){sensitive}",
        [viewer.subscriber_id, *areas],
    )


def inbox_scope(viewer: Viewer, *, now: datetime) -> Statement:
    """`scope_of`, of cases that have come into the inbox; those in quarantine have a rank that it
    does not show."""
    scope, arguments = scope_of(viewer)
    return f"{scope} AND {LOOKED_AT}", [*arguments, now - LOOKED_AT_WITHIN]


# Of an argument: until when a case must have been filed that the worker has not looked at.
LOOKED_AT = """(c.filed_at <= ? OR NOT EXISTS (
    SELECT 1 FROM messages w WHERE w.case_id = c.id AND w.is_routed = 0
    AND w.direction = 'from_guest'))"""


def sensitive_scope(viewer: Viewer) -> str:
    """What has to be added for those who do not see cases that concern the staff itself."""
    return "" if viewer.may_see_sensitive else " AND NOT c.is_sensitive"


def held_walk(viewer: Viewer, hold: Hold, *, now: datetime) -> Statement:
    """What stands behind FROM to find the messages `m` that are held or unwanted.

    Of a case that is in quarantine itself only the first: they are read together.
    """
    scope, arguments = inbox_scope(viewer, now=now)
    return f"{_HELD[hold]} AND {scope} AND {_IS_FIRST}", arguments


# Written out, for SQLite takes an index of some rows only for a condition that it can read.
_HELD = {
    Hold.HELD: "messages m INDEXED BY messages_held CROSS JOIN cases c ON c.id = m.case_id"
    " WHERE m.hold = 'held'",
    Hold.UNWANTED: "messages m INDEXED BY messages_unwanted CROSS JOIN cases c ON c.id = m.case_id"
    " WHERE m.hold = 'unwanted'",
}
_IS_FIRST = """NOT (c.is_quarantined AND EXISTS (SELECT 1 FROM messages e
    WHERE e.case_id = m.case_id AND e.hold = m.hold AND e.id < m.id))"""
