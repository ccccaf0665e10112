"""The side that asks the press: starts its process, hands it work, waits no longer than it may.

It imports nothing that draws: what answers pages must stay small and quick.
"""

import asyncio
import contextlib
import json
import logging
import os
import subprocess
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any

from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.lib.own_program import own_command
from sosbox.printing import PRESS
from sosbox.printing.layout import Picture, PrintJob

STARTED = b"ready\n"
# How long a press may take to start, and one that nobody asks for anything is kept, seconds.
START_TIMEOUT_S = 30.0
IDLE_S = 180.0
# Longest time for one job, seconds: some for the first page, some for each further piece.
FIRST_PIECE_S = 60.0
EACH_PIECE_S = 0.5
PICTURE_TIMEOUT_S = 20.0
MAX_PICTURE_BYTES = 12_000_000
TOO_MUCH = N_("It could not be done: it takes too much memory, or something in it is damaged.")
INTERRUPTED = N_("The box was interrupted while it was at it.")
_MAX_HEAD_BYTES = 100_000
_OPTIONS = "SOSBOX_"

Progress = Callable[[float], None]

_log = logging.getLogger(__name__)


class PrintError(SosboxError):
    """Something that cannot be printed, in words."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class PictureError(SosboxError):
    """A picture that cannot be used."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Printed:
    """data: a file of the format that was asked for; a ZIP of pictures when they are several."""

    data: bytes
    num_pages: int


@dataclass(frozen=True)
class ReadPicture:
    """texts: what every QR code in it says; jpeg: the picture made small, and nothing else."""

    texts: tuple[str, ...]
    jpeg: bytes


class Press:
    """One process that is asked for one thing after the other; started when it is first needed.

    program: the words that start this program. Lives on one event loop; waiting for the process is
    left to a thread.
    """

    def __init__(self, *, program: Sequence[str] | None = None, idle_s: float = IDLE_S) -> None:
        self._words = [*(own_command() if program is None else program), PRESS]
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "press")
        self._process: _Process | None = None
        # Who asked before a closing is told that it was interrupted.
        self._num_closings = 0
        self._rest: asyncio.TimerHandle | None = None

    @property
    def process_id(self) -> int:
        """Of the process; 0 while there is none."""
        return self._process.pid if self._process is not None else 0

    async def print(
        self,
        job: PrintJob,
        *,
        on_progress: Progress = lambda _part: None,
        timeout_s: float | None = None,
    ) -> Printed:
        """The file of a job, every code in it checked. Raises PrintError."""
        if timeout_s is None:
            timeout_s = FIRST_PIECE_S + EACH_PIECE_S * len(job.pieces)
        request = {"ask": "set", "job": job.for_press()}
        head, data = await self._ask(
            request, PrintError, timeout_s, on_progress, is_risky=job.template.is_own
        )
        return Printed(data, int(head["num_pages"]))

    async def read_picture(self, data: bytes) -> ReadPicture:
        """The QR codes in a photo, and the photo made small. Raises PictureError."""
        if len(data) > MAX_PICTURE_BYTES:
            raise PictureError(
                N_("The picture is larger than {limit} MB."), limit=MAX_PICTURE_BYTES // 1_000_000
            )
        request = {"ask": "read", "picture": b64encode(data).decode()}
        head, jpeg = await self._ask(request, PictureError, PICTURE_TIMEOUT_S)
        return ReadPicture(tuple(head["texts"]), jpeg)

    async def check_logo(self, logo: Picture) -> None:
        """Draws a logo once. Raises PictureError for one that cannot be drawn."""
        request = {"ask": "logo", "picture": logo.for_press()}
        await self._ask(request, PictureError, PICTURE_TIMEOUT_S)

    async def warm_up(self) -> None:
        """Starts the press before it is needed; whatever goes wrong shows when it is."""
        num_closings = self._num_closings
        async with self._turn:
            with contextlib.suppress(PrintError):
                await self._started(PrintError, num_closings)
            self._rest_later()

    async def close(self) -> None:
        """Ends the process, whatever it is at; a later request starts it anew.

        Whoever waits for it gets an error that says INTERRUPTED.
        """
        self._num_closings += 1
        if self._rest is not None:
            self._rest.cancel()
        if self._process is not None:
            self._process.kill()
        async with self._turn:
            await self._end()

    async def _ask(
        self,
        request: Mapping[str, Any],
        error: type[SosboxError],
        timeout_s: float,
        on_progress: Progress = lambda _part: None,
        *,
        is_risky: bool = False,
    ) -> tuple[dict[str, Any], bytes]:
        num_closings = self._num_closings
        async with self._turn:
            if is_risky:
                await self._end()
            process = await self._started(error, num_closings)
            is_fine = False
            try:
                head, data = await self._exchanged(process, request, timeout_s, on_progress)
                is_fine = True
            except TimeoutError:
                raise error(
                    N_("It took longer than {num} seconds and was given up."), num=round(timeout_s)
                ) from None
            except (OSError, EOFError, ValueError):
                if num_closings != self._num_closings:
                    raise error(INTERRUPTED) from None
                _log.warning("the press has ended while it was at work")
                raise error(TOO_MUCH) from None
            finally:
                # One whose work was broken off would answer the next request with it; after work
                # that nobody vouches for it is not asked again.
                if is_risky or not is_fine:
                    await self._end()
                self._rest_later()
        if head["kind"] == "error":
            raise error(head["message"], **head["arguments"])
        return head, data

    async def _exchanged(
        self,
        process: "_Process",
        request: Mapping[str, Any],
        timeout_s: float,
        on_progress: Progress,
    ) -> tuple[dict[str, Any], bytes]:
        """Raises TimeoutError, and OSError, EOFError or ValueError when the process has ended."""
        loop = asyncio.get_running_loop()

        def tell(part: float) -> None:
            loop.call_soon_threadsafe(on_progress, part)

        work = loop.run_in_executor(self._thread, process.exchange, request, tell)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.shield(work)
        except (TimeoutError, asyncio.CancelledError):
            process.kill()
            await asyncio.wait([work])
            work.exception()  # looked at: it is the end of the process and no news
            raise

    async def _started(self, error: type[SosboxError], num_closings: int) -> "_Process":
        """num_closings: how many there had been when it was asked for."""
        if num_closings != self._num_closings:
            raise error(INTERRUPTED)
        if self._rest is not None:
            self._rest.cancel()
        if self._process is not None and self._process.is_alive:
            return self._process
        await self._end()
        loop = asyncio.get_running_loop()
        # Known before it is there, so that closing the press ends it while it starts.
        self._process = process = _Process(self._words)
        try:
            await loop.run_in_executor(self._thread, process.start)
        except (OSError, EOFError):
            await self._end()
            if num_closings != self._num_closings:
                raise error(INTERRUPTED) from None
            raise error(N_("The box could not start what prints.")) from None
        except BaseException:
            process.kill()
            await self._end()
            raise
        return process

    def _rest_later(self) -> None:
        """Ends the process once nobody has asked it for a while."""
        if self._rest is not None:
            self._rest.cancel()
        if self._process is not None:
            loop = asyncio.get_running_loop()
            self._rest = loop.call_later(self._idle_s, self._process.kill)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, process.end)


