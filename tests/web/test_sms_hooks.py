"""Where gateways report and hand over: heard from the right place, with the right secret."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.channels.sms.hooks import (
    HTTP_INBOUND_PATH,
    KANNEL_INBOUND_PATH,
    REPORT_PATH,
    http_inbound_secret,
    kannel_inbound_secret,
    report_secret,
)
from sosbox.db import DB, Transaction
from sosbox.deliveries.outbox import claim_due, record_sent
from sosbox.deliveries.tables import Delivery, Reply
from tests.support.filing import file_case
from tests.support.venue import NOON

SENDER = "+34600123456"


@pytest.fixture
def app(box: Box) -> Litestar:
    return create_app(box)


def _client(app: Litestar, address: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://192.168.1.10:8080")


def _give_number(tx: Transaction) -> None:
    tx.sql(
        "INSERT INTO recipient_addresses (recipient_id, channel, address)"
        " SELECT id, 'sms', ? FROM recipients WHERE slug = 'boss'",
        SENDER,
    )
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()


async def _sent(box: Box) -> int:
    """The id of an SMS that Kannel has taken."""
    await DB.write(_give_number)
    await file_case(box)
    (claimed,) = await DB.write(claim_due, now=NOON, channel="sms", limit=9)
    await DB.write(record_sent, box.keys, now=NOON, delivery=claimed, report_within_s=60)
    return claimed.id


async def _report_of(delivery_id: int) -> str:
    row = await Delivery.select(Delivery.report).where(Delivery.id == delivery_id).first()
    assert row is not None
    return str(row["report"])


async def _replies() -> list[tuple[str, str, str]]:
    rows = await Reply.select().order_by(Reply.id)
    return [(row["external_id"], row["sender"], row["text"]) for row in rows]


def _report_path(box: Box, delivery_id: int, status: str, **changes: object) -> str:
    values = {"delivery": delivery_id, "secret": report_secret(box.keys, delivery_id), **changes}
    query = "&".join(f"{name}={quote(str(value))}" for name, value in values.items())
    return f"{REPORT_PATH}?{query}&status={status}&detail=ACK%2F"


def _kannel_path(box: Box, text: str, *, coding: int = 0, message_id: str = "one") -> str:
    data = text.encode("utf-16-be" if coding == 2 else "utf-8")
    return (
        f"{KANNEL_INBOUND_PATH}?secret={kannel_inbound_secret(box.keys)}&id={message_id}"
        f"&from={quote(SENDER)}&coding={coding}&text={quote(data)}"
    )


# Reports ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "report"),
    [("1", "arrived"), ("2", "failed"), ("16", "failed"), ("8", "waiting"), ("4", "waiting")],
)
async def test_kannels_numbers_say_what_became_of_a_message(
    box: Box, app: Litestar, status: str, report: str
) -> None:
    delivery_id = await _sent(box)
    async with _client(app) as kannel:
        answer = await kannel.get(_report_path(box, delivery_id, status))

    assert (answer.status_code, answer.text) == (200, "")
    assert await _report_of(delivery_id) == report


async def test_the_same_report_twice_is_answered_the_same(box: Box, app: Litestar) -> None:
    delivery_id = await _sent(box)
    async with _client(app) as kannel:
        path = _report_path(box, delivery_id, "1")
        assert [(await kannel.get(path)).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("address", ["192.168.1.50", "10.0.0.1", "fe80::1", "guest", ""])
async def test_nobody_but_this_machine_may_report(box: Box, app: Litestar, address: str) -> None:
    delivery_id = await _sent(box)
    async with _client(app, address) as somebody:
        answers = [
            await somebody.get(_report_path(box, delivery_id, "2")),
            await somebody.get(_kannel_path(box, "OK 4217")),
        ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await _report_of(delivery_id) == "waiting"
    assert await _replies() == []


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "192.168.1.10"])
async def test_this_machine_is_known_by_any_address_of_its_own(
    box: Box, app: Litestar, address: str
) -> None:
    async with _client(app, address) as kannel:
        assert (await kannel.get(_kannel_path(box, "OK 4217"))).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": ""},
        {"secret": "0" * 32},
        {"secret": "ñ"},
        {"delivery": ""},
        {"delivery": "one"},
        {"delivery": "-1"},
        {"delivery": "9" * 40},
        {"delivery": "٣"},
    ],
)
async def test_a_report_that_proves_nothing_is_not_found(
    box: Box, app: Litestar, changes: dict[str, Any]
) -> None:
    delivery_id = await _sent(box)
    async with _client(app) as somebody:
        answer = await somebody.get(_report_path(box, delivery_id, "2", **changes))

    assert answer.status_code == 404
    assert await _report_of(delivery_id) == "waiting"


async def test_the_secret_of_one_delivery_says_nothing_of_another(box: Box, app: Litestar) -> None:
    delivery_id = await _sent(box)
    async with _client(app) as somebody:
        path = _report_path(box, delivery_id, "2", secret=report_secret(box.keys, 10**6))
        assert (await somebody.get(path)).status_code == 404
    assert await _report_of(delivery_id) == "waiting"


async def test_a_report_on_a_delivery_that_never_was_is_heard(box: Box, app: Litestar) -> None:
    async with _client(app) as kannel:
        assert (await kannel.get(_report_path(box, 10**17, "1"))).status_code == 200


# Messages from Kannel ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coding", "text"), [(0, "OK 4217, mañana €"), (2, "Ладно 4217 🙂 + & ="), (2, "OK\n4217")]
)
async def test_what_kannel_hands_over_is_kept_once(
    box: Box, app: Litestar, coding: int, text: str
) -> None:
    async with _client(app) as kannel:
        for _ in range(2):
            answer = await kannel.get(_kannel_path(box, text, coding=coding))
            # What is answered would be sent to whoever has written.
            assert (answer.status_code, answer.text) == (200, "")

    assert await _replies() == [("one", SENDER, text)]


async def test_bytes_that_are_no_text_do_no_harm(box: Box, app: Litestar) -> None:
    paths = [
        _kannel_path(box, "", message_id="empty"),
        _kannel_path(box, "x", coding=2, message_id="odd")[:-1] + "%D8",
        f"{KANNEL_INBOUND_PATH}?secret={kannel_inbound_secret(box.keys)}&text=hello",
        f"{KANNEL_INBOUND_PATH}?secret={kannel_inbound_secret(box.keys)}&text=%FF%FE&from=1&id=2",
    ]
    async with _client(app) as kannel:
        for path in paths:
            assert (await kannel.get(path)).status_code == 200

    assert all(text.isprintable() for _, _, text in await _replies())


async def test_a_sender_with_a_name_is_kept_by_it(box: Box, app: Litestar) -> None:
    path = _kannel_path(box, "Your bill").replace(quote(SENDER), "Vodafone")
    async with _client(app) as kannel:
        await kannel.get(path)
    assert await _replies() == [("one", "Vodafone", "Your bill")]


async def test_kannel_without_the_secret_is_not_heard(box: Box, app: Litestar) -> None:
    path = _kannel_path(box, "OK 4217").replace(kannel_inbound_secret(box.keys), "guessed")
    async with _client(app) as kannel:
        assert (await kannel.get(path)).status_code == 404
    assert await _replies() == []


# Messages from other gateways -------------------------------------------------------------------


def _inbound(box: Box) -> str:
    return f"{HTTP_INBOUND_PATH}/{http_inbound_secret(box.keys)}"


@pytest.mark.parametrize(
    "body",
    [
        {"from": "600 123 456", "text": "OK 4217", "id": 7},
        {"sender": SENDER, "message": "OK 4217", "messageId": "7"},
        {
            "event": "sms:received",
            "payload": {"phoneNumber": SENDER, "message": "OK 4217", "messageId": "7"},
        },
    ],
)
async def test_a_phone_of_the_house_hands_over_as_json(
    box: Box, app: Litestar, body: dict[str, Any]
) -> None:
    async with _client(app, "192.168.1.50") as phone:
        for _ in range(2):
            assert (await phone.post(_inbound(box), json=body)).status_code == 200
    assert await _replies() == [("7", SENDER, "OK 4217")]


async def test_a_phone_of_the_house_hands_over_as_a_form(box: Box, app: Litestar) -> None:
    form = {"from": "34600123456", "text": "Ya voy 🙂\nOK 4217", "id": "7"}
    async with _client(app, "192.168.1.50") as phone:
        assert (await phone.post(_inbound(box), data=form)).status_code == 200
    assert await _replies() == [("7", SENDER, "Ya voy 🙂\nOK 4217")]


async def test_without_an_id_a_message_is_known_by_its_time_or_day(box: Box, app: Litestar) -> None:
    bodies = [
        {"from": SENDER, "text": "OK 4217"},
        {"from": SENDER, "text": "OK 4217"},
        {"from": SENDER, "text": "OK 4218"},
        {"from": SENDER, "text": "OK 4217", "receivedAt": "2026-11-21T11:59:00Z"},
        {"from": SENDER, "text": "OK 4217", "receivedAt": "2026-11-21T11:59:00Z"},
    ]
    async with _client(app) as phone:
        for body in bodies:
            await phone.post(_inbound(box), json=body)
    assert [text for _, _, text in await _replies()] == ["OK 4217", "OK 4218", "OK 4217"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"from": "+34600123456"}',
        b'{"text": "OK 4217"}',
        b'{"from": {"a": 1}, "text": ["OK"]}',
        b'{"from": true, "text": true}',
        b'{"from": "\\ud800", "text": "\\ud800"}',
        b"[" * 40_000,
        b"\xff\xfe",
    ],
)
async def test_what_is_no_message_is_refused(box: Box, app: Litestar, body: bytes) -> None:
    async with _client(app) as phone:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = await phone.post(_inbound(box), content=body, headers=headers)
    assert answer.status_code == 400
    assert await _replies() == []


async def test_a_message_without_end_is_refused(box: Box, app: Litestar) -> None:
    body = {"from": SENDER, "text": "x" * 100_000}
    async with _client(app) as phone:
        assert (await phone.post(_inbound(box), json=body)).status_code == 413
    assert await _replies() == []


@pytest.mark.parametrize("secret", ["x", "0" * 32, "ñ"])
async def test_without_the_secret_nothing_is_there(box: Box, app: Litestar, secret: str) -> None:
    body = {"from": SENDER, "text": "OK 4217"}
    async with _client(app) as phone:
        answer = await phone.post(f"{HTTP_INBOUND_PATH}/{secret}", json=body)
    assert answer.status_code == 404
    assert await _replies() == []


async def test_no_secret_opens_another_door(box: Box, app: Litestar) -> None:
    secrets = {
        http_inbound_secret(box.keys),
        kannel_inbound_secret(box.keys),
        report_secret(box.keys, 1),
        report_secret(box.keys, 11),
    }
    assert len(secrets) == 4
