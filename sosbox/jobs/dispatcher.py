"""Does what follows from what was stored, on one event loop, before the sender looks for work.

Filters and routes what guests have written, runs the clocks of cases, sends digests. All of it is
work that the database remembers: a round finds whatever is due, whoever rang.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sosbox.box import Box
from sosbox.cases.translation_requests import forget_requests
from sosbox.db import DB, Transaction
from sosbox.deliveries.reports import expire_reports
from sosbox.deliveries.translations import longest_awaiting, release_translated
from sosbox.dispatch.clock_repairs import bring_back_clocks, move_clocks
from sosbox.dispatch.clocks import next_clock, run_due_clocks
from sosbox.dispatch.digests import send_due_digests
from sosbox.dispatch.replies import has_waiting_replies, take_replies
from sosbox.dispatch.waiting import Reading, next_route_by, route_waiting
from sosbox.jobs.alarm import Alarm
from sosbox.keys import Keys
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.queries import RuleBook
from sosbox.translation.contract import Detector

# Messages that are routed, and clocks that are run, with one commit.
ROUTE_LIMIT = 10
# How long the dispatcher waits for a database that cannot be written, seconds.
DATABASE_PAUSE_S = 5.0
# Digests are for an hour of the day, and reports are waited for by the hour.
CHORES_EVERY = timedelta(seconds=30)
# By how much the clock of the box may go wrong between two rounds before it was set: NTP slews and
# steps of a moment are no reason to touch what waits.
CLOCK_TOLERANCE = timedelta(minutes=2)

_log = logging.getLogger(__name__)


def running_time() -> float:
    """Seconds since the machine was started, sleep included; nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Dispatcher:
    """Wake it when something may be due. Lives on one event loop.

    on_work: called after every round, for the sender to look into the outbox.
    ring_in: asked to have `wake` called once so many seconds have passed.
    detector: finds the languages of what guests write; None: those of their pages count.
    """

    def __init__(
        self,
        box: Box,
        *,
        on_work: Callable[[], None],
        ring_in: Callable[[float], None],
        running_time: Callable[[], float] = running_time,
        detector: Detector | None = None,
    ) -> None:
        self._box = box
        self._on_work = on_work
        self._alarm = Alarm(box.clock, ring_in)
        self._running_time = running_time
        self._reading = Reading(detector, timedelta(seconds=box.config.translation_wait_s))
        # What the clock showed when the machine was started, as of the last round.
        self._started_at: datetime | None = None
        self._chores_at: datetime | None = None
        self._rule_book = RuleBook()
        self._filter_book = FilterBook()
        self._has_news = asyncio.Event()
        self._is_stopping = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins with a round."""
        self._loop = asyncio.create_task(self._run())
        self.wake()

    def wake(self) -> None:
        """Something may be due. Called on the event loop."""
        self._has_news.set()

    async def stop(self, limit_s: float) -> None:
        """Finishes the step that it is in, at most `limit_s` seconds."""
        self._is_stopping = True
        self.wake()
        if self._loop is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._loop, limit_s)

    async def _run(self) -> None:
        while not self._is_stopping:
            await self._has_news.wait()
            self._has_news.clear()
            try:
                await self.do_round()
            except Exception as error:
                # The type alone: the text of an error may hold an address or what a guest wrote.
                _log.error("trouble with dispatching: %s", type(error).__name__)
                asyncio.get_running_loop().call_later(DATABASE_PAUSE_S, self._has_news.set)
            self._on_work()

    async def do_round(self) -> None:
        """Does everything whose moment has come."""
        await self._mind_the_clock()
        await self._route()
        await self._release_translated()
        # Notices of what has just come must not wait for the rest.
        self._on_work()
        await self._run_clocks()
        await self._do_chores()
        await self._take_replies()

    async def _route(self) -> None:
        num = ROUTE_LIMIT
        while num == ROUTE_LIMIT and not self._is_stopping:
            num = await DB.write(
                route_waiting,
                self._box.keys,
                self._rule_book,
                self._filter_book,
                now=self._now(),
                limit=ROUTE_LIMIT,
                reading=self._reading,
            )
        await self._alarm.set(await DB.read(next_route_by))

    async def _release_translated(self) -> None:
        """Lets notices go that have waited for a translation long enough."""
        if await DB.read(longest_awaiting) is None:
            return
        wait = self._reading.wait
        await DB.write(release_translated, now=self._now(), wait=wait)
        if (since := await DB.read(longest_awaiting)) is not None:
            await self._alarm.set(since + wait)

    async def _run_clocks(self) -> None:
        # Looked at before anything is written: most rounds find nothing due.
        while not self._is_stopping:
            moment = await DB.read(next_clock)
            if moment is None:
                return
            if moment > self._now():
                await self._alarm.set(moment)
                return
            await DB.write(
                run_due_clocks, self._box.keys, self._rule_book, now=self._now(), limit=ROUTE_LIMIT
            )

    async def _do_chores(self) -> None:
        now = self._now()
        if self._chores_at is not None and abs(now - self._chores_at) < CHORES_EVERY:
            return
        await DB.write(_do_chores, self._box.keys, self._rule_book, now=now)
        self._chores_at = now

    async def _take_replies(self) -> None:
        while not self._is_stopping and await DB.read(has_waiting_replies):
            await DB.write(
                take_replies,
                self._box.keys,
                now=self._now(),
                limit=ROUTE_LIMIT,
                region=self._box.config.phone_region,
            )
            # What guests have sent is to be routed, and answers are to go out.
            self.wake()

    async def _mind_the_clock(self) -> None:
        """Takes what waits along when the clock of the box was set."""
        now = self._now()
        started_at = now - timedelta(seconds=self._running_time())
        before, self._started_at = self._started_at, started_at
        if before is None:
            num = await DB.write(bring_back_clocks, now=now)
            if num:
                _log.warning("the clock was ahead: %d things that waited were brought back", num)
        elif abs(started_at - before) > CLOCK_TOLERANCE:
            num = await DB.write(move_clocks, started_at - before)
            _log.warning("the clock was set: %d things that wait were moved with it", num)

    def _now(self) -> datetime:
        return self._box.clock.now()


def _do_chores(tx: Transaction, keys: Keys, rule_book: RuleBook, *, now: datetime) -> None:
    send_due_digests(tx, rule_book, now=now)
    expire_reports(tx, keys, now=now)
    forget_requests(tx, now=now)
