"""The SMS channel against gateways that take, refuse, stall and talk nonsense."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sosbox.channels.base import ChannelError, RefusedError, RetryError
from sosbox.channels.sms.channel import SmsChannel
from sosbox.channels.sms.gateway import MAX_ANSWER_BYTES, NOT_LET_IN, NOT_NOW, REFUSED
from sosbox.channels.sms.hooks import REPORT_PATH, report_secret
from sosbox.channels.sms.kannel_status import read_status
from sosbox.config import load_config
from sosbox.keys import Keys, load_keys
from tests.support.notices import notice
from tests.support.web_receiver import Posted, WebReceiver

NUMBER = "+34600123456"
MakeChannel = Callable[..., SmsChannel]


@pytest.fixture
def gateway() -> Iterator[WebReceiver]:
    gateway = WebReceiver()
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_keys(tmp_path)


@pytest.fixture
def kannel(gateway: WebReceiver, keys: Keys, tmp_path: Path) -> MakeChannel:
    """A channel whose Kannel is the gateway; options go without their prefix."""
    gateway.status, gateway.answer_body = 202, b"0: Accepted for delivery"

    def make(**options: str) -> SmsChannel:
        return _channel(
            tmp_path,
            keys,
            sms_gateway="kannel",
            kannel_url=f"http://127.0.0.1:{gateway.port}/cgi-bin/sendsms",
            **options,
        )

    return make


@pytest.fixture
def phone(gateway: WebReceiver, keys: Keys, tmp_path: Path) -> MakeChannel:
    """A channel whose HTTP gateway is the gateway, without any body unless told."""

    def make(path: str = "/send?to={to}&text={text}", **options: str) -> SmsChannel:
        url = f"http://127.0.0.1:{gateway.port}{path}"
        return _channel(tmp_path, keys, sms_gateway="http", sms_http_url=url, **options)

    return make


def _channel(folder: Path, keys: Keys, **options: str) -> SmsChannel:
    environ = {f"SOSBOX_{name.upper()}": value for name, value in options.items()}
    return SmsChannel(load_config(folder, environ), keys)


async def _problem(channel: SmsChannel, text: str = "It is cold") -> ChannelError:
    """The error with which sending fails."""
    try:
        with pytest.raises(ChannelError) as caught:
            await channel.send(notice(address=NUMBER, text=text))
    finally:
        await channel.close()
    return caught.value


def _query(request: Posted) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


# Without a gateway ------------------------------------------------------------------------------


async def test_without_a_gateway_notices_wait_for_one(tmp_path: Path, keys: Keys) -> None:
    channel = _channel(tmp_path, keys)
    error = await _problem(channel)

    assert isinstance(error, RetryError)
    assert error.is_outage
    assert channel.report_within_s == 0
    with pytest.raises(RetryError):
        await channel.check()


async def test_what_is_no_number_is_refused(kannel: MakeChannel, gateway: WebReceiver) -> None:
    channel = kannel()
    with pytest.raises(RefusedError):
        await channel.send(notice(address="the desk"))
    await channel.close()
    assert gateway.num_requests == 0


async def test_a_number_without_a_country_is_of_the_region(
    kannel: MakeChannel, gateway: WebReceiver
) -> None:
    channel = kannel(phone_region="PT")
    await channel.send(notice(address="912 345 678"))
    await channel.close()
    assert _query(gateway.posted[0])["to"] == "+351912345678"


# Kannel -----------------------------------------------------------------------------------------


async def test_kannel_is_told_the_alphabet_and_where_to_report(
    kannel: MakeChannel, gateway: WebReceiver, keys: Keys
) -> None:
    channel = kannel(port="8081", host="0.0.0.0")
    await channel.send(notice(address=NUMBER, delivery_id=17, text="cold €"))
    await channel.send(notice(address=NUMBER, delivery_id=18, text="frío"))
    await channel.close()

    first, second = map(_query, gateway.posted)
    assert (first["coding"], second["coding"]) == ("0", "2")
    assert first["username"] == "sosbox"
    assert first["password"] == keys.hook_key("kannel sendsms")
    report = urlsplit(first["dlr-url"])
    assert (report.netloc, report.path) == ("127.0.0.1:8081", REPORT_PATH)
    assert parse_qs(report.query) == {
        "delivery": ["17"],
        "secret": [report_secret(keys, 17)],
        "status": ["%d"],
        "detail": ["%A"],
    }
    assert report_secret(keys, 17) not in second["dlr-url"]


async def test_reports_can_be_done_without(kannel: MakeChannel, gateway: WebReceiver) -> None:
    assert kannel().report_within_s == 3600
    channel = kannel(sms_report_minutes="0")
    await channel.send(notice(address=NUMBER))
    await channel.close()

    assert channel.report_within_s == 0
    assert "dlr-url" not in _query(gateway.posted[0])


async def test_a_kannel_of_ones_own_keeps_its_password(
    kannel: MakeChannel, gateway: WebReceiver
) -> None:
    channel = kannel(kannel_user="hotel", kannel_password="swordfish")
    await channel.send(notice(address=NUMBER))
    await channel.close()

    query = _query(gateway.posted[0])
    assert (query["username"], query["password"]) == ("hotel", "swordfish")


async def test_what_kannel_keeps_for_later_is_taken(
    kannel: MakeChannel, gateway: WebReceiver
) -> None:
    gateway.answer_body = b"3: Queued for later delivery"
    channel = kannel()
    await channel.send(notice(address=NUMBER))
    await channel.close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "message", "is_outage"),
    [
        (403, "Authorization failed for sendsms", RetryError, NOT_LET_IN, True),
        (400, "Empty receiver number not allowed, rejected", RefusedError, REFUSED, False),
        (503, "Temporal failure, try again later.", RetryError, NOT_NOW, True),
        (400, "Sender missing and no global set, rejected", RetryError, "Kannel is not", True),
        (404, "no such page", RetryError, "does not understand", True),
        (200, "<html>a router</html>", RetryError, "does not understand", True),
        (202, "hello", RetryError, "does not understand", True),
    ],
)
async def test_what_kannel_says_no_to(
    kannel: MakeChannel,
    gateway: WebReceiver,
    status: int,
    body: str,
    kind: type[ChannelError],
    message: str,
    is_outage: bool,
) -> None:
    gateway.status, gateway.answer_body = status, body.encode()
    error = await _problem(kannel())

    assert type(error) is kind
    assert message in error.message
    assert error.detail == f"{status} {body}"
    if isinstance(error, RetryError):
        assert (error.is_outage, error.may_have_arrived) == (is_outage, False)


async def test_asking_how_kannel_is_needs_one(tmp_path: Path, keys: Keys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url = {"SOSBOX_KANNEL_STATUS_URL": f"http://127.0.0.1:{port}/status.xml"}
    with pytest.raises(RetryError, match="Nothing answers"):
        await read_status(load_config(tmp_path, url), keys)


@pytest.mark.parametrize("page", [b"", b"<html>a router</html>", b"\xff\xfe<gateway"])
async def test_a_page_that_is_not_kannels_is_not_understood(
    gateway: WebReceiver, keys: Keys, tmp_path: Path, page: bytes
) -> None:
    gateway.status, gateway.answer_body = 200, page
    url = {"SOSBOX_KANNEL_STATUS_URL": f"http://127.0.0.1:{gateway.port}/status.xml"}
    with pytest.raises(RetryError, match="does not understand"):
        await read_status(load_config(tmp_path, url), keys)


# Another gateway --------------------------------------------------------------------------------


async def test_an_address_is_filled_in_and_asked_for(
    phone: MakeChannel, gateway: WebReceiver
) -> None:
    channel = phone("/send?n={digits}&t={text}&ref={id}", sms_http_method="GET")
    await channel.send(notice(address=NUMBER, delivery_id=17, text="50 % + {to}&n=1 ñ 💧"))
    await channel.close()

    (request,) = gateway.posted
    query = _query(request)
    assert (query["n"], query["ref"], request.body) == ("34600123456", "17", b"")
    assert query["t"].startswith("R-204 50 % + {to}&n=1 ñ 💧\n")


async def test_json_is_posted_as_json(phone: MakeChannel, gateway: WebReceiver) -> None:
    body = ' {"phone": "{to}", "message": "{text}", "sim": 1}'
    headers = "Authorization: Bearer abc\nX-Sim:  2"
    channel = phone("/messages", sms_http_body=body, sms_http_headers=headers)
    await channel.send(notice(address=NUMBER, text='He said "no" \\ {id}'))
    await channel.close()

    (request,) = gateway.posted
    posted = json.loads(request.body)
    assert (posted["phone"], posted["sim"]) == (NUMBER, 1)
    assert posted["message"].startswith('R-204 He said "no" \\ {id}\n')
    assert request.headers["content-type"] == "application/json"
    assert (request.headers["authorization"], request.headers["x-sim"]) == ("Bearer abc", "2")


async def test_a_form_is_posted_as_a_form(phone: MakeChannel, gateway: WebReceiver) -> None:
    channel = phone("/send", sms_http_body="to={to}&body={text}&key=abc")
    await channel.send(notice(address=NUMBER, text="1 & 2 = 3 €"))
    await channel.close()

    (request,) = gateway.posted
    form = parse_qs(request.body.decode())
    assert (form["to"], form["key"]) == ([NUMBER], ["abc"])
    assert form["body"][0].startswith("R-204 1 & 2 = 3 €\n")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_only_the_answers_that_were_named_mean_success(
    phone: MakeChannel, gateway: WebReceiver
) -> None:
    gateway.status = 202
    assert isinstance(await _problem(phone(sms_http_success_codes="200, 204")), RetryError)
    channel = phone(sms_http_success_codes="200, 202-203")
    await channel.send(notice(address=NUMBER))
    await channel.close()


async def test_a_gateway_that_says_200_to_everything_has_to_say_more(
    phone: MakeChannel, gateway: WebReceiver
) -> None:
    gateway.status, gateway.answer_body = 200, b'{"error": "no credit"}'
    error = await _problem(phone(sms_http_success_text='"queued"'))
    assert isinstance(error, RetryError)
    # Nobody knows what the gateway meant.
    assert error.may_have_arrived
    assert "no credit" in error.detail

    gateway.answer_body = b'{"state": "queued"}'
    channel = phone(sms_http_success_text='"queued"')
    await channel.send(notice(address=NUMBER))
    await channel.close()


@pytest.mark.parametrize(
    ("status", "kind", "may_have_arrived"),
    [
        (400, RefusedError, False),
        (422, RefusedError, False),
        (401, RetryError, False),
        (403, RetryError, False),
        (404, RetryError, False),
        (429, RetryError, False),
        (500, RetryError, False),
        (502, RetryError, True),
        (504, RetryError, True),
    ],
)
async def test_what_other_gateways_say_no_with(
    phone: MakeChannel,
    gateway: WebReceiver,
    status: int,
    kind: type[ChannelError],
    may_have_arrived: bool,
) -> None:
    gateway.status = status
    error = await _problem(phone())

    assert type(error) is kind
    assert error.detail == str(status)
    assert getattr(error, "may_have_arrived", False) == may_have_arrived


async def test_a_redirect_is_not_followed(phone: MakeChannel, gateway: WebReceiver) -> None:
    gateway.status = 307
    gateway.answer_headers = {"Location": f"http://127.0.0.1:{gateway.port}/elsewhere"}
    error = await _problem(phone())

    assert isinstance(error, RetryError)
    assert "points to another address" in error.message
    assert gateway.num_requests == 1


async def test_an_answer_without_end_is_not_read_to_its_end(
    phone: MakeChannel, gateway: WebReceiver
) -> None:
    gateway.status, gateway.answer_body = 200, b"x" * (50 * MAX_ANSWER_BYTES) + b"queued"
    error = await _problem(phone(sms_http_success_text="queued"))
    assert len(error.detail) <= 300


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sms_http_url": ""}, "address of the SMS gateway"),
        ({"sms_http_url": "ftp://phone/{text}"}, "address of the SMS gateway"),
        ({"sms_http_url": "http://phone:99999/{text}"}, "address of the SMS gateway"),
        ({"sms_http_url": "http://ph one/{text}"}, "address of the SMS gateway"),
        ({"sms_http_url": "http://127.0.0.1/send"}, "contain {text}"),
        ({"sms_http_headers": "no colon"}, "headers for the SMS gateway"),
        ({"sms_http_headers": "Naïve: yes"}, "headers for the SMS gateway"),
        ({"sms_http_success_codes": "all"}, "answers that mean success"),
        ({"sms_http_success_codes": ""}, "answers that mean success"),
    ],
)
async def test_options_that_cannot_work_are_named(
    tmp_path: Path, keys: Keys, options: dict[str, str], message: str
) -> None:
    usable = {"sms_gateway": "http", "sms_http_url": "http://127.0.0.1:9/{text}"}
    channel = _channel(tmp_path, keys, **{**usable, **options})
    error = await _problem(channel)

    assert isinstance(error, RetryError)
    assert error.is_outage
    assert message in error.message
    with pytest.raises(RetryError):
        await channel.check()


# What nobody is to read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "repeat",
    [
        lambda query: f"cannot send {query['text']} to {query['to']}",
        lambda query: json.dumps(query),
        lambda query: urlencode(query),
        lambda query: f"<p>{query['text'].splitlines()[0]}</p> for {query['to'][3:]}",
    ],
)
async def test_a_gateway_that_repeats_what_it_was_given_tells_the_staff_nothing(
    phone: MakeChannel, gateway: WebReceiver, repeat: Callable[[dict[str, str]], str]
) -> None:
    gateway.answer = lambda request: (422, repeat(_query(request)))
    error = await _problem(phone(), text="My name is Dora,\nhabitación 204")

    assert error.detail.startswith("422 ")
    for private in ("Dora", "habitaci", "0123456"):
        assert private not in error.detail


async def test_no_log_names_number_words_or_password(
    phone: MakeChannel, gateway: WebReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    channel = phone("/send?key=swordfish&to={to}&text={text}")
    await channel.send(notice(address=NUMBER, text="My name is Dora"))
    await channel.close()

    for private in ("swordfish", "600123456", "Dora"):
        assert private not in caplog.text
