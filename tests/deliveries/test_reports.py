"""What the network says of notices that it has taken, in whatever order and however often."""

import json
from datetime import timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.channels.base import RetryError
from sosbox.db import DB, Transaction
from sosbox.deliveries.outbox import (
    Claimed,
    claim_due,
    record_failed,
    record_sent,
    recover_interrupted,
    retry_failed,
)
from sosbox.deliveries.replies import MAX_TEXT, keep_reply
from sosbox.deliveries.reports import NOT_DELIVERED, expire_reports, record_report
from sosbox.deliveries.tables import Delivery, Reply
from sosbox.ledger.tables import LedgerEntry
from tests.support.filing import file_case
from tests.support.venue import NOON, Venue

HOUR = timedelta(hours=1)
HOUR_S = 3600


def _prefer_sms(tx: Transaction) -> None:
    """Anna has a phone; an e-mail comes two hours later, unless she has looked by then."""
    tx.sql(
        "INSERT INTO recipient_addresses (recipient_id, channel, address)"
        " SELECT id, 'sms', '+34600123456' FROM recipients WHERE slug = 'boss'"
    )
    tx.sql(
        "UPDATE recipients SET channels = ?, next_channel_minutes = 120 WHERE slug = 'boss'",
        '["sms","email"]',
    )
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()


@pytest.fixture
async def claimed(box: Box) -> Claimed:
    """The SMS to Anna about a case, on its way."""
    await DB.write(_prefer_sms)
    await file_case(box)
    (claimed,) = await DB.write(claim_due, now=NOON, channel="sms", limit=9)
    return claimed


async def _send(box: Box, claimed: Claimed) -> None:
    await DB.write(record_sent, box.keys, now=NOON, delivery=claimed, report_within_s=HOUR_S)


async def _report(box: Box, claimed: Claimed, *, arrived: bool, detail: str = "") -> bool:
    return await DB.write(
        record_report,
        box.keys,
        now=NOON,
        delivery_id=claimed.id,
        has_arrived=arrived,
        detail=detail,
    )


async def _expire(box: Box, after: timedelta) -> int:
    return await DB.write(expire_reports, box.keys, now=NOON + after)


async def _row(channel: str = "sms") -> dict[str, Any]:
    row: dict[str, Any] | None = await Delivery.select().where(Delivery.channel == channel).first()
    assert row is not None
    return row


async def _states() -> tuple[str, str]:
    row = await _row()
    return row["state"], row["report"]


async def _told() -> list[tuple[str, Any]]:
    """Events of deliveries in the ledger, with what was reported."""
    rows = await LedgerEntry.select().order_by(LedgerEntry.id)
    return [
        (row["event"], json.loads(row["data"]).get("report"))
        for row in rows
        if "delivery" in json.loads(row["data"])
    ]


async def test_a_notice_that_was_handed_over_waits_for_its_report(
    box: Box, claimed: Claimed
) -> None:
    await _send(box, claimed)

    assert await _states() == ("sent", "waiting")
    assert (await _row())["report_due_at"] == NOON + HOUR


async def test_a_channel_without_reports_waits_for_none(box: Box, claimed: Claimed) -> None:
    await DB.write(record_sent, box.keys, now=NOON, delivery=claimed)

    assert await _states() == ("sent", "")
    assert await _expire(box, timedelta(days=9)) == 0


async def test_what_has_arrived_is_known_and_in_the_ledger(box: Box, claimed: Claimed) -> None:
    await _send(box, claimed)
    assert await _report(box, claimed, arrived=True)

    assert await _states() == ("sent", "arrived")
    assert await _told() == [("notified", None), ("delivery_reported", "arrived")]
    assert await _expire(box, timedelta(days=9)) == 0


async def test_what_has_not_arrived_has_failed_and_says_why(box: Box, claimed: Claimed) -> None:
    await _send(box, claimed)
    assert await _report(box, claimed, arrived=False, detail="NACK\r\nUnknown\x00 subscriber")

    assert await _states() == ("failed", "failed")
    row = await _row()
    assert (row["error"], row["error_detail"]) == (NOT_DELIVERED, "NACK Unknown subscriber")
    assert await _told() == [("notified", None), ("delivery_failed", None)]


async def test_the_next_channel_does_not_wait_for_what_has_failed(
    box: Box, claimed: Claimed
) -> None:
    await _send(box, claimed)
    assert (await _row("email"))["next_attempt_at"] == NOON + 2 * HOUR
    await _report(box, claimed, arrived=False)

    assert (await _row("email"))["next_attempt_at"] == NOON