class _Process:
    """A press, ready once it is started. Everything but `kill` blocks."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._popen: subprocess.Popen[bytes] | None = None
        self._requests: IO[bytes]
        self._answers: IO[bytes]
        # Killing comes from another thread than starting, and may come first.
        self._lock = threading.Lock()
        self._is_killed = False

    def start(self) -> None:
        """Returns when it is ready. Raises OSError or EOFError.

        The process ends with the thread that this is called in, see press_process.py.
        """
        # What reads files from anywhere has no business with the secrets of the box.
        environ = {key: value for key, value in os.environ.items() if not key.startswith(_OPTIONS)}
        popen = subprocess.Popen(  # noqa: S603 - our own program
            self._words,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert popen.stdin is not None
        assert popen.stdout is not None
        self._requests, self._answers = popen.stdin, popen.stdout
        with self._lock:
            self._popen = popen
            if self._is_killed:
                popen.kill()
        watchdog = threading.Timer(START_TIMEOUT_S, self.kill)
        watchdog.start()
        try:
            if self._answers.readline() != STARTED:
                raise EOFError
        except BaseException:
            self.end()
            raise
        finally:
            watchdog.cancel()

    @property
    def pid(self) -> int:
        return self._popen.pid if self._popen is not None else 0

    @property
    def is_alive(self) -> bool:
        return not self._is_killed and self._popen is not None and self._popen.poll() is None

    def exchange(
        self, request: Mapping[str, Any], on_progress: Progress
    ) -> tuple[dict[str, Any], bytes]:
        """Raises ValueError, too, when what comes back is no answer."""
        self._requests.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        self._requests.flush()
        while True:
            line = self._answers.readline(_MAX_HEAD_BYTES)
            if not line.endswith(b"\n"):
                raise EOFError
            head = json.loads(line)
            if head["kind"] == "progress":
                on_progress(float(head["part"]))
                continue
            data = self._answers.read(head["num_bytes"])
            if len(data) < head["num_bytes"]:
                raise EOFError
            return head, data

    def kill(self) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError):
            self._is_killed = True
            if self._popen is not None:
                self._popen.kill()

    def end(self) -> None:
        """Kills it and waits until it is gone."""
        self.kill()
        if self._popen is None:
            return
        self._popen.wait()
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()
