"""Sends what is due, on one event loop; the outbox in the database says what that is.

Each channel has a lane of its own with a few places. A delivery is claimed only when there is a
place for it, so that a crash leaves no more in doubt than was on its way, and one that hangs takes
one place from its own channel and none from the others. While a lane waits for the commit that
claims, other places fall free and are filled by the next one: under load claims and outcomes come
in groups by themselves.
"""

import asyncio
import contextlib
import logging
import random
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from sosbox.box import Box
from sosbox.channels.base import Channel, ChannelError, Notice, RefusedError, RetryError
from sosbox.db import DB
from sosbox.deliveries.outbox import (
    Claimed,
    bring_forward,
    claim_due,
    record_failed,
    record_retry,
    record_sent,
)
from sosbox.deliveries.queries import load_notice, next_due
from sosbox.errors import UnavailableError
from sosbox.i18n import N_
from sosbox.jobs.alarm import Alarm
from sosbox.lib.tasks import cancel_all

# Deliveries on their way at the same time, for each channel.
NUM_PLACES = 16
# How long the sender waits for a database that cannot be written, seconds.
DATABASE_PAUSE_S = 5.0
# Longest attempt, whatever the channel is waiting for, seconds.
ATTEMPT_LIMIT_S = 900.0

_log = logging.getLogger(__name__)


class Sender:
    """Wake it when something may be due. Lives on one event loop.

    ring_in: asked to have `wake` called once so many seconds have passed.
    """

    def __init__(
        self,
        box: Box,
        channels: Mapping[str, Channel],
        *,
        ring_in: Callable[[float], None],
        rng: random.Random,
    ) -> None:
        self._box = box
        self._alarm = Alarm(box.clock, ring_in)
        self._rng = rng
        self._is_stopping = False
        self._lanes = [_Lane(channel) for channel in channels.values()]

    def start(self) -> None:
        """Starts the lanes; they look for work at once."""
        for lane in self._lanes:
            lane.loop = asyncio.create_task(self._serve(lane))
        self.wake()

    def wake(self) -> None:
        """Something may be due. Called on the event loop."""
        for lane in self._lanes:
            lane.has_work.set()

    async def stop(self, limit_s: float) -> None:
        """Claims nothing more and waits for what is on its way, at most `limit_s` seconds.

        What is not done by then stays "sending"; the next worker marks it as a possible duplicate.
        """
        self._is_stopping = True
        self.wake()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                if loops := [lane.loop for lane in self._lanes if lane.loop is not None]:
                    await asyncio.wait(loops)
                while sending := self._all_sending():
                    await asyncio.wait(sending)
        await cancel_all(self._all_sending())

    def _all_sending(self) -> set[asyncio.Task[None]]:
        return set().union(*(lane.sending for lane in self._lanes))

    # Claiming -----------------------------------------------------------------------------------

    async def _serve(self, lane: "_Lane") -> None:
        while not self._is_stopping:
            await lane.has_work.wait()
            lane.has_work.clear()
            try:
                await self._send_due(lane)
            except Exception as error:
                _log_trouble("looking for due notices", error)
                asyncio.get_running_loop().call_later(DATABASE_PAUSE_S, lane.has_work.set)

    async def _send_due(self, lane: "_Lane") -> None:
        while not self._is_stopping:
            if len(lane.sending) >= NUM_PLACES:
                await asyncio.wait(lane.sending, return_when=asyncio.FIRST_COMPLETED)
                continue
            # Looked at before anything is written: on a wake-up most lanes have nothing to do.
            now, channel = self._box.clock.now(), lane.channel.name
            moment = await next_due(channel)
            if moment is None or moment > now:
                await self._alarm.set(moment)
                return
            num_free = NUM_PLACES - len(lane.sending)
            for delivery in await DB.write(claim_due, now=now, channel=channel, limit=num_free):
                lane.put_on_its_way(self._deliver(lane, delivery))

    # Sending ------------------------------------------------------------------------------------

    async def _deliver(self, lane: "_Lane", delivery: Claimed) -> None:
        """Makes one attempt and records how it went."""
        try:
            await _attempt(lane.channel, await self._load(delivery))
        except RetryError as error:
            if error.is_outage:
                lane.outages.add(error.message)
            moment = await self._record(record_retry, delivery, error=error, rng=self._rng)
            await self._alarm.set(moment)
        except ChannelError as error:
            await self._record(record_failed, delivery, error=error)
        else:
            within_s = lane.channel.report_within_s
            await self._record(record_sent, delivery, report_within_s=within_s)
            await self._end_outage(lane)

    async def _end_outage(self, lane: "_Lane") -> None:
        """What went through shows that the channel works: the others need not wait any longer."""
        if not lane.outages:
            return
        errors, lane.outages = lane.outages, set()
        name = lane.channel.name
        await DB.write(bring_forward, now=self._box.clock.now(), channel=name, errors=errors)
        self.wake()

    async def _load(self, delivery: Claimed) -> Notice:
        try:
            notice = await load_notice(delivery.id, self._box.config, self._box.keys)
        except (sqlite3.Error, RuntimeError) as error:
            _log_trouble("reading a notice", error)
            raise RetryError("The box could not read this notice.") from error
        except Exception as error:
            _log_trouble("putting a notice together", error)
            raise RefusedError("The box could not put this notice together.") from error
        if notice is None:
            raise RefusedError("What this notice was about is no longer there.")
        return notice

    async def _record(self, action: Callable[..., Any], delivery: Claimed, **arguments: Any) -> Any:
        """Stores an outcome, however long that takes: the notice may have gone out already."""
        while True:
            now = self._box.clock.now()
            try:
                return await DB.write(
                    action, self._box.keys, now=now, delivery=delivery, **arguments
                )
            except UnavailableError as error:
                _log_trouble("storing the outcome of a notice", error)
                await asyncio.sleep(DATABASE_PAUSE_S)


class _Lane:
    """What is on its way over one channel."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.has_work = asyncio.Event()
        self.sending: set[asyncio.Task[None]] = set()
        # Why it has not worked since a notice last went through.
        self.outages: set[str] = set()
        self.loop: asyncio.Task[None] | None = None

    def put_on_its_way(self, delivery: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(delivery)
        self.sending.add(task)
        task.add_done_callback(self._clear_place)

    def _clear_place(self, task: asyncio.Task[None]) -> None:
        self.sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # It stays "sending"; the next worker takes it up again.
            _log_trouble("a notice", error)


async def _attempt(channel: Channel, notice: Notice) -> None:
    """Raises RetryError or RefusedError, whatever the channel does."""
    try:
        async with asyncio.timeout(ATTEMPT_LIMIT_S):
            await channel.send(notice)
    except ChannelError:
        raise
    except Exception as error:
        _log_trouble(f"sending over {channel.name}", error)
        problem = N_("The box could not send this notice.")
        raise RetryError(problem, may_have_arrived=True) from error


def _log_trouble(what: str, error: BaseException) -> None:
    # The type alone: the text of an error may hold an address or what a guest wrote.
    _log.error("trouble with %s: %s", what, type(error).__name__)
