"""Rounds for the tests: what hangs in Hotel Mar, and somebody who walks past it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.box import Box
from sosbox.db import DB
from sosbox.pieces.codes import piece_url
from sosbox.rounds.actions import FindingDraft, finish_round, record_finding, start_round
from sosbox.rounds.queries import RoundView, Stop, load_round, load_stops
from sosbox.rounds.rules import Found
from sosbox.staff.rules import Viewer
from tests.support.pieces import make_piece
from tests.support.venue import NOON, ROOM_TOKEN, TABLE_TOKEN, Venue

ORIGIN = "http://mar.example"
# What a photo is after the press has had it, as far as these tests can tell.
JPEG = b"\xff\xd8\xff\xe0 as if"


@dataclass(frozen=True)
class Hung:
    """Ids of what hangs: at room 204 a leaflet in its second version, at table 7 a table tent."""

    old_leaflet: int
    leaflet: int
    tent: int


async def hang_paper(venue: Venue) -> Hung:
    return Hung(
        old_leaflet=await make_piece(venue.room_id, state="replaced"),
        leaflet=await make_piece(venue.room_id, version=2),
        tent=await make_piece(venue.table_id, template="table-tent-a6"),
    )


def room_code(piece_id: int) -> str:
    """What the code of a piece of room 204 says."""
    return piece_url(f"{ORIGIN}/p/{ROOM_TOKEN}", piece_id)


def table_code(piece_id: int) -> str:
    return piece_url(f"{ORIGIN}/p/{TABLE_TOKEN}", piece_id)


async def start(viewer: Viewer, venue: Venue, *area_ids: int, now: datetime = NOON) -> int:
    """A round through these areas, else through reception."""
    wanted = area_ids or (venue.reception_id,)
    return await DB.write(
        start_round, now=now, viewer=viewer, house_id=venue.house_id, area_ids=wanted
    )


async def note(
    viewer: Viewer,
    round_id: int,
    point_id: int,
    piece_id: int | None,
    finding: Found = Found.GOOD,
    *,
    now: datetime = NOON,
    **about: Any,
) -> None:
    draft = FindingDraft(finding, piece_id, **about)
    await DB.write(
        record_finding, now=now, viewer=viewer, round_id=round_id, point_id=point_id, draft=draft
    )


async def finish(box: Box, viewer: Viewer, round_id: int, now: datetime = NOON) -> None:
    await DB.write(finish_round, box.keys, now=now, viewer=viewer, round_id=round_id)


async def round_of(viewer: Viewer, round_id: int) -> RoundView:
    return await DB.read(lambda connection: load_round(connection, viewer, round_id))


async def stops_of(viewer: Viewer, round_id: int) -> list[Stop]:
    walked = await round_of(viewer, round_id)
    return await DB.read(lambda connection: load_stops(connection, viewer, walked))
