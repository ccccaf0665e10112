"""The rota of a post."""

from datetime import UTC, datetime

from sosbox.box import Box
from sosbox.lib.clock import FrozenClock
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, edition_on, said
from tests.routing.settings_kit import revision, settings_of
from tests.support.venue import Venue

# Furnished: Noa, on Mondays between 22:00 and 06:30.
NIGHT = {"hours_from": "22:00", "hours_to": "06:30"}


def _path(desk: Desk) -> str:
    return f"{SETTINGS}/rota/{desk.night_id}"


async def test_the_week_shows_each_shift_and_when_nobody_is_there(staff: Staff, desk: Desk) -> None:
    await staff.anna.post(
        _path(desk),
        weekdays=["tue", "wed", "thu", "fri", "sat", "sun"],
        people=str(desk.boss_id),
        **NIGHT,
    )
    await staff.anna.post(
        _path(desk),
        weekdays=["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        hours_from=["07:00", "14:00"],
        hours_to=["14:00", "22:00"],
        people=[str(desk.noa_id), str(desk.desk_id)],
    )
    words = said((await staff.anna.get(_path(desk))).text)
    assert "07:00–14:00 14:00–22:00 22:00–06:30" in words
    assert "Mon Noa and Recepción Noa and Recepción Noa Tue" in words
    assert "Sun Noa and Recepción Noa and Recepción Anna" in words
    assert "Nobody on duty: every day, between 06:30 and 07:00." in words
    assert "it has no address of its own" in words


async def test_gaps_over_days_are_told_from_beginning_to_end(staff: Staff, desk: Desk) -> None:
    words = said((await staff.anna.get(_path(desk))).text)
    assert "Nobody on duty: from Tuesday, 06:30, to Monday, 22:00." in words


async def test_a_week_without_gaps_says_so(staff: Staff, desk: Desk) -> None:
    every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    await staff.anna.post(_path(desk), weekdays=every_day, people=str(desk.noa_id))
    assert "Every hour of the week is covered." in (await staff.anna.get(_path(desk))).text


async def test_whoever_is_on_duty_is_named_by_the_clock_of_the_house(
    staff: Staff, desk: Desk, clock: FrozenClock
) -> None:
    assert "Nobody is on duty now." in (await staff.anna.get(_path(desk))).text
    await staff.anna.post(_path(desk), weekdays="sat", people=str(desk.noa_id), **NIGHT)
    # A quarter past eleven at night in Vigo, a Saturday.
    clock.set(datetime(2026, 11, 21, 22, 15, tzinfo=UTC))
    assert "On duty now: Noa" in (await staff.anna.get(_path(desk))).text
    await staff.anna.post(
        _path(desk), is_exception="1", dates_from="2026-11-21", people=str(desk.boss_id), **NIGHT
    )
    page = said((await staff.anna.get(_path(desk))).text)
    assert "On duty now: Anna" in page
    assert "21 Nov 2026, 22:00–06:30 Anna" in page


async def test_a_post_may_be_unmanned_on_purpose(staff: Staff, desk: Desk, venue: Venue) -> None:
    answer = await staff.anna.post(_path(desk), weekdays="sun", is_nobody="1")
    assert answer.status_code == 303
    shifts = (await settings_of(venue.anna)).shifts[desk.night_id]
    assert (shifts[1].weekdays, shifts[1].people) == (("sun",), ())


async def test_what_is_wrong_is_said_in_the_form_that_was_sent_with_what_was_typed(
    staff: Staff, desk: Desk
) -> None:
    before = await revision()
    answer = await staff.anna.post(
        _path(desk),
        is_exception="1",
        dates_from="2026-12-24",
        dates_to="2026-12-01",
        hours_from="22:00",
        hours_to="",
        people=str(desk.noa_id),
    )
    assert answer.status_code == 422
    page = answer.text
    assert "The last day is before the first." in page
    assert "Please give both: from when and until when." in page
    weekly, _, exception = page.partition('name="is_exception" value="1"')
    assert "The last day" in exception
    assert 'class="problem"' not in weekly
    assert 'name="dates_from" value="2026-12-24"' in exception
    assert f'name="people" value="{desk.noa_id}" checked' in exception
    nothing = await staff.anna.post(_path(desk))
    assert "Please choose at least one day." in nothing.text
    assert "Please choose who is there, or “Nobody”." in nothing.text
    assert await revision() == before


async def test_a_shift_is_changed_and_removed(staff: Staff, desk: Desk, venue: Venue) -> None:
    path = f"{_path(desk)}/{desk.shift_id}"
    page = (await staff.anna.get(path)).text
    assert 'name="weekdays" value="mon" checked' in page
    seen = await edition_on(staff.anna, path)
    form = {"weekdays": ["mon", "tue"], "people": str(desk.boss_id), "edition": seen, **NIGHT}
    assert (await staff.anna.post(path, **form)).headers["location"] == f"{_path(desk)}?done=stored"
    stale = await staff.anna.post(path, **{**form, "weekdays": "sun"})
    assert stale.status_code == 409
    assert 'name="weekdays" value="sun" checked' in stale.text
    assert (await staff.anna.post(f"{path}/remove", edition=seen)).status_code == 409
    (shift,) = (await settings_of(venue.anna)).shifts[desk.night_id]
    assert (shift.weekdays, shift.people) == (("mon", "tue"), (desk.boss_id,))
    edition = await edition_on(staff.anna, path)
    assert (await staff.anna.post(f"{path}/remove", edition=edition)).status_code == 303
    assert (await staff.anna.get(path)).status_code == 404
    assert "The first shift makes Nocturna a post" in (await staff.anna.get(_path(desk))).text


async def test_a_shift_is_found_under_its_own_post_alone(
    box: Box, staff: Staff, desk: Desk
) -> None:
    address = f"{SETTINGS}/rota/{desk.desk_id}/{desk.shift_id}"
    assert (await staff.anna.get(address)).status_code == 404
    assert (await staff.anna.post(f"{address}/remove", edition="x")).status_code == 404


async def test_posts_are_not_offered_as_people_and_not_taken(staff: Staff, desk: Desk) -> None:
    path = f"{SETTINGS}/rota/{desk.desk_id}"
    page = (await staff.anna.get(path)).text
    assert f'name="people" value="{desk.night_id}"' not in page
    answer = await staff.anna.post(path, weekdays="mon", people=str(desk.night_id))
    assert answer.status_code == 422
    assert "Nocturna is a post itself. Please choose people." in answer.text


async def test_an_exception_for_some_days_of_the_week_keeps_them(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    """A set-up file may say so."""
    await staff.anna.post(
        _path(desk),
        is_exception="1",
        weekdays="fri",
        dates_from="2026-12-01",
        dates_to="2026-12-31",
        people=str(desk.boss_id),
    )
    words = said((await staff.anna.get(_path(desk))).text)
    assert "1 Dec 2026 – 31 Dec 2026, on Fridays Anna" in words
    shift = (await settings_of(venue.anna)).shifts[desk.night_id][-1]
    page = (await staff.anna.get(f"{_path(desk)}/{shift.id}")).text
    assert 'name="weekdays" value="fri" checked' in page
