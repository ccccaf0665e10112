"""Kannel with a modem: what is refused, lost or kept silent about, and what comes in."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from sosbox.db import DB, Transaction
from sosbox.deliveries.reports import NOT_DELIVERED, expire_reports
from sosbox.deliveries.tables import Delivery, Reply
from sosbox.ledger.tables import LedgerEntry
from tests.sms.conftest import PATIENCE_S, Line, Office
from tests.support.kannel import Kannel, changed
from tests.support.modem import Message, Modem
from tests.support.venue import NOON

PIN = "1234"


@dataclass(frozen=True)
class Net:
    kannel: Kannel
    modem: Modem

    async def sent(self, text: str) -> Message:
        return await asyncio.to_thread(self.modem.wait_for_sent, text, PATIENCE_S)


@pytest.fixture(scope="module")
def net(line: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Net]:
    """A modem whose SIM asks for a PIN, and a Kannel that soon gives up what is refused."""
    folder = tmp_path_factory.mktemp("kannel")
    groups = changed(
        line.groups, "smsc", device=f"{folder}/modem", pin=PIN, reconnect_delay=1, keepalive=1
    )
    groups = changed(groups, "core", sms_resend_freq=1, sms_resend_retry=1)
    modem = Modem(folder / "modem", pin=PIN)
    modem.plug_in()
    kannel = Kannel(folder / "kannel", groups)
    kannel.start()
    kannel.wait_until_online()
    yield Net(kannel, modem)
    kannel.stop()
    modem.unplug()


def _let_mail_wait(tx: Transaction) -> None:
    """Anna gets an e-mail only two hours after an SMS that did not make her look."""
    tx.sql(
        "UPDATE recipients SET channels = ?, next_channel_minutes = 120 WHERE slug = 'boss'",
        '["sms","email"]',
    )
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()


async def _events(case_id: int) -> list[str]:
    rows = await LedgerEntry.select(LedgerEntry.event).where(LedgerEntry.case_id == case_id)
    return [row["event"] for row in rows]


async def _replies() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await Reply.select().order_by(Reply.id)
    return rows


async def test_a_notice_arrives_over_the_modem(net: Net, office: Office) -> None:
    delivery = await office.tell_anna("Habitación fría 🥶", number="+34600000001")
    message = await net.sent("🥶")
    row = await office.until_delivery(delivery["id"], report="arrived")

    assert message.number == "+34600000001"
    assert message.text.startswith("T-7 Habitación fría 🥶\n")
    assert (row["state"], row["report_due_at"]) == ("sent", None)


async def test_every_sign_of_the_cheap_alphabet_arrives(net: Net, office: Office) -> None:
    signs = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà!\"#%&'()*+,-./:;<=>?€[]{}^~|\\"
    delivery = await office.tell_anna(signs)
    message = await net.sent(signs)
    await office.until_delivery(delivery["id"], report="arrived")

    assert not message.is_ucs2


async def test_a_number_that_cannot_be_reached_is_a_failure_and_the_next_channel_is_used(
    net: Net, office: Office
) -> None:
    number = "+34600000002"
    net.modem.unreachable.add(number)
    await DB.write(_let_mail_wait)
    delivery = await office.tell_anna("Nobody at this number", number=number)
    row = await office.until_delivery(delivery["id"], state="failed")

    assert (row["report"], row["error"]) == ("failed", NOT_DELIVERED)
    mail = await Delivery.select().where(Delivery.channel == "email").first()
    assert mail is not None
    assert (mail["state"], mail["next_attempt_at"]) == ("pending", NOON)
    assert "delivery_failed" in await _events(delivery["case_id"])


async def test_what_the_network_refuses_again_and_again_is_a_failure(
    net: Net, office: Office
) -> None:
    number = "+34600000003"
    net.modem.refused.add(number)
    delivery = await office.tell_anna("Refused every time", number=number)
    row = await office.until_delivery(delivery["id"], state="failed")

    assert row["report"] == "failed"
    assert "Retries Exceeded" in row["error_detail"]
    assert all(message.number != number for message in net.modem.sent)


async def test_a_network_that_never_reports_is_not_waited_for_any_longer(
    net: Net, office: Office
) -> None:
    number = "+34600000004"
    net.modem.silent.add(number)
    delivery = await office.tell_anna("No news is no news", number=number)
    await net.sent("No news is no news")
    row = await office.until_delivery(delivery["id"], state="sent", report="waiting")
    keys, due_at = office.box.keys, row["report_due_at"]
    assert due_at == NOON + timedelta(hours=1)

    assert await DB.write(expire_reports, keys, now=due_at - timedelta(seconds=1)) == 0
    assert await DB.write(expire_reports, keys, now=due_at) == 1
    row = await office.delivery(delivery["id"])
    assert (row["state"], row["report"]) == ("sent", "never")


async def test_what_is_sent_while_the_modem_is_unplugged_goes_out_once_it_is_back(
    net: Net, office: Office
) -> None:
    net.modem.unplug()
    delivery = await office.tell_anna("The modem was out", number="+34600000005")
    await office.until_delivery(delivery["id"], state="sent", report="waiting")
    net.modem.plug_in()

    await net.sent("The modem was out")
    await office.until_delivery(delivery["id"], report="arrived")


@pytest.mark.parametrize("text", ["OK 4217 ¿señor Ñandú? {€}", "Ладно, 4217 🙂", "OK\n4217"])
async def test_what_is_answered_comes_in_once(net: Net, office: Office, text: str) -> None:
    net.modem.receive("+34600123456", text)

    async def has_come() -> bool:
        return bool(await _replies())

    await office.until(has_come)
    (reply,) = await _replies()
    assert (reply["channel"], reply["sender"], reply["text"]) == ("sms", "+34600123456", text)
    assert (reply["state"], reply["received_at"]) == ("waiting", NOON)


async def test_what_came_while_kannel_was_down_is_fetched_from_the_sim(
    net: Net, office: Office
) -> None:
    await asyncio.to_thread(net.kannel.stop)
    net.modem.receive("+34600123456", "Are you there?")
    await asyncio.to_thread(net.kannel.start)

    async def has_come() -> bool:
        return [reply["text"] for reply in await _replies()] == ["Are you there?"]

    await office.until(has_come)
