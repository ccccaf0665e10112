"""Nobody changes what was found on a finished round without the ledger finding out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from sosbox.box import Box
from sosbox.db.engine import connect
from sosbox.ledger.verify import verify_ledger
from sosbox.rounds.rules import Found
from tests.support.venue import NOON, Venue
from tests.support.walking import JPEG, finish, hang_paper, note, start


@pytest.fixture
async def walked(box: Box, venue: Venue) -> Box:
    """Round 1 is finished, with findings 1 and 2; round 2 is open, with finding 3."""
    hung = await hang_paper(venue)
    first = await start(venue.anna, venue, venue.reception_id, venue.restaurant_id)
    await note(
        venue.anna, first, venue.room_id, hung.leaflet, Found.TORN, note="a corner", photo=JPEG
    )
    await note(venue.anna, first, venue.table_id, hung.tent)
    await finish(box, venue.anna, first, NOON + timedelta(hours=1))
    second = await start(venue.boris, venue)
    await note(venue.boris, second, venue.room_id, hung.leaflet, Found.STAINED)
    return box


@pytest.fixture
def connection(walked: Box) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who has the file and not the key."""
    with closing(connect(walked.config.database_path)) as connection:
        connection.execute("DROP TRIGGER ledger_is_append_only_update")
        connection.execute("DROP TRIGGER ledger_is_append_only_delete")
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection


async def test_rounds_that_nobody_has_touched_are_whole(
    connection: sqlite3.Connection, walked: Box
) -> None:
    assert verify_ledger(connection, walked.keys.public_key).problem is None
    connection.execute("UPDATE round_findings SET finding = 'good' WHERE id = 3")
    assert verify_ledger(connection, walked.keys.public_key).problem is None


CHANGED = "what was found on round 1 has been changed"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE round_findings SET finding = 'good' WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET note = 'two corners' WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET photo = x'ffd8' WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET photo = NULL WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET piece_id = 1 WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET found_id = 1 WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET access_point_id = 2 WHERE id = 1", CHANGED),
        ("UPDATE round_findings SET found_at = '2026-11-20 12:00:00+00:00' WHERE id = 2", CHANGED),
        ("UPDATE round_findings SET round_id = 1 WHERE id = 3", CHANGED),
        ("UPDATE round_findings SET round_id = 2 WHERE id = 2", CHANGED),
        ("DELETE FROM round_findings WHERE id = 2", CHANGED),
        (
            "INSERT INTO round_findings (round_id, access_point_id, finding, found_at)"
            " VALUES (1, 1, 'good', '2026-11-21 12:00:00+00:00')",
            CHANGED,
        ),
        ("UPDATE rounds SET account_id = 2 WHERE id = 1", CHANGED),
        ("UPDATE rounds SET areas = '[1]' WHERE id = 1", CHANGED),
        ("UPDATE rounds SET num_pieces = 3 WHERE id = 1", CHANGED),
        ("UPDATE rounds SET digest = 'x' WHERE id = 1", CHANGED),
        ("UPDATE rounds SET finished_at = NULL WHERE id = 1", CHANGED),
        ("UPDATE rounds SET started_at = '2026-11-20 12:00:00+00:00' WHERE id = 1", CHANGED),
        (
            "UPDATE rounds SET signature = zeroblob(64) WHERE id = 1",
            "round 1 was not signed with the key of this box",
        ),
        ("UPDATE rounds SET signature = NULL WHERE id = 1", "entry 1 cannot be read"),
        ("UPDATE round_findings SET photo = 7 WHERE id = 1", "entry 1 cannot be read"),
        ("DELETE FROM rounds WHERE id = 1", "round 1, which entry 1 tells of, is gone"),
        (
            "UPDATE rounds SET finished_at = '2026-11-21 13:00:00+00:00' WHERE id = 2",
            "round 2 is not in the ledger",
        ),
    ],
)
async def test_whoever_changes_a_finished_round_is_found_out(
    connection: sqlite3.Connection, walked: Box, statement: str, message: str
) -> None:
    connection.execute(statement)
    problem = verify_ledger(connection, walked.keys.public_key).problem
    assert problem is not None
    assert problem.message == message
