"""Reading the quarantine; every function returns only what its viewer may see."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.cases.rules import Hold, Part, TranslationState
from sosbox.cases.scopes import Statement, held_walk
from sosbox.cases.translations import ShownTranslation
from sosbox.db import DB
from sosbox.staff.rules import Viewer

PAGE_SIZE = 25


@dataclass(frozen=True)
class HeldMessage:
    """A message in quarantine as the list shows it.

    is_quarantined: its case is, too; num_more: what else its guest wrote in it. filters: the names
    of those that hold it back. translation: into the language of the establishment, where there is
    one.
    """

    id: int
    case_id: int
    reference: str
    place_code: str
    place_label: str
    text: str
    language: str
    created_at: datetime
    is_quarantined: bool
    num_more: int
    filters: tuple[str, ...]
    translation: ShownTranslation | None


@dataclass(frozen=True)
class HeldPage:
    """next: what the following page begins after; None when this was the last."""

    rows: list[HeldMessage]
    next: int | None


async def held_page(
    viewer: Viewer, hold: Hold, *, now: datetime, before: int | None = None
) -> HeldPage:
    """A page of what is held or unwanted, the newest first. before: the last id of another page."""
    return await DB.read(lambda connection: _read_page(connection, viewer, hold, now, before))


def held_statement(viewer: Viewer, hold: Hold, *, now: datetime, before: int | None) -> Statement:
    """The select behind a page."""
    walk, arguments = held_walk(viewer, hold, now=now)
    beyond = "" if before is None else " AND m.id < ?"
    sql = f"SELECT {_COLUMNS} FROM {walk}{beyond} ORDER BY m.id DESC LIMIT {PAGE_SIZE + 1}"  # noqa: S608
    return sql, arguments if before is None else [*arguments, before]


async def filters_of_messages(message_ids: Iterable[int], action: str) -> dict[int, list[str]]:
    """The names of the filters that have done so with messages that the viewer has loaded."""
    ids = list(message_ids)
    return await DB.read(lambda connection: _read_filters(connection, ids, action))


_COLUMNS = """m.id, m.case_id, c.reference,
    (SELECT code FROM access_points p WHERE p.id = c.access_point_id),
    (SELECT label FROM access_points p WHERE p.id = c.access_point_id),
    m.text, m.language, m.created_at, c.is_quarantined,
    c.is_quarantined * (SELECT count(*) - 1 FROM messages o
        WHERE o.case_id = m.case_id AND o.hold = m.hold),
    (SELECT json_array(t.language, t.state, t.text, t.engine, json(t.flags)) FROM translations t
        JOIN establishments e ON e.language = t.language AND e.id = c.establishment_id
        WHERE t.message_id = m.id AND t.part = 'text' AND t.state IN ('done', 'partial'))"""


def _read_page(
    connection: sqlite3.Connection, viewer: Viewer, hold: Hold, now: datetime, before: int | None
) -> HeldPage:
    rows = connection.execute(*held_statement(viewer, hold, now=now, before=before)).fetchall()
    shown = rows[:PAGE_SIZE]
    filters = _read_filters(connection, [row[0] for row in shown], "quarantine")
    return HeldPage(
        rows=[_held_message(row, filters.get(row[0], [])) for row in shown],
        next=shown[-1][0] if len(rows) > PAGE_SIZE else None,
    )


def _held_message(row: tuple[Any, ...], filters: list[str]) -> HeldMessage:
    return HeldMessage(
        id=row[0],
        case_id=row[1],
        reference=row[2],
        place_code=row[3],
        place_label=row[4],
        text=row[5],
        language=row[6],
        created_at=row[7],
        is_quarantined=bool(row[8]),
        num_more=row[9],
        filters=tuple(filters),
        translation=_translation(row[0], row[10]) if row[10] else None,
    )


def _translation(message_id: int, stored: str) -> ShownTranslation:
    language, state, text, engine, flags = json.loads(stored)
    return ShownTranslation(
        message_id, Part.TEXT, language, TranslationState(state), text, engine, tuple(flags)
    )


def _read_filters(
    connection: sqlite3.Connection, message_ids: list[int], action: str
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for message_id, name in connection.execute(_FILTERS, (json.dumps(message_ids), action)):
        found.setdefault(message_id, []).append(name)
    return found


_FILTERS = """
    SELECT h.message_id, h.name FROM filter_hits h
    WHERE h.message_id IN (SELECT value FROM json_each(?)) AND h.action = ? ORDER BY h.id
"""
