"""Reading rounds: their stops, what was found, and what is left to be put right."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.config import Config
from sosbox.errors import NotFoundError
from sosbox.lib.text import fold
from sosbox.pieces.codes import piece_id_of, read_url
from sosbox.pieces.queries import HangingPiece, pieces_of_points
from sosbox.places.addresses import settled_address
from sosbox.places.building import BuildingArea, BuildingPoint, load_building
from sosbox.rounds.rules import Found, Reading, ScannedPiece, StopFinding, leads_to, still_open
from sosbox.staff.rules import Viewer

NO_ROUND = "There is no such round."
# More than this nobody reads; older rounds stay in the ledger and in the database.
MAX_HISTORY = 50


@dataclass(frozen=True)
class RoundView:
    """A round. `num_pieces`, `digest` and `signature` once it is finished."""

    id: int
    house_id: int
    house_name: str
    zone: ZoneInfo
    subscriber_id: int
    account_id: int
    who: str
    area_ids: tuple[int, ...]
    started_at: datetime
    finished_at: datetime | None
    num_pieces: int
    digest: str
    signature: bytes | None

    @property
    def is_open(self) -> bool:
        return self.finished_at is None


@dataclass(frozen=True)
class Stop:
    """An access point on a round: what should hang there, and what was found."""

    point: BuildingPoint
    area_name: str
    pieces: tuple[HangingPiece, ...]
    findings: tuple[StopFinding, ...]

    @property
    def open_pieces(self) -> list[HangingPiece]:
        return still_open(self.pieces, self.findings)

    @property
    def is_settled(self) -> bool:
        return not self.open_pieces

    @property
    def worst(self) -> StopFinding | None:
        """The first finding that is not as it should be, else any."""
        bad = (finding for finding in self.findings if finding.finding is not Found.GOOD)
        return next(bad, self.findings[0] if self.findings else None)

    def finding_of(self, piece_id: int) -> StopFinding | None:
        return next((each for each in self.findings if each.piece_id == piece_id), None)


@dataclass(frozen=True)
class NotedFinding:
    """A finding with all that is around it: where, which piece, whose code hung there instead."""

    id: int
    access_point_id: int
    piece_id: int | None
    found_id: int | None
    template: str
    finding: Found
    note: str
    has_photo: bool
    found_at: datetime
    round_id: int
    code: str
    label: str
    area_name: str
    version: int | None
    found_code: str
    who: str


@dataclass(frozen=True)
class WalkArea:
    """An area that can be walked through; num_pieces: what should hang there."""

    id: int
    name: str
    num_pieces: int


@dataclass(frozen=True)
class WalkHouse:
    """A house that can be walked through; open_round: the one that the viewer has not finished."""

    id: int
    name: str
    areas: list[WalkArea]
    open_round: RoundView | None


@dataclass(frozen=True)
class PointName:
    """An access point by what stands on every piece of it."""

    id: int
    code: str
    label: str
    area_name: str
    is_retired: bool


# Rounds -------------------------------------------------------------------------------------------


def load_round(connection: sqlite3.Connection, viewer: Viewer, round_id: int) -> RoundView:
    """One that the viewer may see: for agents those that they walk, and those that went through
    their areas alone. Raises NotFoundError."""
    row = connection.execute(f"{_ROUNDS} WHERE r.id = ?", (round_id,)).fetchone()
    if row is None or not _may_see(viewer, found := _round(row)):
        raise NotFoundError(NO_ROUND)
    return found


def load_rounds(connection: sqlite3.Connection, viewer: Viewer) -> list[RoundView]:
    """The viewer's, the newest first."""
    rows = connection.execute(
        f"{_ROUNDS} WHERE e.subscriber_id = ? ORDER BY r.id DESC", (viewer.subscriber_id,)
    )
    found = (each for each in map(_round, rows) if _may_see(viewer, each))
    return [each for each, _ in zip(found, range(MAX_HISTORY), strict=False)]


def count_findings(
    connection: sqlite3.Connection, round_ids: Iterable[int]
) -> dict[int, Counter[Found]]:
    """How often what was found, for each round; rounds without findings are not there."""
    counts: dict[int, Counter[Found]] = {}
    for round_id, finding, num in connection.execute(_COUNTS, (json.dumps(list(round_ids)),)):
        counts.setdefault(round_id, Counter())[Found(finding)] = num
    return counts


