"""Claiming deliveries and recording how they went."""

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.channels.base import RefusedError, RetryError
from sosbox.db import DB
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.deliveries.outbox import (
    Claimed,
    claim_due,
    record_failed,
    record_retry,
    record_sent,
    recover_interrupted,
    retry_failed,
)
from sosbox.deliveries.rules import MIN_ATTEMPTS
from sosbox.deliveries.tables import Delivery
from sosbox.errors import ConflictError, ForbiddenError, NotFoundError
from sosbox.ledger.rules import Event
from sosbox.ledger.tables import LedgerEntry
from sosbox.staff.rules import Viewer
from tests.support.filing import file_case
from tests.support.venue import NOON, ROOM_TOKEN, Venue

LATER = NOON + timedelta(days=4)
NO_ANSWER = RetryError("The mail server does not answer in time.", detail="waited")
REFUSED = RefusedError("The mail server refuses this address.", detail="550 nobody")


async def _claim(now: datetime = NOON, limit: int = 50) -> list[Claimed]:
    return await DB.write(claim_due, now=now, channel="email", limit=limit)


async def _delivery(delivery_id: int) -> dict[str, Any]:
    row: dict[str, Any] | None = await Delivery.select().where(Delivery.id == delivery_id).first()
    assert row is not None
    return row


async def _told(event: Event) -> list[dict[str, Any]]:
    """What the ledger says about events of a kind."""
    rows = await LedgerEntry.select(LedgerEntry.data).where(LedgerEntry.event == str(event))
    return [json.loads(row["data"]) for row in rows]


async def _failed(box: Box) -> Claimed:
    await file_case(box)
    (claimed,) = await _claim()
    await DB.write(record_failed, box.keys, now=NOON, delivery=claimed, error=REFUSED)
    return claimed


async def test_two_claims_never_take_the_same_delivery(box: Box) -> None:
    await file_case(box, token=ROOM_TOKEN)
    first, second = await _claim(limit=1), await _claim()

    assert len(first) == len(second) == 1
    assert first[0].id != second[0].id
    assert await _claim() == []


async def test_a_claim_counts_the_attempt(box: Box) -> None:
    await file_case(box)
    (claimed,) = await _claim()
    row = await _delivery(claimed.id)

    assert claimed.num_attempts == row["num_attempts"] == 1
    assert row["state"] == "sending"
    assert row["last_attempt_at"] == NOON


