"""The whole way: a notice by e-mail is answered by e-mail, and the guest reads the answer."""

import asyncio
import email
import random
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest

from sosbox.box import Box
from sosbox.channels.catcher import MailCatcher
from sosbox.channels.email.channel import EmailChannel
from sosbox.channels.mailbox.mailbox import Mailbox
from sosbox.config import load_config
from sosbox.jobs.dispatcher import Dispatcher
from sosbox.jobs.mail_reader import MailReader
from sosbox.jobs.sender import Sender
from tests.admin.conftest import Staff
from tests.support.console import Browser, field_of
from tests.support.filing import file_case
from tests.support.imap_server import ImapServer
from tests.support.venue import ROOM_TOKEN


@pytest.fixture
def server() -> Iterator[ImapServer]:
    server = ImapServer().start()
    yield server
    server.stop()


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def postbox(box: Box, server: ImapServer, catcher: MailCatcher) -> Box:
    """The box with both ways of mail."""
    environ = {
        "SOSBOX_SMTP_HOST": "127.0.0.1",
        "SOSBOX_SMTP_PORT": str(catcher.port),
        "SOSBOX_SMTP_TLS": "none",
        "SOSBOX_REPLY_ADDRESS": "answers@mar.example",
        "SOSBOX_IMAP_HOST": "127.0.0.1",
        "SOSBOX_IMAP_PORT": str(server.port),
        "SOSBOX_IMAP_TLS": "none",
        "SOSBOX_IMAP_USER": server.login[0],
        "SOSBOX_IMAP_PASSWORD": server.login[1],
    }
    return replace(box, config=load_config(box.config.data_dir, environ))


async def _notice_to_the_desk(box: Box, catcher: MailCatcher) -> EmailMessage:
    """What the desk finds in its mailbox when the outbox has been emptied."""
    channel = EmailChannel(box.config)
    sender = Sender(box, {"email": channel}, ring_in=lambda _: None, rng=random.Random(1))
    sender.start()
    mails = await asyncio.to_thread(catcher.wait_for, 2, 20)
    await sender.stop(10)
    await channel.close()
    (caught,) = [mail for mail in mails if mail.recipients == ("desk@mar.example",)]
    notice = email.message_from_bytes(caught.content, policy=default)
    assert isinstance(notice, EmailMessage)
    return notice


def _answer_to(notice: EmailMessage, words: str) -> bytes:
    """What a mail program makes of it when the desk presses "reply"."""
    body = notice.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    answer = EmailMessage()
    answer["From"] = str(notice["To"])
    answer["To"] = str(notice["Reply-To"])
    answer["Subject"] = f"Re: {notice['Subject']}"
    answer["Message-ID"] = "<answer@desk.example>"
    answer.set_content(
        f"{words}\n\nEl sáb, 21 nov 2026 a las 13:00, Hotel Mar (<{notice['Reply-To']}>)\n"
        f"escribió:\n\n{quoted}\n"
    )
    return answer.as_bytes()


async def test_an_answer_by_mail_reaches_the_guest_once_boris_has_confirmed_it(
    postbox: Box, server: ImapServer, catcher: MailCatcher, staff: Staff, browser: Browser
) -> None:
    filed = await file_case(postbox, "The tap drips", token=ROOM_TOKEN)
    notice = await _notice_to_the_desk(postbox, catcher)

    server.add(_answer_to(notice, "Paco sube ahora mismo."))
    dispatcher = Dispatcher(postbox, on_work=lambda: None, ring_in=lambda _: None)
    reader = MailReader(postbox, Mailbox(postbox.config), on_mail=dispatcher.wake)
    assert await reader.read_once() == 1
    await dispatcher.do_round()
    receipt = f"/t/{postbox.keys.receipt_token(filed.receipt_code)}"
    assert "Paco" not in (await browser.get(receipt)).text

    page = (await staff.boris.get(f"/admin/cases/{filed.case_id}")).text
    assert "Recepción wrote back" in page
    answer = await staff.boris.post(
        f"/admin/cases/{filed.case_id}/replies",
        do="send",
        reply=field_of(page, "reply"),
        version=field_of(page, "version"),
    )
    assert answer.status_code == 303
    shown = (await browser.get(receipt)).text
    assert "Paco sube ahora mismo." in shown
    assert "escribió" not in shown
    assert "/a/" not in shown