def load_houses(connection: sqlite3.Connection, viewer: Viewer) -> list[WalkHouse]:
    """The houses of the viewer with the areas that they may walk through, in their order."""
    rounds = [each for each in load_rounds(connection, viewer) if each.is_open]
    open_rounds = {each.house_id: each for each in rounds if each.account_id == viewer.account_id}
    houses = []
    for house_id, name in connection.execute(_HOUSES, (viewer.subscriber_id,)).fetchall():
        areas = [
            area for area in load_building(connection, house_id) if _sees_area(viewer, area.id)
        ]
        pieces = _current_pieces(connection, areas)
        counted = [_walk_area(area, pieces) for area in areas]
        if counted:
            houses.append(WalkHouse(house_id, name, counted, open_rounds.get(house_id)))
    return houses


def load_area_names(connection: sqlite3.Connection, house_id: int) -> dict[int, str]:
    """The names of all areas of a house by their ids, in the order of the building."""
    return {area.id: area.name for area in load_building(connection, house_id)}


def _walk_area(area: BuildingArea, pieces: dict[int, list[HangingPiece]]) -> WalkArea:
    num_pieces = sum(len(pieces.get(point.id, ())) for point in area.points)
    return WalkArea(area.id, area.name, num_pieces)


def _may_see(viewer: Viewer, found: RoundView) -> bool:
    if found.subscriber_id != viewer.subscriber_id:
        return False
    is_own = found.account_id == viewer.account_id
    return is_own or all(_sees_area(viewer, area_id) for area_id in found.area_ids)


def _sees_area(viewer: Viewer, area_id: int) -> bool:
    return viewer.area_ids is None or area_id in viewer.area_ids


def _round(row: tuple[Any, ...]) -> RoundView:
    number, house_id, house, zone, owner, account_id, who, areas, *rest = row
    ids = tuple(json.loads(areas))
    return RoundView(number, house_id, house, ZoneInfo(zone), owner, account_id, who, ids, *rest)


# Stops --------------------------------------------------------------------------------------------


def load_stops(connection: sqlite3.Connection, viewer: Viewer, walked: RoundView) -> list[Stop]:
    """Where something should hang, in the order of the building, as it is now."""
    areas = [
        area
        for area in load_building(connection, walked.house_id)
        if area.id in walked.area_ids and _sees_area(viewer, area.id)
    ]
    pieces = _current_pieces(connection, areas)
    findings = _findings_by_point(connection, walked.id)
    return [
        Stop(point, area.name, tuple(pieces[point.id]), tuple(findings.get(point.id, ())))
        for area in areas
        for point in area.points
        if point.id in pieces
    ]


def settled_ids(stops: Iterable[Stop]) -> frozenset[int]:
    """The access points at which nothing is open any more."""
    return frozenset(stop.point.id for stop in stops if stop.is_settled)


def load_noted(connection: sqlite3.Connection, round_id: int) -> list[NotedFinding]:
    """Everything that was found on a round, in the order in which it was. The caller has made sure
    that it may be seen."""
    rows = connection.execute(f"{_NOTED} WHERE f.round_id = ? ORDER BY f.id", (round_id,))
    return [_noted(row) for row in rows]


def load_photo(
    connection: sqlite3.Connection, viewer: Viewer, round_id: int, finding_id: int
) -> bytes:
    """The JPEG that somebody has taken. Raises NotFoundError."""
    load_round(connection, viewer, round_id)
    row = connection.execute(
        "SELECT photo FROM round_findings WHERE id = ? AND round_id = ?", (finding_id, round_id)
    ).fetchone()
    if row is None or row[0] is None:
        raise NotFoundError("There is no such picture.")
    return bytes(row[0])


def load_repairs(connection: sqlite3.Connection, viewer: Viewer) -> list[NotedFinding]:
    """What is to be put right, the oldest first: the last that was found of each piece that is
    still counted on to hang, or hangs where it should not."""
    areas = None if viewer.area_ids is None else json.dumps(sorted(viewer.area_ids))
    rows = connection.execute(_NOTED + _REPAIRS, {"owner": viewer.subscriber_id, "areas": areas})
    return [_noted(row) for row in rows]


