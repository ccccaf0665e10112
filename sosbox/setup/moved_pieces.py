"""What hangs where it should no longer, after access points were retired or moved."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sosbox.pieces.queries import HangingPiece, pieces_of_points
from sosbox.setup.changes import Change


def pieces_in_wrong_places(connection: sqlite3.Connection, changes: Iterable[Change]) -> list[str]:
    """A line for each piece of paper that somebody has to take down, or along to another area."""
    changed = {
        change.name
        for change in changes
        if change.table == "access_point" and {"area", "retired"} & set(change.keys)
    }
    return [line for name in sorted(changed) for line in _lines(connection, name)]


def _lines(connection: sqlite3.Connection, name: str) -> Iterator[str]:
    house, _, code = name.partition("/")
    point_id, area_id, area, retired_at, zone = connection.execute(_POINT, (house, code)).fetchone()
    for piece in pieces_of_points(connection, [point_id]).get(point_id, ()):
        if not piece.is_current:
            continue
        if retired_at is not None:
            yield f"take down at {name}: {_described(piece, zone)}"
        elif piece.area_id != area_id:
            yield f"take along from {piece.area_name} to {area} with {name}: " + _described(
                piece, zone
            )


def _described(piece: HangingPiece, zone: str) -> str:
    return f"{piece.template}, version {piece.version}, printed on {_day(piece.printed_at, zone)}"


def _day(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


_POINT = """
    SELECT p.id, p.area_id, a.name, p.retired_at, e.timezone
    FROM access_points p JOIN areas a ON a.id = p.area_id
    JOIN establishments e ON e.id = p.establishment_id
    WHERE e.slug = ? AND p.code = ?
"""
