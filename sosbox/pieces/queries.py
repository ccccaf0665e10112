"""Reading what was printed and where it hangs."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HangingPiece:
    """A piece that nobody has taken down, as far as the box knows.

    `template` with its size, "poster-a4"; `state` and `condition` as `Piece` has them;
    `area_id` and `area_name`: where the access point was when it was printed.
    """

    id: int
    access_point_id: int
    template: str
    version: int
    copies: int
    printed_at: datetime
    state: str
    condition: str
    seen_at: datetime | None
    area_id: int
    area_name: str

    @property
    def is_current(self) -> bool:
        """Not replaced by a newer one."""
        return self.state == "current"


def pieces_of_points(
    connection: sqlite3.Connection, ids: Iterable[int]
) -> dict[int, list[HangingPiece]]:
    """What hangs at these access points, by their ids, the current ones first.

    Access points without pieces are not among them.
    """
    found: dict[int, list[HangingPiece]] = {}
    for row in connection.execute(_PIECES_OF_POINTS, (json.dumps(list(ids)),)):
        piece = HangingPiece(*row)
        found.setdefault(piece.access_point_id, []).append(piece)
    return found


def hanging_of_runs(connection: sqlite3.Connection, run_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the pieces of each run that nobody has taken down; runs without are not there."""
    found: dict[int, list[int]] = {}
    for run_id, piece_id in connection.execute(_HANGING_OF_RUNS, (json.dumps(list(run_ids)),)):
        found.setdefault(run_id, []).append(piece_id)
    return found


_HANGING_OF_RUNS = """
    SELECT run_id, id FROM pieces
    WHERE run_id IN (SELECT value FROM json_each(?)) AND state NOT IN ('planned', 'removed')
    ORDER BY id
"""
_PIECES_OF_POINTS = """
    SELECT p.id, p.access_point_id, p.template, p.version, p.copies, p.printed_at, p.state,
           p.condition, p.seen_at, a.id, a.name
    FROM pieces p JOIN areas a ON a.id = p.area_id
    WHERE p.access_point_id IN (SELECT value FROM json_each(?))
    AND p.state NOT IN ('planned', 'removed')
    ORDER BY p.state, p.template, p.version DESC
"""
