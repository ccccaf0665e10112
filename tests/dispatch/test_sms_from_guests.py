"""SMS from guests: on their case, a new one, or where nobody knows."""

from datetime import timedelta
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.cases.rules import MAX_TEXT
from sosbox.cases.tables import Case
from sosbox.db import DB
from sosbox.deliveries.queries import load_notice
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.replies import NO_NUMBER, NO_PLACE
from tests.support.filing import file_case, route
from tests.support.replies import (
    LATER,
    STRANGER,
    case_row,
    events_of,
    leave_number,
    messages_of,
    notice_to,
    receive,
    resolve,
    send_all,
)
from tests.support.venue import NOON, ROOM_TOKEN, Venue


@pytest.fixture
async def case_id(box: Box) -> int:
    """Dora's tap drips in room 204."""
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await send_all()
    return filed.case_id


async def _add_phone_place(venue: Venue, code: str = "TEL", area: int | None = None) -> None:
    def make(tx: Any) -> None:
        tx.sql(
            "INSERT INTO access_points (establishment_id, area_id, code, label, token, origin)"
            " VALUES (?, ?, ?, 'By phone', ?, 'phone')",
            venue.house_id,
            area or venue.reception_id,
            code,
            f"token{code}",
        )
        tx.sql("UPDATE box SET settings_revision = settings_revision + 1")

    await DB.write(make)


async def test_a_guest_who_left_a_number_writes_on_by_sms(box: Box, case_id: int) -> None:
    await leave_number(case_id)
    row = await receive(box, "It drips still", sender=STRANGER)

    assert (row["state"], row["case_id"], row["recipient_id"]) == ("taken", case_id, None)
    assert (await messages_of(case_id))[1] == ("from_guest", "It drips still", None)
    await route(box, LATER)
    assert (await notice_to("desk@mar.example"))["event"] == "guest_wrote"


async def test_a_resolved_case_is_opened_again_by_its_guest(
    box: Box, venue: Venue, case_id: int
) -> None:
    await leave_number(case_id)
    await resolve(box, venue, case_id)
    await receive(box, "It drips again", sender=STRANGER)

    assert (await case_row(case_id))["state"] == "in_progress"
    assert ("reopened", "guest") in await events_of(case_id)


async def test_of_two_cases_of_a_guest_the_open_one_is_meant(
    box: Box, venue: Venue, case_id: int
) -> None:
    other = await file_case(box, "The soup is cold", submission_id="two", now=LATER)
    for number in (case_id, other.case_id):
        await leave_number(number)
    await resolve(box, venue, other.case_id)

    assert (await receive(box, "It drips", sender=STRANGER))["case_id"] == case_id


async def test_after_a_month_a_guest_begins_anew(box: Box, venue: Venue, case_id: int) -> None:
    await _add_phone_place(venue)
    await leave_number(case_id)
    await DB.write(lambda tx: tx.sql("UPDATE cases SET filed_at = ?", NOON - timedelta(days=31)))

    assert (await receive(box, "Hello", sender=STRANGER))["case_id"] != case_id


async def test_a_guest_whom_nobody_knows_begins_a_case_at_the_place_for_calls(
    box: Box, venue: Venue, case_id: int
) -> None:
    await _add_phone_place(venue)
    row = await receive(box, "The pool is cold", sender=STRANGER)

    case = await case_row(row["case_id"])
    assert case["id"] != case_id
    assert (case["excerpt"], case["contact_phone"]) == ("The pool is cold", STRANGER)
    assert (case["origin"], case["language"]) == ("phone", "es")
    await route(box, LATER)
    assert (await notice_to("desk@mar.example"))["case_id"] == case["id"]
    second = await receive(box, "And dirty", sender=STRANGER)
    assert second["case_id"] == case["id"]


@pytest.mark.parametrize("num_places", [0, 2])
async def test_without_the_one_place_for_calls_nobody_knows_where_it_belongs(
    box: Box, venue: Venue, num_places: int
) -> None:
    for number in range(num_places):
        await _add_phone_place(venue, f"TEL-{number}")
    row = await receive(box, "The pool is cold", sender=STRANGER)

    assert (row["state"], row["reason"]) == ("unassigned", NO_PLACE)
    assert await Case.count() == 0


async def test_a_number_that_is_known_to_two_companies_is_shown_to_neither(
    box: Box, case_id: int
) -> None:
    bar = await file_case(box, "No beer", token="bartoken2222", submission_id="bar")
    for number in (case_id, bar.case_id):
        await leave_number(number)
    row = await receive(box, "Hello", sender=STRANGER)

    assert (row["state"], row["subscriber_id"]) == ("unassigned", None)
    for number in (case_id, bar.case_id):
        assert len(await messages_of(number)) == 1


@pytest.mark.parametrize("sender", ["Movistar", "22770", "0", "+1", ""])
async def test_who_has_no_number_is_not_taken_for_a_guest(
    box: Box, venue: Venue, sender: str
) -> None:
    await _add_phone_place(venue)
    row = await receive(box, "Your bill is ready", sender=sender)

    assert (row["state"], row["reason"]) == ("unassigned", NO_NUMBER)


async def test_a_guest_who_writes_too_much_loses_nothing_that_the_box_keeps(
    box: Box, case_id: int
) -> None:
    await leave_number(case_id)
    text = "y" * (MAX_TEXT + 100)
    row = await receive(box, text, sender=STRANGER)

    assert row["text"] == text
    assert len((await messages_of(case_id))[1][1]) == MAX_TEXT


async def test_a_guest_who_wrote_by_sms_is_answered_by_sms(
    box: Box, venue: Venue, case_id: int
) -> None:
    await leave_number(case_id, STRANGER)
    await receive(box, "It drips still", sender=STRANGER)
    await resolve(box, venue, case_id)

    answer = await notice_to(STRANGER)
    assert (answer["channel"], answer["event"], answer["recipient_id"]) == ("sms", "answered", None)
    notice = await load_notice(answer["id"], box.config, box.keys)
    assert notice is not None
    assert (notice.text, notice.case_url) == ("Done", "")


async def test_a_guest_who_only_left_a_number_is_sent_no_sms(
    box: Box, venue: Venue, case_id: int
) -> None:
    await leave_number(case_id, STRANGER)
    await resolve(box, venue, case_id)

    assert await Delivery.count().where(Delivery.event == "answered") == 0
