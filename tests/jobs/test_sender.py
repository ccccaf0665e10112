"""Sending what is due: what arrives, what is tried again, and what never stands in the way."""

import asyncio
import logging
import queue
import random
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.channels.base import Channel, Notice, RefusedError, RetryError
from sosbox.channels.catcher import MailCatcher
from sosbox.channels.registry import make_channels
from sosbox.config import load_config
from sosbox.db import DB, Transaction
from sosbox.deliveries.outbox import recover_interrupted
from sosbox.deliveries.tables import Delivery
from sosbox.errors import UnavailableError
from sosbox.jobs import sender as sender_module
from sosbox.jobs.sender import NUM_PLACES, Sender
from sosbox.ledger.tables import LedgerEntry
from tests.support.filing import file_case
from tests.support.venue import NOON, ROOM_TOKEN


class StubChannel:
    """Does with each notice what the test says; `attempts` tells of each that begins."""

    report_within_s = 0

    def __init__(self, name: str = "email") -> None:
        self.name = name
        self.attempts: asyncio.Queue[Notice] = asyncio.Queue()
        self.num_at_once = 0
        self.most_at_once = 0
        self.problem: Callable[[Notice], Exception | None] = lambda notice: None
        self.may_end: Callable[[Notice], asyncio.Event | None] = lambda notice: None

    async def send(self, notice: Notice) -> None:
        self.num_at_once += 1
        self.most_at_once = max(self.most_at_once, self.num_at_once)
        self.attempts.put_nowait(notice)
        try:
            if event := self.may_end(notice):
                await event.wait()
            if problem := self.problem(notice):
                raise problem
        finally:
            self.num_at_once -= 1

    async def check(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def next_attempts(self, num: int) -> list[Notice]:
        async with asyncio.timeout(10):
            return [await self.attempts.get() for _ in range(num)]


@pytest.fixture
def rings() -> "queue.SimpleQueue[float]":
    """The delays after which the sender asked to be woken, seconds."""
    return queue.SimpleQueue()


@pytest.fixture
def make_sender(box: Box, rings: "queue.SimpleQueue[float]") -> Callable[..., Sender]:
    def make(*channels: Channel) -> Sender:
        by_name = {channel.name: channel for channel in channels}
        return Sender(box, by_name, ring_in=rings.put, rng=random.Random(1))

    return make


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher
    catcher.stop()


async def _states() -> list[str]:
    rows: list[str] = (
        await Delivery.select(Delivery.state).order_by(Delivery.id).output(as_list=True)
    )
    return rows


async def _row() -> dict[str, Any]:
    row: dict[str, Any] | None = await Delivery.select().order_by(Delivery.id).first()
    assert row is not None
    return row


async def test_a_case_is_told_by_mail_and_the_ledger_knows(
    box: Box, catcher: MailCatcher, make_sender: Callable[..., Sender]
) -> None:
    settings = {
        "SOSBOX_SMTP_HOST": "127.0.0.1",
        "SOSBOX_SMTP_PORT": str(catcher.port),
        "SOSBOX_SMTP_TLS": "none",
    }
    channels = make_channels(load_config(box.config.data_dir, settings), box.keys)
    filed = await file_case(box, "The soup is cold")
    sender = make_sender(*channels.values())
    sender.start()
    (mail,) = await asyncio.to_thread(catcher.wait_for, 1, 10)
    await sender.stop(10)
    await channels["email"].close()

    assert mail.recipients == ("anna@mar.example",)
    assert b"Subject: [T-7] The soup is cold" in mail.content
    assert await _states() == ["sent"]
    events = await LedgerEntry.select(LedgerEntry.event).where(LedgerEntry.case_id == filed.case_id)
    assert [entry["event"] for entry in events] == ["filed", "routed", "notified"]


async def test_what_comes_later_is_sent_when_it_is_rung_for(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    sender = make_sender(channel)
    sender.start()
    await file_case(box)
    sender.wake()
    await channel.next_attempts(1)
    await sender.stop(10)

    assert await _states() == ["sent"]


async def test_a_backlog_is_worked_off_oldest_first(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    may_end = asyncio.Event()
    channel.may_end = lambda notice: may_end
    for number in range(30):
        await file_case(box, str(number), submission_id=str(number))
    sender = make_sender(channel)
    sender.start()
    first = await channel.next_attempts(NUM_PLACES)
    may_end.set()
    others = await channel.next_attempts(30 - NUM_PLACES)
    await sender.stop(10)

    assert {notice.text for notice in first} == {str(number) for number in range(NUM_PLACES)}
    assert {notice.text for notice in first + others} == {str(number) for number in range(30)}
    assert set(await _states()) == {"sent"}
    assert channel.most_at_once <= NUM_PLACES


async def test_one_that_hangs_does_not_hold_up_the_others(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    never = asyncio.Event()
    channel.may_end = lambda notice: never if notice.text == "0" else None
    for number in range(3 * NUM_PLACES):
        await file_case(box, str(number), submission_id=str(number))
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(3 * NUM_PLACES)
    never.set()
    await sender.stop(10)

    assert set(await _states()) == {"sent"}


async def test_no_more_is_claimed_than_can_be_sent_at_once(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    may_end = asyncio.Event()
    channel.may_end = lambda notice: may_end
    for number in range(2 * NUM_PLACES):
        await file_case(box, submission_id=str(number))
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(NUM_PLACES)

    assert (await _states()).count("sending") == NUM_PLACES
    may_end.set()
    await channel.next_attempts(NUM_PLACES)
    await sender.stop(10)
    assert set(await _states()) == {"sent"}


async def test_a_channel_that_stalls_leaves_the_others_alone(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    def over_another_channel(tx: Transaction) -> None:
        tx.sql("UPDATE deliveries SET channel = 'stalled' WHERE id <= ?", NUM_PLACES + 1)

    stalled, working = StubChannel("stalled"), StubChannel()
    never = asyncio.Event()
    stalled.may_end = lambda notice: never
    for number in range(NUM_PLACES + 2):
        await file_case(box, str(number), submission_id=str(number))
    await DB.write(over_another_channel)
    sender = make_sender(stalled, working)
    sender.start()
    await stalled.next_attempts(NUM_PLACES)
    (notice,) = await working.next_attempts(1)
    await sender.stop(0.01)

    assert notice.text == str(NUM_PLACES + 1)


async def test_what_did_not_work_is_rung_for_again(
    box: Box, rings: "queue.SimpleQueue[float]", make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    channel.problem = lambda notice: RetryError("No.", detail="421 busy")
    await file_case(box)
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(1)
    await sender.stop(10)

    row = await _row()
    assert (row["state"], row["error"], row["error_detail"]) == ("pending", "No.", "421 busy")
    delay = rings.get(timeout=10)
    assert rings.empty()
    assert delay == (row["next_attempt_at"] - NOON).total_seconds()
    assert 4 <= delay <= 6


async def test_what_waits_from_an_earlier_day_is_rung_for_at_the_start(
    box: Box, rings: "queue.SimpleQueue[float]", make_sender: Callable[..., Sender]
) -> None:
    def postpone(tx: Transaction) -> None:
        tx.sql("UPDATE deliveries SET next_attempt_at = ?", NOON.replace(minute=1))

    await file_case(box, token=ROOM_TOKEN)
    await DB.write(postpone)
    sender = make_sender(StubChannel())
    sender.start()

    assert await asyncio.to_thread(rings.get, timeout=10) == 60
    await sender.stop(10)


async def test_when_the_channel_works_again_nobody_waits_for_the_next_attempt(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    outage = RetryError("The power is out.", is_outage=True)
    full = RetryError("The mailbox is full.")
    channel.problem = lambda notice: full if notice.text == "full" else outage
    sender = make_sender(channel)
    sender.start()
    for text in ("one", "two", "full"):
        await file_case(box, text, submission_id=text)
        sender.wake()
        await channel.next_attempts(1)
    channel.problem = lambda notice: full if notice.text == "full" else None
    await file_case(box, "three", submission_id="three")
    sender.wake()

    told = {notice.text for notice in await channel.next_attempts(3)}

    await sender.stop(5)
    assert told == {"one", "two", "three"}
    assert await _states() == ["sent", "sent", "pending", "sent"]


async def test_a_refusal_has_failed(box: Box, make_sender: Callable[..., Sender]) -> None:
    channel = StubChannel()
    channel.problem = lambda notice: RefusedError("Nobody there.")
    await file_case(box)
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(1)
    await sender.stop(10)

    assert await _states() == ["failed"]
    assert (await _row())["error"] == "Nobody there."


async def test_a_channel_with_a_fault_is_tried_again_and_the_log_keeps_the_secret(
    box: Box, make_sender: Callable[..., Sender], caplog: pytest.LogCaptureFixture
) -> None:
    channel = StubChannel()
    channel.problem = lambda notice: ValueError(notice.text)
    await file_case(box, "my secret")
    sender = make_sender(channel)
    with caplog.at_level(logging.DEBUG):
        sender.start()
        await channel.next_attempts(1)
        await sender.stop(10)

    row = await _row()
    assert (row["state"], row["error"]) == ("pending", "The box could not send this notice.")
    assert row["is_possible_duplicate"]
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_notice_whose_text_is_gone_has_failed(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    for number in range(2):
        await file_case(box, str(number), submission_id=str(number))
    with sqlite3.connect(box.config.database_path) as connection:
        connection.execute("DELETE FROM messages WHERE text = '0'")
    connection.close()
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(1)
    await sender.stop(10)

    assert await _states() == ["failed", "sent"]
    assert (await _row())["error"] == "What this notice was about is no longer there."


async def test_a_notice_that_cannot_be_put_together_has_failed(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    def move_house(tx: Transaction) -> None:
        tx.sql("UPDATE establishments SET timezone = 'Nowhere/Land' WHERE name = 'Bar Otto'")
        tx.sql(
            "UPDATE cases SET establishment_id ="
            " (SELECT id FROM establishments WHERE name = 'Bar Otto') WHERE id = 1"
        )

    channel = StubChannel()
    for number in range(2):
        await file_case(box, str(number), submission_id=str(number))
    await DB.write(move_house)
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(1)
    await sender.stop(10)

    assert await _states() == ["failed", "sent"]


async def test_what_is_not_done_when_the_worker_ends_is_marked_by_the_next(
    box: Box, make_sender: Callable[..., Sender]
) -> None:
    channel = StubChannel()
    never = asyncio.Event()
    channel.may_end = lambda notice: never
    await file_case(box)
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(1)
    await sender.stop(0.01)
    assert await _states() == ["sending"]

    await DB.write(recover_interrupted, now=NOON)
    channel.may_end = lambda notice: None
    sender = make_sender(channel)
    sender.start()
    (notice,) = await channel.next_attempts(1)
    await sender.stop(10)

    assert notice.is_possible_duplicate
    assert await _states() == ["sent"]


@pytest.mark.parametrize("action", ["claim_due", "record_sent"])
async def test_a_database_that_is_full_for_a_while_loses_nothing(
    box: Box,
    make_sender: Callable[..., Sender],
    monkeypatch: pytest.MonkeyPatch,
    action: str,
) -> None:
    real = getattr(sender_module, action)
    problems = [UnavailableError("full"), UnavailableError("full")]

    def fail_twice(*args: Any, **kwargs: Any) -> Any:
        if problems:
            raise problems.pop()
        return real(*args, **kwargs)

    monkeypatch.setattr(sender_module, action, fail_twice)
    monkeypatch.setattr(sender_module, "DATABASE_PAUSE_S", 0.0)
    channel = StubChannel()
    await file_case(box)
    sender = make_sender(channel)
    sender.start()
    await channel.next_attempts(1)
    await sender.stop(10)

    assert await _states() == ["sent"]
    assert channel.attempts.empty()
