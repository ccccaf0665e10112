"""Being woken at a moment, through Huey, which remembers it over a restart."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sosbox.lib.clock import Clock


class Alarm:
    """Set to the earliest of the moments that it is given.

    ring_in: asked to ring once so many seconds have passed; may write to a disk.
    """

    def __init__(self, clock: Clock, ring_in: Callable[[float], None]) -> None:
        self._clock = clock
        self._ring_in = ring_in
        self._ring_at: datetime | None = None

    async def set(self, moment: datetime | None) -> None:
        """Has it ring at `moment`, unless it does so earlier already; None: never."""
        now = self._clock.now()
        if moment is None or (self._ring_at is not None and now < self._ring_at <= moment):
            return
        self._ring_at = moment
        delay = max(moment - now, timedelta())
        await asyncio.to_thread(self._ring_in, delay.total_seconds())
