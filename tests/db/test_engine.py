"""Writing together: what is shared, what is undone alone, what happens when the disk fails."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB, Transaction
from sosbox.db.engine import connect
from sosbox.errors import NotFoundError, UnavailableError
from sosbox.places.tables import Subscriber
from tests.support.venue import NOON


def _add(tx: Transaction, slug: str) -> int:
    return tx.insert(Subscriber, slug=slug, name=slug)


def _add_and_fail(tx: Transaction, slug: str) -> None:
    _add(tx, slug)
    tx.announce("failed topic")
    raise NotFoundError("no")


async def _slugs() -> set[str]:
    rows = await Subscriber.select(Subscriber.slug)
    return {row["slug"] for row in rows} - {"mar", "otto"}


async def test_what_was_written_can_be_read_at_once(box: Box) -> None:
    await DB.write(_add, "one")
    assert await _slugs() == {"one"}


async def test_many_writes_at_once_share_few_commits(box: Box) -> None:
    watcher = connect(box.config.database_path, is_read_only=True)
    versions = set()

    async def write(number: int) -> None:
        await DB.write(_add, f"s{number}")
        versions.add(watcher.execute("PRAGMA data_version").fetchone()[0])

    await asyncio.gather(*(write(number) for number in range(100)))

    assert len(await _slugs()) == 100
    assert len(versions) <= 3
    watcher.close()


async def test_a_write_that_fails_undoes_itself_alone(box: Box) -> None:
    results = await asyncio.gather(
        DB.write(_add, "before"),
        DB.write(_add_and_fail, "bad"),
        DB.write(_add, "before"),  # the slug is taken
        DB.write(_add, "after"),
        return_exceptions=True,
    )

    assert await _slugs() == {"before", "after"}
    assert isinstance(results[1], NotFoundError)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert isinstance(results[3], int)


async def test_listeners_hear_of_commits_and_not_of_what_failed(box: Box) -> None:
    heard: list[str] = []
    for topic in ("topic", "failed topic"):
        DB.listen(topic, lambda topic=topic: heard.append(topic))

    def announce(tx: Transaction) -> None:
        tx.announce("topic")

    await asyncio.gather(DB.write(announce), DB.write(announce))
    with pytest.raises(NotFoundError):
        await DB.write(_add_and_fail, "bad")

    assert heard == ["topic"]


async def test_a_listener_that_fails_does_not_stop_the_writing(box: Box) -> None:
    def listener() -> None:
        raise ValueError("broken")

    DB.listen("topic", listener)
    await DB.write(lambda tx: tx.announce("topic"))
    await DB.write(_add, "one")


async def test_a_caller_that_gives_up_leaves_the_others_alone(box: Box) -> None:
    given_up = asyncio.create_task(DB.write(_add, "given-up"))
    kept = asyncio.create_task(DB.write(_add, "kept"))
    await asyncio.sleep(0)
    given_up.cancel()

    await kept
    assert "kept" in await _slugs()


async def test_a_failing_disk_is_said_to_everybody_who_waits(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: sqlite3.Connection, group: Any) -> set[str]:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("sosbox.db.engine.run_group", full)
        results = await asyncio.gather(
            DB.write(_add, "one"), DB.write(_add, "two"), return_exceptions=True
        )
    assert all(isinstance(result, UnavailableError) for result in results)
    assert await _slugs() == set()

    await DB.write(_add, "three")
    assert await _slugs() == {"three"}


async def test_a_write_waits_for_another_process(box: Box) -> None:
    other = connect(box.config.database_path)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(DB.write(_add, "one"))
    await asyncio.sleep(0)
    assert not waiting.done()

    other.execute("COMMIT")
    other.close()
    await waiting
    assert await _slugs() == {"one"}


async def test_a_write_that_waits_too_long_is_given_up(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosbox.db.engine.BUSY_TIMEOUT_S", 0.0)
    other = connect(box.config.database_path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError):
        await DB.write(_add, "one")
    with pytest.raises(UnavailableError):
        DB.write_sync(_add, "one")
    other.close()

    await DB.write(_add, "two")


async def test_two_event_loops_and_a_thread_can_write_at_once(box: Box) -> None:
    def other_loop() -> None:
        async def write_all() -> None:
            await asyncio.gather(*(DB.write(_add, f"other{i}") for i in range(20)))

        asyncio.run(write_all())

    def no_loop() -> None:
        for number in range(20):
            DB.write_sync(_add, f"sync{number}")

    threads = [threading.Thread(target=other_loop), threading.Thread(target=no_loop)]
    for thread in threads:
        thread.start()
    await asyncio.gather(*(DB.write(_add, f"mine{i}") for i in range(20)))
    for thread in threads:
        await asyncio.to_thread(thread.join)

    assert len(await _slugs()) == 60


async def test_reads_cannot_write(box: Box) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await Subscriber.delete(force=True)
    with pytest.raises(RuntimeError):
        async with DB.transaction():
            pass


def test_an_unknown_column_is_a_mistake_that_is_named(box: Box) -> None:
    with pytest.raises(ValueError, match="colour"):
        DB.write_sync(lambda tx: tx.insert(Subscriber, slug="x", name="x", colour="red"))


async def test_times_come_back_as_they_went_in(box: Box) -> None:
    def write(tx: Transaction) -> Any:
        tx.sql("CREATE TEMP TABLE t (at TIMESTAMPTZ)")
        tx.sql("INSERT INTO t VALUES (?)", NOON)
        return tx.sql("SELECT at FROM t")[0][0]

    assert await DB.write(write) == NOON


def _add_all(tx: Transaction, slugs: Sequence[str]) -> list[str]:
    for slug in slugs:
        _add(tx, slug)
    return [f"{slug} of {len(slugs)}" for slug in slugs]


async def test_what_many_do_at_the_same_moment_is_done_with_one_call(box: Box) -> None:
    results = await asyncio.gather(*(DB.write_shared(_add_all, slug) for slug in "abc"))

    assert results == ["a of 3", "b of 3", "c of 3"]
    assert await _slugs() == {"a", "b", "c"}


async def test_one_that_cannot_be_done_with_the_others_is_refused_alone(box: Box) -> None:
    results = await asyncio.gather(
        *(DB.write_shared(_add_all, slug) for slug in ("a", "a", "b")),
        DB.write(_add, "c"),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [str, sqlite3.IntegrityError, str, int]
    assert await _slugs() == {"a", "b", "c"}
