"""The quarantine in the console, and held messages on the page of a case."""

import re

import pytest
from litestar import Litestar

from sosbox.admin import quarantine_page
from sosbox.box import Box
from sosbox.cases.guest_actions import Filed, guest_write
from sosbox.cases.quarantine_queries import PAGE_SIZE
from sosbox.cases.tables import Message
from sosbox.db import DB
from sosbox.deliveries.tables import Delivery
from sosbox.errors import UnavailableError
from tests.admin.conftest import Staff
from tests.support.console import Browser
from tests.support.filing import file_case, route
from tests.support.filtering import add_filter
from tests.support.venue import NOON, ROOM_TOKEN, Venue

SPAM = "Visit our casino"
PAGE = "/admin/quarantine"


@pytest.fixture
async def held(app: Litestar, box: Box, venue: Venue) -> Filed:
    """A message from room 204 in quarantine."""
    await add_filter(venue.subscriber_id, "casino-ads", words=["casino"])
    return await file_case(box, SPAM, token=ROOM_TOKEN)


def _case_path(filed: Filed) -> str:
    return f"/admin/cases/{filed.case_id}"


async def _holds() -> list[str]:
    return [row["hold"] for row in await Message.select(Message.hold).order_by(Message.id)]


async def _write_more(box: Box, filed: Filed, text: str) -> int:
    message_id = await DB.write(
        guest_write,
        box.keys,
        now=NOON,
        case_id=filed.case_id,
        text=text,
        language="en",
        submission=text.encode(),
    )
    await route(box)
    assert message_id is not None
    return message_id


async def test_the_list_says_what_is_held_and_why(staff: Staff, held: Filed) -> None:
    page = (await staff.boris.get(PAGE)).text
    assert SPAM in page
    assert "Habitación 204" in page
    assert "filter “casino-ads”" in page
    assert f'name="pick-{held.message_id}"' in page
    assert _case_path(held) in page


async def test_the_inbox_says_how_much_is_held_and_does_not_show_it(
    staff: Staff, held: Filed
) -> None:
    for address in ("/admin", "/admin/list", "/admin?state=new", "/admin?q=casino"):
        page = (await staff.boris.get(address)).text
        assert "1 message is in quarantine." in page
        assert SPAM not in page
        assert held.reference not in page
    page = (await staff.boris.get("/admin")).text
    assert 'data-new="" data-open="" data-late="" data-held="1"' in page
    assert "in quarantine." not in (await staff.clara.get("/admin")).text


async def test_nothing_held_says_nothing(staff: Staff, case_id: int) -> None:
    assert "in quarantine." not in (await staff.anna.get("/admin")).text
    page = (await staff.anna.get(PAGE)).text
    assert "Nothing is in quarantine" in page
    assert 'name="do"' not in page


async def test_release_puts_it_into_the_inbox_and_tells_whoever_is_responsible(
    box: Box, staff: Staff, held: Filed
) -> None:
    answer = await staff.boris.post(PAGE, do="release", **{f"pick-{held.message_id}": "1"})
    assert answer.status_code == 303
    shown = await staff.boris.get(answer.headers["location"])
    assert "Released." in shown.text
    assert SPAM not in shown.text
    await route(box)
    assert await Delivery.count() == 2
    assert SPAM in (await staff.boris.get("/admin")).text
    history = (await staff.anna.get(_case_path(held))).text
    assert "Held in quarantine: filter “casino-ads”" in history
    assert "Boris released it from quarantine" in history


async def test_several_are_confirmed_at_once_and_can_be_put_back(
    box: Box, staff: Staff, held: Filed
) -> None:
    second = await file_case(box, "A second casino", token=ROOM_TOKEN, submission_id="two")
    third = await file_case(box, "A third casino", token=ROOM_TOKEN, submission_id="three")
    picks = {f"pick-{each.message_id}": "1" for each in (held, second)}
    await staff.boris.post(PAGE, do="unwanted", **picks)
    page = (await staff.boris.get(PAGE)).text
    assert "A third casino" in page
    assert SPAM not in page
    unwanted = (await staff.boris.get(f"{PAGE}?show=unwanted")).text
    assert SPAM in unwanted
    assert "A second casino" in unwanted
    assert f"pick-{third.message_id}" not in unwanted

    back = await staff.boris.post(f"{PAGE}?show=unwanted", do="hold", **picks)
    assert "Back in quarantine." in (await staff.boris.get(back.headers["location"])).text
    assert await _holds() == ["held"] * 3


@pytest.mark.parametrize(
    "fields", [{"do": "release"}, {}, {"do": "burn", "pick-1": "1"}, {"do": ""}]
)
async def test_a_form_that_says_nothing_is_refused(
    staff: Staff, held: Filed, fields: dict[str, str]
) -> None:
    answer = await staff.boris.post(PAGE, **fields)
    assert answer.status_code == 422
    assert "Please choose at least one message." in answer.text
    assert await _holds() == ["held"]


@pytest.mark.parametrize("name", ["pick-x", "pick-", "pick-999999", "pick--1"])
async def test_a_message_that_is_not_there_is_not_found(
    staff: Staff, held: Filed, name: str
) -> None:
    answer = await staff.boris.post(PAGE, do="release", **{name: "1"})
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["clara", "otto"])
async def test_strangers_neither_see_nor_move_it(staff: Staff, held: Filed, who: str) -> None:
    stranger: Browser = getattr(staff, who)
    assert SPAM not in (await stranger.get(PAGE)).text
    picks = {f"pick-{held.message_id}": "1"}
    assert (await stranger.post(PAGE, do="release", **picks)).status_code == 404
    assert await _holds() == ["held"]


