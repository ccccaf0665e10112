"""The worker reads the mailbox: kept once, marked afterwards, whatever the server does."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.channels.base import RetryError
from sosbox.channels.mailbox.mail import AUTOMATIC
from sosbox.channels.mailbox.mailbox import MAX_MAILS, Mailbox
from sosbox.config import load_config
from sosbox.db import DB
from sosbox.deliveries.addresses import reply_address
from sosbox.deliveries.queries import load_notice
from sosbox.deliveries.tables import Reply
from sosbox.jobs.mail_reader import MailReader
from tests.support.filing import file_case
from tests.support.imap_server import DRIBBLE, HANG, HANG_UP, ImapServer
from tests.support.mails import ADDRESS, mail
from tests.support.replies import add_marta, notice_to
from tests.support.venue import Venue


@pytest.fixture
def server() -> Iterator[ImapServer]:
    server = ImapServer(password="hunter22").start()
    yield server
    server.stop()


def _with_mailbox(box: Box, server: ImapServer, pause_s: float) -> Box:
    environ = {
        "SOSBOX_REPLY_ADDRESS": ADDRESS,
        "SOSBOX_IMAP_HOST": "127.0.0.1",
        "SOSBOX_IMAP_PORT": str(server.port),
        "SOSBOX_IMAP_TLS": "none",
        "SOSBOX_IMAP_USER": server.login[0],
        "SOSBOX_IMAP_PASSWORD": server.login[1],
        "SOSBOX_IMAP_TIMEOUT_S": "1",
    }
    config = load_config(box.config.data_dir, environ)
    config.settings["imap_every_s"] = replace(config.settings["imap_every_s"], value=pause_s)
    return replace(box, config=config)


@pytest.fixture
def postbox(box: Box, server: ImapServer) -> Box:
    """The box with the server's mailbox set up, which is read once in ten minutes."""
    return _with_mailbox(box, server, 600)


class Rings:
    def __init__(self) -> None:
        self.num = 0
        self.rung = asyncio.Event()

    def __call__(self) -> None:
        self.num += 1
        self.rung.set()


@pytest.fixture
def rings() -> Rings:
    return Rings()


@pytest.fixture
def reader(postbox: Box, rings: Rings) -> MailReader:
    return MailReader(postbox, Mailbox(postbox.config), on_mail=rings)


async def _replies() -> list[dict[str, Any]]:
    return await Reply.select().order_by(Reply.id)


async def test_an_answer_is_kept_with_the_notice_that_it_is_for(
    postbox: Box, venue: Venue, server: ImapServer, reader: MailReader, rings: Rings
) -> None:
    await DB.write(lambda tx: add_marta(tx, venue))
    await file_case(postbox)
    delivery_id = (await notice_to("marta@mar.example"))["id"]
    notice = await load_notice(delivery_id, postbox.config, postbox.keys)
    assert notice is not None
    stored = server.add(mail(to=notice.reply_to))

    assert await reader.read_once() == 1
    (row,) = await _replies()
    assert (row["channel"], row["sender"]) == ("email", "marta@mar.example")
    assert (row["delivery_id"], row["text"]) == (delivery_id, "Paco is on his way")
    assert row["state"] == "waiting"
    assert stored.is_seen
    assert rings.num == 1


async def test_an_address_that_somebody_has_made_up_names_no_notice(
    postbox: Box, server: ImapServer, reader: MailReader
) -> None:
    right = reply_address(postbox.config, postbox.keys, 1)
    wrong = right[:10] + ("a" if right[10] != "a" else "b") + right[11:]
    server.add(mail(to=wrong))
    server.add(mail(to=f"answers+1@{ADDRESS.partition('@')[2]}", Message_ID="<2@x>"))
    await reader.read_once()

    assert [row["delivery_id"] for row in await _replies()] == [None, None]


async def test_a_crash_before_it_is_marked_does_not_keep_it_twice(
    server: ImapServer, reader: MailReader, rings: Rings
) -> None:
    stored = server.add(mail())
    server.scripts["STORE"] = HANG_UP
    with pytest.raises(RetryError):
        await reader.read_once()
    assert not stored.is_seen
    server.scripts.clear()
    await reader.read_once()

    assert stored.is_seen
    assert len(await _replies()) == 1
    assert rings.num == 1


