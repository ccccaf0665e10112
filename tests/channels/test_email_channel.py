"""The e-mail channel against mail servers that work, refuse, stall and break off."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from sosbox.channels.base import ChannelError, RefusedError, RetryError
from sosbox.channels.catcher import MailCatcher
from sosbox.channels.email.channel import EmailChannel
from sosbox.channels.email.connections import MAX_CONNECTIONS
from sosbox.config import Config
from sosbox.lib.clock import FrozenClock
from tests.support.certificates import make_contexts
from tests.support.notices import notice
from tests.support.scripted_smtp import ScriptedServer
from tests.support.venue import NOON

MailConfig = Callable[..., Config]


async def _problem(channel: EmailChannel) -> ChannelError:
    """The error with which sending fails."""
    try:
        with pytest.raises(ChannelError) as caught:
            await channel.send(notice())
    finally:
        await channel.close()
    return caught.value


async def test_a_notice_reaches_the_mail_server(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    channel = EmailChannel(mail_config(catcher.port), clock=FrozenClock(NOON))
    await channel.send(notice())
    await channel.close()

    (mail,) = catcher.messages
    assert mail.sender == "box@mar.example"
    assert mail.recipients == ("anna@mar.example",)
    message = message_from_bytes(mail.content)
    assert message["Subject"] == "[R-204] The tap drips"
    assert message["Date"] == "Sat, 21 Nov 2026 12:00:00 +0000"


async def test_one_connection_serves_many_notices(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    channel = EmailChannel(mail_config(catcher.port))
    for delivery_id in range(5):
        await channel.send(notice(delivery_id=delivery_id))
    await channel.close()

    assert len(catcher.messages) == 5
    assert catcher.num_connections == 1


async def test_a_crowd_of_notices_shares_a_few_connections(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    channel = EmailChannel(mail_config(catcher.port))
    for _ in range(2):
        sending = [channel.send(notice(delivery_id=number)) for number in range(20)]
        await asyncio.gather(*sending)
    await channel.close()

    assert len(catcher.messages) == 40
    assert catcher.num_connections <= MAX_CONNECTIONS


async def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(
    mail_config: MailConfig,
) -> None:
    async with ScriptedServer() as server:
        channel = EmailChannel(mail_config(server.port))
        await channel.send(notice())
        await server.hang_up_on_all()
        await channel.send(notice(delivery_id=8))
        await channel.close()

        assert server.num_connections == 2
        assert server.num_mails == 2


async def test_a_kept_connection_that_the_server_ends_politely_is_made_anew(
    mail_config: MailConfig,
) -> None:
    async with ScriptedServer() as server:
        channel = EmailChannel(mail_config(server.port))
        await channel.send(notice())
        server.answers["MAIL"] = "421 Closing, too long idle"
        problem = await _problem(channel)

        assert server.num_connections == 2
        assert isinstance(problem, RetryError)


async def test_without_a_mail_server_nothing_is_lost(mail_config: MailConfig) -> None:
    problem = await _problem(EmailChannel(mail_config(25, host="")))

    assert isinstance(problem, RetryError)
    assert problem.message == "No mail server is set."


async def test_a_server_that_is_not_there_is_tried_again(mail_config: MailConfig) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        problem = await _problem(EmailChannel(mail_config(closed.getsockname()[1])))

    assert isinstance(problem, RetryError)
    assert problem.message == "Nothing answers at the address of the mail server."
    assert "127.0.0.1" in problem.detail


async def test_an_address_that_the_server_does_not_know_is_refused(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    catcher.refuse_recipients.add("anna@mar.example")
    problem = await _problem(EmailChannel(mail_config(catcher.port)))

    assert isinstance(problem, RefusedError)
    assert problem.message == "The mail server refuses this address."
    assert problem.detail == "550 5.1.1 There is nobody of that name"


async def test_what_is_no_address_is_refused_before_anybody_is_asked(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    channel = EmailChannel(mail_config(catcher.port))
    for address in ("anna", "anna@mar.example\r\nRCPT TO:<otto@otto.example>", ""):
        with pytest.raises(RefusedError):
            await channel.send(notice(address=address))

    assert catcher.num_connections == 0


async def test_a_server_that_is_busy_is_tried_again(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    catcher.answer_temporarily = True
    problem = await _problem(EmailChannel(mail_config(catcher.port)))

    assert isinstance(problem, RetryError)
    assert problem.message == "The mail server asks to try again later."
    assert not problem.may_have_arrived


# What the server says, and what that means: the kind of error and the words for the staff.
@pytest.mark.parametrize(
    ("command", "answer", "kind", "message"),
    [
        ("greeting", "554 Go away", RetryError, "The mail server does not want to talk to"),
        ("ehlo", "421 Overloaded", RetryError, "The mail server does not want to talk to"),
        ("mail", "553 Not yours", RetryError, "The mail server refuses the sender's address."),
        ("mail", "451 Not now", RetryError, "The mail server asks to try again later."),
        ("mail", "530 Log in first", RetryError, "The mail server asks for a user name and"),
        ("rcpt", "450 Mailbox full", RetryError, "The mail server asks to try again later."),
        ("rcpt", "551 Moved", RefusedError, "The mail server refuses this address."),
        ("rcpt", "530 Log in first", RetryError, "The mail server asks for a user name and"),
        ("data", "554 No", RefusedError, "The mail server refuses this message."),
        (".", "554 Looks like spam", RefusedError, "The mail server refuses this message."),
        (".", "452 Disk full", RetryError, "The mail server asks to try again later."),
        ("rcpt", "what?", RetryError, "The mail server answers in a way that the box"),
        ("rcpt", "999 ?", RetryError, "The mail server answers in a way that the box"),
    ],
)
async def test_each_answer_of_a_server_has_its_meaning(
    mail_config: MailConfig, command: str, answer: str, kind: type[ChannelError], message: str
) -> None:
    async with ScriptedServer(**{command: answer}) as server:
        problem = await _problem(EmailChannel(mail_config(server.port)))

    assert type(problem) is kind
    assert problem.message.startswith(message)
    if command != "ehlo" and answer[:3].isdigit():
        assert problem.detail == answer


@pytest.mark.parametrize("command", ["greeting", "ehlo", "mail", "rcpt", "data"])
async def test_a_server_that_falls_silent_is_tried_again(
    mail_config: MailConfig, command: str
) -> None:
    async with ScriptedServer(**{command: ScriptedServer.HANG}) as server:
        problem = await _problem(EmailChannel(_impatient(mail_config(server.port))))

    assert isinstance(problem, RetryError)
    assert problem.message == "The mail server does not answer in time."


@pytest.mark.parametrize("command", ["greeting", "ehlo", "mail", "rcpt"])
async def test_a_server_that_breaks_off_is_tried_again(
    mail_config: MailConfig, command: str
) -> None:
    async with ScriptedServer(**{command: ScriptedServer.HANG_UP}) as server:
        problem = await _problem(EmailChannel(mail_config(server.port)))

    assert isinstance(problem, RetryError)
    assert problem.message == "The mail server has broken the connection off."
    assert not problem.may_have_arrived


async def test_a_server_that_breaks_off_after_the_mail_may_have_taken_it(
    mail_config: MailConfig,
) -> None:
    async with ScriptedServer(**{".": ScriptedServer.HANG_UP}) as server:
        problem = await _problem(EmailChannel(mail_config(server.port)))

        assert server.num_mails == 1
    assert isinstance(problem, RetryError)
    assert problem.may_have_arrived


async def test_a_server_that_falls_silent_after_the_mail_may_have_taken_it(
    mail_config: MailConfig,
) -> None:
    async with ScriptedServer(**{".": ScriptedServer.HANG}) as server:
        problem = await _problem(EmailChannel(_impatient(mail_config(server.port))))

    assert isinstance(problem, RetryError)
    assert problem.may_have_arrived


async def test_a_detail_can_be_stored_whatever_the_server_says(mail_config: MailConfig) -> None:
    async with ScriptedServer(rcpt="550 \x07 Fran\udce7ais " + 500 * "x") as server:
        problem = await _problem(EmailChannel(mail_config(server.port)))

    assert problem.detail.encode()
    assert len(problem.detail) <= 300


async def test_the_password_lets_the_box_in(mail_config: MailConfig) -> None:
    catcher = MailCatcher(login=("box", "s3cret"))
    catcher.start()
    try:
        channel = EmailChannel(mail_config(catcher.port, user="box", password="s3cret"))
        await channel.send(notice())
        await channel.close()
        assert len(catcher.messages) == 1
    finally:
        catcher.stop()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"user": "box", "password": "wrong"}, "The mail server refuses the password."),
        ({}, "The mail server asks for a user name and password."),
    ],
)
async def test_without_the_right_password_it_is_tried_again(
    mail_config: MailConfig, options: dict[str, str], message: str
) -> None:
    catcher = MailCatcher(login=("box", "s3cret"))
    catcher.start()
    try:
        problem = await _problem(EmailChannel(mail_config(catcher.port, **options)))
    finally:
        catcher.stop()

    assert isinstance(problem, RetryError)
    assert problem.message == message
    assert catcher.messages == []


async def test_a_server_without_login_is_not_given_the_password(mail_config: MailConfig) -> None:
    async with ScriptedServer() as server:
        config = mail_config(server.port, user="box", password="s3cret")
        problem = await _problem(EmailChannel(config))

    assert problem.message == "The mail server offers no way to log in that the box knows."


@pytest.mark.parametrize("mode", ["starttls", "tls"])
async def test_mail_goes_over_tls(tmp_path: Path, mail_config: MailConfig, mode: str) -> None:
    server_context, client_context = make_contexts(tmp_path)
    catcher = _tls_catcher(mode, server_context)
    catcher.start()
    try:
        channel = EmailChannel(mail_config(catcher.port, tls=mode), tls_context=client_context)
        await channel.send(notice())
        await channel.close()
        assert len(catcher.messages) == 1
    finally:
        catcher.stop()


@pytest.mark.parametrize("mode", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    tmp_path: Path, mail_config: MailConfig, mode: str
) -> None:
    server_context, _ = make_contexts(tmp_path)
    catcher = _tls_catcher(mode, server_context)
    catcher.start()
    try:
        problem = await _problem(EmailChannel(mail_config(catcher.port, tls=mode)))
    finally:
        catcher.stop()

    assert isinstance(problem, RetryError)
    assert problem.message == "The certificate of the mail server cannot be trusted."
    assert catcher.messages == []


async def test_a_server_without_starttls_gets_nothing(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    problem = await _problem(EmailChannel(mail_config(catcher.port, tls="starttls")))

    assert isinstance(problem, RetryError)
    assert problem.message == "The mail server does not offer STARTTLS."
    assert catcher.messages == []


async def test_a_server_that_speaks_no_tls_is_tried_again(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    problem = await _problem(EmailChannel(mail_config(catcher.port, tls="tls")))

    assert isinstance(problem, RetryError)
    assert problem.message == "The encrypted connection to the mail server failed."


async def test_a_check_says_what_is_wrong_without_sending(
    catcher: MailCatcher, mail_config: MailConfig
) -> None:
    channel = EmailChannel(mail_config(catcher.port))
    await channel.check()
    await channel.close()
    with pytest.raises(RetryError, match="No mail server is set"):
        await EmailChannel(mail_config(25, host="")).check()
    with pytest.raises(RetryError, match="STARTTLS"):
        await EmailChannel(mail_config(catcher.port, tls="starttls")).check()

    assert catcher.messages == []


def _tls_catcher(mode: str, context: ssl.SSLContext) -> MailCatcher:
    return MailCatcher(starttls=context) if mode == "starttls" else MailCatcher(tls=context)


def _impatient(config: Config) -> Config:
    """The same options with a timeout that no test is seen to wait for."""
    setting = replace(config.settings["smtp_timeout_s"], value=0.05)
    return Config(config.data_dir, {**config.settings, "smtp_timeout_s": setting})
