"""What does its work whenever it is woken, and goes on when something goes wrong."""

import asyncio
import contextlib
import logging

# How long it waits for a database that cannot be written, seconds.
DATABASE_PAUSE_S = 5.0

_log = logging.getLogger(__name__)


class Wakeful:
    """Lives on one event loop. `work`: as the log calls it when it fails."""

    work = ""

    def __init__(self) -> None:
        self._has_news = asyncio.Event()
        self._is_stopping = False
        self._loop: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Something may be asked for. Called on the event loop."""
        self._has_news.set()

    async def do_next(self) -> bool:
        """Does what waits longest; False when nothing does."""
        raise NotImplementedError

    async def tidy(self) -> None:
        """Called before each look at what waits."""

    def _begin(self) -> None:
        self._loop = asyncio.create_task(self._run())
        self.wake()

    async def _end(self, limit_s: float) -> None:
        """Waits for what it is at, at most `limit_s` seconds."""
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
                await self.tidy()
                while not self._is_stopping and await self.do_next():
                    pass
            except Exception as error:
                # The type alone: the text of an error may hold what somebody wrote.
                _log.error("trouble with %s: %s", self.work, type(error).__name__)
                asyncio.get_running_loop().call_later(DATABASE_PAUSE_S, self._has_news.set)
