"""The list: its order, its pages, its filters, and what it says when it is empty."""

import re
from datetime import timedelta

import pytest

from sosbox.box import Box
from sosbox.cases.staff_actions import mark_read
from sosbox.db import DB
from sosbox.lib.clock import FrozenClock
from tests.admin.conftest import Staff
from tests.support.filing import file_case
from tests.support.venue import BAR_TOKEN, NOON, ROOM_TOKEN, TABLE_TOKEN, Venue

ROW = re.compile(r'data-case="(\d+)"')


def shown(page: str) -> list[int]:
    """The ids of the cases in the list, from top to bottom."""
    return [int(number) for number in ROW.findall(page.split('id="list"')[-1])]


async def _set(case_id: int, **columns: object) -> None:
    assignments = ", ".join(f"{name} = ?" for name in columns)
    await DB.write(
        lambda tx: tx.sql(
            f"UPDATE cases SET {assignments} WHERE id = ?", *columns.values(), case_id
        )
    )


async def _file(box: Box, num: int, token: str = ROOM_TOKEN) -> list[int]:
    """So many cases, a minute apart, the oldest first."""
    return [
        (
            await file_case(
                box,
                f"Message {number}",
                token=token,
                submission_id=f"{token}-{number}",
                now=NOON - timedelta(minutes=num - number),
            )
        ).case_id
        for number in range(num)
    ]


async def test_new_ones_come_first_then_open_then_resolved_and_newest_first_within(
    box: Box, staff: Staff
) -> None:
    cases = await _file(box, 6)
    await _set(cases[5], state="resolved", state_rank=2)
    await _set(cases[4], state="waiting", state_rank=1)
    await _set(cases[0], state="in_progress", state_rank=1)
    page = (await staff.boris.get("/admin")).text
    assert shown(page) == [cases[3], cases[2], cases[1], cases[4], cases[0], cases[5]]
    assert "<title>(3) Inbox</title>" in page


async def test_pages_of_fifty_neither_skip_nor_repeat_even_when_more_arrives(
    box: Box, staff: Staff
) -> None:
    cases = await _file(box, 120)
    await _set(cases[10], state="resolved", state_rank=2)
    # Several filed in the same instant.
    await DB.write(lambda tx: tx.sql("UPDATE cases SET filed_at = ? WHERE id % 3 = 0", NOON))
    seen: list[int] = []
    address = "/admin"
    while address:
        page = (await staff.boris.get(address)).text
        assert len(shown(page)) <= 50
        seen += shown(page)
        await file_case(box, "One more", token=ROOM_TOKEN, submission_id=address, now=NOON)
        older = re.search(r'href="(/admin\?[^"]*after=[^"]*)"', page)
        address = older.group(1).replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 120
    assert set(seen) == set(cases)
    assert seen[-1] == cases[10]


async def test_an_agent_of_several_areas_sees_them_merged(
    box: Box, staff: Staff, venue: Venue
) -> None:
    room = await _file(box, 30)
    table = await _file(box, 30, TABLE_TOKEN)
    assert set(shown((await staff.boris.get("/admin")).text)) == set(room)
    await DB.write(
        lambda tx: tx.sql(
            "INSERT INTO account_areas (account_id, area_id) VALUES (?, ?)",
            venue.boris.account_id,
            venue.restaurant_id,
        )
    )
    page = (await staff.boris.get("/admin")).text
    older = re.search(r'href="(/admin\?after=[^"]*)"', page)
    assert older is not None
    rest = (await staff.boris.get(older.group(1))).text
    both = [case for pair in zip(room, table, strict=True) for case in pair]
    assert set(shown(page) + shown(rest)) == set(both)
    assert shown(page)[:2] == [table[-1], room[-1]]


async def test_an_agent_without_areas_sees_an_empty_inbox(
    box: Box, staff: Staff, venue: Venue
) -> None:
    await _file(box, 2)
    await DB.write(lambda tx: tx.sql("DELETE FROM account_areas"))
    page = (await staff.boris.get("/admin")).text
    assert "No messages yet" in page


