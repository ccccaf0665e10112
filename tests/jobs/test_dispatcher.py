"""The worker's rounds: what was written is routed, clocks are run, digests leave."""

import asyncio
import logging
import queue
from datetime import timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.tables import Clock
from sosbox.jobs import dispatcher as dispatcher_module
from sosbox.jobs.dispatcher import ROUTE_LIMIT, Dispatcher
from sosbox.lib.clock import FrozenClock
from tests.support.filing import file_case
from tests.support.routing import add_recipient, add_step, set_house, told
from tests.support.venue import NOON, Venue

MINUTE = timedelta(minutes=1)


class World:
    """A machine whose clock can be set while it runs on."""

    def __init__(self, box: Box, clock: FrozenClock) -> None:
        self.clock = clock
        self.uptime_s = 1_000.0
        self.rings: queue.SimpleQueue[float] = queue.SimpleQueue()
        self.num_rounds_told = 0
        self.dispatcher = self.restart(box)

    def restart(self, box: Box) -> Dispatcher:
        """A worker that knows nothing of the one before it."""
        self.dispatcher = Dispatcher(
            box,
            on_work=self._count,
            ring_in=self.rings.put,
            running_time=lambda: self.uptime_s,
        )
        return self.dispatcher

    def pass_time(self, length: timedelta) -> None:
        self.clock.set(self.clock.now() + length)
        self.uptime_s += length.total_seconds()

    def set_clock(self, by: timedelta) -> None:
        self.clock.set(self.clock.now() + by)

    def _count(self) -> None:
        self.num_rounds_told += 1


@pytest.fixture
def world(box: Box, clock: FrozenClock) -> World:
    return World(box, clock)


@pytest.fixture
def step(box: Box, venue: Venue) -> None:
    """After ten minutes without an answer Marta is told."""

    def arrange(tx: Any) -> None:
        marta = add_recipient(tx, venue, "marta", email="marta@mar.example")
        add_step(tx, marta, house_id=venue.house_id)

    DB.write_sync(arrange)


async def test_what_guests_wrote_is_routed_however_much_it_is(box: Box, world: World) -> None:
    for number in range(ROUTE_LIMIT * 2 + 3):
        await file_case(box, submission_id=str(number), has_worker=False)
    await world.dispatcher.do_round()

    assert len(await told("filed")) == ROUTE_LIMIT * 2 + 3
    assert world.num_rounds_told >= 1


async def test_a_clock_is_run_when_its_moment_has_come(box: Box, world: World, step: None) -> None:
    await file_case(box, has_worker=False)
    await world.dispatcher.do_round()
    assert await told("escalated") == []
    assert world.rings.get(timeout=10) == 600

    world.pass_time(10 * MINUTE)
    await world.dispatcher.do_round()
    assert await told("escalated") == ["marta@mar.example"]


async def test_a_clock_runs_on_over_a_restart(box: Box, world: World, step: None) -> None:
    await file_case(box, has_worker=False)
    await world.dispatcher.do_round()
    world.restart(box)
    world.pass_time(10 * MINUTE)
    await world.dispatcher.do_round()

    assert await told("escalated") == ["marta@mar.example"]


@pytest.mark.parametrize("by", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=5)])
async def test_a_clock_that_is_set_neither_hurries_nor_delays_what_waits(
    box: Box, world: World, step: None, by: timedelta
) -> None:
    await file_case(box, has_worker=False)
    await world.dispatcher.do_round()
    world.set_clock(by)
    world.pass_time(9 * MINUTE)
    await world.dispatcher.do_round()
    assert await told("escalated") == []

    world.pass_time(1 * MINUTE)
    await world.dispatcher.do_round()
    assert await told("escalated") == ["marta@mar.example"]


async def test_a_clock_that_was_put_right_while_the_box_was_off_delays_nothing(
    box: Box, world: World, step: None
) -> None:
    world.set_clock(timedelta(days=400))
    await file_case(box, now=world.clock.now(), has_worker=False)
    await world.dispatcher.do_round()
    world.set_clock(timedelta(days=-400))
    world.restart(box)
    await world.dispatcher.do_round()
    world.pass_time(10 * MINUTE)
    await world.dispatcher.do_round()

    assert await told("escalated") == ["marta@mar.example"]


async def test_the_slewing_of_a_clock_changes_nothing(
    box: Box, world: World, step: None, caplog: pytest.LogCaptureFixture
) -> None:
    await file_case(box, has_worker=False)
    await world.dispatcher.do_round()
    before = await Clock.select(Clock.id, Clock.next_at).order_by(Clock.id)
    world.set_clock(timedelta(seconds=20))
    await world.dispatcher.do_round()

    assert await Clock.select(Clock.id, Clock.next_at).order_by(Clock.id) == before
    assert "clock" not in caplog.text


async def test_a_report_that_never_comes_is_given_up(box: Box, world: World) -> None:
    await file_case(box)
    DB.write_sync(
        lambda tx: tx.sql(
            "UPDATE deliveries SET state = 'sent', report = 'waiting', report_due_at = ?", NOON
        )
    )
    await world.dispatcher.do_round()
    row = await Delivery.select(Delivery.report).first()

    assert row == {"report": "never"}


async def test_the_digest_leaves_at_its_hour(box: Box, venue: Venue, world: World) -> None:
    DB.write_sync(lambda tx: set_house(tx, venue, digest_at="13:30"))
    await file_case(box, has_worker=False)
    await world.dispatcher.do_round()
    assert await told("digest") == []

    world.pass_time(30 * MINUTE)
    await world.dispatcher.do_round()
    assert await told("digest") == ["anna@mar.example"]


async def test_a_round_that_fails_is_made_again(
    box: Box, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dispatcher_module, "DATABASE_PAUSE_S", 0.01)
    await file_case(box, "a secret text", has_worker=False)
    real, is_broken = dispatcher_module.route_waiting, True

    def route(*args: Any, **kwargs: Any) -> int:
        if is_broken:
            raise RuntimeError("a secret text")
        return real(*args, **kwargs)

    def mend() -> None:
        nonlocal is_broken
        is_broken = False

    monkeypatch.setattr(dispatcher_module, "route_waiting", route)
    dispatcher = Dispatcher(box, on_work=mend, ring_in=world.rings.put)
    arrived = asyncio.Event()
    DB.listen("deliveries", arrived.set)
    with caplog.at_level(logging.ERROR):
        dispatcher.start()
        await asyncio.wait_for(arrived.wait(), 10)
        await dispatcher.stop(10)

    assert await told("filed") == ["anna@mar.example"]
    assert "trouble with dispatching: RuntimeError" in caplog.text
    assert "secret" not in caplog.text
