"""The clock of the box was wrong, and was put right."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.clock_repairs import bring_back_clocks, move_clocks
from sosbox.dispatch.tables import Clock
from tests.support.filing import file_case
from tests.support.routing import add_recipient, add_step, run_clocks, told
from tests.support.venue import NOON, Venue

YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _escalation(box: Box, venue: Venue) -> None:
    def arrange(tx: Any) -> None:
        marta = add_recipient(tx, venue, "marta", email="marta@mar.example")
        add_step(tx, marta, house_id=venue.house_id, after=30)

    DB.write_sync(arrange)


async def _next_of_escalation() -> datetime:
    row = await Clock.select(Clock.next_at).where(Clock.purpose == "escalation").first()
    assert row is not None
    moment: datetime = row["next_at"]
    return moment


async def test_a_case_that_came_while_the_clock_was_ahead_is_escalated_in_time(box: Box) -> None:
    await file_case(box, now=NOON + YEAR)
    await DB.write(bring_back_clocks, now=NOON)

    assert await _next_of_escalation() == NOON + 30 * MINUTE
    await run_clocks(box, NOON + 30 * MINUTE)
    assert await told("escalated") == ["marta@mar.example"]


async def test_a_notice_that_was_made_while_the_clock_was_ahead_leaves_now(box: Box) -> None:
    await file_case(box, now=NOON + YEAR)
    await DB.write(bring_back_clocks, now=NOON)
    row = await Delivery.select().first()

    assert row is not None
    assert row["created_at"] == row["next_attempt_at"] == NOON


async def test_the_pause_of_a_retry_that_began_in_the_future_is_kept(box: Box) -> None:
    await file_case(box)
    ahead = NOON + YEAR
    DB.write_sync(
        lambda tx: tx.sql(
            "UPDATE deliveries SET last_attempt_at = ?, next_attempt_at = ?",
            ahead,
            ahead + 10 * MINUTE,
        )
    )
    await DB.write(bring_back_clocks, now=NOON)
    row = await Delivery.select().first()

    assert row is not None
    assert (row["created_at"], row["next_attempt_at"]) == (NOON, NOON + 10 * MINUTE)


async def test_what_was_written_by_a_right_clock_is_left_as_it_is(box: Box) -> None:
    await file_case(box)
    before = await _next_of_escalation()

    assert await DB.write(bring_back_clocks, now=NOON) == 0
    assert await DB.write(bring_back_clocks, now=NOON - timedelta(seconds=30)) == 0
    assert await _next_of_escalation() == before


@pytest.mark.parametrize("by", [YEAR, -YEAR, timedelta(hours=-1)])
async def test_what_waits_goes_along_when_the_clock_is_set(box: Box, by: timedelta) -> None:
    await file_case(box)
    before = await _next_of_escalation()
    await DB.write(move_clocks, by)
    row = await Delivery.select().first()

    assert await _next_of_escalation() == before + by
    assert row is not None
    assert row["next_attempt_at"] == NOON + by


async def test_what_has_ended_is_not_touched(box: Box) -> None:
    await file_case(box)
    DB.write_sync(lambda tx: tx.sql("UPDATE clocks SET ended_at = ?", NOON))
    DB.write_sync(lambda tx: tx.sql("UPDATE deliveries SET state = 'sent'"))

    assert await DB.write(move_clocks, YEAR) == 0
