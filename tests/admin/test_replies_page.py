"""What colleagues wrote back, in the console: sent, kept, dropped, given to a case."""

from typing import Any

import httpx
import pytest

from sosbox.box import Box
from sosbox.cases.rules import MAX_TEXT
from sosbox.cases.tables import Case, Message, Note
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery, Reply
from sosbox.ledger.tables import LedgerEntry
from sosbox.lib.clock import FrozenClock
from tests.admin.conftest import Staff
from tests.support.console import Browser
from tests.support.filing import file_case
from tests.support.replies import (
    LATER,
    MARTA,
    STRANGER,
    add_marta,
    notice_to,
    receive,
    reply,
    send_all,
    trust_replies,
)
from tests.support.venue import BAR_TOKEN, ROOM_TOKEN, Venue

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def case_id(box: Box, venue: Venue, clock: FrozenClock, staff: Staff) -> int:
    """Dora's tap drips in room 204; Marta was told by e-mail and by SMS."""
    await DB.write(lambda tx: add_marta(tx, venue))
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN, email="dora@guest.example")
    await send_all()
    clock.set(LATER)
    return filed.case_id


@pytest.fixture
async def reply_id(box: Box, case_id: int) -> int:
    """Marta wrote back; nobody has decided on it."""
    return int((await receive(box, "Paco is on his way"))["id"])


async def _version(case_id: int) -> str:
    row = await Case.select(Case.version).where(Case.id == case_id).first()
    assert row is not None
    return str(row["version"])


async def _decide(
    browser: Browser, case_id: int, reply_id: int, do: str, **fields: str
) -> httpx.Response:
    values = {"version": await _version(case_id), "reply": str(reply_id), "do": do, **fields}
    return await browser.post(f"/admin/cases/{case_id}/replies", **values)


async def _traces() -> list[Any]:
    return [
        await Message.count(),
        await Note.count(),
        await Reply.select(Reply.id, Reply.state, Reply.case_id),
        await LedgerEntry.count(),
    ]


# On the case ------------------------------------------------------------------------------------


async def test_the_case_shows_what_marta_wrote_and_what_can_become_of_it(
    staff: Staff, case_id: int, reply_id: int
) -> None:
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text

    assert "Marta wrote back" in page
    assert "by SMS" in page
    assert "Paco is on his way" in page
    for button in ("Send to the guest", "Keep as a note", "Drop"):
        assert button in page


async def test_the_inbox_says_that_somebody_wrote_back(
    staff: Staff, case_id: int, reply_id: int
) -> None:
    assert (
        "1 answer of a colleague is not with its guest yet."
        in (await staff.boris.get("/admin")).text
    )
    listed = (await staff.boris.get("/admin/replies")).text
    assert "Paco is on his way" in listed
    assert f"/admin/cases/{case_id}#replies" in listed


async def test_sent_to_the_guest_it_is_an_answer_of_whoever_confirmed_it(
    box: Box, venue: Venue, staff: Staff, case_id: int, reply_id: int
) -> None:
    answer = await _decide(staff.boris, case_id, reply_id, "send")
    assert answer.status_code == 303
    page = (await staff.boris.get(answer.headers["location"])).text

    assert "The answer is with the guest." in page
    assert "Boris to the guest" in page
    assert 'id="replies"' not in page
    row = await reply(reply_id)
    assert (row["state"], row["decided_by"]) == ("taken", venue.boris.account_id)
    message = await Message.select().where(Message.direction == "to_guest").first()
    assert message is not None
    assert (message["text"], message["account_id"]) == (
        "Paco is on his way",
        venue.boris.account_id,
    )
    assert (await notice_to("dora@guest.example"))["message_id"] == message["id"]


async def test_kept_as_a_note_the_guest_does_not_read_it(
    staff: Staff, case_id: int, reply_id: int
) -> None:
    answer = await _decide(staff.boris, case_id, reply_id, "note")

    assert answer.status_code == 303
    row = await Note.select().first()
    assert row is not None
    assert row["text"] == "Marta: Paco is on his way"
    assert await Message.count() == 1
    assert (await reply(reply_id))["state"] == "taken"


async def test_dropped_it_is_gone_and_the_ledger_says_who(
    venue: Venue, staff: Staff, case_id: int, reply_id: int
) -> None:
    answer = await _decide(staff.boris, case_id, reply_id, "drop")
    page = (await staff.boris.get(answer.headers["location"])).text

    assert "Boris dropped what a colleague had written back" in page
    assert (await reply(reply_id))["state"] == "dropped"
    assert await Message.count() == 1


@pytest.mark.parametrize("do", ["send", "note", "drop"])
async def test_two_who_decide_at_once_do_not_decide_twice(
    staff: Staff, case_id: int, reply_id: int, do: str
) -> None:
    await _decide(staff.boris, case_id, reply_id, "send")
    before = await _traces()
    answer = await _decide(staff.anna, case_id, reply_id, do)

    assert answer.status_code == 409
    assert "Somebody has decided on this answer already." in answer.text
    assert await _traces() == before