async def test_the_mailbox_is_marked_only_after_the_box_has_kept_its_mail(
    server: ImapServer, reader: MailReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = server.add(mail())

    async def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(DB, "write", fail)
        with pytest.raises(OSError, match="disk"):
            await reader.read_once()
    assert not stored.is_seen
    await reader.read_once()
    assert len(await _replies()) == 1


async def test_answers_of_programs_to_a_notice_are_kept_and_dropped(
    postbox: Box, server: ImapServer, reader: MailReader
) -> None:
    to = reply_address(postbox.config, postbox.keys, 1)
    server.add(mail("I am away", to=to, Auto_Submitted="auto-replied"))
    await reader.read_once()
    (row,) = await _replies()

    assert (row["state"], row["reason"], row["text"]) == ("dropped", AUTOMATIC, "I am away")


async def test_what_programs_send_to_the_bare_address_stays_where_it_is(
    server: ImapServer, reader: MailReader
) -> None:
    stored = server.add(mail("Cheap watches", to=ADDRESS, Precedence="bulk"))
    for _ in range(2):
        await reader.read_once()

    assert await _replies() == []
    assert not stored.is_seen
    assert server.commands.count("FETCH") == 1


async def test_advertising_cannot_fill_the_disk_and_does_not_keep_answers_out(
    postbox: Box,
    server: ImapServer,
    reader: MailReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sosbox.deliveries.replies.MAX_STRAYS", 3)
    for number in range(MAX_MAILS + 5):
        server.add(mail("Cheap watches", to=ADDRESS, Message_ID=f"<{number}@spam>"))
    answer = server.add(mail(to=reply_address(postbox.config, postbox.keys, 1)))
    for _ in range(3):
        await reader.read_once()

    assert len(await _replies()) == 4
    assert answer.is_seen
    assert len([one for one in server.mails if not one.is_seen]) == MAX_MAILS + 2


async def test_mail_for_others_is_neither_kept_nor_marked(
    server: ImapServer, reader: MailReader
) -> None:
    stored = server.add(mail(to="info@mar.example"))

    assert await reader.read_once() == 0
    assert await _replies() == []
    assert not stored.is_seen


async def test_a_full_mailbox_is_read_without_a_pause(
    server: ImapServer, reader: MailReader
) -> None:
    for number in range(MAX_MAILS + 1):
        server.add(mail(Message_ID=f"<{number}@x>"))
    reader.start()
    await asyncio.to_thread(server.wait_for, "STORE", 2)
    await reader.stop(10)

    assert len(await _replies()) == MAX_MAILS + 1


async def test_without_a_mailbox_nothing_is_read(box: Box, server: ImapServer) -> None:
    reader = MailReader(box, Mailbox(box.config), on_mail=lambda: None)
    reader.start()
    await reader.stop(10)

    assert server.commands == []


async def test_a_server_that_is_out_of_order_is_told_of_once_and_tried_again(
    box: Box, server: ImapServer, rings: Rings, caplog: pytest.LogCaptureFixture
) -> None:
    eager = _with_mailbox(box, server, 0.01)
    reader = MailReader(eager, Mailbox(eager.config), on_mail=rings)
    server.scripts["LOGIN"] = "NO hunter22 is wrong"
    server.add(mail())
    with caplog.at_level(logging.INFO):
        reader.start()
        await asyncio.to_thread(server.wait_for, "LOGIN", 3)
        server.scripts.clear()
        await asyncio.wait_for(rings.rung.wait(), 20)
        await reader.stop(10)

    told = [record.getMessage() for record in caplog.records if "mailbox" in record.getMessage()]
    assert len([line for line in told if "cannot be read" in line]) == 1
    assert "hunter22" not in caplog.text
    assert "marta" not in caplog.text


@pytest.mark.parametrize("script", [HANG, DRIBBLE])
async def test_a_server_that_hangs_does_not_keep_the_worker_from_ending(
    server: ImapServer, reader: MailReader, script: str
) -> None:
    server.scripts["SELECT"] = script
    reader.start()
    await asyncio.to_thread(server.wait_for, "SELECT")
    await reader.stop(10)

    assert await _replies() == []


async def test_a_server_that_never_ends_a_line_is_given_up_on(
    postbox: Box, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosbox.jobs.mail_reader._ROUND_TIMEOUTS", 1)
    server.scripts["SELECT"] = DRIBBLE
    reader = MailReader(postbox, Mailbox(postbox.config), on_mail=lambda: None)

    with pytest.raises(RetryError):
        await reader.read_once()
