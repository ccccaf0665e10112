"""The inbox: what a member of the staff may see, new first, newest first within each state.

A page of it has to open as fast among 200,000 cases as among 2,000. So every select walks one of
the two inbox indexes in its own order and stops after a page; the states (and, for an agent, the
areas) are walked one after the other and merged here. Counts stop at 100.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.cases.clocks import CaseClock, clock_of
from sosbox.cases.rules import STATE_RANKS, Hold, State
from sosbox.cases.scopes import (
    LOOKED_AT,
    LOOKED_AT_WITHIN,
    Statement,
    held_walk,
    inbox_scope,
    scope_of,
    sensitive_scope,
)
from sosbox.db import DB
from sosbox.lib.text import fold
from sosbox.staff.rules import Viewer

PAGE_SIZE = 50
# Counts are exact below this and "99+" from here on.
MAX_COUNT = 100
_OPEN_RANK = STATE_RANKS[State.IN_PROGRESS]


@dataclass(frozen=True)
class InboxFilter:
    """What of the inbox is shown; an empty field holds for every case.

    states: empty for all. text: as typed; found in messages without regard to case and accents,
    in the reference and in the code of the place.
    """

    states: frozenset[State] = frozenset()
    area_id: int | None = None
    kind: str = ""
    filed_from: datetime | None = None
    filed_before: datetime | None = None
    text: str = ""
    is_mine: bool = False
    is_late: bool = False
    has_failed_delivery: bool = False


@dataclass(frozen=True)
class Cursor:
    """The last row of a page; the next one begins after it."""

    rank: int
    filed_at: datetime
    case_id: int


@dataclass(frozen=True)
class InboxRow:
    """A case as the list shows it. marks: the filters that have marked it.

    language: of the first line as it was written; translated_excerpt: the same line in
    house_language, that of the establishment; both empty when there is no translation.
    """

    id: int
    reference: str
    place_code: str
    place_label: str
    language: str
    kind: str
    state: State
    excerpt: str
    is_unread: bool
    assignee_id: int | None
    assignee_name: str | None
    filed_at: datetime
    clock: CaseClock
    has_failed_delivery: bool
    is_safety: bool
    marks: tuple[str, ...]
    translated_excerpt: str
    house_language: str


@dataclass(frozen=True)
class InboxPage:
    rows: list[InboxRow]
    next: Cursor | None


@dataclass(frozen=True)
class Counts:
    """How many cases there are for the viewer, each at most MAX_COUNT."""

    num_new: int
    num_open: int
    num_late: int
    num_failed: int
    num_held: int


_COLUMNS = """
    SELECT c.id, c.reference, p.code, p.label, coalesce(nullif(c.guest_language, ''), c.language),
           c.kind, c.state, c.excerpt, c.is_unread,
           c.assignee_id, a.name, c.filed_at, c.promise_due_at, c.legal_due_at, c.answered_at,
           EXISTS (SELECT 1 FROM deliveries d WHERE d.case_id = c.id AND d.state = 'failed'),
           c.state_rank, c.is_safety,
           (SELECT json_group_array(h.name) FROM messages m JOIN filter_hits h
                ON h.message_id = m.id AND h.action = 'mark' WHERE m.case_id = c.id),
           c.translated_excerpt, CASE c.translated_excerpt WHEN '' THEN '' ELSE
                (SELECT e.language FROM establishments e WHERE e.id = c.establishment_id) END
    FROM cases c
    JOIN access_points p ON p.id = c.access_point_id
    LEFT JOIN accounts a ON a.id = c.assignee_id
