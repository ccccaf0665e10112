"""Kannel with the network that it pretends for its own tests: everything arrives."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sosbox.box import Box
from sosbox.channels.base import RefusedError, RetryError
from sosbox.channels.sms.channel import SmsChannel
from sosbox.channels.sms.gateway import NOT_LET_IN
from sosbox.channels.sms.kannel_config import Group
from sosbox.channels.sms.kannel_status import read_status
from sosbox.channels.sms.text import sms_text
from sosbox.config import Config
from sosbox.deliveries.queries import deliveries_of_case
from sosbox.deliveries.rules import ReportState
from sosbox.doctor.finding import Patient
from sosbox.doctor.sms_checks import check_sms
from sosbox.keys import Keys, load_keys
from sosbox.ledger.tables import LedgerEntry
from tests.sms.conftest import PATIENCE_S, Line, Office
from tests.support.kannel import FakeNetwork, Kannel, free_ports
from tests.support.notices import notice
from tests.support.venue import NOON, Venue

TEXTS = [
    "Das Zimmer ist zu laut, ¿señor? 5 € [ok] {1} ~|^\\",
    "Habitación: la calefacción no funciona",
    "درجة الحرارة منخفضة",
    "冷たいです",
    "Τα σεντόνια · 💧🔥 👩‍👩‍👧",
    "A long one. " * 40,
    "Ещё длиннее 💧. " * 30,
]


@dataclass(frozen=True)
class Net:
    kannel: Kannel
    network: FakeNetwork
    config: Config
    keys: Keys

    async def sent(self, last_line: str) -> tuple[str, str]:
        return await asyncio.to_thread(self.network.wait_for, last_line, PATIENCE_S)


@pytest.fixture(scope="module")
def started(
    line: Line, made_folder: tuple[Path, Venue], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Net]:
    (port,) = free_ports(1)
    fake = {"smsc": "fake", "smsc-id": "fake", "host": "127.0.0.1", "port": port}
    groups = [group for group in line.groups if group.name not in ("smsc", "modems")]
    groups.append(Group("smsc", {**fake, "connect-allow-ip": "127.0.0.1"}))
    kannel = Kannel(tmp_path_factory.mktemp("kannel"), groups)
    network = FakeNetwork(port)
    yield Net(kannel, network, line.config, load_keys(made_folder[0]))
    network.stop()
    kannel.stop()


@pytest.fixture
def net(started: Net) -> Net:
    """Kannel and its network, running, whatever the test before has done to them."""
    started.kannel.start()
    started.network.start()
    started.kannel.wait_until_online()
    return started


async def test_a_notice_arrives_and_the_staff_sees_that_it_has(net: Net, office: Office) -> None:
    delivery = await office.tell_anna("The soup is cold\nand the bread is old")
    number, text = await net.sent(f"OK {delivery['acknowledge_code']}")
    await office.until_delivery(delivery["id"], report="arrived")

    assert number == "+34600123456"
    assert text.startswith("T-7 The soup is cold\nand the bread is old\n")
    (shown,) = [
        row for row in await deliveries_of_case(delivery["case_id"]) if row.channel == "sms"
    ]
    assert (shown.state, shown.report) == ("sent", ReportState.ARRIVED)
    events = await LedgerEntry.select(LedgerEntry.event).where(
        LedgerEntry.case_id == delivery["case_id"]
    )
    assert {"notified", "delivery_reported"} <= {row["event"] for row in events}


@pytest.mark.parametrize("text", TEXTS)
async def test_what_is_written_in_any_script_arrives_whole(net: Net, text: str) -> None:
    config = _with(net.config, sms_report_minutes=0, sms_max_parts=10)
    channel = SmsChannel(config, net.keys)
    url = f"http://mar.example/admin/cases/{TEXTS.index(text)}"
    sent = notice(address="600 123 456", text=text, case_url=url)
    await channel.send(sent)
    await channel.close()

    _, arrived = await net.sent(url)
    assert arrived == sms_text(sent, 10)
    assert text.strip() in arrived


async def test_a_wrong_password_is_found_out(net: Net) -> None:
    channel = SmsChannel(_with(net.config, kannel_password="guessed"), net.keys)
    for attempt in (channel.check(), channel.send(notice(address="+34600123456"))):
        with pytest.raises(RetryError) as caught:
            await attempt
        assert caught.value.message == NOT_LET_IN
        assert caught.value.is_outage
    with pytest.raises(RetryError, match="password"):
        await read_status(_with(net.config, kannel_status_password="guessed"), net.keys)
    await channel.close()


async def test_a_number_that_is_none_is_refused_before_kannel_hears_of_it(net: Net) -> None:
    channel = SmsChannel(net.config, net.keys)
    with pytest.raises(RefusedError):
        await channel.send(notice(address="reception"))
    await channel.close()


async def test_what_waits_in_kannel_survives_its_restart(net: Net, office: Office) -> None:
    net.network.stop()
    await asyncio.to_thread(net.kannel.wait_until_offline)
    texts = [f"Nobody came to table {number}" for number in range(3)]
    deliveries = [await office.tell_anna(text) for text in texts]
    for delivery in deliveries:
        await office.until_delivery(delivery["id"], state="sent", report="waiting")
    assert (await read_status(net.config, net.keys)).num_waiting == len(texts)
    await asyncio.to_thread(net.kannel.stop)
    await asyncio.to_thread(net.kannel.start)
    net.network.start()

    for delivery in deliveries:
        await net.sent(f"OK {delivery['acknowledge_code']}")
        await office.until_delivery(delivery["id"], report="arrived")


async def test_while_kannel_is_down_notices_wait_in_the_outbox(net: Net, office: Office) -> None:
    net.network.stop()
    await asyncio.to_thread(net.kannel.stop)
    delivery = await office.tell_anna("The lights went out")
    row = await office.until_delivery(delivery["id"], state="pending", num_attempts=1)
    assert row["error"] == "Nothing answers at the address of the SMS gateway."
    assert not row["is_possible_duplicate"]
    await asyncio.to_thread(net.kannel.start)
    net.network.start()
    office.box.clock.set(row["next_attempt_at"])
    office.sender.wake()

    await net.sent(f"OK {delivery['acknowledge_code']}")
    await office.until_delivery(delivery["id"], state="sent", report="arrived")


def test_the_doctor_sees_what_is_wrong_with_kannel(net: Net, box: Box) -> None:
    patient = Patient(box.config.data_dir, box.config, NOON, None, box.keys)
    assert list(check_sms(patient)) == []
    net.network.stop()
    net.kannel.wait_until_offline()
    (finding,) = check_sms(patient)
    assert finding.id == "sms.modem-gone"
    net.kannel.stop()
    (finding,) = check_sms(patient)
    assert finding.id == "sms.unreachable"


def _with(config: Config, **values: object) -> Config:
    changed = {name: replace(config.settings[name], value=value) for name, value in values.items()}
    return Config(config.data_dir, {**config.settings, **changed})
