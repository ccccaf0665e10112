"""What is made of replies by SMS: acknowledged, sent on, kept for somebody to decide."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosbox.box import Box
from sosbox.cases.rules import MAX_TEXT
from sosbox.db import DB
from sosbox.deliveries.replies import keep_reply
from sosbox.deliveries.tables import Delivery, Reply
from sosbox.dispatch import replies as replies_module
from sosbox.dispatch.replies import (
    HOLDS_NOTICE,
    NO_OPEN_CASE,
    NO_PLACE,
    NO_SUCH_CODE,
    NOT_UNDERSTOOD,
    RESOLVED,
    SEVERAL_CASES,
    TOO_LONG,
    take_replies,
)
from sosbox.ledger.verify import verify_ledger
from tests.support.filing import file_case
from tests.support.replies import (
    LATER,
    MARTA,
    STRANGER,
    add_marta,
    case_row,
    events_of,
    leave_number,
    messages_of,
    notice_to,
    receive,
    reply,
    resolve,
    send_all,
    take,
    trust_replies,
)
from tests.support.venue import NOON, ROOM_TOKEN, Venue


@pytest.fixture
def marta(box: Box, venue: Venue) -> int:
    return DB.write_sync(lambda tx: add_marta(tx, venue))


@pytest.fixture
async def case_id(box: Box, marta: int) -> int:
    """A case that Marta was told of."""
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await send_all()
    return filed.case_id


async def _code(case_id: int | None = None) -> str:
    return str((await notice_to(MARTA, case_id))["acknowledge_code"])


# Taking care ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["OK {}", "{}", "ok{}", "Vale {}", "vale, {}!", "Sí {}", "ok"])
async def test_the_code_says_that_marta_takes_care_of_it(
    box: Box, marta: int, case_id: int, words: str
) -> None:
    row = await receive(box, words.format(await _code()))

    assert row["state"] == "taken"
    assert (row["case_id"], row["recipient_id"]) == (case_id, marta)
    assert (await case_row(case_id))["acknowledged_at"] == LATER
    assert ("acknowledged", f"recipient:{marta}") in await events_of(case_id)
    assert len(await messages_of(case_id)) == 1


async def test_of_two_cases_the_code_says_which(box: Box, case_id: int) -> None:
    other = await file_case(box, "The soup is cold", submission_id="two")
    await send_all()
    await receive(box, f"OK {await _code(case_id)}")

    assert (await case_row(case_id))["acknowledged_at"] == LATER
    assert (await case_row(other.case_id))["acknowledged_at"] is None


async def test_it_does_not_matter_how_the_number_is_written(box: Box, case_id: int) -> None:
    await DB.write(
        lambda tx: [
            tx.sql(f"UPDATE {table} SET address = '0034 600-12 34.56' WHERE address = ?", MARTA)
            for table in ("recipient_addresses", "deliveries")
        ]
    )
    code = str((await notice_to("0034 600-12 34.56"))["acknowledge_code"])

    assert (await receive(box, f"OK {code}"))["state"] == "taken"


async def test_a_code_of_somebody_elses_notice_is_worth_nothing(
    box: Box, venue: Venue, case_id: int
) -> None:
    code = await _code()
    paco = "+34611222333"
    await DB.write(
        lambda tx: tx.sql(
            "INSERT INTO recipient_addresses (recipient_id, channel, address)"
            " SELECT id, 'sms', ? FROM recipients WHERE slug = 'boss'",
            paco,
        )
    )
    row = await receive(box, f"OK {code}", sender=paco)

    assert (row["state"], row["reason"]) == ("unassigned", NO_SUCH_CODE)
    assert (await case_row(case_id))["acknowledged_at"] is None


async def test_a_stranger_who_knows_the_code_is_a_guest(box: Box, case_id: int) -> None:
    row = await receive(box, f"OK {await _code()}", sender=STRANGER)

    assert (row["state"], row["reason"]) == ("unassigned", NO_PLACE)
    assert (await case_row(case_id))["acknowledged_at"] is None


async def test_a_wrong_code_is_not_taken_for_the_only_case_there_is(box: Box, case_id: int) -> None:
    wrong = "1234" if await _code() != "1234" else "4321"
    row = await receive(box, f"OK {wrong}")

    assert (row["state"], row["reason"]) == ("unassigned", NO_SUCH_CODE)


async def test_the_same_code_again_changes_nothing(box: Box, case_id: int) -> None:
    code = await _code()
    await receive(box, f"OK {code}")
    row = await receive(box, f"OK {code}", now=LATER + timedelta(minutes=5))

    assert row["state"] == "dropped"
    assert "before" in row["reason"]
    events = [event for event, _ in await events_of(case_id)]
    assert events.count("acknowledged") == 1


async def test_a_resolved_case_needs_no_acknowledgement(
    box: Box, venue: Venue, case_id: int
) -> None:
    code = await _code()
    await resolve(box, venue, case_id)
    row = await receive(box, f"OK {code}")

    assert (row["state"], row["case_id"]) == ("dropped", case_id)


# Messages of recipients -------------------------------------------------------------------------


async def test_what_follows_the_code_waits_until_somebody_confirms_it(
    box: Box, marta: int, case_id: int
) -> None:
    row = await receive(box, f"OK {await _code()} Paco is on his way")

    assert (row["state"], row["text"]) == ("to_confirm", "Paco is on his way")
    assert row["reason"] == ""
    assert (await case_row(case_id))["acknowledged_at"] == LATER
    assert len(await messages_of(case_id)) == 1
    assert ("replied", f"recipient:{marta}") in await events_of(case_id)


async def test_a_house_that_trusts_replies_sends_them_to_the_guest_at_once(
    box: Box, marta: int
) -> None:
    await trust_replies()
    filed = await file_case(box, "The tap drips", email="dora@guest.example")
    await send_all()
    row = await receive(box, f"{await _code()}: Paco is on his way")

    assert row["state"] == "taken"
    assert (await messages_of(filed.case_id))[1] == ("to_guest", "Paco is on his way", marta)
    assert ("answered", f"recipient:{marta}") in await events_of(filed.case_id)
    case = await case_row(filed.case_id)
    assert (case["state"], case["answered_at"]) == ("waiting", LATER)
    answer = await notice_to("dora@guest.example")
    assert (answer["event"], answer["recipient_id"]) == ("answered", None)


async def test_text_without_a_code_is_for_the_only_case_that_is_open(
    box: Box, case_id: int
) -> None:
    row = await receive(box, "Paco is on his way")

    assert (row["state"], row["case_id"]) == ("to_confirm", case_id)


async def test_it_is_also_after_the_code_was_sent(box: Box, case_id: int) -> None:
    await receive(box, f"OK {await _code()}")
    row = await receive(box, "It is mended")

    assert (row["state"], row["case_id"]) == ("to_confirm", case_id)


@pytest.mark.parametrize("text", ["Paco is on his way", "OK", "1200 euros"])
async def test_with_two_cases_open_nothing_is_guessed(
    box: Box, marta: int, case_id: int, text: str
) -> None:
    await trust_replies()
    other = await file_case(box, "The soup is cold", submission_id="two")
    await send_all()
    row = await receive(box, text)

    assert (row["state"], row["reason"]) == ("unassigned", SEVERAL_CASES)
    assert row["recipient_id"] == marta
    for number in (case_id, other.case_id):
        assert len(await messages_of(number)) == 1


async def test_two_notices_of_one_case_leave_nothing_to_guess(box: Box, case_id: int) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "INSERT INTO deliveries (case_id, event, recipient_id, channel, address, name,"
            " language, state, created_at, next_attempt_at, acknowledge_code)"
            " SELECT case_id, 'escalated', recipient_id, channel, address, name, language, state,"
            " created_at, next_attempt_at, '9999' FROM deliveries WHERE channel = 'sms'"
        )
    )

    assert (await receive(box, "Paco is on his way"))["case_id"] == case_id


async def test_text_after_all_is_resolved_belongs_to_no_case(
    box: Box, venue: Venue, case_id: int
) -> None:
    await resolve(box, venue, case_id)
    row = await receive(box, "Paco is on his way")

    assert (row["state"], row["reason"]) == ("unassigned", NO_OPEN_CASE)
    assert row["subscriber_id"] == venue.subscriber_id


async def test_a_notice_that_has_not_gone_out_yet_is_not_what_is_meant(
    box: Box, case_id: int
) -> None:
    await file_case(box, "The soup is cold", submission_id="two")

    assert (await receive(box, "Paco is on his way"))["case_id"] == case_id


async def test_a_notice_of_last_month_is_not_what_is_meant(box: Box, case_id: int) -> None:
    await DB.write(
        lambda tx: tx.sql("UPDATE deliveries SET created_at = ?", NOON - timedelta(days=30))
    )

    assert (await receive(box, "Paco is on his way"))["reason"] == NO_OPEN_CASE


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("x" * (MAX_TEXT + 1), TOO_LONG),
        ("See http://mar.example/admin/cases/1", HOLDS_NOTICE),
        ("See http://mar.example/a/abcdefghijklmnopqrstuvwxyz", HOLDS_NOTICE),
        ("About {reference}: mended", HOLDS_NOTICE),
    ],
)
async def test_even_a_house_that_trusts_replies_has_a_look_at_some(
    box: Box, case_id: int, words: str, reason: str
) -> None:
    await trust_replies()
    reference = (await case_row(case_id))["reference"]
    row = await receive(box, words.format(reference=reference))

    assert (row["state"], row["reason"]) == ("to_confirm", reason)
    assert len(await messages_of(case_id)) == 1


async def test_an_answer_that_comes_after_the_outcome_is_not_sent_by_itself(
    box: Box, venue: Venue, case_id: int
) -> None:
    await trust_replies()
    code = await _code()
    await resolve(box, venue, case_id)
    row = await receive(box, f"{code} Paco is on his way")

    assert (row["state"], row["reason"]) == ("to_confirm", RESOLVED)


# Once, and whatever comes -----------------------------------------------------------------------


async def test_what_comes_twice_is_taken_once(box: Box, case_id: int) -> None:
    await leave_number(case_id)
    await receive(box, "It drips", sender=STRANGER, external_id="same")
    again = await DB.write(
        keep_reply, channel="sms", external_id="same", sender=STRANGER, text="It drips", now=LATER
    )

    assert again is None
    assert await take(box) == 0
    assert len(await messages_of(case_id)) == 2


async def test_a_crash_before_the_commit_leaves_the_reply_waiting_and_nothing_else(
    box: Box, case_id: int
) -> None:
    await trust_replies()
    await DB.write(
        keep_reply, channel="sms", external_id="x", sender=MARTA, text="Coming up", now=LATER
    )

    def crash(tx: Any) -> None:
        take_replies(tx, box.keys, now=LATER, limit=10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await DB.write(crash)
    assert [row["state"] for row in await Reply.select(Reply.state)] == ["waiting"]
    assert len(await messages_of(case_id)) == 1
    await take(box)
    assert len(await messages_of(case_id)) == 2


async def test_a_reply_that_breaks_something_does_not_hold_up_the_next(
    box: Box, case_id: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real: Callable[..., Any] = replies_module.acknowledge

    def break_once(*arguments: Any, **named: Any) -> Any:
        real(*arguments, **named)
        monkeypatch.setattr(replies_module, "acknowledge", real)
        raise ValueError("Marta's secret")

    monkeypatch.setattr(replies_module, "acknowledge", break_once)
    code = await _code()
    first = await DB.write(
        keep_reply, channel="sms", external_id="1", sender=MARTA, text=code, now=LATER
    )
    assert first is not None
    with caplog.at_level(logging.ERROR):
        second = await receive(box, f"OK {code}")

    assert ((await reply(first))["state"], second["state"]) == ("unassigned", "taken")
    assert (await reply(first))["reason"] == NOT_UNDERSTOOD
    assert "secret" not in caplog.text
    verdict = await DB.read(lambda c: verify_ledger(c, box.keys.public_key))
    assert verdict.problem is None


async def test_no_more_are_taken_at_once_than_was_asked_for(box: Box) -> None:
    for number in range(3):
        await DB.write(
            keep_reply,
            channel="sms",
            external_id=str(number),
            sender=STRANGER,
            text="Hello",
            now=LATER,
        )

    assert await DB.write(take_replies, box.keys, now=LATER, limit=2) == 2
    assert await Reply.count().where(Reply.state == "waiting") == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(max_size=60) | st.from_regex(r"(ok )?\d{4}.{0,9}", fullmatch=True),
    sender=st.sampled_from([MARTA, STRANGER]) | st.text(max_size=20),
    channel=st.sampled_from(["sms", "email"]),
)
async def test_whatever_comes_something_is_made_of_it(
    box: Box, case_id: int, text: str, sender: str, channel: str
) -> None:
    row = await receive(box, text, sender=sender, channel=channel)

    assert row["state"] in {"taken", "to_confirm", "unassigned", "dropped"}
    assert row["reason"] != NOT_UNDERSTOOD
    assert await Delivery.count().where(Delivery.event == "answered") == 0