async def test_an_auditor_reads_and_has_no_buttons(staff: Staff, held: Filed) -> None:
    page = (await staff.dario.get(PAGE)).text
    assert SPAM in page
    assert "pick-" not in page
    assert 'name="do"' not in page
    case = (await staff.dario.get(_case_path(held))).text
    assert "In quarantine: nobody was told." in case
    assert "Release it" not in case


async def test_pages_are_bounded_and_go_on(box: Box, staff: Staff, held: Filed) -> None:
    for number in range(PAGE_SIZE + 3):
        await file_case(
            box, f"casino {number}", token=ROOM_TOKEN, submission_id=str(number), has_worker=False
        )
    await route(box)
    seen: list[str] = []
    address = PAGE
    while address:
        page = (await staff.boris.get(address)).text
        found = re.findall(r'name="pick-(\d+)"', page)
        assert len(found) <= PAGE_SIZE
        seen += found
        more = re.search(r'href="([^"]+)" rel="next"', page)
        address = more.group(1).replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == PAGE_SIZE + 4
    assert [int(each) for each in seen] == sorted(map(int, seen), reverse=True)


async def test_a_full_disk_changes_nothing_and_says_so(
    staff: Staff, held: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise UnavailableError("The box cannot store this just now. Please try again.")

    monkeypatch.setitem(quarantine_page.HOLD_ACTIONS, "release", fail)
    answer = await staff.boris.post(PAGE, do="release", **{f"pick-{held.message_id}": "1"})
    assert answer.status_code == 503
    assert "cannot store this just now" in answer.text
    assert SPAM in answer.text


async def test_what_a_guest_wrote_is_escaped_and_cut(box: Box, staff: Staff, venue: Venue) -> None:
    await add_filter(venue.subscriber_id, words=["casino"])
    await file_case(box, "<script>alert(1)</script> casino " + "x" * 2_000, token=ROOM_TOKEN)
    page = (await staff.boris.get(PAGE)).text
    assert "<script>alert" not in page
    assert "x" * 700 not in page


# The page of a case -----------------------------------------------------------------------------


async def test_a_quarantined_case_opens_by_its_address_and_says_so_on_top(
    staff: Staff, held: Filed
) -> None:
    page = (await staff.boris.get(_case_path(held))).text
    assert "In quarantine: nobody was told." in page
    assert "Why: filter “casino-ads”." in page
    assert "Nobody: the case is in quarantine." in page
    assert page.index("Release it") < page.index("Answer to the guest")
    assert (await staff.clara.get(_case_path(held))).status_code == 404


async def test_it_is_decided_on_there_and_undone(staff: Staff, held: Filed) -> None:
    message = str(held.message_id)
    answer = await staff.boris.post(f"{_case_path(held)}/held", message=message, do="unwanted")
    page = (await staff.boris.get(answer.headers["location"])).text
    assert "Confirmed as unwanted." in page
    await staff.boris.post(f"{_case_path(held)}/held", message=message, do="hold")
    assert await _holds() == ["held"]
    page = (await staff.boris.get(_case_path(held))).text
    assert "Boris put it back into quarantine" in page
    await staff.boris.post(f"{_case_path(held)}/held", message=message, do="release")
    assert await _holds() == ["released"]
    assert "Release it" not in (await staff.boris.get(_case_path(held))).text


@pytest.mark.parametrize("fields", [{}, {"message": "999", "do": "release"}, {"do": "release"}])
async def test_a_decision_about_nothing_is_refused(
    staff: Staff, held: Filed, fields: dict[str, str]
) -> None:
    answer = await staff.boris.post(f"{_case_path(held)}/held", **fields)
    assert answer.status_code == 409
    assert await _holds() == ["held"]


async def test_a_message_of_another_case_is_not_reached_through_an_own_one(
    box: Box, staff: Staff, held: Filed
) -> None:
    other = await file_case(box, "Another casino", submission_id="two")
    answer = await staff.boris.post(
        f"{_case_path(held)}/held", message=str(other.message_id), do="release"
    )
    assert answer.status_code == 409
    assert await _holds() == ["held", "held"]


async def test_a_held_follow_up_is_folded_in_a_case_that_stays_in_the_inbox(
    box: Box, staff: Staff, venue: Venue
) -> None:
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await add_filter(venue.subscriber_id, "casino-ads", words=["casino"])
    message_id = await _write_more(box, filed, SPAM)
    assert "The tap drips" in (await staff.boris.get("/admin")).text
    page = (await staff.boris.get(_case_path(filed))).text
    fold = page[page.index('<details class="fold">') :].partition("</details>")[0]
    assert "A message that a filter holds back" in fold
    assert SPAM in fold
    assert f'name="message" value="{message_id}"' in fold
    listed = (await staff.boris.get(PAGE)).text
    assert "Written under the receipt of a case that is in the inbox." in listed


async def test_the_names_of_filters_that_mark_stand_on_the_case_and_in_the_list(
    box: Box, staff: Staff, venue: Venue
) -> None:
    await add_filter(venue.subscriber_id, "vip-guests", "mark", words=["tap"])
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    await _write_more(box, filed, "The tap again")
    for address in ("/admin", _case_path(filed)):
        page = (await staff.boris.get(address)).text
        # In the list, which both pages have, and on the case.
        expected = 1 if address == "/admin" else 2
        assert len(re.findall(r'<span class="tag mark">.*?vip-guests</span>', page)) == expected
