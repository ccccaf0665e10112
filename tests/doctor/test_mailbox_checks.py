"""What the doctor finds about answers by e-mail and SMS."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sosbox.config import load_config
from sosbox.db.engine import connect
from sosbox.doctor.examine import examine
from sosbox.doctor.finding import Finding
from tests.support.imap_server import HANG_UP, ImapServer
from tests.support.mails import ADDRESS, mail
from tests.support.venue import NOON, Venue


@pytest.fixture
def server() -> Iterator[ImapServer]:
    server = ImapServer(password="hunter22").start()
    yield server
    server.stop()


def _examine(data_dir: Path, server: ImapServer, **options: str) -> list[Finding]:
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
    found = examine(load_config(data_dir, environ), NOON)
    return [one for one in found if one.id.startswith(("mailbox.", "replies."))]


def test_a_mailbox_that_can_be_read_is_no_finding(data_dir: Path, server: ImapServer) -> None:
    stored = server.add(mail())

    assert _examine(data_dir, server) == []
    assert not stored.is_seen


def test_without_a_mailbox_there_is_nothing_to_find(data_dir: Path, server: ImapServer) -> None:
    assert _examine(data_dir, server, SOSBOX_REPLY_ADDRESS="", SOSBOX_IMAP_HOST="") == []
    assert server.commands == []


@pytest.mark.parametrize(
    "options",
    [
        {"SOSBOX_REPLY_ADDRESS": ""},
        {"SOSBOX_IMAP_HOST": ""},
        {"SOSBOX_REPLY_ADDRESS": "answers"},
        {"SOSBOX_REPLY_ADDRESS": f"{'a' * 27}@mar.example"},
    ],
)
def test_half_a_mailbox_is_none(
    data_dir: Path, server: ImapServer, options: dict[str, str]
) -> None:
    (finding,) = _examine(data_dir, server, **options)

    assert finding.id == "mailbox.incomplete"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"SOSBOX_IMAP_PASSWORD": "hunter23"}, "password"),
        ({"SOSBOX_IMAP_FOLDER": "Answers"}, "folder"),
        ({"SOSBOX_IMAP_TLS": "starttls"}, "connection"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_named_with_the_reason(
    data_dir: Path, server: ImapServer, options: dict[str, str], words: str
) -> None:
    (finding,) = _examine(data_dir, server, **options)

    assert finding.id == "mailbox.unreachable"
    assert words in finding.message
    assert "hunter" not in finding.message + finding.hint


def test_a_server_that_hangs_up_does_not_stop_the_doctor(
    data_dir: Path, server: ImapServer
) -> None:
    server.scripts["GREETING"] = HANG_UP
    (finding,) = _examine(data_dir, server)

    assert finding.id == "mailbox.unreachable"


def _store_reply(data_dir: Path, **columns: object) -> None:
    values = {
        "channel": "sms",
        "external_id": "1",
        "sender": "+34699999999",
        "text": "Hello",
        "received_at": NOON,
        "state": "unassigned",
        **columns,
    }
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    with closing(connect(data_dir / "sosbox.db")) as connection:
        connection.execute(f"INSERT INTO replies ({names}) VALUES ({marks})", list(values.values()))


def test_what_no_company_may_see_is_counted(data_dir: Path, server: ImapServer) -> None:
    _store_reply(data_dir)
    (finding,) = _examine(data_dir, server)

    assert finding.id == "replies.nobody"
    assert finding.message.startswith("1 message came")


def test_what_somebody_sees_is_no_finding(data_dir: Path, venue: Venue, server: ImapServer) -> None:
    _store_reply(data_dir, subscriber_id=venue.subscriber_id)

    assert _examine(data_dir, server) == []


def test_with_a_place_for_calls_what_strangers_send_is_seen(
    data_dir: Path, venue: Venue, server: ImapServer
) -> None:
    _store_reply(data_dir)
    with closing(connect(data_dir / "sosbox.db")) as connection:
        connection.execute("UPDATE access_points SET origin = 'phone' WHERE code = 'R-204'")

    assert _examine(data_dir, server) == []