async def test_those_that_wait_longest_are_claimed_first(box: Box) -> None:
    for minute in (3, 1, 2):
        await file_case(box, submission_id=str(minute), now=NOON + timedelta(minutes=minute))
    claimed = await _claim(NOON + timedelta(minutes=2))

    minutes = [(delivery.created_at - NOON).seconds // 60 for delivery in claimed]
    assert minutes == [1, 2]


async def test_nothing_is_claimed_before_its_time_or_for_another_channel(box: Box) -> None:
    await file_case(box)

    assert await _claim(NOON - timedelta(seconds=1)) == []
    assert await DB.write(claim_due, now=NOON, channel="sms", limit=5) == []


async def test_a_notice_that_was_sent_is_in_the_ledger_without_its_address(box: Box) -> None:
    filed = await file_case(box)
    (claimed,) = await _claim()
    await DB.write(record_sent, box.keys, now=NOON, delivery=claimed)

    row = await _delivery(claimed.id)
    assert (row["state"], row["sent_at"], row["error"]) == ("sent", NOON, "")
    assert await _told(Event.NOTIFIED) == [
        {"channel": "email", "delivery": claimed.id, "recipient": claimed.recipient_id}
    ]
    entry = await LedgerEntry.select().where(LedgerEntry.event == "notified").first()
    assert entry is not None
    assert (entry["case_id"], entry["actor"]) == (filed.case_id, "system")


async def test_a_notice_is_recorded_once(box: Box) -> None:
    await file_case(box)
    (claimed,) = await _claim()
    for _ in range(2):
        await DB.write(record_sent, box.keys, now=NOON, delivery=claimed)
    await DB.write(record_failed, box.keys, now=NOON, delivery=claimed, error=REFUSED)

    assert (await _delivery(claimed.id))["state"] == "sent"
    assert len(await _told(Event.NOTIFIED)) == 1
    assert await _told(Event.DELIVERY_FAILED) == []


async def test_what_did_not_work_is_due_again_after_a_pause(box: Box) -> None:
    await file_case(box)
    (claimed,) = await _claim()
    moment = await DB.write(
        record_retry,
        box.keys,
        now=NOON,
        delivery=claimed,
        error=NO_ANSWER,
        rng=random.Random(1),
    )
    assert moment is not None

    row = await _delivery(claimed.id)
    assert (row["state"], row["next_attempt_at"]) == ("pending", moment)
    assert (row["error"], row["error_detail"]) == (NO_ANSWER.message, "waited")
    assert not row["is_possible_duplicate"]
    assert await _claim(moment - timedelta(milliseconds=1)) == []
    (again,) = await _claim(moment)
    assert (again.id, again.num_attempts) == (claimed.id, 2)


async def test_what_may_have_arrived_is_marked_before_it_is_tried_again(box: Box) -> None:
    await file_case(box)
    (claimed,) = await _claim()
    error = RetryError("The mail server has broken the connection off.", may_have_arrived=True)
    await DB.write(
        record_retry, box.keys, now=NOON, delivery=claimed, error=error, rng=random.Random(1)
    )

    assert (await _delivery(claimed.id))["is_possible_duplicate"]


async def test_after_three_days_it_has_failed(box: Box) -> None:
    await file_case(box)
    (claimed,) = await _claim(LATER)
    moment = await DB.write(
        record_retry,
        box.keys,
        now=LATER,
        delivery=replace(claimed, num_attempts=MIN_ATTEMPTS),
        error=NO_ANSWER,
        rng=random.Random(1),
    )

    row = await _delivery(claimed.id)
    assert moment is None
    assert (row["state"], row["error"]) == ("failed", NO_ANSWER.message)
    assert len(await _told(Event.DELIVERY_FAILED)) == 1


async def test_a_refused_address_has_failed_at_once(box: Box) -> None:
    claimed = await _failed(box)

    row = await _delivery(claimed.id)
    assert (row["state"], row["error_detail"]) == ("failed", "550 nobody")
    assert await _told(Event.DELIVERY_FAILED) == [
        {"channel": "email", "delivery": claimed.id, "recipient": claimed.recipient_id}
    ]
    assert await _claim(LATER) == []


async def test_what_a_crash_left_is_sent_again_and_marked(box: Box) -> None:
    await file_case(box, token=ROOM_TOKEN)
    first, second = await _claim()
    await DB.write(record_sent, box.keys, now=NOON, delivery=first)
    later = NOON + timedelta(minutes=1)

    assert await DB.write(recover_interrupted, now=later) == 1
    row = await _delivery(second.id)
    assert (row["state"], row["next_attempt_at"]) == ("pending", later)
    assert row["is_possible_duplicate"]
    assert not (await _delivery(first.id))["is_possible_duplicate"]
    assert [claimed.id for claimed in await _claim(later)] == [second.id]


async def test_the_staff_can_have_a_failed_notice_sent_again(box: Box, venue: Venue) -> None:
    claimed = await _failed(box)
    rings: list[str] = []
    DB.listen(DELIVERY_TOPIC, lambda: rings.append("ring"))
    await DB.write(retry_failed, box.keys, now=LATER, viewer=venue.anna, delivery_id=claimed.id)
    # Listeners are told before anything is written after it.
    await DB.write(lambda tx: None)

    assert rings == ["ring"]
    assert [again.id for again in await _claim(LATER)] == [claimed.id]
    assert await _told(Event.DELIVERY_RETRIED) == [
        {"channel": "email", "delivery": claimed.id, "recipient": claimed.recipient_id}
    ]


@pytest.mark.parametrize(
    ("who", "problem"),
    [("otto", NotFoundError), ("boris", NotFoundError), ("dario", ForbiddenError)],
)
async def test_others_cannot_have_it_sent_again(
    box: Box, venue: Venue, who: str, problem: type[Exception]
) -> None:
    claimed = await _failed(box)
    viewer: Viewer = getattr(venue, who)
    with pytest.raises(problem):
        await DB.write(retry_failed, box.keys, now=LATER, viewer=viewer, delivery_id=claimed.id)

    assert (await _delivery(claimed.id))["state"] == "failed"
    assert await _told(Event.DELIVERY_RETRIED) == []


async def test_only_what_has_failed_is_sent_again(box: Box, venue: Venue) -> None:
    await file_case(box)
    (claimed,) = await _claim()
    with pytest.raises(ConflictError):
        await DB.write(retry_failed, box.keys, now=NOON, viewer=venue.anna, delivery_id=claimed.id)
    with pytest.raises(NotFoundError):
        await DB.write(retry_failed, box.keys, now=NOON, viewer=venue.anna, delivery_id=999)
