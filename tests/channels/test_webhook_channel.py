"""The webhook channel against web servers that take, refuse, redirect, stall and break off."""

import hmac
import json
import logging
import socket
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sosbox.channels.base import ChannelError, Notice, NoticeEvent, RefusedError, RetryError
from sosbox.channels.webhook.channel import WebhookChannel
from sosbox.config import Config, load_config
from sosbox.keys import Keys, load_keys
from sosbox.lib.clock import FrozenClock
from tests.support.certificates import make_contexts
from tests.support.notices import notice
from tests.support.venue import NOON
from tests.support.web_receiver import Posted, RudeWebServer, WebReceiver


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    receiver = WebReceiver()
    receiver.start()
    yield receiver
    receiver.stop()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(tmp_path, {})


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_keys(tmp_path)


def _to(receiver: WebReceiver | RudeWebServer, **changes: object) -> Notice:
    return notice(address=f"http://127.0.0.1:{receiver.port}/hook", **changes)


async def _problem(channel: WebhookChannel, sent: Notice) -> ChannelError:
    """The error with which sending fails."""
    try:
        with pytest.raises(ChannelError) as caught:
            await channel.send(sent)
    finally:
        await channel.close()
    return caught.value


def _is_signed(posted: Posted, secret: str) -> bool:
    """As the specification has receivers check it."""
    content = b".".join(
        [
            posted.headers["webhook-id"].encode(),
            posted.headers["webhook-timestamp"].encode(),
            posted.body,
        ]
    )
    key = b64decode(secret.removeprefix("whsec_"))
    expected = b64encode(hmac.digest(key, content, "sha256")).decode()
    given = posted.headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(signature, f"v1,{expected}") for signature in given)


# What arrives ------------------------------------------------------------------------------------


async def test_a_notice_is_posted_as_json(
    receiver: WebReceiver, config: Config, keys: Keys
) -> None:
    channel = WebhookChannel(config, keys, clock=FrozenClock(NOON))
    await channel.send(_to(receiver, contact_name="Dora", contact_email="dora@guest.example"))
    await channel.close()

    (posted,) = receiver.posted
    assert posted.path == "/hook"
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["user-agent"].startswith("sosbox/")
    payload = json.loads(posted.body)
    assert payload["type"] == "notice.filed"
    assert payload["timestamp"] == "2026-11-21T12:00:00Z"
    assert payload["data"]["text"] == "The tap drips\nsince yesterday"
    assert payload["data"]["case"]["place_code"] == "R-204"
    assert payload["data"]["case"]["promise_due_at"] == "2026-11-23T12:00:00Z"
    assert payload["data"]["case"]["contact"] == {
        "name": "Dora",
        "email": "dora@guest.example",
        "phone": None,
    }


async def test_an_anonymous_guest_stays_so(
    receiver: WebReceiver, config: Config, keys: Keys
) -> None:
    channel = WebhookChannel(config, keys)
    await channel.send(_to(receiver))
    await channel.close()

    assert json.loads(receiver.posted[0].body)["data"]["case"]["contact"] is None


async def test_a_digest_is_of_no_case(receiver: WebReceiver, config: Config, keys: Keys) -> None:
    channel = WebhookChannel(config, keys)
    await channel.send(_to(receiver, event=NoticeEvent.DIGEST))
    await channel.close()

    payload = json.loads(receiver.posted[0].body)
    assert payload["type"] == "notice.digest"
    assert payload["data"]["case"] is None


# Signatures --------------------------------------------------------------------------------------


async def test_what_arrives_can_be_checked_with_the_secret_of_its_address(
    receiver: WebReceiver, config: Config, keys: Keys
) -> None:
    channel = WebhookChannel(config, keys)
    sent = _to(receiver)
    await channel.send(sent)
    await channel.close()

    (posted,) = receiver.posted
    assert _is_signed(posted, keys.webhook_secret(sent.address))
    assert not _is_signed(posted, keys.webhook_secret(sent.address + "2"))
    assert not _is_signed(
        replace(posted, body=posted.body + b" "), keys.webhook_secret(sent.address)
    )


