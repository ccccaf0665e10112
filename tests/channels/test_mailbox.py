"""Reading the mailbox that answers come to, on servers that do and do not behave."""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from sosbox.channels.base import RetryError
from sosbox.channels.mailbox.mailbox import (
    BROKEN_OFF,
    MAX_MAILS,
    NO_ANSWER,
    NO_FOLDER,
    NOT_LET_IN,
    NOT_UNDERSTOOD,
    Mailbox,
)
from sosbox.config import load_config
from tests.support.certificates import make_contexts
from tests.support.imap_server import (
    DRIBBLE,
    GARBAGE,
    HANG,
    HANG_UP,
    HUGE,
    ImapServer,
)
from tests.support.mails import ADDRESS, mail


@pytest.fixture
def server() -> Iterator[ImapServer]:
    server = ImapServer().start()
    yield server
    server.stop()


def _mailbox(
    tmp_path: Path,
    server: ImapServer,
    tls_context: ssl.SSLContext | None = None,
    **options: str,
) -> Mailbox:
    environ = {
        "SOSBOX_REPLY_ADDRESS": ADDRESS,
        "SOSBOX_IMAP_HOST": "127.0.0.1",
        "SOSBOX_IMAP_PORT": str(server.port),
        "SOSBOX_IMAP_TLS": "none",
        "SOSBOX_IMAP_USER": server.login[0],
        "SOSBOX_IMAP_PASSWORD": server.login[1],
        "SOSBOX_IMAP_TIMEOUT_S": "1",
        **options,
    }
    return Mailbox(load_config(tmp_path, environ), tls_context=tls_context)


# The server -------------------------------------------------------------------------------------


def test_answers_are_read_and_marked_when_they_were_taken(
    tmp_path: Path, server: ImapServer
) -> None:
    stored = server.add(mail())
    mailbox = _mailbox(tmp_path, server)
    mailbox.open()
    (found,) = mailbox.fetch()
    assert found.text == "Paco is on his way"
    assert not stored.is_seen

    mailbox.mark([found.uid])
    assert stored.is_seen
    assert mailbox.fetch() == []
    mailbox.close()
    assert not {"EXPUNGE", "CLOSE", "COPY", "MOVE"} & set(server.commands)


def test_what_is_for_others_is_left_unread_and_not_fetched_again(
    tmp_path: Path, server: ImapServer
) -> None:
    stored = server.add(mail(to="info@mar.example"))
    mailbox = _mailbox(tmp_path, server)
    for _ in range(2):
        mailbox.open()
        assert mailbox.fetch() == []
        mailbox.close()

    assert not stored.is_seen
    assert server.commands.count("FETCH") == 1


def test_when_the_server_numbers_its_mails_anew_they_are_looked_at_again(
    tmp_path: Path, server: ImapServer
) -> None:
    server.add(mail(to="info@mar.example"))
    mailbox = _mailbox(tmp_path, server)
    for server.uid_validity in (7, 8):
        mailbox.open()
        mailbox.fetch()
        mailbox.close()

    assert server.commands.count("FETCH") == 2


def test_of_many_the_newest_come_first_and_not_all_at_once(
    tmp_path: Path, server: ImapServer
) -> None:
    for number in range(MAX_MAILS + 5):
        server.add(mail(str(number)))
    mailbox = _mailbox(tmp_path, server)
    mailbox.open()
    found = mailbox.fetch()
    mailbox.close()

    assert [one.text for one in found[:2]] == [str(MAX_MAILS + 4), str(MAX_MAILS + 3)]
    assert len(found) == MAX_MAILS


def test_of_a_mail_that_is_too_large_its_beginning_is_read(
    tmp_path: Path, server: ImapServer
) -> None:
    message = EmailMessage()
    message["To"] = ADDRESS
    message.set_content("Paco is on his way")
    message.add_attachment(b"x" * 1_000_000, maintype="image", subtype="png", filename="p.png")
    server.add(message.as_bytes())
    mailbox = _mailbox(tmp_path, server)
    mailbox.open()
    (found,) = mailbox.fetch()
    mailbox.close()

    assert found.text == "Paco is on his way"


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_the_connection_is_encrypted(tmp_path: Path, way: str) -> None:
    server_context, client_context = make_contexts(tmp_path)
    server = ImapServer(**{way: server_context}).start()
    server.add(mail())
    mailbox = _mailbox(tmp_path, server, client_context, SOSBOX_IMAP_TLS=way)
    try:
        mailbox.open()
        assert len(mailbox.fetch()) == 1
        mailbox.close()
    finally:
        server.stop()


def test_a_password_in_any_letters_is_taken(tmp_path: Path) -> None:
    server = ImapServer(password='Contraseña "con" \\ señas').start()
    try:
        _mailbox(tmp_path, server).check()
    finally:
        server.stop()


def test_signs_in_a_password_cannot_become_commands(tmp_path: Path, server: ImapServer) -> None:
    mailbox = _mailbox(tmp_path, server, SOSBOX_IMAP_PASSWORD='a" "b\\')

    with pytest.raises(RetryError) as caught:
        mailbox.check()
    assert caught.value.message == NOT_LET_IN


# What goes wrong --------------------------------------------------------------------------------


def _problem(mailbox: Mailbox) -> RetryError:
    with pytest.raises(RetryError) as caught:
        _use(mailbox)
    return caught.value


