"""Filing a case: what is stored, and what a repeated or broken submission does."""

import asyncio

import pytest

from sosbox.box import Box
from sosbox.cases.guest_actions import Filed, Filing
from sosbox.cases.rules import check_guest_form
from sosbox.cases.tables import Case, Message
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.intake import Intake
from sosbox.errors import InvalidFieldsError
from sosbox.places.directory import Directory
from tests.support.filing import route
from tests.support.venue import NOON, ROOM_TOKEN, Venue


async def _file(box: Box, text: str, submission_id: str = "one") -> Filed:
    place = await Directory().place(ROOM_TOKEN)
    assert place is not None
    filing = Filing(NOON, place, check_guest_form(text=text), submission_id, "es")
    return await DB.write_shared(Intake(box.keys).take_in, filing)


async def test_a_submission_becomes_a_case_with_a_message_and_notices(
    box: Box, venue: Venue
) -> None:
    filed = await _file(box, "El grifo gotea\ndesde ayer")

    case = await Case.select().where(Case.id == filed.case_id).first()
    assert case is not None
    assert case["excerpt"] == "El grifo gotea"
    assert case["area_id"] == venue.reception_id
    assert (case["promise_due_at"] - NOON).days == 2
    messages = await Message.select(Message.text)
    assert messages == [{"text": "El grifo gotea\ndesde ayer"}]
    await route(box)
    addresses = await Delivery.select(Delivery.address).output(as_list=True)
    assert sorted(addresses) == ["anna@mar.example", "desk@mar.example"]


async def test_the_same_submission_again_is_the_same_case(box: Box) -> None:
    first = await _file(box, "El grifo gotea")
    again = await _file(box, "El grifo gotea")

    assert (again.reference, again.receipt_code) == (first.reference, first.receipt_code)
    assert again.message_id is None
    assert await Message.count() == 1
    await route(box)
    assert await Delivery.count() == 2


async def test_another_text_under_the_same_submission_is_added_and_not_lost(box: Box) -> None:
    first = await _file(box, "El grifo gotea")
    await _file(box, "El grifo gotea y el suelo está mojado")

    assert await Case.count() == 1
    texts = await Message.select(Message.text).where(Message.case_id == first.case_id)
    assert len(texts) == 2


@pytest.mark.parametrize("text", ["", "   \n\t", "\u200b\u200d", "\x00"])
def test_a_text_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        check_guest_form(text=text)
    assert list(caught.value.fields) == ["text"]


async def test_a_reference_that_is_taken_is_drawn_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr("sosbox.cases.guest_actions.new_reference", lambda now: next(drawn))

    first = await _file(box, "El grifo gotea", "one")
    second = await _file(box, "Ya no gotea", "two")

    assert (first.reference, second.reference) == ("AAAA-AAAA", "BBBB-BBBB")


async def test_the_same_submission_twice_at_the_same_moment_is_one_case(box: Box) -> None:
    place = await Directory().place(ROOM_TOKEN)
    assert place is not None
    filing = Filing(NOON, place, check_guest_form(text="El grifo gotea"), "one", "es")
    intake = Intake(box.keys)

    filed = await asyncio.gather(*(DB.write_shared(intake.take_in, filing) for _ in range(3)))

    assert len({one.reference for one in filed}) == 1
    assert await Case.count() == 1
    assert await Message.count() == 1


async def test_two_that_draw_the_same_reference_at_the_same_moment_both_get_one(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["AAAA-AAAA"] * 4 + ["BBBB-BBBB"])
    monkeypatch.setattr("sosbox.cases.guest_actions.new_reference", lambda now: next(drawn))

    filed = await asyncio.gather(_file(box, "El grifo", "one"), _file(box, "La luz", "two"))

    assert {one.reference for one in filed} == {"AAAA-AAAA", "BBBB-BBBB"}
