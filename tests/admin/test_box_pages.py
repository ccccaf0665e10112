"""The pages for mail and SMS: who sees them, what is tried, what is stored, what is never shown."""

import re
from collections.abc import AsyncIterator, Iterator
from html import unescape

import pytest
from litestar import Litestar

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.channels.catcher import MailCatcher
from sosbox.config import load_config
from sosbox.console_options import store_options
from sosbox.db import DB
from tests.admin.conftest import Staff
from tests.admin.settings_desk import said
from tests.support.console import Browser
from tests.support.scripted_smtp import ScriptedServer
from tests.support.venue import Venue
from tests.support.web_receiver import WebReceiver

MAIL = "/admin/box/mail"
SMS = "/admin/box/sms"
PASSWORD = "s3cret of the mail server"


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher
    catcher.stop()


def mail_form(port: int, **fields: str) -> dict[str, str]:
    return {
        "do": "test",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_tls": "none",
        "smtp_user": "",
        "smtp_password": "",
        "smtp_from": "sos@mar.example",
        "test_to": "anna@mar.example",
        **fields,
    }


def sms_form(url: str = "", **fields: str) -> dict[str, str]:
    return {
        "do": "test",
        "sms_gateway": "http",
        "phone_region": "es",
        "sms_http_url": url,
        "sms_http_method": "POST",
        "sms_http_headers": "",
        "sms_http_body": "",
        "sms_http_success_codes": "",
        "sms_http_success_text": "",
        "test_to": "600 123 456",
        **fields,
    }


async def restarted(box: Box, anna: Browser, venue: Venue, environ: dict[str, str]) -> Browser:
    """Anna's browser at the box as it is after it has started anew."""
    again = Box(load_config(box.config.data_dir, environ), box.keys, box.clock)
    browser = Browser(create_app(again))
    browser.client.cookies = anna.client.cookies
    browser.csrf = anna.csrf
    return browser


async def test_a_test_mail_goes_through_the_server_that_was_typed(
    staff: Staff, box: Box, catcher: MailCatcher
) -> None:
    answer = await staff.anna.post(MAIL, **mail_form(catcher.port))

    assert "The mail server has taken the test mail." in said(answer.text)
    (mail,) = catcher.wait_for(1, timeout=5)
    assert b"Test from Hotel Mar" in mail.content
    assert not (box.config.data_dir / "console.toml").exists()


async def test_what_the_server_says_against_it_is_shown_and_what_was_typed_stays(
    staff: Staff, box: Box
) -> None:
    async with ScriptedServer(RCPT="550 5.7.1 <b>Go away</b>") as server:
        answer = await staff.anna.post(MAIL, **mail_form(server.port))

    page = said(answer.text)
    assert "The mail server refuses this address." in page
    assert "550 5.7.1 <b>Go away</b>" in page
    assert "<b>Go away" not in answer.text
    assert 'value="sos@mar.example"' in answer.text
    assert not (box.config.data_dir / "console.toml").exists()