def _use(mailbox: Mailbox) -> None:
    try:
        mailbox.open()
        mailbox.fetch()
        mailbox.mark(["1"])
    finally:
        mailbox.close()


def test_a_wrong_password_is_said_and_never_shown(
    tmp_path: Path, server: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.scripts["LOGIN"] = "NO replies/hunter22 is wrong"
    with caplog.at_level(logging.DEBUG):
        error = _problem(_mailbox(tmp_path, server, SOSBOX_IMAP_PASSWORD="hunter22"))

    assert error.message == NOT_LET_IN
    assert "hunter22" not in f"{error} {error.detail} {error!r} {caplog.text}"


def test_a_folder_that_is_not_there_is_named_as_the_reason(
    tmp_path: Path, server: ImapServer
) -> None:
    assert _problem(_mailbox(tmp_path, server, SOSBOX_IMAP_FOLDER="Sent")).message == NO_FOLDER


_COMMANDS = ("GREETING", "LOGIN", "SELECT", "SEARCH", "FETCH", "STORE")
_MISBEHAVIOUR = {
    HANG: {NO_ANSWER},
    HANG_UP: {BROKEN_OFF},
    GARBAGE: {BROKEN_OFF, NOT_UNDERSTOOD},
}
_REFUSALS = {
    "LOGIN": NOT_LET_IN,
    "SELECT": NO_FOLDER,
    "SEARCH": NOT_UNDERSTOOD,
    "STORE": NOT_UNDERSTOOD,
}


@pytest.mark.parametrize("command", _COMMANDS)
@pytest.mark.parametrize("script", _MISBEHAVIOUR)
def test_a_server_that_misbehaves_is_a_reason_to_try_later(
    tmp_path: Path, server: ImapServer, command: str, script: str
) -> None:
    server.add(mail())
    server.scripts[command] = script

    assert _problem(_mailbox(tmp_path, server)).message in _MISBEHAVIOUR[script]


@pytest.mark.parametrize("command", _REFUSALS)
def test_a_server_that_refuses_is_a_reason_to_try_later(
    tmp_path: Path, server: ImapServer, command: str
) -> None:
    server.add(mail())
    server.scripts[command] = "NO not for you"

    assert _problem(_mailbox(tmp_path, server)).message == _REFUSALS[command]


def test_a_mail_that_the_server_does_not_hand_over_is_fetched_the_next_time(
    tmp_path: Path, server: ImapServer
) -> None:
    server.add(mail())
    server.scripts["FETCH"] = "NO it is in use"
    mailbox = _mailbox(tmp_path, server)
    mailbox.open()
    assert mailbox.fetch() == []
    server.scripts.clear()
    assert len(mailbox.fetch()) == 1
    mailbox.close()


def test_a_server_that_says_goodbye_badly_does_no_harm(tmp_path: Path, server: ImapServer) -> None:
    server.scripts["LOGOUT"] = HANG_UP

    _mailbox(tmp_path, server).check()


def test_a_server_that_promises_more_than_fits_is_hung_up_on(
    tmp_path: Path, server: ImapServer
) -> None:
    server.add(mail())
    server.scripts["FETCH"] = HUGE

    assert _problem(_mailbox(tmp_path, server)).message == BROKEN_OFF


def test_a_server_that_never_ends_a_line_can_be_cut_off(tmp_path: Path, server: ImapServer) -> None:
    server.scripts["SELECT"] = DRIBBLE
    mailbox = _mailbox(tmp_path, server)
    problems: list[RetryError] = []

    def run() -> None:
        problems.append(_problem(mailbox))

    thread = threading.Thread(target=run)
    thread.start()
    server.wait_for("SELECT")
    mailbox.cut()
    thread.join(timeout=20)

    assert not thread.is_alive()
    assert len(problems) == 1


def test_nobody_at_the_address_is_a_reason_to_try_later(tmp_path: Path, server: ImapServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = _problem(_mailbox(tmp_path, server, SOSBOX_IMAP_PORT=str(port)))

    assert "Nothing answers" in error.message


def test_a_server_that_does_not_encrypt_is_not_told_the_password(
    tmp_path: Path, server: ImapServer
) -> None:
    for way in ("tls", "starttls"):
        _problem(_mailbox(tmp_path, server, SOSBOX_IMAP_TLS=way))

    assert "LOGIN" not in server.commands


def test_a_certificate_that_nobody_knows_is_not_trusted(tmp_path: Path) -> None:
    server_context, _ = make_contexts(tmp_path)
    server = ImapServer(tls=server_context).start()
    try:
        error = _problem(_mailbox(tmp_path, server, SOSBOX_IMAP_TLS="tls"))
    finally:
        server.stop()

    assert "certificate" in error.message


def test_closing_what_was_never_open_does_no_harm(tmp_path: Path, server: ImapServer) -> None:
    mailbox = _mailbox(tmp_path, server)
    mailbox.close()
    mailbox.cut()
    with pytest.raises(RetryError):
        mailbox.fetch()


async def test_it_works_on_another_thread_than_the_one_that_made_it(
    tmp_path: Path, server: ImapServer
) -> None:
    server.add(mail())
    mailbox = _mailbox(tmp_path, server)
    await asyncio.to_thread(mailbox.open)
    assert len(await asyncio.to_thread(mailbox.fetch)) == 1
    await asyncio.to_thread(mailbox.close)