def _current_pieces(
    connection: sqlite3.Connection, areas: Iterable[BuildingArea]
) -> dict[int, list[HangingPiece]]:
    ids = [point.id for area in areas for point in area.points]
    found = {}
    for point_id, pieces in pieces_of_points(connection, ids).items():
        current = [piece for piece in pieces if piece.is_current]
        if current:
            found[point_id] = current
    return found


def _findings_by_point(
    connection: sqlite3.Connection, round_id: int
) -> dict[int, list[StopFinding]]:
    found: dict[int, list[StopFinding]] = {}
    for row in connection.execute(_FINDINGS, (round_id,)):
        number, point_id, piece_id, found_id, template, finding, note, has_photo, found_at = row
        found.setdefault(point_id, []).append(
            StopFinding(
                id=number,
                access_point_id=point_id,
                piece_id=piece_id,
                found_id=found_id,
                template=template,
                finding=Found(finding),
                note=note,
                has_photo=bool(has_photo),
                found_at=found_at,
            )
        )
    return found


def _noted(row: tuple[Any, ...]) -> NotedFinding:
    values = dict(zip(_NOTED_FIELDS, row, strict=True))
    values["finding"], values["has_photo"] = Found(values["finding"]), bool(values["has_photo"])
    return NotedFinding(**values)


_NOTED_FIELDS = tuple(field.name for field in fields(NotedFinding))


# Codes --------------------------------------------------------------------------------------------


def read_code(connection: sqlite3.Connection, config: Config, viewer: Viewer, text: str) -> Reading:
    """What a QR code leads to. A code of another subscriber is none of ours.

    Somebody may copy the page and the number of a piece and let the address lead to a page of
    their own: it must be that of the house, where that is settled.
    """
    text = text.strip()
    scanned = read_url(text)
    if scanned is None:
        return Reading(None)
    row = connection.execute(_SCANNED, (scanned.token, viewer.subscriber_id)).fetchone()
    if row is None:
        return Reading(None)
    address = settled_address(config, row[1])
    if address and not leads_to(text, address):
        return Reading(None, has_own_address=False)
    return load_reading(connection, viewer, row[0], scanned.piece_id)


def read_typed(
    connection: sqlite3.Connection, config: Config, viewer: Viewer, house_id: int, text: str
) -> Reading:
    """What somebody has read off the paper: the code of the place, the number of the piece, the
    line that it stands in, or the address."""
    if "/" in text:
        return read_code(connection, config, viewer, text)
    wanted = fold(text.rpartition("·")[2].strip())
    point_id = _point_called(connection, house_id, wanted)
    if point_id is not None:
        return Reading(point_id)
    piece_id = piece_id_of(wanted)
    if piece_id is None:
        return Reading(None)
    row = connection.execute(_PIECE, (piece_id, viewer.subscriber_id)).fetchone()
    if row is None:
        return Reading(None)
    piece = ScannedPiece(*row)
    return Reading(piece.access_point_id, piece)


def load_reading(
    connection: sqlite3.Connection, viewer: Viewer, point_id: int, piece_id: int | None
) -> Reading:
    """An access point of the viewer's company with a piece of it, both by their ids."""
    owner = viewer.subscriber_id
    if connection.execute(_POINT, (point_id, owner)).fetchone() is None:
        return Reading(None)
    row = connection.execute(_PIECE, (piece_id, owner)).fetchone()
    if row is None or row[1] != point_id:
        return Reading(point_id)
    return Reading(point_id, ScannedPiece(*row))


def name_point(connection: sqlite3.Connection, point_id: int) -> PointName:
    """The caller has the id from a `Reading`."""
    code, label, area, retired_at = connection.execute(_NAME, (point_id,)).fetchone()
    return PointName(point_id, code, label, area, retired_at is not None)


