"""Prints what somebody has asked for, one run after the other, and keeps the files for download.

The press does the work in a process of its own; here it is only waited for.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.jobs.progress import Progress
from sosbox.jobs.wakeful import Wakeful
from sosbox.pieces.material import load_run_job
from sosbox.pieces.rules import TICKET
from sosbox.pieces.runs import (
    INTERRUPTED,
    Run,
    begin_run,
    end_run,
    fail_run,
    forget_old_files,
    give_up_interrupted_runs,
    issue_pieces,
    load_run,
    next_run,
    note_run_progress,
)
from sosbox.printing.layout import PrintJob
from sosbox.printing.press import Press, Printed, PrintError
from sosbox.printing.printers import send

_TIDY_EVERY = timedelta(hours=6)
_JUST_WRITTEN_S = 3600.0
# Of a run that goes to a printer, the part that setting it takes.
_SETTING = 0.7
# Longest time for a printer to be done with a run, seconds: some for the first page, some for each.
_FIRST_PAGE_S = 120.0
_EACH_PAGE_S = 30.0

_TROUBLE = N_("The box could not do this.")

_log = logging.getLogger(__name__)


class Printer(Wakeful):
    """Wake it when something may be asked for. Lives on one event loop."""

    work = "printing"

    def __init__(self, box: Box, press: Press) -> None:
        super().__init__()
        self._box = box
        self._press = press
        self._tidied_at: datetime | None = None

    async def start(self) -> None:
        """Gives up what a worker before this one was at, and begins with what waits."""
        await DB.write(give_up_interrupted_runs, now=self._box.clock.now())
        self._begin()

    async def stop(self, limit_s: float) -> None:
        """Breaks off what it is at: that has failed then. What a printer had keeps its numbers."""
        self._is_stopping = True
        await self._press.close()
        await self._end(limit_s)

    async def do_next(self) -> bool:
        """Does the run that waits longest; False when none does."""
        run_id = await DB.read(next_run)
        if run_id is None:
            return False
        try:
            is_ours = await DB.write(begin_run, run_id, now=self._box.clock.now())
        except (SosboxError, TypeError, ValueError) as error:
            # What a newer version has asked for may say what this one does not know.
            _log.error("a print run cannot be read: %s", type(error).__name__)
            await _fail(self._box, run_id, PrintError(_TROUBLE))
            return True
        if is_ours:
            await carry_out(self._box, self._press, run_id)
        return True

    async def tidy(self) -> None:
        """Removes files that are kept no longer, now and then."""
        now = self._box.clock.now()
        if self._tidied_at is not None and now - self._tidied_at < _TIDY_EVERY:
            return
        self._tidied_at = now
        kept = await DB.write(forget_old_files, now=now)
        await asyncio.to_thread(_remove_files, self._box, kept)


async def carry_out(
    box: Box,
    press: Press,
    run_id: int,
    *,
    on_progress: Callable[[float], None] = lambda _part: None,
) -> Run:
    """Prints a run whose pieces have their numbers, and records how it went; returns it as it is
    then. Broken off, it has failed."""
    try:
        run = await DB.read(lambda connection: load_run(connection, run_id))
        job = await DB.read(lambda connection: load_run_job(connection, box.config, run))
        printed = await _set(press, run, job, on_progress)
        # Kept before it is sent: a full disk is found before anything is on paper.
        name = await asyncio.to_thread(_keep, box, run, printed)
        if run.printer:
            await _send(box, run, job, printed)
        await DB.write(
            end_run,
            box.keys,
            run_id,
            now=box.clock.now(),
            file=name,
            num_pages=printed.num_pages,
        )
    except asyncio.CancelledError:
        await asyncio.shield(_fail(box, run_id, PrintError(INTERRUPTED)))
        raise
    except SosboxError as error:
        await _fail(box, run_id, error)
    except OSError as error:
        _log.error("a file could not be kept: %s", type(error).__name__)
        trouble = PrintError(N_("The box could not store the file: its disk may be full."))
        await _fail(box, run_id, trouble)
    except Exception as error:
        _log.error("trouble with a print run: %s", type(error).__name__)
        await _fail(box, run_id, PrintError(_TROUBLE))
    return await DB.read(lambda connection: load_run(connection, run_id))


async def _fail(box: Box, run_id: int, error: SosboxError) -> None:
    await DB.write(fail_run, run_id, now=box.clock.now(), error=error)


async def _set(
    press: Press, run: Run, job: PrintJob, on_progress: Callable[[float], None]
) -> Printed:
    """Sets a run and checks it. Raises SosboxError."""
    share = _SETTING if run.printer else 1.0
    writes: set[asyncio.Task[None]] = set()

    def write(percent: int) -> None:
        writes.add(asyncio.create_task(DB.write(note_run_progress, run.id, percent)))

    progress = Progress(write)

    def tell(part: float) -> None:
        progress.note(part * share)
        on_progress(part * share)

    try:
        return await press.print(job, on_progress=tell)
    finally:
        await asyncio.gather(*writes, return_exceptions=True)


async def _send(box: Box, run: Run, job: PrintJob, printed: Printed) -> None:
    async def issue() -> None:
        await DB.write(issue_pieces, box.keys, run.id, now=box.clock.now())

    await send(
        run.printer,
        printed.data,
        kind=run.format,
        title=job.title,
        paper=job.paper,
        says_how_it_is=box.config.printer_status,
        timeout_s=_FIRST_PAGE_S + _EACH_PAGE_S * printed.num_pages,
        on_begin=issue,
    )


def _keep(box: Box, run: Run, printed: Printed) -> str:
    """Stores the file of a run, whole or not at all; returns its name. Raises OSError."""
    folder = box.config.prints_dir
    folder.mkdir(mode=0o700, exist_ok=True)
    is_single = printed.num_pages == 1 or run.format == "pdf"
    ending = ("png" if run.format == TICKET else run.format) if is_single else "zip"
    path = folder / f"{run.id}-{run.template}.{ending}"
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            file.write(printed.data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return path.name


def _remove_files(box: Box, kept: frozenset[str]) -> None:
    """Removes files that no run has any more, and what a power cut has left. One that has just been
    written may not stand in the database yet."""
    for path in box.config.prints_dir.glob("*"):
        with contextlib.suppress(OSError):
            is_old = time.time() - path.stat().st_mtime > _JUST_WRITTEN_S
            if path.name not in kept and is_old:
                path.unlink(missing_ok=True)
