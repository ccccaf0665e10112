"""That the inbox opens as fast among many cases as among few: how SQLite walks."""

import re
from dataclasses import replace

import pytest

from sosbox.box import Box
from sosbox.cases.inbox_queries import (
    Cursor,
    InboxFilter,
    count_statements,
    page_statements,
)
from sosbox.cases.quarantine_queries import held_statement
from sosbox.cases.rules import QUARANTINE_RANK, Hold
from sosbox.db import DB
from sosbox.staff.rules import Viewer
from tests.support.venue import NOON, Venue


async def _plan(sql: str, arguments: list[object]) -> str:
    rows = await DB.read(
        lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
    )
    return "\n".join(row[3] for row in rows)


def _viewers(venue: Venue) -> dict[str, Viewer]:
    both = frozenset({venue.reception_id, venue.restaurant_id})
    return {
        "owner": venue.anna,
        "auditor": venue.dario,
        "agent": venue.boris,
        "agent of two areas": replace(venue.boris, area_ids=both),
        "agent of three areas": replace(venue.boris, area_ids=both | {99}),
    }


@pytest.mark.parametrize("after", [None, Cursor(1, NOON, 7)])
@pytest.mark.parametrize(
    "who", ["owner", "auditor", "agent", "agent of two areas", "agent of three areas"]
)
async def test_a_page_walks_an_index_in_its_order_and_sorts_nothing(
    box: Box, venue: Venue, who: str, after: Cursor | None
) -> None:
    viewer = _viewers(venue)[who]
    index = "cases_inbox" if viewer.area_ids is None else "cases_area_inbox"
    groups = page_statements(viewer, InboxFilter(), now=NOON, after=after)
    assert len(groups) == (3 if after is None else 2)
    for sql, arguments in (statement for group in groups for statement in group):
        plan = await _plan(sql, arguments)
        assert re.search(rf"SEARCH c USING INDEX {index} \(\w+=\? AND state_rank=\?", plan), plan
        assert "TEMP B-TREE" not in plan
        assert "SCAN c" not in plan


async def test_a_range_of_days_narrows_the_walk(box: Box, venue: Venue) -> None:
    wanted = InboxFilter(filed_from=NOON, filed_before=NOON)
    for viewer in _viewers(venue).values():
        for group in page_statements(viewer, wanted, now=NOON):
            for sql, arguments in group:
                assert "filed_at>? AND filed_at<?" in await _plan(sql, arguments)


@pytest.mark.parametrize(
    "who", ["owner", "auditor", "agent", "agent of two areas", "agent of three areas"]
)
async def test_counts_look_at_indexes_and_at_the_few_that_they_count(
    box: Box, venue: Venue, who: str
) -> None:
    viewer = _viewers(venue)[who]
    index = "cases_inbox" if viewer.area_ids is None else "cases_area_inbox"
    plans = [await _plan(*statement) for statement in count_statements(viewer, now=NOON)]
    assert index in plans[0]
    assert index in plans[1]
    assert "cases_unanswered (subscriber_id=? AND promise_due_at<?" in plans[2]
    assert "deliveries_failed" in plans[3]
    assert "messages_held" in plans[4]
    for plan in plans:
        assert "SCAN c" not in plan


@pytest.mark.parametrize("hold", [Hold.HELD, Hold.UNWANTED])
@pytest.mark.parametrize("before", [None, 7])
async def test_the_quarantine_walks_what_is_held_from_the_newest_on(
    box: Box, venue: Venue, hold: Hold, before: int | None
) -> None:
    for viewer in _viewers(venue).values():
        plan = await _plan(*held_statement(viewer, hold, now=NOON, before=before))
        assert re.search(rf"(SCAN|SEARCH) m USING INDEX messages_{hold}", plan), plan
        assert "TEMP B-TREE" not in plan
        assert "SCAN c" not in plan


async def test_however_many_are_in_quarantine_the_inbox_does_not_walk_over_them(
    box: Box, venue: Venue
) -> None:
    ranks = {
        arguments[1]
        for group in page_statements(venue.anna, InboxFilter(), now=NOON)
        for _, arguments in group
    }
    assert QUARANTINE_RANK not in ranks
