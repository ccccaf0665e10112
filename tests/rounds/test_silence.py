"""Access points that used to bring messages: when their silence is more than chance."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.box import Box
from sosbox.db import DB
from sosbox.rounds.rules import Found
from sosbox.rounds.silence import (
    _BEFORE,
    _LAST,
    Rhythm,
    SilentPoint,
    is_silent,
    load_silent_points,
)
from tests.support.messages import DAY, WEEKLY, at, write_cases
from tests.support.pieces import make_piece
from tests.support.venue import NOON, Venue
from tests.support.walking import note, start


@pytest.mark.parametrize(
    ("num_before", "days", "expected"),
    [
        (2, 10_000, False),
        (3, 239, False),
        (3, 240, True),
        (30, 23, False),
        (30, 24, True),
        (180, 4, True),
        (180, 3.9, False),
    ],
)
def test_four_missing_messages_are_no_chance_any_more(
    num_before: int, days: float, expected: bool
) -> None:
    assert is_silent(Rhythm(at(days), num_before), NOON) is expected


def test_what_somebody_has_seen_hanging_is_silent_from_then_on() -> None:
    assert not is_silent(Rhythm(at(30), 30, at(20)), NOON)
    assert is_silent(Rhythm(at(60), 30, at(30)), NOON)
    assert is_silent(Rhythm(at(30), 30, at(90)), NOON)


@given(st.integers(0, 2_000), st.floats(0, 5_000), st.floats(0, 5_000))
def test_what_is_silent_stays_so_until_somebody_writes(
    num_before: int, days: float, more: float
) -> None:
    rhythm = Rhythm(at(days), num_before)
    if is_silent(rhythm, NOON):
        assert is_silent(rhythm, NOON + more * DAY)
        assert not is_silent(Rhythm(NOON, num_before), NOON)


# Of a box -----------------------------------------------------------------------------------------


async def silent(**about: Any) -> list[SilentPoint]:
    return await DB.read(lambda connection: load_silent_points(connection, now=NOON, **about))


async def test_a_point_that_has_fallen_silent_is_named_with_its_rhythm(
    box: Box, venue: Venue
) -> None:
    await DB.write(write_cases, venue.room_id, *WEEKLY)
    await DB.write(write_cases, venue.table_id, 2, *WEEKLY)

    (point,) = await silent()

    assert (point.code, point.label, point.area_name) == ("R-204", "Habitación 204", "Recepción")
    assert point.house_slug == "hotel-mar"
    assert point.rhythm == Rhythm(at(40), 25)


async def test_what_came_long_before_the_last_message_is_no_rhythm(box: Box, venue: Venue) -> None:
    await DB.write(write_cases, venue.room_id, 400, 581, 590, 600)
    assert await silent() == []
    await DB.write(write_cases, venue.room_id, 410, 420, 430)
    assert [point.rhythm.num_before for point in await silent()] == [3]


async def test_only_codes_on_paper_that_are_in_use_are_named(box: Box, venue: Venue) -> None:
    await DB.write(write_cases, venue.room_id, *WEEKLY)
    await DB.write(lambda tx: tx.sql("UPDATE access_points SET origin = 'phone'"))
    assert await silent() == []
    await DB.write(
        lambda tx: tx.sql("UPDATE access_points SET origin = 'qr', retired_at = ?", NOON)
    )
    assert await silent() == []


async def test_nobody_hears_of_the_silence_of_others(box: Box, venue: Venue) -> None:
    await DB.write(write_cases, venue.room_id, *WEEKLY)
    cases: list[tuple[dict[str, Any], int]] = [
        ({"subscriber_id": venue.subscriber_id}, 1),
        ({"subscriber_id": venue.otto.subscriber_id}, 0),
        ({"subscriber_id": venue.subscriber_id, "area_ids": [venue.reception_id]}, 1),
        ({"subscriber_id": venue.subscriber_id, "area_ids": [venue.restaurant_id]}, 0),
    ]
    for about, expected in cases:
        assert len(await silent(**about)) == expected, about


async def test_a_round_that_finds_the_code_in_its_place_ends_the_suspicion(
    box: Box, venue: Venue
) -> None:
    await DB.write(write_cases, venue.room_id, *WEEKLY)
    piece = await make_piece(venue.room_id)
    round_id = await start(venue.boris, venue)
    await note(venue.boris, round_id, venue.room_id, piece, Found.TORN)
    assert len(await silent()) == 1
    await note(venue.boris, round_id, venue.room_id, piece, now=at(1))
    assert await silent() == []


async def test_no_case_is_read_for_it_but_its_place_in_the_index(box: Box, venue: Venue) -> None:
    async def plan(sql: str, arguments: Any) -> list[str]:
        rows = await DB.read(
            lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
        )
        return [row[3] for row in rows]

    steps = [
        *await plan(_LAST, {"owner": None, "areas": None}),
        *await plan(_BEFORE, (1, NOON, NOON)),
    ]

    of_cases = [step for step in steps if step.startswith(("SEARCH c ", "SEARCH cases", "SCAN c"))]
    assert len(of_cases) == 2
    assert all("COVERING INDEX cases_access_point" in step for step in of_cases)
