"""The worker's rounds make something of what came back."""

import asyncio
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.deliveries.replies import keep_reply
from sosbox.deliveries.tables import Delivery, Reply
from sosbox.jobs import dispatcher as dispatcher_module
from sosbox.jobs.dispatcher import ROUTE_LIMIT, Dispatcher
from tests.support.filing import file_case
from tests.support.replies import LATER, STRANGER, leave_number
from tests.support.routing import told
from tests.support.venue import ROOM_TOKEN


async def _receive(text: str, number: int = 0) -> None:
    await DB.write(
        keep_reply, channel="sms", external_id=str(number), sender=STRANGER, text=text, now=LATER
    )


async def test_an_sms_of_a_guest_is_taken_and_routed_at_one_wake(box: Box) -> None:
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await leave_number(filed.case_id)
    await _receive("It drips still")
    has_worked = asyncio.Event()
    dispatcher = Dispatcher(box, on_work=has_worked.set, ring_in=lambda _: None)
    dispatcher.start()
    async with asyncio.timeout(20):
        while not await told("guest_wrote"):
            await has_worked.wait()
            has_worked.clear()
    await dispatcher.stop(10)

    assert await Delivery.count().where(Delivery.event == "guest_wrote") == 2


async def test_however_many_there_are_all_of_them_are_taken(box: Box) -> None:
    for number in range(ROUTE_LIMIT * 2 + 1):
        await _receive("Hello", number)
    dispatcher = Dispatcher(box, on_work=lambda: None, ring_in=lambda _: None)
    await dispatcher.do_round()

    assert await Reply.count().where(Reply.state == "waiting") == 0


async def test_a_round_without_replies_writes_nothing_about_them(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(dispatcher_module, "take_replies", lambda *_, **__: calls.append(1))
    dispatcher = Dispatcher(box, on_work=lambda: None, ring_in=lambda _: None)
    await dispatcher.do_round()

    assert calls == []
