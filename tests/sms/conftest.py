"""A box that sends through a real Kannel, and that Kannel reaches."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.channels.sms.channel import SmsChannel
from sosbox.channels.sms.kannel_config import Group, kannel_groups
from sosbox.config import Config, load_config
from sosbox.db import DB, Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.deliveries.tables import Delivery
from sosbox.jobs.sender import Sender
from sosbox.keys import load_keys
from sosbox.ledger.actions import LEDGER_TOPIC
from sosbox.lib.clock import FrozenClock
from sosbox.web_server import server_config
from tests.support.filing import file_case
from tests.support.kannel import IS_INSTALLED, changed, free_ports
from tests.support.venue import Venue

# Kannel gives a modem two seconds for each message, and its patience is not ours to set.
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Line:
    """What the box and its Kannel know of each other; the same for all tests of a module."""

    listening: socket.socket
    options: dict[str, str]
    config: Config
    groups: list[Group]


@pytest.fixture(scope="module")
def line(made_folder: tuple[Path, Venue]) -> Iterator[Line]:
    """The configuration that the box writes for Kannel, on ports that are free here."""
    if not IS_INSTALLED:
        pytest.skip("Kannel is not installed: apt-get install kannel kannel-extras")
    sendsms_port, admin_port, box_port = free_ports(3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        options = {
            "SOSBOX_PORT": str(listening.getsockname()[1]),
            "SOSBOX_SMS_GATEWAY": "kannel",
            "SOSBOX_KANNEL_URL": f"http://127.0.0.1:{sendsms_port}/cgi-bin/sendsms",
            "SOSBOX_KANNEL_STATUS_URL": f"http://127.0.0.1:{admin_port}/status.xml",
        }
        folder = made_folder[0]
        config = load_config(folder, options)
        groups = kannel_groups(config, load_keys(folder))
        groups = changed(groups, "core", smsbox_port=box_port)
        groups = changed(groups, "smsbox", bearerbox_port=box_port, http_queue_delay=1)
        yield Line(listening, options, config, groups)


@pytest.fixture
def box(data_dir: Path, clock: FrozenClock, line: Line) -> Iterator[Box]:
    """The box of all tests, with a gateway."""
    box = Box(config=load_config(data_dir, line.options), keys=load_keys(data_dir), clock=clock)
    DB.open(box.config.database_path)
    yield box
    DB.close()


@pytest.fixture
async def served(box: Box, line: Line) -> AsyncIterator[None]:
    """The pages of the box, where Kannel looks for them."""
    server = uvicorn.Server(server_config(create_app(box)))
    serving = asyncio.create_task(server.serve(sockets=[line.listening.dup()]))
    yield
    server.should_exit = True
    await serving


class Office:
    """The box at work: Anna has a phone, and what is due for it is sent."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.channel = SmsChannel(box.config, box.keys)
        self._has_changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        channels = {"sms": self.channel}
        self.sender = Sender(box, channels, ring_in=self._ring_in, rng=random.Random(1))
        for topic in (LEDGER_TOPIC, DELIVERY_TOPIC):
            DB.listen(topic, self._has_changed.set)

    async def tell_anna(self, text: str, *, number: str = "+34600123456") -> dict[str, Any]:
        """Dora files a case; the SMS to Anna's phone, as it stands in the outbox."""
        await DB.write(_give_number, number)
        filed = await file_case(self.box, text, submission_id=text)
        self.sender.wake()
        delivery = await Delivery.select().where(
            (Delivery.case_id == filed.case_id) & (Delivery.channel == "sms")
        )
        return await self.delivery(delivery[0]["id"])

    async def delivery(self, delivery_id: int) -> dict[str, Any]:
        row: dict[str, Any] | None = (
            await Delivery.select().where(Delivery.id == delivery_id).first()
        )
        assert row is not None
        return row

    def _ring_in(self, _delay_s: float) -> None:
        """The sender sets its alarm, on a thread, once it has stored a retry."""
        self._loop.call_soon_threadsafe(self._has_changed.set)

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Waits for something to be stored that makes it so."""
        async with asyncio.timeout(PATIENCE_S):
            while not await is_so():
                await self._has_changed.wait()
                self._has_changed.clear()

    async def until_delivery(self, delivery_id: int, **columns: str) -> dict[str, Any]:
        """Waits until the delivery has these values."""

        async def is_so() -> bool:
            row = await self.delivery(delivery_id)
            return all(row[name] == value for name, value in columns.items())

        await self.until(is_so)
        return await self.delivery(delivery_id)


@pytest.fixture
async def office(box: Box, served: None) -> AsyncIterator[Office]:
    office = Office(box)
    office.sender.start()
    yield office
    await office.sender.stop(PATIENCE_S)
    await office.channel.close()


def _give_number(tx: Transaction, number: str) -> None:
    tx.sql("DELETE FROM recipient_addresses WHERE channel = 'sms'")
    tx.sql(
        "INSERT INTO recipient_addresses (recipient_id, channel, address)"
        " SELECT id, 'sms', ? FROM recipients WHERE slug = 'boss'",
        number,
    )
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()
