"""Pieces at access points, and noting that they have been taken down."""

import json

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ForbiddenError, NotFoundError
from sosbox.ledger.rules import Event
from sosbox.ledger.tables import LedgerEntry
from sosbox.pieces.actions import remove_pieces
from sosbox.pieces.queries import pieces_of_points
from sosbox.staff.rules import Viewer
from tests.support.pieces import DOOR_LEAFLET, make_piece, state_of
from tests.support.venue import NOON, Venue


async def remove(box: Box, viewer: Viewer, *piece_ids: int) -> None:
    await DB.write(remove_pieces, box.keys, now=NOON, viewer=viewer, piece_ids=piece_ids)


async def removals() -> list[dict[str, object]]:
    rows = await LedgerEntry.select().where(LedgerEntry.event == Event.PIECES_REMOVED)
    return [{"actor": row["actor"], **json.loads(row["data"])} for row in rows]


async def test_what_hangs_is_read_by_access_point(box: Box, venue: Venue) -> None:
    old = await make_piece(venue.room_id, state="replaced")
    new = await make_piece(venue.room_id, version=2, condition="torn")
    await make_piece(venue.room_id, template="poster-a4", state="removed")
    table = await make_piece(venue.table_id, template="table-tent-a6")
    found = await DB.read(
        lambda connection: pieces_of_points(connection, [venue.room_id, venue.table_id, 999])
    )
    assert {point: [piece.id for piece in pieces] for point, pieces in found.items()} == {
        venue.room_id: [new, old],
        venue.table_id: [table],
    }
    newest = found[venue.room_id][0]
    assert (newest.template, newest.version, newest.condition) == (DOOR_LEAFLET, 2, "torn")
    assert (newest.printed_at, newest.area_name, newest.is_current) == (NOON, "Recepción", True)


async def test_what_was_taken_down_is_noted_in_the_ledger(box: Box, venue: Venue) -> None:
    pieces = [await make_piece(venue.room_id), await make_piece(venue.table_id)]
    await remove(box, venue.anna, *reversed(pieces))
    assert [await state_of(piece) for piece in pieces] == ["removed", "removed"]
    assert await removals() == [{"actor": f"account:{venue.anna.account_id}", "pieces": pieces}]


async def test_what_is_down_already_is_not_noted_again(box: Box, venue: Venue) -> None:
    first, second = await make_piece(venue.room_id), await make_piece(venue.table_id)
    await remove(box, venue.anna, first)
    await remove(box, venue.anna, first)
    await remove(box, venue.anna, first, second)
    assert [entry["pieces"] for entry in await removals()] == [[first], [second]]


async def test_an_agent_takes_down_what_hangs_in_their_area(box: Box, venue: Venue) -> None:
    piece = await make_piece(venue.room_id)
    await remove(box, venue.boris, piece)
    assert await state_of(piece) == "removed"


@pytest.mark.parametrize(
    ("who", "error"), [("clara", NotFoundError), ("otto", NotFoundError), ("dario", ForbiddenError)]
)
async def test_nobody_else_does(box: Box, venue: Venue, who: str, error: type[Exception]) -> None:
    piece = await make_piece(venue.room_id)
    with pytest.raises(error):
        await remove(box, getattr(venue, who), piece)
    assert await state_of(piece) == "current"
    assert await removals() == []


async def test_a_piece_that_is_not_there_undoes_all_of_it(box: Box, venue: Venue) -> None:
    piece = await make_piece(venue.room_id)
    with pytest.raises(NotFoundError):
        await remove(box, venue.anna, piece, 999)
    assert await state_of(piece) == "current"
