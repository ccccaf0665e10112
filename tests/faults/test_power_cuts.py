"""The plug is pulled again and again while guests write: nothing that had a receipt is lost."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from sosbox.channels.catcher import MailCatcher
from tests.support.server import RunningBox, set_up, sosbox

NUM_CUTS = 6
NUM_GUESTS = 12
# Receipts that guests must have seen before the next cut; odd, so that cuts fall anywhere.
RECEIPTS_PER_ROUND = 37
NOTIFY_TIMEOUT_S = 90


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher(None)
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def box(tmp_path: Path, catcher: MailCatcher) -> Iterator[RunningBox]:
    set_up(tmp_path / "data")
    # All of them write at one place.
    box = RunningBox(tmp_path / "data", catcher.port, {"SOSBOX_BURST_LIMIT": "0"})
    box.start()
    yield box
    box.kill()


def test_no_case_with_a_receipt_is_missing_and_every_one_is_notified(
    box: RunningBox, catcher: MailCatcher
) -> None:
    page = box.page_of("R-204")
    port = box.port
    receipts: dict[str, str] = {}
    for cut in range(NUM_CUTS):
        asyncio.run(_write_until_cut(box, page, receipts, cut))
        box.start(port)

    stored = _query(box, "SELECT reference FROM cases")
    assert set(receipts) <= {row[0] for row in stored}
    for url in list(receipts.values())[:: len(receipts) // 20]:
        assert httpx.get(url).status_code == 200

    _wait_until_all_are_sent(box, catcher)
    assert box.stop() == 0
    assert _query(box, "SELECT count(*) FROM deliveries WHERE state != 'sent'") == [(0,)]
    without_notice = "SELECT count(*) FROM cases WHERE id NOT IN (SELECT case_id FROM deliveries)"
    assert _query(box, without_notice) == [(0,)]
    _assert_caught_once_or_marked(box, catcher)
    sosbox("ledger", "verify", "--data", str(box.data_dir))


async def _write_until_cut(box: RunningBox, page: str, receipts: dict[str, str], cut: int) -> None:
    """Guests write at the same time until the plug is pulled between two of their receipts."""
    enough = len(receipts) + RECEIPTS_PER_ROUND + 7 * cut

    async def guest(client: httpx.AsyncClient, name: int) -> None:
        for number in range(1_000):
            form = {"text": f"cut {cut}, guest {name}, message {number}"}
            answer = await client.post(page, data=form, headers={"Accept": "application/json"})
            assert answer.status_code == 201
            body = answer.json()
            receipts[body["reference"]] = body["receipt_url"]
            if len(receipts) >= enough:
                box.kill()

    async with httpx.AsyncClient() as client:
        guests = [guest(client, name) for name in range(NUM_GUESTS)]
        results = await asyncio.gather(*guests, return_exceptions=True)
    for result in results:
        assert isinstance(result, httpx.TransportError), result


def _wait_until_all_are_sent(box: RunningBox, catcher: MailCatcher) -> None:
    deadline = time.monotonic() + NOTIFY_TIMEOUT_S
    pending = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"
    while _query(box, pending) != [(0,)]:
        assert time.monotonic() < deadline, "notices are still waiting"
        with suppress(TimeoutError):
            catcher.wait_for(catcher.num_caught + 1, timeout=0.5)


def _assert_caught_once_or_marked(box: RunningBox, catcher: MailCatcher) -> None:
    copies: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for caught in catcher.messages:
        message = message_from_bytes(caught.content)
        copies[message["X-Sosbox-Delivery"]] += 1
        marked[message["X-Sosbox-Delivery"]] += message["X-Sosbox-Possible-Duplicate"] == "yes"
    sent = {str(row[0]) for row in _query(box, "SELECT id FROM deliveries")}
    assert set(copies) == sent
    assert [name for name in copies if copies[name] - marked[name] > 1] == []


def _query(box: RunningBox, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(box.data_dir / "sosbox.db", timeout=10)) as connection:
        return connection.execute(sql).fetchall()