def _point_called(connection: sqlite3.Connection, house_id: int, wanted: str) -> int | None:
    """By its code, as it is typed in a hurry: "hab 204" for "HAB-204"."""
    codes = {row[0]: fold(row[1]) for row in connection.execute(_CODES, (house_id,))}
    same = [point_id for point_id, code in codes.items() if code == wanted]
    alike = [point_id for point_id, code in codes.items() if _bare(code) == _bare(wanted)]
    return next((found[0] for found in (same, alike) if len(found) == 1), None)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


_ROUNDS = """
    SELECT r.id, r.establishment_id, e.name, e.timezone, e.subscriber_id, r.account_id, a.name,
           r.areas, r.started_at, r.finished_at, r.num_pieces, r.digest, r.signature
    FROM rounds r JOIN establishments e ON e.id = r.establishment_id
    JOIN accounts a ON a.id = r.account_id
"""
_COUNTS = """
    SELECT round_id, finding, count(*) FROM round_findings
    WHERE round_id IN (SELECT value FROM json_each(?)) GROUP BY round_id, finding
"""
_HOUSES = "SELECT id, name FROM establishments WHERE subscriber_id = ? ORDER BY name, id"
_FINDINGS = """
    SELECT f.id, f.access_point_id, f.piece_id, f.found_id, coalesce(p.template, ''), f.finding,
           f.note, f.photo IS NOT NULL, f.found_at
    FROM round_findings f LEFT JOIN pieces p ON p.id = f.piece_id
    WHERE f.round_id = ? ORDER BY f.id
"""
_NOTED = """
    SELECT f.id, f.access_point_id, f.piece_id, f.found_id, coalesce(p.template, ''), f.finding,
           f.note, f.photo IS NOT NULL, f.found_at, f.round_id, t.code, t.label, a.name,
           p.version, coalesce(o.code, ''), w.name
    FROM round_findings f JOIN access_points t ON t.id = f.access_point_id
    JOIN areas a ON a.id = t.area_id JOIN establishments e ON e.id = t.establishment_id
    JOIN rounds r ON r.id = f.round_id JOIN accounts w ON w.id = r.account_id
    LEFT JOIN pieces p ON p.id = f.piece_id LEFT JOIN access_points o ON o.id = f.found_id
"""
# A newer piece makes good what was torn or gone. An old one is no matter any more where the newer
# one was seen, one from elsewhere where a later round has come by.
_REPAIRS = """
    WHERE e.subscriber_id = :owner
      AND (:areas IS NULL OR t.area_id IN (SELECT value FROM json_each(:areas)))
      AND (f.piece_id IS NULL
           OR f.id = (SELECT max(n.id) FROM round_findings n WHERE n.piece_id = f.piece_id))
      AND ((f.finding IN ('torn', 'stained', 'missing') AND p.state = 'current')
        OR (f.finding = 'old' AND p.state = 'replaced' AND NOT EXISTS (
            SELECT 1 FROM round_findings n JOIN pieces q ON q.id = n.piece_id
            WHERE n.access_point_id = f.access_point_id AND n.id > f.id AND n.finding = 'good'
            AND q.template = p.template))
        OR (f.finding = 'elsewhere' AND coalesce(p.state, '') <> 'removed' AND NOT EXISTS (
            SELECT 1 FROM round_findings n WHERE n.access_point_id = f.access_point_id
            AND n.id > f.id AND n.round_id <> f.round_id)))
    ORDER BY f.id
"""
_SCANNED = """
    SELECT t.id, e.base_url FROM access_points t
    JOIN establishments e ON e.id = t.establishment_id WHERE t.token = ? AND e.subscriber_id = ?
"""
_POINT = """
    SELECT 1 FROM access_points t JOIN establishments e ON e.id = t.establishment_id
    WHERE t.id = ? AND e.subscriber_id = ?
"""
_PIECE = """
    SELECT p.id, p.access_point_id, p.template, p.version, p.state
    FROM pieces p JOIN access_points t ON t.id = p.access_point_id
    JOIN establishments e ON e.id = t.establishment_id WHERE p.id = ? AND e.subscriber_id = ?
    AND p.state <> 'planned'
"""
_CODES = "SELECT id, code FROM access_points WHERE establishment_id = ? ORDER BY id"
_NAME = """
    SELECT t.code, t.label, a.name, t.retired_at FROM access_points t
    JOIN areas a ON a.id = t.area_id WHERE t.id = ?
"""
