"""Does what owners ask in the console to be done with models, one thing after the other.

It takes minutes and blocks, so it runs on a thread of its own; how far it has come is written to
the job, for the page that shows a bar.
"""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.jobs.progress import Progress
from sosbox.jobs.wakeful import Wakeful
from sosbox.places.model_jobs import (
    JobKind,
    ShownJob,
    begin_job,
    end_job,
    give_up_interrupted,
    next_job,
    note_progress,
    open_uploads,
)
from sosbox.translation.argos.errors import ModelError
from sosbox.translation.argos.index import newest
from sosbox.translation.argos.packages import Watcher, remove_model
from sosbox.translation.argos.workshop import Workshop
from sosbox.translation.contract import Pair

# Of a model that is fetched and then added, the part that fetching takes.
_FETCHING = 0.7
_FORGET_UPLOAD_AFTER_S = 3600.0
# As the console calls what was uploaded.
_UPLOAD = re.compile(r"[0-9a-f]{32}\.argosmodel", re.ASCII)

_log = logging.getLogger(__name__)


class ModelKeeper(Wakeful):
    """Wake it when something may be asked for. Lives on one event loop.

    on_change: called when models have come or gone.
    """

    work = "keeping models"

    def __init__(self, box: Box, workshop: Workshop, *, on_change: Callable[[], None]) -> None:
        super().__init__()
        self._box = box
        self._workshop = workshop
        self._on_change = on_change
        self._thread = ThreadPoolExecutor(1, "models")
        self._is_tidy = False

    async def start(self) -> None:
        """Gives up what a worker before this one was at, and begins with what waits."""
        await DB.write(give_up_interrupted, now=self._box.clock.now())
        self._begin()

    async def stop(self, limit_s: float) -> None:
        """Breaks off what it is at; at most `limit_s` seconds."""
        await self._end(limit_s)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def do_next(self) -> bool:
        """Does the job that waits longest; False when none does."""
        job = await DB.read(next_job)
        if job is None:
            return False
        if not await DB.write(begin_job, job.id):
            return True
        error: SosboxError | None = None
        pair = ""
        try:
            pair = str(await self._on_thread(job))
        except ModelError as refusal:
            error = refusal
        except Exception as trouble:
            _log.error("trouble with a model: %s", type(trouble).__name__)
            error = ModelError(N_("The box could not do this."))
        await DB.write(end_job, job.id, now=self._box.clock.now(), error=error, pair=pair)
        self._on_change()
        return True

    async def tidy(self) -> None:
        """Removes what a worker before this one has left half done, once."""
        if self._is_tidy:
            return
        wanted = await DB.read(open_uploads)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._remove_leftovers, wanted)
        self._is_tidy = True

    def _remove_leftovers(self, wanted: frozenset[str]) -> None:
        store = self._workshop.store
        with contextlib.suppress(ModelError, OSError):
            if store.staging_folder.exists():
                with store.changing(lambda: self._is_stopping):
                    pass
            for path in store.incoming_folder.glob("*"):
                # One that has just come may not have its job yet.
                is_old = time.time() - path.stat().st_mtime > _FORGET_UPLOAD_AFTER_S
                if _UPLOAD.fullmatch(path.name) and path.name not in wanted and is_old:
                    path.unlink()

    async def _on_thread(self, job: ShownJob) -> Pair:
        loop = asyncio.get_running_loop()
        progress = Progress(lambda percent: self._note(loop, job.id, percent))
        watcher = Watcher(progress.note, lambda: self._is_stopping)
        return await loop.run_in_executor(self._thread, self._do, job, watcher)

    def _note(self, loop: asyncio.AbstractEventLoop, job_id: int, percent: int) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            asyncio.run_coroutine_threadsafe(DB.write(note_progress, job_id, percent), loop)

    def _do(self, job: ShownJob, watcher: Watcher) -> Pair:
        """Does a job and returns the pair that it was about. Raises ModelError."""
        if job.kind is JobKind.ADD:
            return self._add_upload(job.file, watcher)
        pair = Pair.parse(job.pair)
        if job.kind is JobKind.FETCH:
            self._fetch(pair, watcher)
        elif job.kind is JobKind.REMOVE:
            remove_model(self._workshop.store, pair, watcher=watcher)
        else:
            self._try_again(pair, watcher)
        return pair

    def _add_upload(self, name: str, watcher: Watcher) -> Pair:
        if not _UPLOAD.fullmatch(name):
            raise ModelError(N_("The file that was uploaded is no longer there."))
        path = self._workshop.store.incoming_folder / name
        try:
            if not path.exists():
                raise ModelError(N_("The file that was uploaded is no longer there."))
            return self._add(path, watcher)
        finally:
            path.unlink(missing_ok=True)

    def _fetch(self, pair: Pair, watcher: Watcher) -> None:
        fetcher = self._workshop.fetcher
        offer = newest(fetcher.offers(), pair)
        fetching = Watcher(lambda part: watcher.on_progress(part * _FETCHING), watcher.is_cancelled)
        adding = Watcher(
            lambda part: watcher.on_progress(_FETCHING + part * (1 - _FETCHING)),
            watcher.is_cancelled,
        )
        with fetcher.fetched(offer, watcher=fetching) as path:
            self._add(path, adding)

    def _add(self, path: Path, watcher: Watcher) -> Pair:
        added = self._workshop.adder.add(path, now=self._box.clock.now(), watcher=watcher)
        return added.model.pair

    def _try_again(self, pair: Pair, watcher: Watcher) -> None:
        versions = self._workshop.store.versions(pair)
        if not versions:
            raise ModelError(N_("There is no model for this pair."))
        self._workshop.adder.try_again(versions[0], watcher=watcher)
