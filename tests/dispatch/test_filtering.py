"""What the worker does with messages that filters find: whom it tells, and what it stores."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.cases.guest_actions import Filed, guest_write
from sosbox.cases.rules import QUARANTINE_RANK, Hold
from sosbox.cases.tables import Case, Message
from sosbox.db import DB, Transaction
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.intake import take_in_reminder
from sosbox.dispatch.tables import Clock
from sosbox.ledger.tables import LedgerEntry
from sosbox.places.actions import note_settings_change
from sosbox.routing.filter_queries import MAX_EARLIER, FilterBook, earlier_messages
from sosbox.routing.queries import RuleBook
from sosbox.routing.tables import FilterHit, Rule
from tests.support.filing import file_case, route
from tests.support.filtering import add_filter
from tests.support.routing import add_recipient, add_rule, told
from tests.support.venue import BAR_TOKEN, NOON, ROOM_TOKEN, Venue

SPAM = "Visit our casino"


async def _write_more(box: Box, case_id: int, text: str, now: datetime = NOON) -> None:
    await DB.write(
        guest_write,
        box.keys,
        now=now,
        case_id=case_id,
        text=text,
        language="en",
        submission=f"{case_id}{text}".encode(),
    )
    await route(box, now)


async def _case(filed: Filed) -> dict[str, Any]:
    case = await Case.select().where(Case.id == filed.case_id).first()
    assert case is not None
    return case


async def _holds(filed: Filed) -> list[str]:
    rows = (
        await Message.select(Message.hold)
        .where(Message.case_id == filed.case_id)
        .order_by(Message.id)
    )
    return [row["hold"] for row in rows]


async def _hits() -> Sequence[tuple[str, str]]:
    rows = await FilterHit.select(FilterHit.name, FilterHit.action).order_by(FilterHit.id)
    return [(row["name"], row["action"]) for row in rows]


async def _events(filed: Filed) -> list[str]:
    rows = (
        await LedgerEntry.select(LedgerEntry.event)
        .where(LedgerEntry.case_id == filed.case_id)
        .order_by(LedgerEntry.id)
    )
    return [row["event"] for row in rows]


async def test_nobody_is_told_of_what_is_held(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    filed = await file_case(box, SPAM)

    case = await _case(filed)
    assert (case["is_quarantined"], case["state_rank"]) == (True, QUARANTINE_RANK)
    assert await _holds(filed) == ["held"]
    assert await _hits() == [("casino", "quarantine")]
    assert await _events(filed) == ["filed", "quarantined"]
    assert await Delivery.count() == 0
    assert await Clock.count() == 0


async def test_what_no_filter_finds_is_told_as_ever(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    filed = await file_case(box, "The tap drips")
    assert await _holds(filed) == [""]
    assert await _hits() == []
    assert await Delivery.count() == 1


async def test_what_the_digest_tells_of_is_in_the_inbox_and_rings_nobody(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, action="digest", words=["casino"])
    await DB.write(_give_a_digest)
    filed = await file_case(box, SPAM)

    case = await _case(filed)
    assert (case["is_quarantined"], case["state_rank"]) == (False, 0)
    assert await _holds(filed) == ["digest"]
    assert await _events(filed) == ["filed", "marked"]
    assert await Delivery.count() == 0
    # What was promised holds all the same.
    purposes = await Clock.select(Clock.purpose).output(as_list=True)
    assert sorted(purposes) == ["legal", "promise"]


def _give_a_digest(tx: Transaction) -> None:
    tx.sql("UPDATE establishments SET digest_at = '08:00'")
    note_settings_change(tx)


async def test_where_there_is_no_digest_it_is_told_at_once(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, action="digest", words=["casino"])
    filed = await file_case(box, SPAM)
    assert await _events(filed) == ["filed", "marked", "routed"]
    assert await Delivery.count() == 1


async def test_what_is_marked_is_told_of_as_usual(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, action="mark", words=["casino"])
    filed = await file_case(box, SPAM)
    assert await _holds(filed) == [""]
    assert await _hits() == [("casino", "mark")]
    assert await _events(filed) == ["filed", "marked", "routed"]
    assert await Delivery.count() == 1


async def test_all_that_find_a_message_are_named_and_the_strongest_wins(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, "a-mark", "mark", words=["casino"])
    await add_filter(venue.subscriber_id, "b-quarantine", "quarantine", words=["visit"])
    await add_filter(venue.subscriber_id, "c-digest", "digest", words=["our"])
    filed = await file_case(box, SPAM)
    assert await _holds(filed) == ["held"]
    assert [name for name, _ in await _hits()] == ["a-mark", "b-quarantine", "c-digest"]


async def test_a_filter_that_is_switched_off_or_of_somebody_else_finds_nothing(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, "off", disabled_at=NOON, words=["casino"])
    await add_filter(venue.otto.subscriber_id, "ottos", words=["casino"])
    filed = await file_case(box, SPAM)
    assert await _holds(filed) == [""]
    ottos = await file_case(box, SPAM, token=BAR_TOKEN, submission_id="two")
    assert await _holds(ottos) == ["held"]


async def test_filters_are_read_again_when_a_setting_has_changed(box: Box, venue: Venue) -> None:
    book = FilterBook()

    async def slugs() -> list[str]:
        return [
            each.slug
            for each in await DB.write(lambda tx: book.filters_of(tx, venue.subscriber_id))
        ]

    assert await slugs() == []
    await add_filter(venue.subscriber_id, words=["casino"])
    assert await slugs() == ["casino"]


async def test_own_words_replace_the_ready_made_ones(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, lists=["en"])
    await DB.write(
        lambda tx: tx.sql(
            "INSERT INTO word_lists (subscriber_id, language, words) VALUES (?, 'en', '[\"tap\"]')",
            venue.subscriber_id,
        )
    )
    assert await _holds(await file_case(box, "The tap drips")) == ["held"]
    assert await _holds(await file_case(box, "You idiots", submission_id="2")) == [""]


async def test_a_message_that_comes_again_is_compared_with_what_is_stored(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, same_within_minutes=10)
    first = await file_case(box, SPAM, submission_id="1")
    second = await file_case(box, SPAM.upper(), submission_id="2", now=NOON + timedelta(minutes=9))
    third = await file_case(box, SPAM, submission_id="3", now=NOON + timedelta(minutes=20))
    assert [await _holds(each) for each in (first, second, third)] == [[""], ["held"], [""]]


async def test_what_another_subscribers_guest_wrote_is_not_compared_with(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, same_within_minutes=10)
    await file_case(box, SPAM, token=BAR_TOKEN, submission_id="1")
    assert await _holds(await file_case(box, SPAM, submission_id="2")) == [""]


async def test_so_many_at_one_place_are_a_burst(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, burst=3, burst_minutes=10)
    filed = [await file_case(box, f"Number {n}", submission_id=str(n)) for n in range(4)]
    assert [await _holds(each) for each in filed] == [[""], [""], ["held"], ["held"]]
    other = await file_case(box, "Elsewhere", token=ROOM_TOKEN, submission_id="other")
    assert await _holds(other) == [""]


async def test_only_so_many_messages_are_looked_at_however_long_the_window(
    box: Box, venue: Venue
) -> None:
    filed = await file_case(box, "Again")
    await DB.write(
        lambda tx: tx.sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
            " INSERT INTO messages (case_id, direction, is_routed, text, language, search_text,"
            " salt, created_at) SELECT ?, 'from_guest', 1, 'x', 'en', 'x', x'', ? FROM n",
            filed.case_id,
            NOON,
        )
    )
    queries: list[tuple[Any, ...]] = []

    def count_and_read(tx: Any) -> int:
        def query(sql: str, *arguments: Any) -> Any:
            queries.append(arguments)
            return tx.sql(sql, *arguments)

        earlier = earlier_messages(query, venue.subscriber_id, 10_000, NOON)
        num = sum(1 for _ in earlier(timedelta(days=7)))
        assert sum(1 for _ in earlier(timedelta(days=7))) == num
        return num

    assert await DB.write(count_and_read) == MAX_EARLIER
    # What was read for one filter is not read again for the next.
    assert len(queries) == 10


async def test_a_follow_up_is_held_and_its_case_stays(box: Box, venue: Venue) -> None:
    filed = await file_case(box, "The tap drips")
    await add_filter(venue.subscriber_id, words=["casino"])
    await _write_more(box, filed.case_id, SPAM)
    assert await _holds(filed) == ["", "held"]
    assert not (await _case(filed))["is_quarantined"]
    assert await Delivery.count() == 1


async def test_the_words_of_what_is_held_call_nobody_later(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])

    def arrange(tx: Transaction) -> None:
        marta = add_recipient(tx, venue, "marta", email="marta@mar.example")
        add_rule(tx, venue, "casino", marta, words=["casino"])

    DB.write_sync(arrange)
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await _write_more(box, filed.case_id, SPAM)
    await _write_more(box, filed.case_id, "It still drips")

    assert await told("guest_wrote") == ["anna@mar.example", "desk@mar.example"]


async def test_what_is_written_in_a_quarantined_case_is_held_with_it(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    filed = await file_case(box, SPAM)
    await _write_more(box, filed.case_id, "I meant it well")
    assert await _holds(filed) == ["held", "held"]
    assert await _hits() == [("casino", "quarantine"), ("case", "quarantine")]
    assert (await _case(filed))["state_rank"] == QUARANTINE_RANK
    assert await Delivery.count() == 0


async def test_a_guest_in_quarantine_who_waits_has_the_same_button_and_rings_nobody(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    filed = await file_case(box, SPAM)
    is_taken = await DB.write(
        take_in_reminder,
        box.keys,
        RuleBook(),
        now=NOON + timedelta(hours=49),
        case_id=filed.case_id,
    )
    assert is_taken
    assert (await _events(filed))[-1] == "reminded"
    assert await Delivery.count() == 0


async def test_what_the_web_held_in_a_burst_gets_its_reason(box: Box, venue: Venue) -> None:
    filed = await file_case(box, "One of many", has_worker=False)
    await DB.write(lambda tx: tx.sql("UPDATE messages SET hold = 'held'"))
    await route(box)
    assert await _hits() == [("burst", "quarantine")]
    assert await _events(filed) == ["filed", "quarantined"]
    assert (await _case(filed))["is_quarantined"]
    assert await Delivery.count() == 0


async def test_what_was_released_is_not_held_again(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    filed = await file_case(box, SPAM, has_worker=False)
    await DB.write(lambda tx: tx.sql("UPDATE messages SET hold = ?", str(Hold.RELEASED)))
    await route(box)
    assert await _holds(filed) == ["released"]
    assert await _hits() == []
    assert await Delivery.count() == 1


async def test_a_pattern_that_takes_too_long_holds_nothing_and_is_counted(
    box: Box, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, "slow", pattern="(?R)")
    filed = await file_case(box, "a" * 5_000)
    assert await _holds(filed) == [""]
    assert await _hits() == [("slow", "too_slow")]
    assert await _events(filed) == ["filed", "routed"]
    assert await Delivery.count() == 1


async def test_a_stored_pattern_that_cannot_be_used_stops_nothing(
    box: Box, venue: Venue, caplog: pytest.LogCaptureFixture
) -> None:
    await add_filter(venue.subscriber_id, "broken", pattern="(")
    await add_filter(venue.subscriber_id, "casino", words=["casino"])
    filed = await file_case(box, SPAM)
    assert await _hits() == [("casino", "quarantine")]
    assert await _holds(filed) == ["held"]
    assert "cannot be used" in caplog.text


async def test_a_rule_makes_a_case_sensitive_even_while_it_is_held(box: Box, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    await DB.write(
        lambda tx: tx.insert(
            Rule,
            subscriber_id=venue.subscriber_id,
            slug="boris",
            conditions='{"words":["boris"]}',
            is_sensitive=True,
        )
    )
    await DB.write(lambda tx: tx.sql("UPDATE box SET settings_revision = settings_revision + 1"))
    case = await _case(await file_case(box, "Boris runs a casino"))
    assert (case["is_quarantined"], case["is_sensitive"]) == (True, True)