async def test_what_the_guest_wrote_meanwhile_is_seen_first(
    staff: Staff, case_id: int, reply_id: int
) -> None:
    before = await _traces()
    answer = await _decide(staff.boris, case_id, reply_id, "send", version="0")

    assert answer.status_code == 409
    assert "Nothing was sent" in answer.text
    assert await _traces() == before


@pytest.mark.parametrize(
    "fields", [{"do": ""}, {"do": "publish"}, {"reply": "x"}, {"reply": "999"}, {"reply": ""}]
)
async def test_a_button_of_nobodys_does_nothing(
    staff: Staff, case_id: int, reply_id: int, fields: dict[str, str]
) -> None:
    before = await _traces()
    values = {"reply": str(reply_id), "do": "send", "version": await _version(case_id), **fields}
    answer = await staff.boris.post(f"/admin/cases/{case_id}/replies", **values)

    assert answer.status_code == 409
    assert await _traces() == before


async def test_a_reply_is_not_reached_through_another_case(
    box: Box, staff: Staff, case_id: int, reply_id: int
) -> None:
    other = await file_case(box, "It is cold", token=ROOM_TOKEN, submission_id="two")
    before = await _traces()
    answer = await _decide(staff.boris, other.case_id, reply_id, "send")

    assert answer.status_code == 409
    assert await _traces() == before


@pytest.mark.parametrize("do", ["send", "note", "drop"])
async def test_an_auditor_reads_and_decides_nothing(
    staff: Staff, case_id: int, reply_id: int, do: str
) -> None:
    before = await _traces()
    page = (await staff.dario.get(f"/admin/cases/{case_id}")).text
    assert "Paco is on his way" in page
    assert "Keep as a note" not in page
    assert (await _decide(staff.dario, case_id, reply_id, do)).status_code == 403
    assert await _traces() == before


@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_another_department_and_another_subscriber_see_nothing_of_it(
    staff: Staff, case_id: int, reply_id: int, who: str
) -> None:
    stranger: Browser = getattr(staff, who)
    before = await _traces()
    for address in ("/admin", "/admin/replies", f"/admin/cases/{case_id}"):
        page = (await stranger.get(address)).text
        assert "Paco" not in page
        assert "Marta" not in page
        assert "not with its guest" not in page
    for do in ("send", "note", "drop"):
        assert (await _decide(stranger, case_id, reply_id, do)).status_code == 404
    assert await _traces() == before


