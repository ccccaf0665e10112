"""Printed pieces for the tests, as a run of the printer would have left them."""

from datetime import datetime
from typing import Any

from sosbox.db import DB, Transaction
from sosbox.pieces.tables import Piece, PrintRun
from tests.support.venue import NOON

DOOR_LEAFLET = "door-leaflet-a6"


def insert_piece(
    tx: Transaction,
    access_point_id: int,
    *,
    template: str = DOOR_LEAFLET,
    version: int = 1,
    state: str = "current",
    condition: str = "",
    printed_at: datetime = NOON,
) -> int:
    """A piece for an access point, printed while that was where it is now; returns its id."""
    area_id, house_id = tx.sql(
        "SELECT area_id, establishment_id FROM access_points WHERE id = ?", access_point_id
    )[0]
    run_id = tx.insert(
        PrintRun,
        establishment_id=house_id,
        template=template,
        access_points=f"[{access_point_id}]",
        format="pdf",
        state="done",
        created_at=printed_at,
    )
    return tx.insert(
        Piece,
        access_point_id=access_point_id,
        area_id=area_id,
        run_id=run_id,
        template=template,
        version=version,
        state=state,
        condition=condition,
        printed_at=printed_at,
    )


async def make_piece(access_point_id: int, **about: Any) -> int:
    """`insert_piece`, stored."""
    return await DB.write(insert_piece, access_point_id, **about)


async def state_of(piece_id: int) -> str:
    row = await Piece.select(Piece.state).where(Piece.id == piece_id).first()
    assert row is not None
    return str(row["state"])
