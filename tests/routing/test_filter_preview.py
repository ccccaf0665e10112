"""What a filter would have caught: how far back it is tried, and where it stops."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.routing import filter_preview
from sosbox.routing.filter_preview import LOOK_BACK, MAX_EXAMPLES, Preview, try_filter
from sosbox.routing.filters import FilterFacts
from sosbox.staff.rules import Viewer
from tests.support.filing import file_case
from tests.support.filtering import a_filter
from tests.support.venue import BAR_TOKEN, NOON, ROOM_TOKEN, Venue

CASINO = a_filter(words=["casino"])


async def _try(
    viewer: Viewer, tried: FilterFacts = CASINO, seconds: Callable[[], float] | None = None
) -> Preview:
    def run(connection: sqlite3.Connection) -> Preview:
        clock = seconds or (lambda: 0.0)
        return try_filter(connection, viewer, tried, now=NOON, seconds=clock)

    return await DB.read(run)


async def _write(box: Box, *texts: str, days_ago: float = 0, token: str = ROOM_TOKEN) -> None:
    for number, text in enumerate(texts):
        moment = NOON - timedelta(days=days_ago) + timedelta(seconds=number)
        name = f"{text} {days_ago}"
        await file_case(box, text, token=token, submission_id=name, now=moment, has_worker=False)


async def test_it_counts_what_is_found_and_shows_the_newest(box: Box, venue: Venue) -> None:
    await _write(box, *[f"casino {n}" for n in range(MAX_EXAMPLES + 5)], "The tap drips")
    preview = await _try(venue.anna)
    assert (preview.num_hits, preview.num_looked_at) == (25, 26)
    assert [example.text for example in preview.examples[:2]] == ["casino 24", "casino 23"]
    assert len(preview.examples) == MAX_EXAMPLES
    assert preview.examples[0].place_code == "R-204"
    assert preview.oldest_at is None
    assert 0.96 < preview.share < 0.97


async def test_it_goes_back_ninety_days(box: Box, venue: Venue) -> None:
    await _write(box, "casino of long ago", days_ago=LOOK_BACK.days + 1)
    await _write(box, "casino", days_ago=LOOK_BACK.days - 1)
    preview = await _try(venue.anna)
    assert (preview.num_hits, preview.num_looked_at, preview.oldest_at) == (1, 1, None)


async def test_on_an_empty_box_there_is_nothing(box: Box, venue: Venue) -> None:
    preview = await _try(venue.anna)
    assert (preview.num_hits, preview.num_looked_at, preview.share) == (0, 0, 0.0)


async def test_only_what_the_viewer_may_see_is_looked_at(box: Box, venue: Venue) -> None:
    await _write(box, "casino")
    await _write(box, "Otto's casino", token=BAR_TOKEN)
    assert (await _try(venue.anna)).num_looked_at == 1
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_sensitive = 1"))
    assert (await _try(venue.anna)).num_hits == 1
    assert (await _try(venue.dario)).num_looked_at == 0


async def test_messages_are_compared_with_those_before_them(box: Box, venue: Venue) -> None:
    await _write(box, "Buy now!", days_ago=2)
    await _write(box, "Buy now!", days_ago=1)
    await _write(box, "buy NOW!")
    day, week = (a_filter(same_within_minutes=n * 24 * 60) for n in (1, 7))
    assert (await _try(venue.anna, day)).num_hits == 2
    assert (await _try(venue.anna, week)).num_hits == 2
    assert (await _try(venue.anna, a_filter(same_within_minutes=60))).num_hits == 0
    burst = a_filter(burst=3, burst_minutes=3 * 24 * 60)
    assert (await _try(venue.anna, burst)).num_hits == 1


async def test_it_says_how_far_it_has_come_when_the_time_is_over(box: Box, venue: Venue) -> None:
    await _write(box, *[f"casino {n}" for n in range(10)])
    ticking: Iterator[float] = (number * 0.5 for number in count())
    preview = await _try(venue.anna, seconds=lambda: next(ticking))
    assert preview.num_looked_at == 4
    assert preview.num_hits == 4
    assert preview.oldest_at == NOON + timedelta(seconds=6)


@pytest.mark.parametrize("limit", ["MAX_MESSAGES", "MAX_WALKED"])
async def test_it_says_how_far_it_has_come_when_there_is_very_much(
    box: Box, venue: Venue, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    await _write(box, *[f"casino {n}" for n in range(10)])
    monkeypatch.setattr(filter_preview, limit, 3)
    preview = await _try(venue.anna)
    assert preview.num_looked_at == 3
    assert preview.oldest_at == NOON + timedelta(seconds=7)


async def test_a_pattern_that_takes_too_long_is_counted(box: Box, venue: Venue) -> None:
    await _write(box, "a" * 5_000, "b")
    preview = await _try(venue.anna, a_filter(pattern="(?R)"))
    assert (preview.num_hits, preview.num_too_slow) == (0, 2)
