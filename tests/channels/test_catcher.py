"""The mail server of the demonstration and of these tests."""

import smtplib
from pathlib import Path

import pytest

from sosbox.channels import catcher as catcher_module
from sosbox.channels.catcher import MailCatcher


def _send(catcher: MailCatcher, text: str) -> None:
    with smtplib.SMTP(catcher.host, catcher.port) as client:
        client.sendmail("box@mar.example", ["anna@mar.example"], f"Subject: {text}\r\n\r\n{text}")


def test_mails_are_kept_in_a_folder_and_old_ones_are_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catcher_module, "MAX_IN_FOLDER", 2)
    catcher = MailCatcher(tmp_path / "mail")
    catcher.start()
    try:
        for text in ("one", "two", "three"):
            _send(catcher, text)
        kept = catcher.wait_for(3, timeout=10)
    finally:
        catcher.stop()

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert [b"two" in files[0].read_bytes(), b"three" in files[1].read_bytes()] == [True, True]
    assert [mail.content for mail in kept] == [file.read_bytes() for file in files]


def test_who_waits_for_more_than_comes_is_told() -> None:
    catcher = MailCatcher()
    catcher.start()
    try:
        _send(catcher, "one")
        with pytest.raises(TimeoutError, match="1 of 2"):
            catcher.wait_for(2, timeout=0.01)
    finally:
        catcher.stop()


def test_it_comes_back_on_the_same_port() -> None:
    catcher = MailCatcher()
    catcher.start()
    port = catcher.port
    catcher.stop()
    with pytest.raises(ConnectionRefusedError):
        _send(catcher, "nobody there")
    catcher.start()
    try:
        _send(catcher, "back again")
    finally:
        catcher.stop()

    assert catcher.port == port
    assert len(catcher.messages) == 1


def test_a_port_that_is_taken_is_an_error() -> None:
    first = MailCatcher()
    first.start()
    try:
        with pytest.raises(OSError, match="address already in use"):
            MailCatcher(port=first.port).start()
    finally:
        first.stop()


def test_a_folder_that_cannot_be_written_is_not_the_end_of_a_mail(tmp_path: Path) -> None:
    catcher = MailCatcher(tmp_path / "mail")
    catcher.start()
    try:
        (tmp_path / "mail").rmdir()
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            _send(catcher, "one")
    finally:
        catcher.stop()

    assert catcher.messages == []
