"""A case at the desk: read, answered, noted, given away, resolved, and what is refused."""

import html
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from sosbox.box import Box
from sosbox.cases.rules import MAX_TEXT
from sosbox.cases.tables import Case, Message, Note
from sosbox.db import DB, Transaction
from sosbox.deliveries.tables import Delivery
from sosbox.dispatch.intake import take_in_more
from sosbox.lib.clock import FrozenClock
from tests.admin.conftest import Staff
from tests.support.console import Browser, field_of
from tests.support.filing import file_case
from tests.support.venue import NOON, ROOM_TOKEN, Venue

SCRIPT = "<script>alert(1)</script>\"'<img src=x onerror=alert(2)>"


async def _case(case_id: int) -> dict[str, object]:
    row = await Case.select().where(Case.id == case_id).first()
    assert row is not None
    return row


async def _answer(browser: Browser, case_id: int, text: str, page: str = "") -> httpx.Response:
    page = page or (await browser.get(f"/admin/cases/{case_id}")).text
    return await browser.post(
        f"/admin/cases/{case_id}/answer",
        answer=text,
        language="en",
        **{name: field_of(page, name) for name in ("version", "seen_message", "seen_note")},
    )


async def _guest_writes(box: Box, case_id: int, text: str) -> None:
    await DB.write(
        take_in_more,
        box.keys,
        now=box.clock.now(),
        case_id=case_id,
        text=text,
        language="en",
        submission=text.encode(),
    )


# Reading ----------------------------------------------------------------------------------------


async def test_opening_a_case_marks_it_as_read_and_the_ledger_tells(
    staff: Staff, case_id: int
) -> None:
    assert (await _case(case_id))["is_unread"]
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert not (await _case(case_id))["is_unread"]
    assert "The tap drips" in page
    assert "Anonymous" in page
    assert "Boris opened it" in page


async def test_a_page_that_a_browser_fetches_ahead_is_not_read(staff: Staff, case_id: int) -> None:
    await staff.boris.get(f"/admin/cases/{case_id}", headers={"Sec-Purpose": "prefetch"})
    assert (await _case(case_id))["is_unread"]


async def test_times_are_those_of_the_house(staff: Staff, case_id: int) -> None:
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    # Noon in UTC is one o'clock in Vigo.
    assert "13:00" in page or "1:00" in page


async def test_what_a_guest_wrote_is_text_and_never_markup(box: Box, staff: Staff) -> None:
    filed = await file_case(box, SCRIPT, token=ROOM_TOKEN, remedy=SCRIPT, submission_id="script")
    await staff.anna.post(f"/admin/cases/{filed.case_id}/note", note=SCRIPT)
    await staff.anna.post(f"/admin/cases/{filed.case_id}/resolve", outcome=SCRIPT, version="2")
    for address in (f"/admin/cases/{filed.case_id}", "/admin", f"/admin?q={SCRIPT}"):
        page = (await staff.anna.get(address)).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert html.escape("<script>alert") in page


async def test_the_address_of_a_guest_cannot_become_another_link(box: Box, staff: Staff) -> None:
    filed = await file_case(box, "Hello", token=ROOM_TOKEN, email="a&b=c?subject=x@guest.example")
    page = (await staff.anna.get(f"/admin/cases/{filed.case_id}")).text
    assert 'href="mailto:a%26b%3Dc%3Fsubject%3Dx%40guest.example"' in page


# Answering --------------------------------------------------------------------------------------


async def test_an_answer_reaches_the_guest_and_the_outbox(box: Box, staff: Staff) -> None:
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN, email="dora@guest.example")
    answer = await _answer(staff.boris, filed.case_id, "Paco is on his way")
    assert answer.status_code == 303
    page = (await staff.boris.get(answer.headers["location"])).text
    assert "Your answer is with the guest." in page
    assert "Boris to the guest" in page
    assert (await _case(filed.case_id))["state"] == "waiting"
    delivery = await Delivery.select().where(Delivery.event == "answered").first()
    assert delivery is not None
    assert delivery["address"] == "dora@guest.example"


@pytest.mark.parametrize("text", ["", "   \n", "\u200b", "\x00"])
async def test_an_answer_that_says_nothing_is_refused(
    staff: Staff, case_id: int, text: str
) -> None:
    answer = await _answer(staff.boris, case_id, text)
    assert answer.status_code == 422
    assert "Please write a few words." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await Message.count() == 1


async def test_an_answer_that_is_too_long_comes_back_whole(staff: Staff, case_id: int) -> None:
    text = "ñ" * (MAX_TEXT + 1)
    answer = await _answer(staff.boris, case_id, text)
    assert answer.status_code == 422
    assert text in answer.text
    assert await Message.count() == 1