async def test_of_a_sensitive_case_an_agent_sees_no_reply(
    staff: Staff, case_id: int, reply_id: int
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_sensitive = 1"))

    assert "Paco" not in (await staff.boris.get("/admin/replies")).text
    assert "Paco" in (await staff.anna.get("/admin/replies")).text


async def test_what_somebody_wrote_is_text_and_never_markup(
    box: Box, staff: Staff, case_id: int
) -> None:
    await receive(box, SCRIPT)
    await receive(box, SCRIPT, channel="email", sender=f"{SCRIPT}@x.example")
    for address in (f"/admin/cases/{case_id}", "/admin/replies"):
        page = (await staff.anna.get(address)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


async def test_what_is_too_long_is_shown_as_it_would_be_sent(
    box: Box, staff: Staff, case_id: int
) -> None:
    row = await receive(box, "x" * (MAX_TEXT + 10))
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert "the end is cut off" in page
    assert "x" * (MAX_TEXT - 1) + "…" in page
    await _decide(staff.boris, case_id, row["id"], "send")

    message = await Message.select().where(Message.direction == "to_guest").first()
    assert message is not None
    assert len(message["text"]) == MAX_TEXT


async def test_who_takes_care_of_it_stands_on_top(box: Box, staff: Staff, case_id: int) -> None:
    await receive(box, "OK")
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text

    assert "Marta takes care of it" in page
    assert "by SMS, <time" in page


async def test_an_answer_that_went_out_by_itself_bears_the_name_of_its_writer(
    box: Box, staff: Staff, case_id: int
) -> None:
    await trust_replies()
    await receive(box, "Paco is on his way")
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text

    assert "Marta to the guest, without logging in" in page
    assert "Marta answered the guest" in page
    assert 'class="item from-guest"' in page
    assert page.count('class="item to-guest"') == 1


async def test_to_a_guest_who_wrote_by_sms_the_answer_goes_by_sms(
    box: Box, staff: Staff, case_id: int
) -> None:
    await DB.write(
        lambda tx: tx.sql("UPDATE cases SET contact_email = '', contact_phone = ?", STRANGER)
    )
    assert "under their receipt" in (await staff.boris.get(f"/admin/cases/{case_id}")).text
    await receive(box, "It drips still", sender=STRANGER)
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text

    assert f"The answer goes to {STRANGER} by SMS." in page
    assert "It drips still" in page


# Of no case -------------------------------------------------------------------------------------


@pytest.fixture
async def lost_id(box: Box, case_id: int) -> int:
    """Somebody of whom nobody knows wrote an SMS, before there was another company here."""
    row = await receive(box, "Where is my suitcase?", sender=STRANGER)
    await DB.write(
        lambda tx: tx.sql("UPDATE access_points SET origin = 'phone' WHERE code='R-204'")
    )
    return int(row["id"])


async def _reference(case_id: int) -> str:
    row = await Case.select(Case.reference).where(Case.id == case_id).first()
    assert row is not None
    return str(row["reference"])


async def test_owner_and_manager_are_told_of_what_belongs_nowhere(
    staff: Staff, lost_id: int
) -> None:
    assert "1 SMS or e-mail belongs to no case yet." in (await staff.anna.get("/admin")).text
    page = (await staff.anna.get("/admin/replies")).text
    assert "Where is my suitcase?" in page
    assert STRANGER in page


@pytest.mark.parametrize("who", ["boris", "clara", "otto"])
async def test_nobody_else_sees_what_belongs_nowhere(staff: Staff, lost_id: int, who: str) -> None:
    browser: Browser = getattr(staff, who)
    before = await _traces()
    for address in ("/admin", "/admin/replies"):
        page = (await browser.get(address)).text
        assert "suitcase" not in page
        assert "belongs to no case" not in page
    for do in ("give", "drop"):
        answer = await browser.post("/admin/replies", reply=str(lost_id), do=do, reference="x")
        assert answer.status_code in {404, 409}
        assert "suitcase" not in answer.text
    assert await _traces() == before


async def test_a_stranger_is_of_no_company_while_there_are_several_and_no_place_for_calls(
    staff: Staff, lost_id: int
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE access_points SET origin = 'qr'"))
    for browser in (staff.anna, staff.otto):
        assert "suitcase" not in (await browser.get("/admin/replies")).text
        answer = await browser.post("/admin/replies", reply=str(lost_id), do="drop")
        assert answer.status_code == 409


async def test_given_to_a_case_it_is_a_message_of_its_guest(
    staff: Staff, case_id: int, lost_id: int
) -> None:
    reference = f" {(await _reference(case_id)).lower()} "
    answer = await staff.anna.post(
        "/admin/replies", reply=str(lost_id), do="give", reference=reference
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/admin/cases/{case_id}?done=reply_given"
    row = await Message.select().where(Message.text == "Where is my suitcase?").first()
    assert row is not None
    assert (row["direction"], row["is_routed"]) == ("from_guest", False)
    assert (await reply(lost_id))["state"] == "taken"
    case = await Case.select(Case.contact_phone).where(Case.id == case_id).first()
    assert case == {"contact_phone": STRANGER}


async def test_what_a_colleague_wrote_is_confirmed_on_the_case_that_it_is_given(
    box: Box, staff: Staff, case_id: int
) -> None:
    await file_case(box, "Another", submission_id="two")
    await send_all()
    row = await receive(box, "Paco is on his way")
    assert row["state"] == "unassigned"
    await staff.anna.post(
        "/admin/replies", reply=str(row["id"]), do="give", reference=await _reference(case_id)
    )
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text

    assert "Marta wrote back" in page
    assert "Send to the guest" in page


async def test_a_reference_of_nothing_is_refused_beside_its_field_and_kept(
    box: Box, staff: Staff, lost_id: int
) -> None:
    bar = await file_case(box, "No beer", token=BAR_TOKEN, submission_id="bar")
    before = await _traces()
    for reference in ("", "NOPE-1", bar.reference, "x" * 5_000):
        answer = await staff.anna.post(
            "/admin/replies", reply=str(lost_id), do="give", reference=reference
        )
        assert answer.status_code == 422
        assert "There is no case with this reference." in answer.text
        assert f'value="{reference}"' in answer.text
    assert await _traces() == before


async def test_dropped_by_the_owner_it_is_gone(venue: Venue, staff: Staff, lost_id: int) -> None:
    answer = await staff.anna.post("/admin/replies", reply=str(lost_id), do="drop")

    assert answer.status_code == 303
    assert "suitcase" not in (await staff.anna.get("/admin/replies")).text
    row = await reply(lost_id)
    assert (row["state"], row["decided_by"]) == ("dropped", venue.anna.account_id)


async def test_what_was_decided_is_not_decided_again(
    staff: Staff, case_id: int, lost_id: int
) -> None:
    await staff.anna.post("/admin/replies", reply=str(lost_id), do="drop")
    before = await _traces()
    answer = await staff.anna.post(
        "/admin/replies", reply=str(lost_id), do="give", reference=await _reference(case_id)
    )

    assert answer.status_code == 409
    assert await _traces() == before


async def test_an_auditor_cannot_give_anything_away(staff: Staff, lost_id: int) -> None:
    before = await _traces()
    answer = await staff.dario.post("/admin/replies", reply=str(lost_id), do="drop")

    assert answer.status_code == 403
    assert await _traces() == before


async def test_a_page_with_nothing_on_it_says_what_it_is_for(staff: Staff) -> None:
    assert "Nothing waits for you here" in (await staff.boris.get("/admin/replies")).text
    assert MARTA not in (await staff.boris.get("/admin/replies")).text
    assert await Delivery.count() == 0