async def test_every_attempt_of_a_delivery_has_the_same_id(
    receiver: WebReceiver, config: Config, keys: Keys
) -> None:
    clock = FrozenClock(NOON)
    channel = WebhookChannel(config, keys, clock=clock)
    await channel.send(_to(receiver))
    clock.set(NOON + timedelta(hours=1))
    await channel.send(_to(receiver, is_possible_duplicate=True))
    await channel.send(_to(receiver, delivery_id=8))
    await channel.close()

    first, again, other = receiver.posted
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.headers["webhook-id"] != other.headers["webhook-id"]
    # A receiver that remembers for minutes what it has seen would refuse an old time.
    assert first.headers["webhook-timestamp"] != again.headers["webhook-timestamp"]
    duplicates = [
        json.loads(posted.body)["data"]["is_possible_duplicate"] for posted in (first, again)
    ]
    assert duplicates == [False, True]


async def test_the_ids_of_two_boxes_are_different(
    receiver: WebReceiver, config: Config, keys: Keys, tmp_path: Path
) -> None:
    for box in (keys, load_keys(tmp_path / "other")):
        channel = WebhookChannel(config, box)
        await channel.send(_to(receiver))
        await channel.close()

    first, second = (posted.headers["webhook-id"] for posted in receiver.posted)
    assert first != second
    assert "." not in first


# Answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_kind_of_yes_is_one(
    receiver: WebReceiver, config: Config, keys: Keys, status: int
) -> None:
    receiver.status = status
    channel = WebhookChannel(config, keys)
    await channel.send(_to(receiver))
    await channel.close()


@pytest.mark.parametrize("status", [301, 308, 400, 410, 413, 415, 422])
async def test_a_no_that_stays_one_is_not_asked_again(
    receiver: WebReceiver, config: Config, keys: Keys, status: int
) -> None:
    receiver.status = status
    problem = await _problem(WebhookChannel(config, keys), _to(receiver))

    assert isinstance(problem, RefusedError)
    assert problem.detail.startswith(str(status))