async def test_a_stale_answer_is_kept_and_sent_by_the_second_press(
    box: Box, staff: Staff, case_id: int
) -> None:
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    await _guest_writes(box, case_id, "Never mind, it has stopped")
    await staff.anna.post(f"/admin/cases/{case_id}/note", note="I will call her")

    stale = await _answer(staff.boris, case_id, "Paco is on his way", page)
    assert stale.status_code == 409
    assert "This case has changed while you were writing." in stale.text
    assert "Paco is on his way" in stale.text
    assert stale.text.count("is-new") == 2
    assert await Message.count().where(Message.direction == "to_guest") == 0

    again = await _answer(staff.boris, case_id, "Paco is on his way", stale.text)
    assert again.status_code == 303
    assert await Message.count().where(Message.direction == "to_guest") == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "0", "1.0"])
async def test_an_answer_without_a_version_is_stale(
    staff: Staff, case_id: int, version: str
) -> None:
    answer = await staff.boris.post(
        f"/admin/cases/{case_id}/answer", answer="Hello", version=version, seen_message="x"
    )
    assert answer.status_code == 409
    assert "Hello" in answer.text


async def test_an_answer_in_no_language_is_taken_for_one_in_the_language_of_the_account(
    staff: Staff, case_id: int
) -> None:
    answer = await staff.boris.post(
        f"/admin/cases/{case_id}/answer", answer="Hello", version="1", language="xx"
    )
    assert answer.status_code == 303
    stored = await Message.select(Message.language).where(Message.direction == "to_guest").first()
    assert stored == {"language": "en"}


# Notes, assignment, state -----------------------------------------------------------------------


async def test_a_note_stays_among_colleagues(staff: Staff, case_id: int) -> None:
    answer = await staff.boris.post(f"/admin/cases/{case_id}/note", note="Ask Paco first")
    assert answer.status_code == 303
    page = (await staff.anna.get(f"/admin/cases/{case_id}")).text
    assert "Ask Paco first" in page
    assert "for colleagues only" in page
    assert await Message.count() == 1


async def test_an_empty_note_comes_back_beside_its_field(staff: Staff, case_id: int) -> None:
    answer = await staff.boris.post(f"/admin/cases/{case_id}/note", note=" ")
    assert answer.status_code == 422
    assert 'id="note-problem"' in answer.text
    assert await Note.count() == 0