"""


async def inbox_page(
    viewer: Viewer, wanted: InboxFilter, *, now: datetime, after: Cursor | None = None
) -> InboxPage:
    """One page of the inbox, of cases that the viewer may see alone."""
    return await DB.read(
        lambda connection: _read_page(connection, viewer, wanted, now=now, after=after)
    )


async def inbox_counts(viewer: Viewer, *, now: datetime) -> Counts:
    """How much there is to do, whatever the filters say."""
    return await DB.read(lambda connection: read_counts(connection, viewer, now=now))


def read_counts(connection: sqlite3.Connection, viewer: Viewer, *, now: datetime) -> Counts:
    """`inbox_counts` for callers that have a connection."""
    return Counts(
        *(
            connection.execute(sql, arguments).fetchone()[0]
            for sql, arguments in count_statements(viewer, now=now)
        )
    )


def count_statements(viewer: Viewer, *, now: datetime) -> list[Statement]:
    """The selects behind the counts, in the order of Counts."""
    scope, scope_arguments = scope_of(viewer)
    inbox, inbox_arguments = inbox_scope(viewer, now=now)
    # The unary plus keeps the planner from walking the subscriber's cases for an agent's few.
    ranked = inbox if viewer.area_ids is None else f"+{inbox}"
    by_rank = f"SELECT 1 FROM cases c WHERE {ranked} AND c.state_rank = ?"  # noqa: S608
    late = (
        f"SELECT 1 FROM cases c INDEXED BY cases_unanswered WHERE {scope}"  # noqa: S608
        " AND c.answered_at IS NULL AND c.state_rank < 2 AND c.promise_due_at <= ?"
    )
    # From the deliveries outwards: failed ones are few.
    failed = (
        "SELECT DISTINCT d.case_id FROM deliveries d CROSS JOIN cases c ON c.id = d.case_id"  # noqa: S608
        f" WHERE d.state = 'failed' AND {scope} AND c.state_rank < 2"
    )
    held, held_arguments = held_walk(viewer, Hold.HELD, now=now)
    return [
        (_counted(by_rank), [*inbox_arguments, STATE_RANKS[State.NEW]]),
        (_counted(by_rank), [*inbox_arguments, _OPEN_RANK]),
        (_counted(late), [*scope_arguments, now]),
        (_counted(failed), scope_arguments),
        (_counted(f"SELECT 1 FROM {held}"), held_arguments),  # noqa: S608
    ]


def page_statements(
    viewer: Viewer, wanted: InboxFilter, *, now: datetime, after: Cursor | None = None
) -> list[list[Statement]]:
    """The selects behind a page: for each state rank in turn, one for each index range to walk."""
    states = wanted.states or frozenset(State)
    ranks = sorted({STATE_RANKS[state] for state in states})
    if wanted.is_late:
        ranks = [rank for rank in ranks if rank <= _OPEN_RANK]
    conditions, arguments = _conditions(viewer, wanted, states, now)
    groups = []
    for rank in ranks:
        if after is not None and rank < after.rank:
            continue
        beyond, beyond_arguments = "", []
        if after is not None and rank == after.rank:
            beyond = " AND (c.filed_at, c.id) < (?, ?)"
            beyond_arguments = [after.filed_at, after.case_id]
        groups.append(
            [
                (
                    f"{_COLUMNS} WHERE {walk} AND c.state_rank = ?{beyond}{conditions}"
                    f" ORDER BY c.filed_at DESC, c.id DESC LIMIT {PAGE_SIZE + 1}",
                    [*walk_arguments, rank, *beyond_arguments, *arguments],
                )
                for walk, walk_arguments in _walks(viewer, wanted.area_id)
            ]
        )
    return groups


def _read_page(
    connection: sqlite3.Connection,
    viewer: Viewer,
    wanted: InboxFilter,
    *,
    now: datetime,
    after: Cursor | None,
) -> InboxPage:
    found: list[tuple[Any, ...]] = []
    for group in page_statements(viewer, wanted, now=now, after=after):
        rows = [row for sql, values in group for row in connection.execute(sql, values)]
        rows.sort(key=lambda row: (row[11], row[0]), reverse=True)
        found += rows
        if len(found) > PAGE_SIZE:
            break
    shown = found[:PAGE_SIZE]
    last = shown[-1] if len(found) > PAGE_SIZE else None
    return InboxPage(
        rows=[_row(row, now) for row in shown],
        next=Cursor(rank=last[16], filed_at=last[11], case_id=last[0]) if last else None,
    )


def _row(row: tuple[Any, ...], now: datetime) -> InboxRow:
    state = State(row[6])
    return InboxRow(
        id=row[0],
        reference=row[1],
        place_code=row[2],
        place_label=row[3],
        language=row[4],
        kind=row[5],
        state=state,
        excerpt=row[7],
        is_unread=bool(row[8]),
        assignee_id=row[9],
        assignee_name=row[10],
        filed_at=row[11],
        clock=clock_of(now, state, row[12], row[13], row[14]),
        has_failed_delivery=bool(row[15]),
        is_safety=bool(row[17]),
        marks=tuple(dict.fromkeys(json.loads(row[18]))),
        translated_excerpt=row[19],
        house_language=row[20],
    )


def _walks(viewer: Viewer, area_id: int | None) -> list[Statement]:
    """The ranges of an index that together hold what the viewer may see."""
    if area_id is None and viewer.area_ids is None:
        return [("c.subscriber_id = ?", [viewer.subscriber_id])]
    if viewer.area_ids is None:
        areas = [area_id]
    else:
        areas = [area for area in sorted(viewer.area_ids) if area_id in (None, area)]
    return [
        ("+c.subscriber_id = ? AND c.area_id = ?", [viewer.subscriber_id, area]) for area in areas
    ]


def _conditions(
    viewer: Viewer, wanted: InboxFilter, states: frozenset[State], now: datetime
) -> Statement:
    sql: list[str] = [sensitive_scope(viewer), f" AND {LOOKED_AT}"]
    arguments: list[Any] = [now - LOOKED_AT_WITHIN]

    def add(condition: str, *values: Any) -> None:
        sql.append(f" AND {condition}")
        arguments.extend(values)

    if len(states) < len(State):
        add(f"c.state IN ({', '.join('?' * len(states))})", *sorted(str(state) for state in states))
    if wanted.kind:
        add("c.kind = ?", wanted.kind)
    if wanted.filed_from is not None:
        add("c.filed_at >= ?", wanted.filed_from)
    if wanted.filed_before is not None:
        add("c.filed_at < ?", wanted.filed_before)
    if wanted.is_mine:
        add("c.assignee_id = ?", viewer.account_id)
    if wanted.is_late:
        add("c.answered_at IS NULL AND c.promise_due_at <= ?", now)
    if wanted.has_failed_delivery:
        add("EXISTS (SELECT 1 FROM deliveries d WHERE d.case_id = c.id AND d.state = 'failed')")
    if wanted.text:
        as_typed = _pattern(wanted.text)
        add(_TEXT, as_typed, as_typed, as_typed, _pattern(fold(wanted.text)))
    return "".join(sql), arguments


_TEXT = r"""(c.reference LIKE ? ESCAPE '\' OR p.code LIKE ? ESCAPE '\'
    OR c.ticket LIKE ? ESCAPE '\' OR EXISTS (
    SELECT 1 FROM messages m WHERE m.case_id = c.id AND m.search_text LIKE ? ESCAPE '\'))"""


def _pattern(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%"


def _counted(select: str) -> str:
    return f"SELECT count(*) FROM ({select} LIMIT {MAX_COUNT})"  # noqa: S608
