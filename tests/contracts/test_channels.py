"""What every channel has to keep, whatever it sends over.

A channel joins with a kit: something that stands for the other side, and says what came.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Protocol

import pytest

from sosbox.channels.base import Channel, NoticeEvent, RefusedError, RetryError
from sosbox.channels.catcher import MailCatcher
from sosbox.channels.email.channel import EmailChannel
from sosbox.channels.registry import CHANNEL_FACTORIES
from sosbox.config import load_config
from sosbox.deliveries.rules import CHANNELS
from tests.support.notices import notice


class ChannelKit(Protocol):
    """The other side of a channel."""

    channel: Channel
    address: str

    def received(self) -> list[str]:
        """The texts that have come, as their readers see them."""

    def refuse(self) -> None:
        """From now on `address` is refused for good."""

    def go_away(self) -> None:
        """From now on nobody answers."""

    def come_back(self) -> None:
        """Somebody answers again."""

    def end(self) -> None:
        """Clears up."""


class EmailKit:
    def __init__(self, folder: Path) -> None:
        self._catcher = MailCatcher()
        self._catcher.start()
        settings = {
            "SOSBOX_SMTP_HOST": "127.0.0.1",
            "SOSBOX_SMTP_PORT": str(self._catcher.port),
            "SOSBOX_SMTP_TLS": "none",
        }
        self.channel: Channel = EmailChannel(load_config(folder, settings))
        self.address = "anna@mar.example"

    def received(self) -> list[str]:
        return [_text(mail.content) for mail in self._catcher.messages]

    def refuse(self) -> None:
        self._catcher.refuse_recipients.add(self.address)

    def go_away(self) -> None:
        self._catcher.stop()

    def come_back(self) -> None:
        self._catcher.start()

    def end(self) -> None:
        self._catcher.stop()


def _text(content: bytes) -> str:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


KITS = {"email": EmailKit}


@pytest.fixture(params=KITS)
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChannelKit]:
    kit = KITS[request.param](tmp_path)
    yield kit
    kit.end()


def test_every_channel_is_held_to_this_contract() -> None:
    assert set(KITS) == set(CHANNEL_FACTORIES) == CHANNELS


async def test_its_name_is_the_one_that_addresses_carry(kit: ChannelKit) -> None:
    assert kit.channel.name in CHANNEL_FACTORIES


async def test_what_is_sent_arrives_once_and_whole(kit: ChannelKit) -> None:
    sent = notice(address=kit.address, text="Agua en el baño 💧\nدرجة الحرارة\n冷たい")
    await kit.channel.send(sent)
    await kit.channel.close()

    (text,) = kit.received()
    for line in sent.text.splitlines():
        assert line in text
    for fact in ("Hotel Mar", "Room 204", "R-204", "http://mar.example/admin/cases/3"):
        assert fact in text


@pytest.mark.parametrize("event", list(NoticeEvent))
async def test_every_event_can_be_told(kit: ChannelKit, event: NoticeEvent) -> None:
    await kit.channel.send(notice(address=kit.address, event=event))
    await kit.channel.close()

    assert len(kit.received()) == 1


async def test_many_are_sent_at_once(kit: ChannelKit) -> None:
    texts = {f"The tap of room {number} drips" for number in range(20)}
    sending = [
        kit.channel.send(notice(address=kit.address, delivery_id=number, text=text))
        for number, text in enumerate(sorted(texts))
    ]
    await asyncio.gather(*sending)
    await kit.channel.close()

    assert {text.splitlines()[0] for text in kit.received()} == texts


async def test_a_possible_duplicate_is_marked(kit: ChannelKit) -> None:
    sent = notice(address=kit.address)
    await kit.channel.send(sent)
    await kit.channel.send(replace(sent, is_possible_duplicate=True))
    await kit.channel.close()

    first, again = kit.received()
    assert first != again


async def test_an_address_that_is_refused_is_not_tried_again(kit: ChannelKit) -> None:
    kit.refuse()
    with pytest.raises(RefusedError) as caught:
        await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()

    assert caught.value.detail
    assert kit.received() == []


async def test_when_nobody_answers_it_is_tried_again(kit: ChannelKit) -> None:
    await kit.channel.send(notice(address=kit.address))
    kit.go_away()
    with pytest.raises(RetryError):
        await kit.channel.send(notice(address=kit.address, delivery_id=8))
    with pytest.raises(RetryError):
        await kit.channel.check()
    kit.come_back()
    await kit.channel.check()
    await kit.channel.send(notice(address=kit.address, delivery_id=8))
    await kit.channel.close()

    assert len(kit.received()) == 2


async def test_what_it_cannot_know_of_is_not_in_the_words_of_an_error(kit: ChannelKit) -> None:
    kit.refuse()
    with pytest.raises(RefusedError) as caught:
        await kit.channel.send(notice(address=kit.address, text="secret"))
    await kit.channel.close()

    # The words are an id in the catalogues: nothing may be filled in by the outbox later on.
    assert "{" not in caught.value.message
    assert kit.address not in caught.value.message
    assert "secret" not in caught.value.detail


async def test_closing_twice_does_no_harm(kit: ChannelKit) -> None:
    await kit.channel.send(notice(address=kit.address))
    await kit.channel.close()
    await kit.channel.close()