async def test_a_case_is_taken_given_and_given_back(
    staff: Staff, venue: Venue, case_id: int
) -> None:
    address = f"/admin/cases/{case_id}/assign"
    for assignee, words in (
        (str(venue.boris.account_id), "Boris took it"),
        (str(venue.anna.account_id), "Boris gave it to Anna"),
        ("", "Boris gave it back to everybody"),
    ):
        assert (await staff.boris.post(address, assignee=assignee)).status_code == 303
        assert words in (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert (await _case(case_id))["assignee_id"] is None


async def test_only_colleagues_who_see_the_case_are_offered_it(staff: Staff, case_id: int) -> None:
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    options = page.split('id="assignee"')[1].split("</select>")[0]
    assert "Anna" in options
    assert "Boris" in options
    for absent in ("Clara", "Dario", "Otto"):
        assert absent not in options


@pytest.mark.parametrize("who", ["clara", "dario", "otto", "nobody", "huge", "text"])
async def test_a_case_is_not_given_to_who_cannot_work_on_it(
    staff: Staff, venue: Venue, case_id: int, who: str
) -> None:
    made_up = {"nobody": "999999", "huge": "9" * 40, "text": "Anna"}
    assignee = made_up.get(who) or str(getattr(venue, who).account_id)
    answer = await staff.boris.post(f"/admin/cases/{case_id}/assign", assignee=assignee)
    assert answer.status_code == 422
    assert "This colleague cannot see the case." in answer.text
    assert (await _case(case_id))["assignee_id"] is None


async def test_the_states_follow_each_other(staff: Staff, case_id: int) -> None:
    address = f"/admin/cases/{case_id}"
    for state in ("in_progress", "waiting", "in_progress"):
        assert (await staff.boris.post(f"{address}/state", state=state)).status_code == 303
        assert (await _case(case_id))["state"] == state


@pytest.mark.parametrize(
    ("state", "status"), [("resolved", 409), ("new", 303), ("", 422), ("\x00", 422), ("gone", 422)]
)
async def test_a_step_that_does_not_exist_is_refused(
    staff: Staff, case_id: int, state: str, status: int
) -> None:
    answer = await staff.boris.post(f"/admin/cases/{case_id}/state", state=state)
    assert answer.status_code == status
    assert (await _case(case_id))["state"] == "new"


async def test_resolving_asks_for_the_outcome_and_reopening_keeps_working(
    staff: Staff, case_id: int
) -> None:
    address = f"/admin/cases/{case_id}"
    empty = await staff.boris.post(f"{address}/resolve", outcome="", version="1")
    assert empty.status_code == 422
    assert 'id="outcome-problem"' in empty.text

    assert (
        await staff.boris.post(f"{address}/resolve", outcome="Mended", version="1")
    ).status_code == 303
    page = (await staff.boris.get(address)).text
    assert "Mended" in page
    assert "Boris resolved it" in page
    assert f'action="{address}/resolve' not in page

    twice = await staff.boris.post(f"{address}/resolve", outcome="Mended again", version="2")
    assert twice.status_code == 409
    assert "This case is resolved already." in twice.text

    assert (await staff.boris.post(f"{address}/state", state="in_progress")).status_code == 303
    assert "Boris reopened it" in (await staff.boris.get(address)).text


async def test_a_stale_outcome_is_kept(box: Box, staff: Staff, case_id: int) -> None:
    await _guest_writes(box, case_id, "It drips again")
    answer = await staff.boris.post(
        f"/admin/cases/{case_id}/resolve", outcome="Mended by Paco", version="1"
    )
    assert answer.status_code == 409
    assert "Mended by Paco" in answer.text
    assert (await _case(case_id))["state"] == "new"
    assert await Message.count().where(Message.is_outcome.eq(True)) == 0


async def test_the_outcome_reaches_a_guest_who_left_an_address(
    box: Box, staff: Staff, case_id: int
) -> None:
    await DB.write(_leave_address, case_id, "dora@example.com")
    await staff.boris.post(f"/admin/cases/{case_id}/resolve", outcome="Mended", version="1")

    told = await Delivery.select(Delivery.address, Delivery.event).where(
        Delivery.recipient_id.is_null()
    )
    assert told == [{"address": "dora@example.com", "event": "answered"}]
    assert (await _case(case_id))["answered_at"] is not None


def _leave_address(tx: Transaction, case_id: int, address: str) -> None:
    tx.sql("UPDATE cases SET contact_email = ? WHERE id = ?", address, case_id)


# Deliveries -------------------------------------------------------------------------------------


async def test_a_failed_notice_is_seen_and_sent_again(staff: Staff, case_id: int) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "UPDATE deliveries SET state = 'failed', error = 'The address was refused.',"
            " error_detail = '550 <no> such user' WHERE address = 'desk@mar.example'"
        )
    )
    inbox = (await staff.boris.get("/admin")).text
    assert "In 1 case a notice could not be delivered." in inbox
    assert "Notice failed" in inbox

    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert "550 &lt;no&gt; such user" in page
    row = await Delivery.select(Delivery.id).where(Delivery.state == "failed").first()
    assert row is not None
    address = f"/admin/cases/{case_id}/deliveries/{row['id']}/retry"
    assert address in page
    assert (await staff.boris.post(address)).status_code == 303
    assert await Delivery.count().where(Delivery.state == "failed") == 0
    assert (
        "Recepción was sent on its way again"
        in (await staff.boris.get(f"/admin/cases/{case_id}")).text
    )


async def test_a_notice_that_has_not_failed_is_not_sent_again(staff: Staff, case_id: int) -> None:
    row = await Delivery.select(Delivery.id).first()
    assert row is not None
    answer = await staff.boris.post(f"/admin/cases/{case_id}/deliveries/{row['id']}/retry")
    assert answer.status_code == 409
    assert "Only a notice that has failed can be sent again." in answer.text


# Together ---------------------------------------------------------------------------------------


async def test_two_people_on_one_case_see_each_other_for_a_while(
    staff: Staff, case_id: int, clock: FrozenClock
) -> None:
    words = "Boris is also looking at this."
    assert words not in (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert words in (await staff.anna.get(f"/admin/cases/{case_id}")).text
    clock.set(NOON + timedelta(seconds=31))
    assert words not in (await staff.anna.get(f"/admin/cases/{case_id}")).text


async def test_the_filters_stay_while_one_works_on_a_case(staff: Staff, case_id: int) -> None:
    inbox = (await staff.boris.get("/admin?state=new&q=tap&nonsense=1")).text
    assert f'href="/admin/cases/{case_id}?state=new&amp;q=tap"' in inbox
    page = (await staff.boris.get(f"/admin/cases/{case_id}?state=new&q=tap")).text
    assert f'action="/admin/cases/{case_id}/note?state=new&amp;q=tap"' in page
    answer = await staff.boris.post(f"/admin/cases/{case_id}/note?state=new&q=tap", note="Hm")
    assert answer.headers["location"] == f"/admin/cases/{case_id}?state=new&q=tap&done=note"


async def test_a_form_that_comes_after_the_session_leads_to_the_login_and_back(
    app: Litestar, box: Box, staff: Staff, case_id: int
) -> None:
    await staff.boris.post("/admin/logout")
    answer = await staff.boris.post(f"/admin/cases/{case_id}/answer?state=new", answer="Hello")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(
        f"/admin/login?next=/admin/cases/{case_id}%3Fstate%3Dnew"
    )
