"""Models that an owner asks for in the console: added, fetched, tried and removed by the worker."""

import asyncio
import os
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import ConflictError, ForbiddenError, InvalidFieldsError
from sosbox.jobs.model_keeper import ModelKeeper
from sosbox.places.model_jobs import (
    INTERRUPTED,
    JobState,
    ShownJob,
    begin_job,
    load_jobs,
    request_add,
    request_fetch,
    request_remove,
    request_test,
)
from sosbox.translation.argos.errors import CancelledError
from sosbox.translation.argos.fetch import NO_INTERNET, ModelFetcher
from sosbox.translation.argos.model import Sample, Trial
from sosbox.translation.argos.packages import ModelAdder, Watcher
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.workshop import Workshop
from sosbox.translation.contract import Pair
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tests.support.model_server import ModelServer
from tests.support.venue import NOON, Venue

UPLOAD = "0" * 32 + ".argosmodel"


def passed(_folder: Path, _pair: Pair, _is_cancelled: Callable[[], bool]) -> Trial:
    """Every model does well."""
    return Trial(10.0, 80, (Sample("La ducha.", "The shower."),))


class Shop:
    """A keeper with its store; `num_changes` counts when it says that models have changed."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.store = ModelStore(box.config.models_dir)
        self.num_changes = 0
        self.changed = asyncio.Event()
        # Nothing listens on the port of discard.
        self.use_index("http://127.0.0.1:9/")

    def use_index(self, url: str) -> None:
        adder = ModelAdder(self.store, passed, memory_limit_mb=600)
        fetcher = ModelFetcher(self.store, url, pause=lambda _: None)
        workshop = Workshop(self.store, adder, fetcher)
        self.keeper = ModelKeeper(self.box, workshop, on_change=self._count)

    def upload(self, content: Path | bytes, name: str = UPLOAD) -> None:
        self.store.incoming_folder.mkdir(parents=True, exist_ok=True)
        path = self.store.incoming_folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            shutil.copyfile(content, path)

    async def work(self) -> None:
        while await self.keeper.do_next():
            pass

    def pairs(self) -> list[str]:
        return [str(model.pair) for model in self.store.models()]

    def _count(self) -> None:
        self.num_changes += 1
        self.changed.set()


@pytest.fixture
async def shop(box: Box) -> AsyncIterator[Shop]:
    shop = Shop(box)
    yield shop
    await shop.keeper.stop(10)


async def jobs() -> list[ShownJob]:
    return await DB.read(lambda connection: load_jobs(connection, now=NOON))


async def test_an_upload_is_added_and_thrown_away(shop: Shop, venue: Venue) -> None:
    shop.upload(PHRASEBOOK_FILES[0])
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=UPLOAD)
    await shop.work()

    (job,) = await jobs()
    assert (job.state, job.pair, job.progress, job.message) == (JobState.DONE, "es-en", 100, "")
    assert shop.pairs() == ["es-en"]
    assert list(shop.store.incoming_folder.iterdir()) == []
    assert shop.num_changes == 1


async def test_what_is_no_model_is_refused_in_words_and_thrown_away(
    shop: Shop, venue: Venue
) -> None:
    shop.upload(b"not a zip")
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=UPLOAD)
    await shop.work()

    (job,) = await jobs()
    assert job.state is JobState.FAILED
    assert job.message != ""
    assert shop.pairs() == []
    assert list(shop.store.incoming_folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../box.key", "/etc/passwd", "", "gone.argosmodel", UPLOAD])
async def test_a_file_that_nobody_uploaded_is_not_touched(
    shop: Shop, venue: Venue, name: str
) -> None:
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=name)
    await shop.work()
    (job,) = await jobs()
    assert job.message == "The file that was uploaded is no longer there."


async def test_without_internet_a_fetch_says_so(shop: Shop, venue: Venue) -> None:
    await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    await shop.work()
    (job,) = await jobs()
    assert (job.state, job.message) == (JobState.FAILED, NO_INTERNET)


async def test_a_model_is_tried_again_and_removed(shop: Shop, venue: Venue) -> None:
    shop.upload(PHRASEBOOK_FILES[0])
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=UPLOAD)
    await DB.write(request_test, now=NOON, viewer=venue.anna, pair="es-en")
    await DB.write(request_remove, now=NOON, viewer=venue.anna, pair="es-en")
    await shop.work()

    assert [job.state for job in await jobs()] == [JobState.DONE] * 3
    assert shop.pairs() == []


async def test_what_is_not_there_cannot_be_tried(shop: Shop, venue: Venue) -> None:
    await DB.write(request_test, now=NOON, viewer=venue.anna, pair="ja-en")
    await shop.work()
    (job,) = await jobs()
    assert (job.state, job.message) == (JobState.FAILED, "There is no model for this pair.")


async def test_something_unexpected_is_no_end_of_the_keeper(
    shop: Shop, venue: Venue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_args: object, **_more: object) -> None:
        raise RuntimeError("a secret")

    shop.upload(PHRASEBOOK_FILES[0])
    monkeypatch.setattr(ModelAdder, "add", burst)
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=UPLOAD)
    await shop.work()

    (job,) = await jobs()
    assert (job.state, job.message) == (JobState.FAILED, "The box could not do this.")
    assert "secret" not in caplog.text


async def test_what_a_crash_has_left_has_failed(shop: Shop, venue: Venue) -> None:
    job_id = await DB.write(request_test, now=NOON, viewer=venue.anna, pair="ja-en")
    await DB.write(begin_job, job_id)
    await shop.keeper.start()
    (job,) = await jobs()
    assert (job.state, job.message) == (JobState.FAILED, INTERRUPTED)


async def test_what_a_crash_has_left_on_the_disk_is_removed(shop: Shop, venue: Venue) -> None:
    wanted, left, fresh = (f"{number}" * 32 + ".argosmodel" for number in (1, 2, 3))
    for name in (wanted, left, fresh, "holidays.jpg"):
        shop.upload(b"x", name)
        if name != fresh:
            os.utime(shop.store.incoming_folder / name, (0, 0))
    half = shop.store.staging_folder / "tmpabc"
    half.mkdir(parents=True)
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=wanted)
    await shop.keeper.start()
    await asyncio.wait_for(shop.changed.wait(), 30)

    assert not half.exists()
    left_over = {path.name for path in shop.store.incoming_folder.iterdir()}
    assert left_over == {fresh, "holidays.jpg"}


async def test_a_box_without_models_gets_no_folder_for_them(shop: Shop, venue: Venue) -> None:
    await DB.write(request_test, now=NOON, viewer=venue.anna, pair="ja-en")
    await shop.keeper.start()
    await asyncio.wait_for(shop.changed.wait(), 30)

    assert not shop.store.folder.exists()


async def test_a_job_is_broken_off_when_the_worker_ends(
    shop: Shop, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def never_ends(*_args: object, watcher: Watcher, **_more: object) -> None:
        begun.set()
        while not watcher.is_cancelled():
            time.sleep(0.001)
        raise CancelledError

    shop.upload(PHRASEBOOK_FILES[0])
    monkeypatch.setattr(ModelAdder, "add", never_ends)
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=UPLOAD)
    await shop.keeper.start()
    await asyncio.to_thread(begun.wait, 10)
    await shop.keeper.stop(10)

    (job,) = await jobs()
    assert (job.state, job.message) == (JobState.FAILED, "It was interrupted.")
    assert list(shop.store.incoming_folder.iterdir()) == []


async def test_a_model_is_fetched_and_added(shop: Shop, venue: Venue) -> None:
    server = ModelServer().start()
    try:
        server.offer("es-en", PHRASEBOOK_FILES[0].read_bytes())
        shop.use_index(server.url("/index.json"))
        await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="es-en")
        await shop.work()
    finally:
        server.stop()

    (job,) = await jobs()
    assert (job.state, job.message) == (JobState.DONE, "")
    assert shop.pairs() == ["es-en"]
    assert list(shop.store.downloads_folder.iterdir()) == []


async def test_only_owners_may_ask(box: Box, venue: Venue) -> None:
    for viewer in (venue.boris, venue.clara, venue.dario):
        with pytest.raises(ForbiddenError):
            await DB.write(request_remove, now=NOON, viewer=viewer, pair="es-en")
    await DB.write(request_remove, now=NOON, viewer=venue.otto, pair="es-en")


@pytest.mark.parametrize("pair", ["", "es", "es-es", "../..", "ES-EN", "es-en-gl"])
async def test_what_is_no_pair_is_refused(box: Box, venue: Venue, pair: str) -> None:
    with pytest.raises(InvalidFieldsError):
        await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair=pair)


async def test_the_same_is_not_asked_for_twice(box: Box, venue: Venue) -> None:
    await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    with pytest.raises(ConflictError):
        await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