async def test_a_server_that_is_not_there_is_said_to_be_so(staff: Staff) -> None:
    answer = await staff.anna.post(MAIL, **mail_form(9))
    assert "Nothing answers at the address of the mail server." in said(answer.text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("smtp_host", "two words"),
        ("smtp_host", ""),
        ("smtp_port", "0"),
        ("smtp_port", "99999"),
        ("smtp_port", "x"),
        ("smtp_tls", "maybe"),
        ("smtp_from", "nobody"),
        ("test_to", "nobody"),
        ("smtp_password", "x" * 501),
    ],
)
async def test_what_cannot_be_used_stands_beside_its_field(
    staff: Staff, box: Box, field: str, value: str
) -> None:
    answer = await staff.anna.post(MAIL, **mail_form(25, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert not (box.config.data_dir / "console.toml").exists()


async def test_a_password_is_stored_never_shown_and_not_asked_twice(
    staff: Staff, box: Box, venue: Venue
) -> None:
    login = {"smtp_user": "sos", "smtp_password": PASSWORD}
    tried = await staff.anna.post(MAIL, **mail_form(9, **login))
    assert PASSWORD not in tried.text
    assert "It is kept and not shown." in said(tried.text)

    answer = await staff.anna.post(MAIL, **mail_form(9, smtp_user="sos", do="store"))
    assert answer.headers["location"] == f"{MAIL}?done=stored_for_later"
    assert load_config(box.config.data_dir, {}).smtp_password == PASSWORD
    anna = await restarted(box, staff.anna, venue, {})
    shown = await anna.get(MAIL)
    assert PASSWORD not in shown.text
    assert 'value="127.0.0.1"' in shown.text
    answer = await anna.post(MAIL, **mail_form(9, smtp_user="sos", smtp_from="", do="store"))
    assert answer.status_code == 303
    assert load_config(box.config.data_dir, {}).smtp_password == PASSWORD


@pytest.mark.parametrize(
    "other", [{"smtp_host": "127.0.0.2"}, {"smtp_port": "10"}, {"smtp_tls": "tls"}]
)
async def test_a_kept_password_is_not_handed_to_another_server(
    staff: Staff, box: Box, venue: Venue, other: dict[str, str]
) -> None:
    values = {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_tls": "none", "smtp_user": "sos"}
    store_options(box.config.data_dir, {**values, "smtp_password": PASSWORD})
    anna = await restarted(box, staff.anna, venue, {})

    answer = await anna.post(MAIL, **mail_form(9, smtp_user="sos", **other))
    assert answer.status_code == 422
    assert "Please write the password again" in said(answer.text)


async def test_what_the_installer_has_set_is_shown_and_stays(
    staff: Staff, box: Box, venue: Venue, catcher: MailCatcher
) -> None:
    environ = {
        "SOSBOX_SMTP_HOST": "127.0.0.1",
        "SOSBOX_SMTP_PORT": "9",
        "SOSBOX_SMTP_TLS": "none",
        "SOSBOX_SMTP_USER": "sos",
        "SOSBOX_SMTP_PASSWORD": PASSWORD,
    }
    anna = await restarted(box, staff.anna, venue, environ)
    shown = await anna.get(MAIL)
    assert "Set by the installer (SOSBOX_SMTP_HOST)" in said(shown.text)
    assert PASSWORD not in shown.text

    # Not even with a form that somebody has changed does the password go to another server.
    await anna.post(MAIL, **mail_form(catcher.port, smtp_user="sos", smtp_password="mine"))
    assert catcher.num_connections == 0
    await anna.post(MAIL, **mail_form(catcher.port, smtp_from="new@mar.example", do="store"))
    config = load_config(box.config.data_dir, environ)
    assert (config.smtp_port, config.smtp_from) == (9, "new@mar.example")
    assert "smtp_host" not in (box.config.data_dir / "console.toml").read_text()


async def test_a_test_sms_goes_through_the_gateway_that_was_typed(staff: Staff) -> None:
    receiver = WebReceiver()
    receiver.start()
    try:
        answer = await staff.anna.post(
            SMS,
            **sms_form(
                f"http://127.0.0.1:{receiver.port}/?key=s3cret",
                sms_http_body='{"to": "{to}", "text": "{text}"}',
            ),
        )
    finally:
        receiver.stop()
    assert "The gateway has taken the test SMS." in said(answer.text)
    assert "s3cret" not in answer.text
    assert b"+34600123456" in receiver.posted[0].body


async def test_the_key_of_one_gateway_is_not_handed_to_another(staff: Staff, box: Box) -> None:
    first = sms_form(
        "https://one.example/{to}/{text}", sms_http_headers="Authorization: s3cret", do="store"
    )
    await staff.anna.post(SMS, **first)
    assert load_config(box.config.data_dir, {}).sms_http_headers == "Authorization: s3cret"

    await staff.anna.post(SMS, **sms_form("https://two.example/{to}/{text}", do="store"))
    config = load_config(box.config.data_dir, {})
    assert (config.sms_http_url[:19], config.sms_http_headers) == ("https://two.example", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sms_gateway", "pigeon"),
        ("sms_gateway", ""),
        ("phone_region", "Spain"),
        ("sms_http_url", "ftp://x/{text}"),
        ("sms_http_url", ""),
        ("sms_http_method", "DELETE"),
        ("test_to", "12"),
    ],
)
async def test_sms_settings_that_cannot_be_used_stand_beside_their_field(
    staff: Staff, box: Box, field: str, value: str
) -> None:
    answer = await staff.anna.post(SMS, **sms_form("https://one.example/", **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert not (box.config.data_dir / "console.toml").exists()


async def test_only_the_owner_of_the_first_company_looks_after_the_box(
    app: Litestar, staff: Staff
) -> None:
    for browser in (staff.boris, staff.clara, staff.dario, staff.otto):
        for path in (MAIL, SMS, "/admin/box/restart"):
            assert (await browser.get(path)).status_code == 403
        for path, form in ((MAIL, mail_form(9)), (SMS, sms_form("https://one.example/"))):
            assert (await browser.post(path, **form)).status_code == 403
        assert MAIL not in (await browser.get("/admin/settings")).text
    assert MAIL in (await staff.anna.get("/admin/settings")).text
    await DB.write(lambda tx: tx.sql("UPDATE accounts SET role = 'manager' WHERE name = 'Anna'"))
    assert (await staff.anna.get(MAIL)).status_code == 403


@pytest.fixture
async def restarting(box: Box) -> AsyncIterator[tuple[Litestar, list[str]]]:
    asked: list[str] = []

    def restart() -> bool:
        asked.append("restart")
        return True

    app = create_app(box, restart=restart)
    async with app.lifespan():
        yield app, asked


async def test_storing_has_the_box_started_anew_and_the_page_waits_for_it(
    restarting: tuple[Litestar, list[str]], box: Box, venue: Venue
) -> None:
    app, asked = restarting
    anna = await Browser(app).enter(box, venue.anna)
    stored = await anna.post(MAIL, **mail_form(25, do="store"))
    assert asked == ["restart"]
    path = stored.headers["location"]
    waiting = await anna.get(path)
    assert (waiting.status_code, waiting.headers["refresh"]) == (200, "2")
    assert "http-equiv" not in waiting.text

    anna = await restarted(box, anna, venue, {})
    there = await anna.get(path)
    assert there.headers["location"] == f"{MAIL}?done=stored"
    # The address of the page to go back to is not for others to choose.
    elsewhere = await anna.get(re.sub("page=mail", "page=//evil.example", unescape(path)))
    assert elsewhere.headers["location"] == f"{MAIL}?done=stored"


async def test_a_disk_that_is_full_is_said_and_nothing_is_started_anew(
    restarting: tuple[Litestar, list[str]], box: Box, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, asked = restarting
    anna = await Browser(app).enter(box, venue.anna)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sosbox.admin.box_options.store_options", fail)
    answer = await anna.post(MAIL, **mail_form(25, do="store"))
    assert answer.status_code == 503
    assert asked == []
