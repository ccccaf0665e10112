"""For which cases the console rings, and for whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sosbox.box import Box
from sosbox.cases.inbox_queries import LOOKED_AT_WITHIN
from sosbox.cases.ring_queries import RING_WITHIN, Ring, read_ring, ring_statement
from sosbox.cases.staff_actions import mark_read
from sosbox.db import DB
from sosbox.staff.rules import Viewer
from tests.support.filing import file_case
from tests.support.venue import NOON, ROOM_TOKEN, TABLE_TOKEN, Venue

SILENT = Ring(0, 0)


async def _ring(viewer: Viewer, after: timedelta = timedelta(seconds=1)) -> Ring:
    return await DB.read(lambda connection: read_ring(connection, viewer, now=NOON + after))


async def test_it_rings_for_whoever_may_see_the_case(box: Box, venue: Venue) -> None:
    room = await file_case(box, token=ROOM_TOKEN)
    table = await file_case(box, token=TABLE_TOKEN, submission_id="two")

    assert await _ring(venue.anna) == Ring(2, table.case_id)
    assert await _ring(venue.boris) == Ring(1, room.case_id)
    assert await _ring(venue.clara) == Ring(1, table.case_id)
    assert await _ring(venue.otto) == SILENT


async def test_it_rings_until_somebody_opens_it(box: Box, venue: Venue) -> None:
    case_id = (await file_case(box, token=ROOM_TOKEN)).case_id
    await DB.write(mark_read, box.keys, now=NOON, viewer=venue.dario, case_id=case_id)
    # An auditor only looks.
    assert (await _ring(venue.boris)).num == 1
    await DB.write(mark_read, box.keys, now=NOON, viewer=venue.anna, case_id=case_id)
    assert await _ring(venue.boris) == SILENT


@pytest.mark.parametrize(
    "change",
    [
        "is_quarantined = 1",
        "acknowledged_at = filed_at",
        "is_sensitive = 1",
        "state = 'in_progress', state_rank = 1",
    ],
)
async def test_it_does_not_ring_for_what_is_held_back_or_taken_care_of(
    box: Box, venue: Venue, change: str
) -> None:
    await file_case(box, token=ROOM_TOKEN)
    await DB.write(lambda tx: tx.sql(f"UPDATE cases SET {change}"))

    assert await _ring(venue.boris) == SILENT


async def test_it_rings_once_the_worker_has_looked_at_a_case_or_does_not_work(
    box: Box, venue: Venue
) -> None:
    await file_case(box, token=ROOM_TOKEN, has_worker=False)

    assert await _ring(venue.boris) == SILENT
    assert (await _ring(venue.boris, LOOKED_AT_WITHIN)).num == 1


async def test_an_inbox_that_was_left_alone_does_not_ring_on_for_ever(
    box: Box, venue: Venue
) -> None:
    await file_case(box, token=ROOM_TOKEN)

    assert (await _ring(venue.boris, RING_WITHIN - timedelta(seconds=1))).num == 1
    assert await _ring(venue.boris, RING_WITHIN) == SILENT


async def test_however_many_cases_there_are_few_are_looked_at(box: Box, venue: Venue) -> None:
    two_areas = replace(venue.boris, area_ids=frozenset({venue.reception_id, venue.restaurant_id}))
    for viewer in (venue.anna, venue.boris, two_areas):
        index = "cases_inbox" if viewer.area_ids is None else "cases_area_inbox"
        sql, arguments = ring_statement(viewer, now=NOON)
        rows = await DB.read(
            lambda connection, sql=sql, arguments=arguments: connection.execute(
                f"EXPLAIN QUERY PLAN {sql}", arguments
            ).fetchall()
        )
        plan = "\n".join(row[3] for row in rows)
        assert f"USING INDEX {index} " in plan
        assert "state_rank=? AND filed_at>?" in plan