async def test_a_failure_can_be_sent_again_and_is_reported_on_anew(
    box: Box, claimed: Claimed, venue: Venue
) -> None:
    await _send(box, claimed)
    await _report(box, claimed, arrived=False)
    await DB.write(retry_failed, box.keys, now=NOON, viewer=venue.anna, delivery_id=claimed.id)
    (again,) = await DB.write(claim_due, now=NOON, channel="sms", limit=9)
    await _send(box, again)
    assert await _states() == ("sent", "waiting")
    await _report(box, again, arrived=True)

    assert await _states() == ("sent", "arrived")
    row = await _row()
    assert (row["error"], row["error_detail"]) == ("", "")


# The wrong moment -------------------------------------------------------------------------------


async def test_a_report_may_be_quicker_than_the_box(box: Box, claimed: Claimed) -> None:
    assert await _report(box, claimed, arrived=True)
    await _send(box, claimed)

    assert await _states() == ("sent", "arrived")
    assert (await _row())["report_due_at"] is None


async def test_a_failure_may_be_quicker_than_the_box(box: Box, claimed: Claimed) -> None:
    assert await _report(box, claimed, arrived=False)
    assert await _states() == ("sending", "failed")
    await _send(box, claimed)

    assert await _states() == ("failed", "failed")
    assert (await _row("email"))["next_attempt_at"] == NOON


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
async def test_the_first_final_report_counts(
    box: Box, claimed: Claimed, first: bool, second: bool
) -> None:
    await _send(box, claimed)
    await _report(box, claimed, arrived=first)
    before, told = await _states(), await _told()
    assert not await _report(box, claimed, arrived=second)

    assert (await _states(), await _told()) == (before, told)


async def test_a_report_that_never_comes_is_given_up_once(box: Box, claimed: Claimed) -> None:
    await _send(box, claimed)
    assert await _expire(box, HOUR - timedelta(seconds=1)) == 0
    assert await _expire(box, HOUR) == 1
    assert await _expire(box, HOUR) == 0

    assert await _states() == ("sent", "never")
    assert await _told() == [("notified", None), ("delivery_reported", "never")]


@pytest.mark.parametrize(
    ("arrived", "states"), [(True, ("sent", "arrived")), (False, ("failed", "failed"))]
)
async def test_a_report_that_comes_late_is_still_believed(
    box: Box, claimed: Claimed, arrived: bool, states: tuple[str, str]
) -> None:
    await _send(box, claimed)
    await _expire(box, HOUR)
    assert await _report(box, claimed, arrived=arrived)

    assert await _states() == states


async def test_a_report_on_an_attempt_that_was_given_up_changes_nothing(
    box: Box, claimed: Claimed
) -> None:
    await DB.write(recover_interrupted, now=NOON)
    assert not await _report(box, claimed, arrived=False)
    (again,) = await DB.write(claim_due, now=NOON, channel="sms", limit=9)
    await DB.write(
        record_failed,
        box.keys,
        now=NOON,
        delivery=again,
        error=RetryError("No."),
    )
    assert not await _report(box, again, arrived=True)

    assert await _states() == ("failed", "")


async def test_a_report_on_nothing_changes_nothing(box: Box, claimed: Claimed) -> None:
    assert not await DB.write(
        record_report, box.keys, now=NOON, delivery_id=10**17, has_arrived=True
    )


# What comes back --------------------------------------------------------------------------------


async def test_an_answer_is_kept_once_until_something_is_made_of_it(box: Box) -> None:
    answer = {"channel": "sms", "sender": "+34600123456", "text": "OK 4217", "now": NOON}
    first = await DB.write(keep_reply, external_id="a", **answer)
    assert await DB.write(keep_reply, external_id="a", **answer) is None
    other = await DB.write(keep_reply, external_id="a", **{**answer, "channel": "email"})

    assert first is not None
    assert other is not None
    rows = await Reply.select().order_by(Reply.id)
    assert [(row["id"], row["channel"], row["state"]) for row in rows] == [
        (first, "sms", "waiting"),
        (other, "email", "waiting"),
    ]
    assert rows[0]["received_at"] == NOON


async def test_an_answer_wakes_the_worker_when_it_is_new(box: Box) -> None:
    rings: list[str] = []
    DB.listen("deliveries", lambda: rings.append("ring"))
    for _ in range(2):
        await DB.write(
            keep_reply, channel="sms", external_id="a", sender="+34", text="Hi", now=NOON
        )
    assert rings == ["ring"]


async def test_an_answer_without_end_is_cut(box: Box) -> None:
    text = "x" * (2 * MAX_TEXT)
    sender, external_id = "s" * 9_000, "i" * 9_000
    await DB.write(
        keep_reply, channel="sms", external_id=external_id, sender=sender, text=text, now=NOON
    )
    row = await Reply.select().first()
    assert row is not None
    assert len(row["text"]) == MAX_TEXT
    assert len(row["sender"]) + len(row["external_id"]) < 1_000
