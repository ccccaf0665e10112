"""Whom a notice goes to, over which channels and in which order."""

from datetime import timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.cases.staff_actions import mark_read
from sosbox.channels.base import RefusedError
from sosbox.db import DB, Transaction
from sosbox.deliveries.actions import tell, tell_owners
from sosbox.deliveries.outbox import claim_due, record_failed
from sosbox.deliveries.rules import DeliveryEvent
from sosbox.deliveries.tables import Delivery
from sosbox.routing.rules import RecipientFacts, Told
from tests.support.filing import file_case
from tests.support.venue import NOON, Venue

EMAIL, PHONE = "marta@mar.example", "+34600000001"


def _marta(tx: Transaction, *channels: str, minutes: int = 15) -> Told:
    """Somebody who is told by these channels in this order."""
    rows = tx.sql("SELECT id FROM recipients WHERE slug = 'desk'")
    address = {"email": EMAIL, "sms": PHONE}
    addresses = tuple((channel, address[channel]) for channel in channels)
    return Told(RecipientFacts(rows[0][0], "marta", "Marta", "en", addresses, minutes), None, ())


@pytest.fixture
async def case_id(box: Box) -> int:
    filed = await file_case(box, has_worker=False)
    return filed.case_id


def _tell(case_id: int, *channels: str, minutes: int = 15, event: str = "filed") -> None:
    DB.write_sync(
        lambda tx: tell(
            tx,
            [_marta(tx, *channels, minutes=minutes)],
            now=NOON,
            event=DeliveryEvent(event),
            case_id=case_id,
        )
    )


async def _rows() -> list[dict[str, Any]]:
    return await Delivery.select().order_by(Delivery.id)


async def _claim(channel: str, minutes: int) -> list[Any]:
    now = NOON + timedelta(minutes=minutes)
    return await DB.write(claim_due, now=now, channel=channel, limit=10)


async def test_the_second_channel_waits(box: Box, case_id: int) -> None:
    _tell(case_id, "email", "sms")
    mail, sms = await _rows()

    assert mail["next_attempt_at"] == NOON
    assert sms["next_attempt_at"] == NOON + timedelta(minutes=15)
    assert await _claim("sms", 14) == []
    assert len(await _claim("sms", 15)) == 1


async def test_without_a_pause_all_are_told_at_once(box: Box, case_id: int) -> None:
    _tell(case_id, "sms", "email", minutes=0)

    assert {row["next_attempt_at"] for row in await _rows()} == {NOON}


async def test_the_order_is_the_recipients_own(box: Box, case_id: int) -> None:
    _tell(case_id, "sms", "email")
    sms, mail = await _rows()

    assert sms["channel"] == "sms"
    assert mail["next_attempt_at"] > sms["next_attempt_at"]


async def test_whoever_opens_the_case_spares_the_second_channel(
    box: Box, venue: Venue, case_id: int
) -> None:
    _tell(case_id, "email", "sms")
    await DB.write(mark_read, box.keys, now=NOON, viewer=venue.anna, case_id=case_id)
    assert await _claim("sms", 15) == []

    assert [row["state"] for row in await _rows()] == ["pending", "skipped"]


async def test_what_was_opened_too_early_for_the_notice_spares_nothing(
    box: Box, case_id: int
) -> None:
    _tell(case_id, "email", "sms")
    before = NOON - timedelta(minutes=1)
    DB.write_sync(lambda tx: tx.sql("UPDATE cases SET acknowledged_at = ?", before))

    assert len(await _claim("sms", 15)) == 1


async def test_a_notice_that_fails_brings_the_next_channel_forward(box: Box, case_id: int) -> None:
    _tell(case_id, "email", "sms")
    (claimed,) = await _claim("email", 0)
    error = RefusedError("This is not an e-mail address.")
    await DB.write(record_failed, box.keys, now=NOON, delivery=claimed, error=error)

    assert len(await _claim("sms", 0)) == 1


async def test_an_sms_carries_a_code_that_no_other_to_the_number_has(
    box: Box, case_id: int
) -> None:
    for _ in range(30):
        _tell(case_id, "sms")
    codes = [row["acknowledge_code"] for row in await _rows()]

    assert len(set(codes)) == 30
    assert all(len(code) == 4 and code.isdigit() for code in codes)


@pytest.mark.parametrize("event", ["promise_missed", "digest"])
async def test_what_asks_nobody_to_act_has_no_code(box: Box, case_id: int, event: str) -> None:
    _tell(case_id, "sms", event=event)

    assert [row["acknowledge_code"] for row in await _rows()] == [""]


async def test_a_channel_that_nobody_knows_is_not_written_to(box: Box, case_id: int) -> None:
    def tell_by_pigeon(tx: Transaction) -> int:
        somebody = _marta(tx)
        pigeon = Told(
            RecipientFacts(somebody.recipient.id, "m", "M", "en", (("pigeon", "loft"),)), None, ()
        )
        return tell(tx, [pigeon], now=NOON, event=DeliveryEvent.FILED, case_id=case_id)

    assert DB.write_sync(tell_by_pigeon) == 0


async def test_two_recipients_with_one_address_get_one_notice(box: Box, case_id: int) -> None:
    def tell_both(tx: Transaction) -> int:
        both = [_marta(tx, "email"), _marta(tx, "email")]
        return tell(tx, both, now=NOON, event=DeliveryEvent.FILED, case_id=case_id)

    assert DB.write_sync(tell_both) == 1


async def test_owners_are_told_at_the_address_of_their_account(box: Box, venue: Venue) -> None:
    filed = await file_case(box, has_worker=False)
    num = DB.write_sync(
        lambda tx: tell_owners(
            tx,
            now=NOON,
            event=DeliveryEvent.PROMISE_MISSED,
            subscriber_id=venue.subscriber_id,
            case_id=filed.case_id,
        )
    )
    (row,) = await _rows()

    assert num == 1
    assert (row["address"], row["account_id"]) == ("anna@mar.example", venue.anna.account_id)
    # Without a language of their own they read that of the house.
    assert row["language"] == "es"


async def test_an_owner_who_has_left_is_not_told(box: Box, venue: Venue) -> None:
    filed = await file_case(box, has_worker=False)
    DB.write_sync(lambda tx: tx.sql("UPDATE accounts SET disabled_at = ?", NOON))
    num = DB.write_sync(
        lambda tx: tell_owners(
            tx,
            now=NOON,
            event=DeliveryEvent.PROMISE_MISSED,
            subscriber_id=venue.subscriber_id,
            case_id=filed.case_id,
        )
    )

    assert num == 0
