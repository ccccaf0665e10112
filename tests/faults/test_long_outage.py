"""The mail server is gone for a day, as the clock of the box goes; then it comes back."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes

import pytest

from sosbox.box import Box
from sosbox.channels.base import Notice
from sosbox.channels.catcher import MailCatcher
from sosbox.channels.email.channel import EmailChannel
from sosbox.config import load_config
from sosbox.db import DB
from sosbox.deliveries.outbox import recover_interrupted
from sosbox.deliveries.tables import Delivery
from sosbox.jobs.sender import Sender
from sosbox.lib.clock import FrozenClock
from tests.support.filing import file_case
from tests.support.venue import NOON

STEP = timedelta(minutes=20)
NUM_CASES = 5


class TellingChannel(EmailChannel):
    """Says when an attempt is over."""

    def __init__(self, box: Box, smtp_port: int) -> None:
        settings = {
            "SOSBOX_SMTP_HOST": "127.0.0.1",
            "SOSBOX_SMTP_PORT": str(smtp_port),
            "SOSBOX_SMTP_TLS": "none",
        }
        super().__init__(load_config(box.config.data_dir, settings), clock=box.clock)
        self.ended: asyncio.Queue[int] = asyncio.Queue()

    async def send(self, notice: Notice) -> None:
        try:
            await super().send(notice)
        finally:
            self.ended.put_nowait(notice.delivery_id)


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher
    catcher.stop()


async def _send_what_is_due(box: Box, channel: TellingChannel) -> int:
    """One life of a worker; returns how many attempts it made."""
    await DB.write(recover_interrupted, now=box.clock.now())
    num_due = await Delivery.count().where(
        Delivery.state == "pending", Delivery.next_attempt_at <= box.clock.now()
    )
    sender = Sender(box, {"email": channel}, ring_in=lambda _delay: None, rng=random.Random(1))
    sender.start()
    async with asyncio.timeout(30):
        for _ in range(num_due):
            await channel.ended.get()
    await sender.stop(10)
    return num_due


async def test_after_a_day_without_a_mail_server_everybody_is_told_once(
    box: Box, clock: FrozenClock, catcher: MailCatcher
) -> None:
    catcher.stop()
    channel = TellingChannel(box, catcher.port)
    num_attempts = 0
    for number in range(72):
        if number % (72 // NUM_CASES) == 0:
            await file_case(box, submission_id=str(number), now=clock.now())
        num_attempts += await _send_what_is_due(box, channel)
        clock.set(clock.now() + STEP)
    num_cases = await Delivery.count()
    assert clock.now() == NOON + timedelta(days=1)
    assert await Delivery.count().where(Delivery.state == "pending") == num_cases
    # Nobody was forgotten meanwhile, and nobody's server was besieged.
    assert num_cases * 10 < num_attempts < num_cases * 60

    catcher.start()
    clock.set(clock.now() + timedelta(hours=2))
    await _send_what_is_due(box, channel)
    await channel.close()

    assert await Delivery.count().where(Delivery.state == "sent") == num_cases
    mails = [message_from_bytes(mail.content) for mail in catcher.messages]
    copies = Counter(mail["X-Sosbox-Delivery"] for mail in mails)
    assert set(copies.values()) == {1}
    assert len(copies) == num_cases
    assert not any(mail["X-Sosbox-Possible-Duplicate"] for mail in mails)
