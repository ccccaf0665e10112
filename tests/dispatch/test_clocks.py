"""The clocks of a case: who is told when nobody acts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.cases.rules import State
from sosbox.cases.staff_actions import mark_read, set_state
from sosbox.db import DB
from sosbox.dispatch import clocks
from sosbox.dispatch.intake import close_case, send_answer, take_in_more, take_in_reminder
from sosbox.dispatch.tables import Clock
from sosbox.ledger.tables import LedgerEntry
from sosbox.routing.queries import RuleBook
from tests.support.filing import file_case, route
from tests.support.routing import (
    add_for_house,
    add_recipient,
    add_rule,
    add_shift,
    add_step,
    recipient_id,
    run_clocks,
    set_house,
    told,
)
from tests.support.venue import NOON, ROOM_TOKEN, Venue

MINUTE = timedelta(minutes=1)


async def _entries(event: str) -> list[dict[str, Any]]:
    rows = await LedgerEntry.select(LedgerEntry.data).where(LedgerEntry.event == event)
    return [json.loads(row["data"]) for row in rows]


async def _answer(box: Box, venue: Venue, case_id: int, now: datetime) -> None:
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT version FROM cases WHERE id = ?", (case_id,)
        ).fetchone()
    )
    await DB.write(
        send_answer,
        box.keys,
        now=now,
        viewer=venue.anna,
        case_id=case_id,
        text="We are coming",
        seen_version=rows[0],
        language="en",
    )


@pytest.fixture
def marta(box: Box, venue: Venue) -> int:
    """The duty manager."""
    return DB.write_sync(lambda tx: add_recipient(tx, venue, "marta", email="marta@mar.example"))


@pytest.fixture
def step(box: Box, venue: Venue, marta: int) -> int:
    """After ten minutes without an answer Marta is told, three times, every five minutes."""
    return DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, repeat=5, times=3))


async def test_when_nobody_answers_the_step_is_taken(box: Box, step: int) -> None:
    await file_case(box)
    assert await run_clocks(box, NOON + 9 * MINUTE) == 0
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]
    (entry,) = await _entries("escalated")
    assert (entry["step"], entry["after_minutes"], entry["time"]) == (step, 10, 1)


async def test_it_is_repeated_as_often_as_was_said(box: Box, step: int) -> None:
    await file_case(box)
    for minutes in range(10, 60):
        await run_clocks(box, NOON + minutes * MINUTE)

    assert len(await told("escalated")) == 3
    assert [entry["time"] for entry in await _entries("escalated")] == [1, 2, 3]


async def test_an_answer_ends_it(box: Box, venue: Venue, step: int) -> None:
    filed = await file_case(box)
    await run_clocks(box, NOON + 10 * MINUTE)
    await _answer(box, venue, filed.case_id, NOON + 12 * MINUTE)
    await run_clocks(box, NOON + 15 * MINUTE)

    assert len(await told("escalated")) == 1


async def test_opening_it_does_not_end_a_step_that_waits_for_an_answer(
    box: Box, venue: Venue, step: int
) -> None:
    filed = await file_case(box)
    await DB.write(mark_read, box.keys, now=NOON, viewer=venue.anna, case_id=filed.case_id)
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]


async def test_opening_it_ends_a_step_that_waits_for_that(
    box: Box, venue: Venue, marta: int
) -> None:
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, until="opened"))
    filed = await file_case(box)
    await DB.write(mark_read, box.keys, now=NOON, viewer=venue.anna, case_id=filed.case_id)
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == []


async def test_an_answer_does_not_end_a_step_that_waits_for_the_outcome(
    box: Box, venue: Venue, marta: int
) -> None:
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, until="resolved"))
    filed = await file_case(box)
    await _answer(box, venue, filed.case_id, NOON + MINUTE)
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]


async def test_a_resolved_case_is_left_alone(box: Box, venue: Venue, step: int) -> None:
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
    await run_clocks(box, NOON + timedelta(days=30))

    assert await told("escalated") == await told("promise_missed") == []
    assert await Clock.count().where(Clock.ended_at.is_null()) == 0


async def test_when_the_guest_writes_again_after_an_answer_it_begins_anew(
    box: Box, venue: Venue, step: int
) -> None:
    filed = await file_case(box)
    await _answer(box, venue, filed.case_id, NOON + MINUTE)
    await run_clocks(box, NOON + 10 * MINUTE)
    later = NOON + timedelta(hours=1)
    await DB.write(
        take_in_more,
        box.keys,
        now=later,
        case_id=filed.case_id,
        text="Nobody came",
        language="en",
        submission=b"more",
    )
    await route(box, later)
    await run_clocks(box, later + 10 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]


async def test_a_step_is_taken_within_its_hours(box: Box, venue: Venue, marta: int) -> None:
    hours = ("09:00-21:00",)
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, hours=hours))
    at_night = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    await file_case(box, now=at_night)
    await run_clocks(box, at_night + timedelta(hours=8))
    assert await told("escalated") == []

    await run_clocks(box, datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
    assert await told("escalated") == ["marta@mar.example"]


async def test_what_could_hurt_somebody_does_not_wait_for_the_hours(
    box: Box, venue: Venue, marta: int
) -> None:
    hours = ("09:00-21:00",)
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, hours=hours))
    DB.write_sync(
        lambda tx: add_rule(tx, venue, "danger", marta, flags=("is_safety",), words=["smoke"])
    )
    at_night = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    await file_case(box, "There is smoke in the corridor", now=at_night)
    await run_clocks(box, at_night + 10 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]


async def test_an_empty_step_is_skipped_at_once_and_said(
    box: Box, venue: Venue, marta: int
) -> None:
    """Nobody is behind the post, and it has no address of its own."""

    def arrange(tx: Any) -> int:
        post = add_recipient(tx, venue, "night-manager")
        empty = add_step(tx, post, house_id=venue.house_id, after=5)
        add_step(tx, marta, house_id=venue.house_id, after=60)
        return empty

    empty = DB.write_sync(arrange)
    await file_case(box)
    await run_clocks(box, NOON + 5 * MINUTE)
    await run_clocks(box, NOON + 5 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]
    assert [entry["step"] for entry in await _entries("escalation_skipped")] == [empty]


async def test_the_step_after_an_empty_one_keeps_to_its_hours(
    box: Box, venue: Venue, marta: int
) -> None:
    def arrange(tx: Any) -> None:
        post = add_recipient(tx, venue, "night-manager")
        add_step(tx, post, house_id=venue.house_id, after=5)
        add_step(tx, marta, house_id=venue.house_id, after=2_000, hours=("09:00-21:00",))

    DB.write_sync(arrange)
    at_night = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    await file_case(box, now=at_night)
    await run_clocks(box, at_night + 5 * MINUTE)
    await run_clocks(box, at_night + timedelta(hours=9, minutes=29))
    assert await told("escalated") == []

    await run_clocks(box, at_night + timedelta(hours=9, minutes=30))
    assert await told("escalated") == ["marta@mar.example"]


async def test_the_step_goes_to_whoever_is_behind_the_post_by_then(
    box: Box, venue: Venue, marta: int
) -> None:
    def arrange(tx: Any) -> None:
        post = add_recipient(tx, venue, "duty", email="duty@mar.example")
        add_shift(tx, post, recipient_id(tx, "desk"), hours=["06:00-14:00"])
        add_shift(tx, post, marta, hours=["14:00-22:00"])
        add_step(tx, post, house_id=venue.house_id, after=90)

    DB.write_sync(arrange)
    await file_case(box)  # at one o'clock in Madrid
    await run_clocks(box, NOON + 90 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]


async def test_whoever_is_complained_about_gets_no_step(box: Box, venue: Venue, marta: int) -> None:
    DB.write_sync(lambda tx: add_rule(tx, venue, "about-marta", left_out=(marta,), words=["Marta"]))
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id))
    await file_case(box, "Marta was rude to me")
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == []
    assert len(await _entries("escalation_skipped")) == 1


async def test_the_steps_of_a_rule_replace_those_of_the_house(
    box: Box, venue: Venue, marta: int, step: int
) -> None:
    def arrange(tx: Any) -> None:
        desk = recipient_id(tx, "desk")
        rule = add_rule(tx, venue, "soup", desk, words=["soup"])
        add_step(tx, desk, rule_id=rule, after=2)

    DB.write_sync(arrange)
    await file_case(box)
    await run_clocks(box, NOON + timedelta(hours=1))

    assert await told("escalated") == ["desk@mar.example"]


async def test_a_step_that_was_replaced_still_ends_what_it_began(
    box: Box, venue: Venue, step: int
) -> None:
    await file_case(box)
    DB.write_sync(
        lambda tx: tx.sql("UPDATE escalation_steps SET retired_at = ? WHERE id = ?", NOON, step)
    )
    await run_clocks(box, NOON + 10 * MINUTE)

    assert await told("escalated") == ["marta@mar.example"]


async def test_nobody_has_answered_me_starts_the_next_step_at_once(
    box: Box, venue: Venue, marta: int
) -> None:
    late = NOON + timedelta(hours=49)
    DB.write_sync(lambda tx: add_step(tx, marta, house_id=venue.house_id, after=5_000))
    filed = await file_case(box)
    assert await DB.write(take_in_reminder, box.keys, RuleBook(), now=late, case_id=filed.case_id)
    await run_clocks(box, late)

    assert await told("reminded") == ["anna@mar.example"]
    assert await told("escalated") == ["marta@mar.example"]


async def test_a_reminder_passes_over_a_step_that_was_taken_care_of(
    box: Box, venue: Venue, marta: int
) -> None:
    late = NOON + timedelta(hours=49)

    def arrange(tx: Any) -> None:
        desk = recipient_id(tx, "desk")
        add_step(tx, desk, house_id=venue.house_id, after=5_000, until="opened")
        add_step(tx, marta, house_id=venue.house_id, after=6_000)

    DB.write_sync(arrange)
    filed = await file_case(box)
    DB.write_sync(lambda tx: tx.sql("UPDATE cases SET acknowledged_at = ?", NOON))
    await DB.write(take_in_reminder, box.keys, RuleBook(), now=late, case_id=filed.case_id)
    await run_clocks(box, late)

    assert await told("escalated") == ["marta@mar.example"]


async def test_before_the_promise_runs_out_a_warning_is_sent(box: Box, venue: Venue) -> None:
    await file_case(box, token=ROOM_TOKEN)
    await run_clocks(box, NOON + timedelta(hours=43, minutes=59))
    assert await told("promise_soon") == []

    await run_clocks(box, NOON + timedelta(hours=44))
    assert await told("promise_soon") == ["anna@mar.example", "desk@mar.example"]
    assert await _entries("deadline_near") == [{"deadline": "promise"}]


async def test_when_it_has_run_out_the_owner_hears_of_it(box: Box, venue: Venue) -> None:
    await file_case(box, token=ROOM_TOKEN)
    await run_clocks(box, NOON + timedelta(hours=44))
    await run_clocks(box, NOON + timedelta(hours=48))
    await run_clocks(box, NOON + timedelta(hours=60))

    assert await told("promise_missed") == ["anna@mar.example"]
    assert await _entries("deadline_missed") == [{"deadline": "promise"}]


async def test_the_report_goes_to_those_who_were_named_for_it(
    box: Box, venue: Venue, marta: int
) -> None:
    DB.write_sync(lambda tx: add_for_house(tx, venue, "report", marta))
    await file_case(box)
    await run_clocks(box, NOON + timedelta(hours=48))

    assert await told("promise_missed") == ["marta@mar.example"]
    # The box was switched off when the warning was due; now it would say nothing new.
    assert await told("promise_soon") == []


async def test_the_lead_of_the_warning_is_a_setting(box: Box, venue: Venue) -> None:
    DB.write_sync(lambda tx: set_house(tx, venue, promise_warning_minutes=30))
    await file_case(box)
    await run_clocks(box, NOON + timedelta(hours=47))
    assert await told("promise_soon") == []

    await run_clocks(box, NOON + timedelta(hours=47, minutes=30))
    assert await told("promise_soon") == ["anna@mar.example"]


async def test_a_promise_shorter_than_the_lead_is_warned_of_halfway(box: Box, venue: Venue) -> None:
    DB.write_sync(lambda tx: set_house(tx, venue, promise_hours=2))
    await file_case(box)
    await run_clocks(box, NOON + 59 * MINUTE)
    assert await told("promise_soon") == []

    await run_clocks(box, NOON + 60 * MINUTE)
    assert await told("promise_soon") == ["anna@mar.example"]


async def test_the_legal_deadline_is_warned_of_and_reported(box: Box, venue: Venue) -> None:
    await file_case(box)
    for days in (12, 15, 16):
        await run_clocks(box, NOON + timedelta(days=days))

    assert await told("legal_soon") == await told("legal_missed") == ["anna@mar.example"]


async def test_an_answered_case_is_neither_warned_of_nor_reported(box: Box, venue: Venue) -> None:
    filed = await file_case(box)
    await _answer(box, venue, filed.case_id, NOON + MINUTE)
    await run_clocks(box, NOON + timedelta(days=20))

    assert await told("promise_soon") == await told("promise_missed") == []
    assert await told("legal_missed") == []


async def test_a_clock_that_cannot_be_run_holds_up_no_other(
    box: Box, venue: Venue, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await file_case(box)
    await file_case(box, submission_id="two")

    def people_of(tx: Any, rules: Any, clock: Any, *rest: Any) -> Any:
        if clock.case_id == first.case_id:
            raise KeyError("a recipient")
        return real(tx, rules, clock, *rest)

    real = clocks._people_of
    with monkeypatch.context() as patch:
        patch.setattr(clocks, "_people_of", people_of)
        await run_clocks(box, NOON + 10 * MINUTE)
        assert len(await told("escalated")) == 1
    await run_clocks(box, NOON + 10 * MINUTE + clocks.TROUBLE_PAUSE)

    # The repetition of the second, and the first at last.
    assert len(await told("escalated")) == 3


async def test_a_change_of_state_by_hand_starts_no_second_escalation(
    box: Box, venue: Venue, step: int
) -> None:
    filed = await file_case(box)
    await DB.write(
        set_state,
        box.keys,
        now=NOON,
        viewer=venue.anna,
        case_id=filed.case_id,
        state=State.IN_PROGRESS,
    )

    assert await Clock.count().where(Clock.purpose == "escalation") == 1
