"""The daily digest: what nobody has answered yet."""

from datetime import UTC, datetime, timedelta

import pytest

from sosbox.box import Box
from sosbox.channels.base import Notice, NoticeEvent
from sosbox.db import DB, Transaction
from sosbox.deliveries.digests import MAX_LINES
from sosbox.deliveries.queries import load_notice
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.digests import send_due_digests
from sosbox.routing.queries import RuleBook
from tests.support.filing import file_case
from tests.support.routing import add_for_house, add_recipient, set_house, told
from tests.support.venue import NOON, ROOM_TOKEN, Venue

# Eight o'clock in Madrid, the day after.
EIGHT = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.fixture
def at_eight(box: Box, venue: Venue) -> None:
    DB.write_sync(lambda tx: set_house(tx, venue, digest_at="08:00"))


async def _send(now: datetime = EIGHT) -> int:
    return await DB.write(send_due_digests, RuleBook(), now=now)


async def _notice(box: Box) -> Notice:
    row = await Delivery.select(Delivery.id).where(Delivery.event == "digest").first()
    assert row is not None
    notice = await load_notice(row["id"], box.config, box.keys)
    assert notice is not None
    return notice


async def test_at_its_hour_the_owner_gets_it(box: Box, at_eight: None) -> None:
    await file_case(box)
    assert await _send(EIGHT - timedelta(minutes=1)) == 0
    assert await _send() == 1

    assert await told("digest") == ["anna@mar.example"]


async def test_it_comes_once_a_day(box: Box, at_eight: None) -> None:
    await file_case(box)
    for hours in (0, 1, 12, 24, 25):
        await _send(EIGHT + timedelta(hours=hours))

    assert len(await told("digest")) == 2


async def test_without_an_hour_there_is_none(box: Box) -> None:
    await file_case(box)

    assert await _send() == 0


async def test_on_a_day_without_anything_unanswered_there_is_none(box: Box, at_eight: None) -> None:
    assert await _send() == 0
    # What comes after the hour is for tomorrow.
    await file_case(box, now=EIGHT)
    assert await _send(EIGHT + timedelta(hours=1)) == 0


async def test_it_goes_to_those_who_were_named_for_it(
    box: Box, venue: Venue, at_eight: None
) -> None:
    def arrange(tx: Transaction) -> None:
        marta = add_recipient(tx, venue, "marta", email="marta@mar.example")
        add_for_house(tx, venue, "digest", marta)

    DB.write_sync(arrange)
    await file_case(box)
    await _send()

    assert await told("digest") == ["marta@mar.example"]


async def test_it_lists_what_is_unanswered_oldest_first(
    box: Box, venue: Venue, at_eight: None
) -> None:
    await file_case(box, "The newer one", token=ROOM_TOKEN, now=NOON)
    await file_case(box, "The older one", submission_id="2", now=NOON - timedelta(days=3))
    DB.write_sync(lambda tx: tx.sql("UPDATE accounts SET language = 'en'"))
    await _send()
    notice = await _notice(box)

    assert notice.event is NoticeEvent.DIGEST
    assert notice.headline == "Hotel Mar: 2 messages are unanswered"
    older, newer = notice.text.splitlines()
    assert older.startswith("T-7, ")
    assert older.endswith("late: The older one")
    assert newer.startswith("R-204, ")
    assert newer.endswith(": The newer one")
    assert notice.case_url == "http://mar.example/admin"


@pytest.mark.parametrize("flag", ["is_sensitive", "is_quarantined"])
async def test_what_is_not_for_everybody_is_not_in_it(
    box: Box, venue: Venue, at_eight: None, flag: str
) -> None:
    await file_case(box, "The secret one")
    await file_case(box, "The open one", submission_id="2")
    DB.write_sync(
        lambda tx: tx.sql(f"UPDATE cases SET {flag} = 1 WHERE excerpt = 'The secret one'")
    )
    await _send()
    notice = await _notice(box)

    assert "The open one" in notice.text
    assert "secret" not in notice.text


async def test_a_long_one_says_how_many_more_there_are(box: Box, at_eight: None) -> None:
    for number in range(MAX_LINES + 3):
        await file_case(box, f"Number {number}", submission_id=str(number), has_worker=False)
    DB.write_sync(lambda tx: tx.sql("UPDATE accounts SET language = 'en'"))
    await _send()
    lines = (await _notice(box)).text.splitlines()

    assert len(lines) == MAX_LINES + 1
    assert lines[-1] == "and 3 more"


async def test_when_all_was_answered_before_it_left_it_says_so(box: Box, at_eight: None) -> None:
    await file_case(box)
    DB.write_sync(lambda tx: tx.sql("UPDATE accounts SET language = 'en'"))
    await _send()
    DB.write_sync(lambda tx: tx.sql("UPDATE cases SET answered_at = ?", NOON))

    assert (await _notice(box)).text == "Everything has been answered since."