async def test_every_filter_finds_what_it_says(
    box: Box, staff: Staff, venue: Venue, clock: FrozenClock
) -> None:
    tap, soup, old, done = [
        (await file_case(box, text, token=token, submission_id=text, now=NOON - age)).case_id
        for text, token, age in (
            ("El café está frío 100%", ROOM_TOKEN, timedelta(0)),
            ("The soup", TABLE_TOKEN, timedelta(hours=1)),
            ("Noise_at night", ROOM_TOKEN, timedelta(days=3)),
            ("Thank you", ROOM_TOKEN, timedelta(days=20)),
        )
    ]
    await _set(soup, kind="complaint", state="waiting", state_rank=1, answered_at=NOON)
    await _set(old, state="in_progress", state_rank=1, assignee_id=venue.anna.account_id)
    await _set(done, state="resolved", state_rank=2)
    await DB.write(
        lambda tx: tx.sql("UPDATE deliveries SET state = 'failed' WHERE case_id = ?", soup)
    )
    reference = (
        await DB.read(
            lambda connection: connection.execute(
                "SELECT reference FROM cases WHERE id = ?", (tap,)
            ).fetchone()
        )
    )[0]
    for query, expected in (
        ("state=new", [tap]),
        ("state=open", [soup, old]),
        ("state=waiting", [soup]),
        ("state=in_progress", [old]),
        ("state=resolved", [done]),
        (f"area={venue.restaurant_id}", [soup]),
        ("kind=complaint", [soup]),
        ("kind=complaint&state=new", []),
        ("mine=1", [old]),
        ("late=1", [old]),
        ("failed=1", [soup]),
        ("q=CAFE", [tap]),
        ("q=100%25", [tap]),
        ("q=%25", [tap]),
        ("q=_", [old]),
        ("q=%5C", []),
        ("q=t-7", [soup]),
        (f"q={reference.lower()}", [tap]),
        ("from=2026-11-21", [tap, soup]),
        ("to=2026-11-18", [old, done]),
        ("from=2026-11-18&to=2026-11-18", [old]),
        ("q=nothing+like+it", []),
    ):
        page = (await staff.anna.get(f"/admin/list?{query}")).text
        assert shown(page) == expected, query


async def test_days_are_days_of_the_house(box: Box, staff: Staff) -> None:
    # 23:30 in UTC on the 20th is half past midnight on the 21st in Vigo.
    late = NOON.replace(day=20, hour=23, minute=30)
    case = (await file_case(box, "At night", token=ROOM_TOKEN, now=late)).case_id
    assert shown((await staff.boris.get("/admin?from=2026-11-21&to=2026-11-21")).text) == [case]
    assert shown((await staff.boris.get("/admin?to=2026-11-20")).text) == []


@pytest.mark.parametrize(
    "query",
    [
        "state=gone&kind=gone&area=x&from=x&to=x&mine=x&late=2",
        "area=99999999999999999999999&from=0001-01-01&to=9999-12-31",
        "area=999999&q=%00",
        "from=2026-02-30&to=0000-00-00",
        "after=x",
        "after=0.0.0",
        "after=9.1.1",
        "after=1.999999999999999999.1",
        "after=..",
        "q=" + "%25" * 3000,
        "q=%F0%28%8C%28",
        "state=new&state=open&q=a&q=b",
        "&".join(f"x{number}=1" for number in range(200)),
        "q=%ED%A0%80",
        "%00=%00",
    ],
)
async def test_nonsense_in_the_address_is_no_error(staff: Staff, case_id: int, query: str) -> None:
    for address in ("/admin", "/admin/list", f"/admin/cases/{case_id}", "/admin/login"):
        answer = await staff.boris.get(f"{address}?{query}")
        assert answer.status_code in {200, 303}, address


async def test_an_area_that_the_viewer_does_not_see_shows_nothing(
    box: Box, staff: Staff, venue: Venue
) -> None:
    await _file(box, 1, TABLE_TOKEN)
    await _file(box, 1, BAR_TOKEN)
    page = (await staff.boris.get(f"/admin?area={venue.restaurant_id}")).text
    assert shown(page) == []
    assert shown((await staff.otto.get(f"/admin?area={venue.restaurant_id}")).text) == []


async def test_unread_ones_say_so_and_stop_saying_it_when_read(
    box: Box, staff: Staff, venue: Venue
) -> None:
    (case,) = await _file(box, 1)
    assert "Unread" in (await staff.boris.get("/admin")).text
    await DB.write(mark_read, box.keys, now=NOON, viewer=venue.boris, case_id=case)
    assert "Unread" not in (await staff.boris.get("/admin")).text


async def test_clocks_tell_what_is_left_and_what_is_late(
    box: Box, staff: Staff, clock: FrozenClock
) -> None:
    await _file(box, 1)
    for later, words in (
        (timedelta(0), "2 days left"),
        (timedelta(hours=45), "3 hours left"),
        (timedelta(hours=51), "3 hours late"),
        (timedelta(days=16), "past the legal deadline"),
    ):
        clock.set(NOON + later)
        await DB.write(lambda tx: tx.sql("UPDATE sessions SET last_seen_at = created_at"))
        await DB.write(
            lambda tx, moment=NOON + later: tx.sql(
                "UPDATE sessions SET last_seen_at = ?, created_at = ?", moment, moment
            )
        )
        assert words in (await staff.boris.get("/admin")).text


async def test_counts_stop_at_a_hundred(box: Box, staff: Staff) -> None:
    await _file(box, 101)
    page = (await staff.boris.get("/admin")).text
    assert "<title>(99+) Inbox</title>" in page


async def test_an_empty_inbox_and_an_empty_search_say_what_to_do(staff: Staff) -> None:
    assert "Put up the codes" in (await staff.boris.get("/admin")).text
    assert "Show everything" in (await staff.boris.get("/admin?q=x")).text


async def test_a_slash_at_the_end_leads_to_the_inbox(staff: Staff) -> None:
    answer = await staff.boris.get("/admin/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin"
