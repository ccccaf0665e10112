"""The side that asks the press: starts its process, hands it work, waits no longer than it may.

It imports nothing that draws: what answers pages must stay small and quick.
"""

import asyncio
import contextlib
import json
import logging
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.lib.own_program import own_command
from sosbox.printing.layout import Picture, PrintJob

# The command that is the press; nobody types it.
PRESS = "_press"
STARTED = b"ready\n"
# How long a press may take to start, and one that nobody asks for anything is kept, seconds.
START_TIMEOUT_S = 30.0
IDLE_S = 180.0
# Longest time for one job, seconds: some for the first page, some for each further piece.
FIRST_PIECE_S = 20.0
EACH_PIECE_S = 0.5
PICTURE_TIMEOUT_S = 20.0
MAX_PICTURE_BYTES = 12_000_000
TOO_MUCH = N_("It could not be done: it takes too much memory, or something in it is damaged.")
_MAX_HEAD_BYTES = 100_000
_OPTIONS = "SOSBOX_"

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

    program: the words that start this program. Lives on one event loop.
    """

    def __init__(self, *, program: Sequence[str] | None = None, idle_s: float = IDLE_S) -> None:
        self._words = [*(own_command() if program is None else program), PRESS]
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._rest: asyncio.TimerHandle | None = None

    async def print(
        self,
        job: PrintJob,
        *,
        on_progress: Callable[[float], None] = lambda _part: None,
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
        await self._ask(
            {"ask": "logo", "picture": logo.for_press()}, PictureError, PICTURE_TIMEOUT_S
        )

    async def warm_up(self) -> None:
        """Starts the press before it is needed; whatever goes wrong shows when it is."""
        async with self._turn:
            with contextlib.suppress(PrintError):
                await self._started(PrintError)
            self._rest_later()

    async def close(self) -> None:
        """Ends the process; a later request starts it anew."""
        if self._rest is not None:
            self._rest.cancel()
        process = self._process
        self._end()
        if process is not None:
            await process.wait()

    async def _ask(
        self,
        request: Mapping[str, Any],
        error: type[SosboxError],
        timeout_s: float,
        on_progress: Callable[[float], None] = lambda _part: None,
        *,
        is_risky: bool = False,
    ) -> tuple[dict[str, Any], bytes]:
        async with self._turn, self._ended_unless_fine(is_risky=is_risky) as fine:
            process = await self._started(error)
            try:
                async with asyncio.timeout(timeout_s):
                    head, data = await _exchange(process, request, on_progress)
            except TimeoutError:
                raise error(
                    N_("It took longer than {num} seconds and was given up."), num=round(timeout_s)
                ) from None
            except (OSError, EOFError, ValueError):
                _log.warning("the press has ended while it was at work")
                raise error(TOO_MUCH) from None
            fine.set()
            if head["kind"] == "error":
                raise error(head["message"], **head["arguments"])
            return head, data

    @contextlib.asynccontextmanager
    async def _ended_unless_fine(self, *, is_risky: bool) -> AsyncIterator[asyncio.Event]:
        """Ends the process when its work was broken off, and after work that nobody vouches for."""
        fine = asyncio.Event()
        if is_risky:
            self._end()
        try:
            yield fine
        finally:
            if is_risky or not fine.is_set():
                self._end()
            else:
                self._rest_later()

    async def _started(self, error: type[SosboxError]) -> asyncio.subprocess.Process:
        if self._rest is not None:
            self._rest.cancel()
        if self._process is not None and self._process.returncode is None:
            return self._process
        # What reads files from anywhere has no business with the secrets of the box.
        environ = {key: value for key, value in os.environ.items() if not key.startswith(_OPTIONS)}
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *self._words,
                env=environ,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_MAX_HEAD_BYTES,
                start_new_session=True,
            )
            assert process.stdout is not None
            async with asyncio.timeout(START_TIMEOUT_S):
                if await process.stdout.readline() == STARTED:
                    return process
        except (OSError, TimeoutError):
            pass
        raise error(N_("The box could not start what prints."))

    def _rest_later(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(self._idle_s, self._end)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


async def _exchange(
    process: asyncio.subprocess.Process,
    request: Mapping[str, Any],
    on_progress: Callable[[float], None],
) -> tuple[dict[str, Any], bytes]:
    """Raises OSError, EOFError or ValueError when the process is not there any more."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
    await process.stdin.drain()
    while True:
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        head = json.loads(line)
        if head["kind"] != "progress":
            return head, await process.stdout.readexactly(head["num_bytes"])
        on_progress(float(head["part"]))
