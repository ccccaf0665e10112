"""Taking care of a case from a notice, without logging in: once, in time, and what it ends."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.deliveries.outbox import claim_due
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.acknowledge import NotTakenError, Standing, acknowledge
from sosbox.dispatch.intake import close_case
from sosbox.errors import NotFoundError
from sosbox.ledger.tables import LedgerEntry
from sosbox.ledger.verify import verify_ledger
from tests.support.filing import file_case
from tests.support.routing import add_recipient, add_rule, add_step, run_clocks, told
from tests.support.venue import NOON, Venue

MINUTE = timedelta(minutes=1)


@pytest.fixture
def marta(box: Box, venue: Venue) -> int:
    """Marta is told of everything, by e-mail and, ten minutes later, by SMS."""

    def make(tx: Any) -> int:
        marta = add_recipient(
            tx,
            venue,
            "marta",
            next_channel_minutes=10,
            email="marta@mar.example",
            sms="+34600123456",
        )
        add_rule(tx, venue, "marta", marta)
        return marta

    return DB.write_sync(make)


async def _notice_to(address: str, event: str = "filed") -> int:
    row = (
        await Delivery.select(Delivery.id)
        .where(Delivery.address == address, Delivery.event == event)
        .first()
    )
    assert row is not None
    return int(row["id"])


async def _acknowledge(box: Box, delivery_id: int, now: datetime = NOON + MINUTE) -> None:
    await DB.write(acknowledge, box.keys, now=now, delivery_id=delivery_id)


async def _refusal(box: Box, delivery_id: int, now: datetime = NOON + MINUTE) -> Standing:
    before = await _acknowledged()
    with pytest.raises(NotTakenError) as caught:
        await _acknowledge(box, delivery_id, now)
    assert await _acknowledged() == before
    return caught.value.standing


async def _acknowledged() -> list[tuple[Any, ...]]:
    return await DB.read(
        lambda connection: connection.execute(
            "SELECT 'case', id, acknowledged_at FROM cases"
            " UNION ALL SELECT 'notice', id, acknowledged_at FROM deliveries"
            " UNION ALL SELECT 'ledger', max(id), NULL FROM ledger"
        ).fetchall()
    )


async def _entries() -> list[tuple[str, dict[str, Any]]]:
    rows = await LedgerEntry.select(LedgerEntry.actor, LedgerEntry.data).where(
        LedgerEntry.event == "acknowledged"
    )
    return [(row["actor"], json.loads(row["data"])) for row in rows]


async def test_whoever_was_told_takes_care_and_the_ledger_names_them(box: Box, marta: int) -> None:
    filed = await file_case(box)
    delivery_id = await _notice_to("marta@mar.example")
    await _acknowledge(box, delivery_id)

    row = await Delivery.select().where(Delivery.id == delivery_id).first()
    assert row is not None
    assert row["acknowledged_at"] == NOON + MINUTE
    assert await _entries() == [
        (f"recipient:{marta}", {"delivery": delivery_id, "channel": "email"})
    ]
    verdict = await DB.read(lambda c: verify_ledger(c, box.keys.public_key))
    assert verdict.problem is None
    assert filed.case_id


async def test_it_ends_a_step_that_waits_until_somebody_opens_the_case(
    box: Box, venue: Venue, marta: int
) -> None:
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, until="opened"))
    await file_case(box)
    await _acknowledge(box, await _notice_to("marta@mar.example"))
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == []


@pytest.mark.parametrize(("is_acknowledged", "state"), [(True, "skipped"), (False, "sending")])
async def test_the_second_channel_is_not_used_any_more(
    box: Box, marta: int, is_acknowledged: bool, state: str
) -> None:
    await file_case(box)
    if is_acknowledged:
        await _acknowledge(box, await _notice_to("marta@mar.example"))
    await DB.write(claim_due, now=NOON + 10 * MINUTE, channel="sms", limit=10)

    row = await Delivery.select(Delivery.state).where(Delivery.channel == "sms").first()
    assert row is not None
    assert row["state"] == state


@pytest.mark.parametrize("until", ["answered", "resolved"])
async def test_it_ends_no_step_that_waits_for_more(
    box: Box, venue: Venue, marta: int, until: str
) -> None:
    boss = DB.write_sync(lambda tx: add_recipient(tx, venue, "boss2", email="b2@mar.example"))
    DB.write_sync(lambda tx: add_step(tx, boss, house_id=venue.house_id, until=until))
    await file_case(box)
    await _acknowledge(box, await _notice_to("marta@mar.example"))
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == ["b2@mar.example"]


async def test_another_who_was_told_may_say_so_as_well(box: Box, marta: int) -> None:
    await file_case(box)
    await _acknowledge(box, await _notice_to("marta@mar.example"))
    await _acknowledge(box, await _notice_to("anna@mar.example"), NOON + 2 * MINUTE)

    assert len(await _entries()) == 2


async def test_one_notice_is_good_for_one_time(box: Box, marta: int) -> None:
    await file_case(box)
    delivery_id = await _notice_to("marta@mar.example")
    await _acknowledge(box, delivery_id)

    assert await _refusal(box, delivery_id) is Standing.ACKNOWLEDGED


async def test_a_resolved_case_needs_nobody_any_more(box: Box, venue: Venue, marta: int) -> None:
    filed = await file_case(box)
    await DB.write(
        close_case,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=filed.case_id,
        outcome="Done",
        seen_version=1,
        language="en",
    )

    assert await _refusal(box, await _notice_to("marta@mar.example")) is Standing.RESOLVED


async def test_a_notice_is_good_for_a_week_and_not_longer(box: Box, marta: int) -> None:
    await file_case(box)
    week = timedelta(days=7)
    first, second = await _notice_to("marta@mar.example"), await _notice_to("anna@mar.example")
    await _acknowledge(box, first, NOON + week)

    assert await _refusal(box, second, NOON + week + MINUTE) is Standing.EXPIRED


async def test_an_address_that_was_taken_from_a_post_can_say_nothing_for_it(
    box: Box, marta: int
) -> None:
    await file_case(box)
    delivery_id = await _notice_to("marta@mar.example")
    DB.write_sync(lambda tx: tx.sql("DELETE FROM recipient_addresses WHERE channel = 'email'"))

    assert await _refusal(box, delivery_id) is Standing.WITHDRAWN


async def test_a_recipient_who_was_deleted_takes_care_of_nothing(box: Box, marta: int) -> None:
    await file_case(box)
    delivery_id = await _notice_to("marta@mar.example")
    DB.write_sync(lambda tx: tx.sql("UPDATE recipients SET retired_at = ?", NOON))

    assert await _refusal(box, delivery_id) is Standing.WITHDRAWN


@pytest.mark.parametrize("event", ["answered", "promise_missed", "digest"])
async def test_a_notice_that_asks_for_nothing_cannot_be_acknowledged(
    box: Box, marta: int, event: str
) -> None:
    await file_case(box)
    delivery_id = await _notice_to("marta@mar.example")
    DB.write_sync(lambda tx: tx.sql("UPDATE deliveries SET event = ?", event))

    with pytest.raises(NotFoundError):
        await _acknowledge(box, delivery_id)


async def test_an_answer_to_the_guest_is_nothing_that_the_guest_could_acknowledge(
    box: Box, marta: int
) -> None:
    await file_case(box)
    delivery_id = await _notice_to("marta@mar.example")
    DB.write_sync(lambda tx: tx.sql("UPDATE deliveries SET recipient_id = NULL"))

    with pytest.raises(NotFoundError):
        await _acknowledge(box, delivery_id)


async def test_what_is_not_there_cannot_be_acknowledged(box: Box) -> None:
    with pytest.raises(NotFoundError):
        await _acknowledge(box, 999)
