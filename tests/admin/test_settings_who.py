"""Who gets this now?"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from sosbox.admin.who_page import REASONS
from sosbox.db import DB
from sosbox.lib.clock import FrozenClock
from sosbox.routing.conditions import CONDITION_NAMES
from sosbox.routing.tables import Filter
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, said
from tests.routing.settings_kit import settings_of
from tests.support.venue import Venue

PATH = f"{SETTINGS}/who"


async def _ask(staff: Staff, **fields: Any) -> str:
    answer = await staff.anna.get(f"{PATH}?{urlencode({'text': '', **fields})}")
    assert answer.status_code == 200
    return said(answer.text)


def test_there_are_words_for_every_condition() -> None:
    assert set(REASONS) == {"establishment", *CONDITION_NAMES}


async def test_the_moment_is_now_by_the_clock_of_the_house(
    staff: Staff, desk: Desk, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    page = (await staff.anna.get(PATH)).text
    assert 'value="2026-11-22"' in page
    assert 'value="00:30"' in page
    assert "answer-title" not in page


async def test_it_says_who_is_told_over_what_and_who_after_them(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    words = await _ask(
        staff, point=venue.room_id, text="No hay agua", day="2026-12-24", time="23:30"
    )
    assert (
        "Habitación 204, Thu 24 Dec, 23:30 At once Anna anna@mar.example Recepción"
        " desk@mar.example After 15 minutes Thu 24 Dec, 23:45 If nobody has opened the case after"
        " 15 minutes, tell Anna. Anna anna@mar.example" in words
    )
    assert "These rules match For every message, tell Anna. When a message comes from" in words


async def test_it_says_why_the_other_rules_do_not_match(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    await staff.anna.post(
        f"{SETTINGS}/rules/new",
        areas=str(venue.restaurant_id),
        words="sopa",
        weekdays=["mon"],
        recipients=str(desk.night_id),
        is_stop="1",
    )
    words = await _ask(staff, point=venue.room_id, text="No hay agua", day="2026-12-24")
    assert (
        "and stop there. It is for other areas. None of its words is said. It is for other days"
        " of the week." in words
    )
    # On a Monday night at the table, Noa is behind the post, and a later rule is not looked at.
    order = (await settings_of(venue.anna)).rules
    await DB.write(lambda tx: tx.sql("UPDATE rules SET position = -1 WHERE id = ?", max(order)))
    words = await _ask(
        staff, point=venue.table_id, text="La SOPA está fría", day="2026-12-28", time="23:00"
    )
    assert "At once Noa for Nocturna noa@mar.example" in words
    assert "Rule 1 before it says to stop." in words


async def test_a_message_that_reaches_nobody_is_told_of_in_so_many_words(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE rules SET disabled_at = '2026-01-01 00:00:00+00:00'"))
    words = await _ask(staff, point=venue.room_id, day="2026-12-24", time="12:00")
    assert "Nobody is told." in words
    assert "No rule matches." in words


async def test_sensitive_cases_and_those_who_are_left_out_are_named(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    await staff.anna.post(
        f"{SETTINGS}/rules/new",
        words="camarero",
        recipients=str(desk.boss_id),
        left_out=str(desk.desk_id),
        is_sensitive="1",
        is_safety="1",
    )
    words = await _ask(staff, point=venue.room_id, text="el camarero")
    assert "Not told, whatever happens: Recepción." in words
    assert "Confidential: only owner and manager see the case." in words
    assert "the steps are taken at any hour." in words
    assert "desk@mar.example" not in words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"point": "999"}, "Please choose a place."),
        ({"point": "x"}, "Please choose a place."),
        ({"day": "tomorrow"}, "Please write a date and a time."),
        ({"time": "25:00"}, "Please write a date and a time."),
        ({"day": "9999-12-31"}, "This year cannot be right."),
        ({"day": "0001-01-01"}, "This year cannot be right."),
        ({"text": "x" * 1001}, "Please write less: 1000 signs fit."),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_and_kept(
    staff: Staff, desk: Desk, venue: Venue, fields: dict[str, str], words: str
) -> None:
    given = {"point": str(venue.room_id), "text": "Hola <b>", **fields}
    answer = await staff.anna.get(f"{PATH}?{urlencode(given)}")
    assert answer.status_code == 422
    assert words in answer.text
    if "text" not in fields:
        assert "Hola &lt;b&gt;</textarea>" in answer.text


async def test_places_of_others_and_places_that_are_no_more_cannot_be_asked_about(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    (bar_point,) = (await settings_of(venue.otto)).points
    points = (await settings_of(venue.anna)).points.values()
    old = next(point.id for point in points if point.is_retired)
    for point in (bar_point, old):
        answer = await staff.anna.get(f"{PATH}?point={point}&text=x")
        assert answer.status_code == 422


async def test_asking_stores_nothing_and_tells_nobody(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    def counts(connection: Any) -> list[int]:
        tables = ("cases", "messages", "deliveries", "ledger", "clocks")
        return [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
        ]

    before = await DB.read(counts)
    await _ask(staff, point=venue.room_id, text="No hay agua", anonymous="no", kind="complaint")
    assert await DB.read(counts) == before


async def test_it_says_when_a_filter_would_hold_the_message_back(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    await DB.write(
        lambda tx: tx.insert(
            Filter,
            subscriber_id=venue.subscriber_id,
            slug="rude",
            conditions='{"words":["idiota"]}',
            action="quarantine",
        )
    )
    words = await _ask(staff, point=venue.room_id, text="¡Idiota!")
    assert "Filters put it into quarantine: rude. Once somebody lets it out, it goes on:" in words
    assert "Filters put it" not in await _ask(staff, point=venue.room_id, text="Hola")
