"""Cases that concern the staff itself: who sees them, who may say so."""

from litestar import Litestar

from sosbox.box import Box
from sosbox.cases.staff_actions import assign
from sosbox.cases.tables import Case
from sosbox.db import DB
from tests.admin.conftest import Staff
from tests.support.console import Browser
from tests.support.filing import file_case
from tests.support.filtering import add_filter
from tests.support.venue import NOON, ROOM_TOKEN, Venue


async def _mark(browser: Browser, case_id: int, value: str) -> int:
    answer = await browser.post(f"/admin/cases/{case_id}/sensitive", sensitive=value)
    return answer.status_code


async def test_a_sensitive_case_is_there_for_owner_and_manager_alone(
    app: Litestar, staff: Staff, case_id: int
) -> None:
    assert await _mark(staff.anna, case_id, "1") == 303
    for hidden_from in (staff.boris, staff.dario, staff.clara, staff.otto):
        for address in ("/admin", "/admin/list", "/admin?q=tap"):
            page = await hidden_from.get(address)
            assert "drips" not in page.text
            assert 'data-new=""' in page.text
        assert (await hidden_from.get(f"/admin/cases/{case_id}")).status_code == 404
        assert (await hidden_from.get(f"/admin/events?case={case_id}")).status_code == 404
    page = (await staff.anna.get("/admin")).text
    assert "drips" in page
    assert 'data-new="1"' in page
    assert "only owner and manager see it" in (await staff.anna.get(f"/admin/cases/{case_id}")).text


async def test_a_sensitive_case_in_quarantine_is_hidden_there_too(
    box: Box, venue: Venue, staff: Staff
) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    held = await file_case(box, "A casino", token=ROOM_TOKEN)
    await _mark(staff.anna, held.case_id, "1")
    assert "A casino" in (await staff.anna.get("/admin/quarantine")).text
    for browser in (staff.boris, staff.dario):
        assert "A casino" not in (await browser.get("/admin/quarantine")).text
        assert "in quarantine." not in (await browser.get("/admin")).text


async def test_an_agent_may_mark_a_case_and_is_told_that_it_is_gone(
    staff: Staff, case_id: int
) -> None:
    form = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert "You will not see it any more." in form
    answer = await staff.boris.post(f"/admin/cases/{case_id}/sensitive", sensitive="1")
    page = await staff.boris.get(answer.headers["location"])
    assert "Owner and manager see it; you do not any more." in page.text
    assert "drips" not in page.text
    assert await _mark(staff.boris, case_id, "0") == 404
    history = (await staff.anna.get(f"/admin/cases/{case_id}")).text
    assert "Boris marked it as sensitive" in history


async def test_the_owner_takes_the_mark_away_again(staff: Staff, case_id: int) -> None:
    await _mark(staff.anna, case_id, "1")
    assert await _mark(staff.anna, case_id, "0") == 303
    assert "drips" in (await staff.boris.get("/admin")).text
    page = (await staff.boris.get(f"/admin/cases/{case_id}")).text
    assert "Anna marked it as no longer sensitive" in page


async def test_an_agent_loses_a_case_that_becomes_sensitive_and_is_not_offered_it(
    box: Box, venue: Venue, staff: Staff, case_id: int
) -> None:
    await DB.write(
        assign,
        box.keys,
        now=NOON,
        viewer=venue.boris,
        case_id=case_id,
        assignee_id=venue.boris.account_id,
    )
    await _mark(staff.anna, case_id, "1")
    case = await Case.select().where(Case.id == case_id).first()
    assert case is not None
    assert case["assignee_id"] is None
    page = (await staff.anna.get(f"/admin/cases/{case_id}")).text
    assert "Boris</option>" not in page
    answer = await staff.anna.post(
        f"/admin/cases/{case_id}/assign", assignee=str(venue.boris.account_id)
    )
    assert answer.status_code == 422


async def test_marking_twice_is_one_entry_of_the_history(staff: Staff, case_id: int) -> None:
    await _mark(staff.anna, case_id, "1")
    await _mark(staff.anna, case_id, "1")
    page = (await staff.anna.get(f"/admin/cases/{case_id}")).text
    assert page.count("Anna marked it as sensitive") == 1


async def test_an_auditor_marks_nothing(staff: Staff, case_id: int) -> None:
    assert await _mark(staff.dario, case_id, "1") == 403