@pytest.mark.parametrize(
    ("status", "is_outage", "may_have_arrived"),
    [
        (302, True, False),
        (307, True, False),
        (401, True, False),
        (403, True, False),
        (404, True, False),
        (405, True, False),
        (408, False, False),
        (429, False, False),
        (499, True, False),
        (500, True, False),
        (501, True, False),
        (502, True, True),
        (503, True, False),
        (504, True, True),
        (599, True, False),
    ],
)
async def test_what_somebody_can_mend_is_tried_again(
    receiver: WebReceiver,
    config: Config,
    keys: Keys,
    status: int,
    is_outage: bool,
    may_have_arrived: bool,
) -> None:
    receiver.status = status
    problem = await _problem(WebhookChannel(config, keys), _to(receiver))

    assert isinstance(problem, RetryError)
    assert problem.is_outage == is_outage
    assert problem.may_have_arrived == may_have_arrived


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_box_follows_nobody(
    receiver: WebReceiver, config: Config, keys: Keys, status: int
) -> None:
    receiver.status = status
    receiver.answer_headers = {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    await _problem(WebhookChannel(config, keys), _to(receiver))

    assert receiver.num_requests == 1


async def test_an_answer_that_repeats_the_guest_is_not_repeated(
    receiver: WebReceiver, config: Config, keys: Keys
) -> None:
    receiver.status = 422
    receiver.answer_body = b"I do not like: The tap drips"
    problem = await _problem(WebhookChannel(config, keys), _to(receiver))

    assert problem.detail == "422 Unprocessable Entity"


async def test_an_answer_without_end_does_not_matter_once_it_says_yes(
    config: Config, keys: Keys
) -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n"
    async with RudeWebServer(RudeWebServer.WHOLE, answer, RudeWebServer.DRIBBLE) as server:
        channel = WebhookChannel(config, keys)
        await channel.send(_to(server))
        await channel.close()


# Nobody there ------------------------------------------------------------------------------------


async def test_a_server_that_is_not_there_is_tried_again(config: Config, keys: Keys) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        sent = notice(address=f"http://127.0.0.1:{port}/")
        problem = await _problem(WebhookChannel(config, keys), sent)

    assert isinstance(problem, RetryError)
    assert problem.is_outage
    assert not problem.may_have_arrived
    assert problem.message == "Nothing answers at this address."


@pytest.mark.parametrize("script", [(b"220 mail.example ready\r\n",), ()])
async def test_one_who_is_no_web_server_is_tried_again(
    config: Config, keys: Keys, script: tuple[bytes, ...]
) -> None:
    async with RudeWebServer(RudeWebServer.WHOLE, *script) as server:
        problem = await _problem(WebhookChannel(config, keys), _to(server))

    assert isinstance(problem, RetryError)
    assert problem.may_have_arrived


async def test_headers_without_end_are_not_read(config: Config, keys: Keys) -> None:
    answer = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000
    async with RudeWebServer(RudeWebServer.WHOLE, answer, RudeWebServer.SILENCE) as server:
        problem = await _problem(WebhookChannel(config, keys), _to(server))

    assert isinstance(problem, RetryError)


# TLS ---------------------------------------------------------------------------------------------


async def test_a_certificate_that_is_trusted_lets_the_notice_through(
    tmp_path: Path, config: Config, keys: Keys
) -> None:
    server_context, client_context = make_contexts(tmp_path)
    receiver = WebReceiver(tls=server_context)
    receiver.start()
    try:
        channel = WebhookChannel(config, keys, tls_context=client_context)
        address = f"https://127.0.0.1:{receiver.port}/"
        await channel.check(address)
        await channel.send(notice(address=address))
        await channel.close()
    finally:
        receiver.stop()

    assert len(receiver.posted) == 1


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    tmp_path: Path, config: Config, keys: Keys
) -> None:
    receiver = WebReceiver(tls=make_contexts(tmp_path)[0])
    receiver.start()
    address = f"https://127.0.0.1:{receiver.port}/"
    try:
        channel = WebhookChannel(config, keys)
        with pytest.raises(RetryError, match="certificate"):
            await channel.check(address)
        problem = await _problem(channel, notice(address=address))
    finally:
        receiver.stop()

    assert isinstance(problem, RetryError)
    assert problem.message == "The certificate of the other side cannot be trusted."
    assert receiver.posted == []


async def test_one_who_speaks_no_tls_is_tried_again(
    receiver: WebReceiver, config: Config, keys: Keys
) -> None:
    sent = notice(address=f"https://127.0.0.1:{receiver.port}/")
    problem = await _problem(WebhookChannel(config, keys), sent)

    assert isinstance(problem, RetryError)
    assert problem.message == "The encrypted connection to the other side failed."


async def test_no_proxy_of_the_environment_is_told(
    receiver: WebReceiver, config: Config, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    channel = WebhookChannel(config, keys)
    await channel.send(_to(receiver))
    await channel.close()

    assert len(receiver.posted) == 1


async def test_no_log_names_an_address(
    receiver: WebReceiver, config: Config, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    channel = WebhookChannel(config, keys)
    await channel.send(_to(receiver))
    await channel.close()

    assert "/hook" not in caplog.text


async def test_what_is_no_address_is_refused_before_anybody_is_asked(
    config: Config, keys: Keys
) -> None:
    for address in ("hooks.example", "http://hooks.example/", "https://hooks.example/\r\nX: y"):
        channel = WebhookChannel(config, keys)
        problem = await _problem(channel, notice(address=address))
        assert isinstance(problem, RefusedError)
        assert address not in problem.detail
        with pytest.raises(RefusedError):
            await channel.check(address)
