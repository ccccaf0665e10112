"""The pages of the rules."""

from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, edition_on, said
from tests.routing.settings_kit import revision, rule_called, settings_of
from tests.support.console import field_of
from tests.support.venue import Venue

PATH = f"{SETTINGS}/rules"


async def _slugs(venue: Venue) -> list[str]:
    return [rule.slug for rule in (await settings_of(venue.anna)).rules.values()]


async def test_every_rule_is_read_as_a_sentence_in_its_order(staff: Staff, desk: Desk) -> None:
    words = said((await staff.anna.get(PATH)).text)
    first = words.index("For every message, tell Anna.")
    second = words.index("When a message comes from Recepción, tell Recepción.")
    assert first < second


async def test_anna_adds_a_rule_with_all_that_it_can_say(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    answer = await staff.anna.post(
        f"{PATH}/new",
        areas=[str(venue.reception_id), str(venue.restaurant_id)],
        kinds="complaint",
        words="ruido, música",
        without_words="broma",
        languages="en",
        weekdays=["mon", "tue", "wed"],
        hours_from=["22:00", ""],
        hours_to=["06:30", ""],
        dates_from=["2026-12-24", ""],
        dates_to=["2027-01-06", ""],
        holidays="no",
        anonymous="yes",
        origins="qr",
        recipients=[str(desk.noa_id), str(desk.desk_id)],
        left_out=str(desk.boss_id),
        is_stop="1",
        is_safety="1",
        is_sensitive="1",
    )
    assert answer.status_code == 303
    rule = list((await settings_of(venue.anna)).rules.values())[-1]
    assert answer.headers["location"] == f"{PATH}?done=stored#rule-{rule.id}"
    words = said((await staff.anna.get(PATH)).text)
    assert (
        "When a message comes from Recepción or Restaurante, is a complaint, says “ruido” or"
        " “música”, does not say “broma”, is written in English, is written from Monday to"
        " Wednesday, between 22:00 and 06:30, between 24 Dec 2026 and 6 Jan 2027, on days that"
        " are no public holidays, is anonymous and comes through a QR code, tell Noa and"
        " Recepción, do not tell Anna, show the case to the owner and the manager alone and treat"
        " it as a danger to somebody, and stop there." in words
    )


async def test_a_rule_comes_back_as_it_was_stored_and_storing_it_again_changes_nothing(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    form = {
        "access_points": [str(venue.room_id)],
        "words": "ruido, -música en vivo",
        "weekdays": ["fri", "sat"],
        "hours_from": "22:00",
        "hours_to": "06:30",
        "dates_from": "2026-12-24",
        "dates_to": "",
        "holidays": "yes",
        "anonymous": "no",
        "recipients": str(desk.noa_id),
        "left_out": str(desk.boss_id),
        "is_sensitive": "1",
    }
    await staff.anna.post(f"{PATH}/new", **form)
    rule = list((await settings_of(venue.anna)).rules.values())[-1]
    page = (await staff.anna.get(f"{PATH}/{rule.id}")).text
    assert f'name="access_points" value="{venue.room_id}" checked' in page
    assert "ruido, -música en vivo</textarea>" in page
    assert 'name="weekdays" value="sat" checked' in page
    assert 'name="hours_from" value="22:00"' in page
    assert 'name="dates_from" value="2026-12-24"' in page
    assert f'name="left_out" value="{desk.boss_id}" checked' in page
    assert 'name="is_sensitive" value="1" checked' in page
    assert 'name="is_stop" value="1" checked' not in page
    edition = field_of(page, "edition")
    assert (await staff.anna.post(f"{PATH}/{rule.id}", **form, edition=edition)).status_code == 303
    assert (await settings_of(venue.anna)).rule(rule.id) == rule


async def test_what_is_wrong_is_said_where_it_stands_and_the_rest_is_kept(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    before = await revision()
    answer = await staff.anna.post(
        f"{PATH}/new",
        areas=str(venue.reception_id),
        words="<b>!</b>, ???",
        hours_from=["22:00", "08:00"],
        hours_to=["", "12:00"],
        dates_from="2026-12-24",
        dates_to="2026-12-01",
        is_stop="1",
    )
    assert answer.status_code == 422
    page = answer.text
    assert "“???” has neither letters nor digits." in page
    assert "Please give both: from when and until when." in page
    assert "The last day is before the first." in page
    assert "&lt;b&gt;!&lt;/b&gt;, ???</textarea>" in page
    assert 'name="hours_from" value="08:00"' in page
    assert f'name="areas" value="{venue.reception_id}" checked' in page
    # What is folded away is open where something is wrong.
    assert page.count('<details class="step" open>') == 2
    assert await revision() == before


async def test_an_area_and_a_place_elsewhere_are_explained(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    answer = await staff.anna.post(
        f"{PATH}/new",
        areas=str(venue.restaurant_id),
        access_points=str(venue.room_id),
        recipients=str(desk.noa_id),
    )
    assert answer.status_code == 422
    assert "Please choose either whole areas or single places" in answer.text


async def test_the_later_of_two_sees_what_the_former_has_made_of_the_rule(
    staff: Staff, desk: Desk
) -> None:
    path = f"{PATH}/{desk.rule_id}"
    seen = await edition_on(staff.anna, path)
    form = {"recipients": str(desk.noa_id), "edition": seen}
    assert (await staff.anna.post(path, **form)).status_code == 303
    answer = await staff.anna.post(path, **{**form, "words": "frío"})
    assert answer.status_code == 409
    words = said(answer.text)
    assert "Somebody else has changed this meanwhile." in words
    assert "Now it says: For every message, tell Noa." in words
    assert "frío</textarea>" in answer.text


async def test_rules_move_and_are_switched_off_and_on(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    order = field_of((await staff.anna.get(PATH)).text.partition("/move")[2], "edition")
    move = {"direction": "up", "edition": order}
    assert (await staff.anna.post(f"{PATH}/{desk.rule_id}/move", **move)).status_code == 303
    assert await _slugs(venue) == ["reception", "everything"]
    assert (await staff.anna.post(f"{PATH}/{desk.rule_id}/move", **move)).status_code == 409
    assert await _slugs(venue) == ["reception", "everything"]

    answer = await staff.anna.post(f"{PATH}/{desk.rule_id}/switch", on="0")
    words = said((await staff.anna.get(answer.headers["location"])).text)
    assert "The rule is off." in words
    assert "Switched off When a message comes from Recepción" in words
    answer = await staff.anna.post(f"{PATH}/{desk.rule_id}/switch", on="1")
    assert "The rule is on again." in (await staff.anna.get(answer.headers["location"])).text


async def test_a_rule_is_deleted_by_whoever_saw_what_it_says(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = f"{PATH}/{desk.rule_id}"
    answer = await staff.anna.post(f"{path}/delete", edition="x")
    assert answer.status_code == 409
    assert await _slugs(venue) == ["everything", "reception"]
    page = (await staff.anna.get(PATH)).text
    edition = field_of(page.partition(f"{path}/delete")[2], "edition")
    assert (await staff.anna.post(f"{path}/delete", edition=edition)).status_code == 303
    assert await _slugs(venue) == ["everything"]
    assert (await staff.anna.get(path)).status_code == 404


async def test_a_rule_may_begin_with_a_place(staff: Staff, desk: Desk, venue: Venue) -> None:
    page = (await staff.anna.get(f"{PATH}/new?point={venue.room_id}")).text
    assert f'name="access_points" value="{venue.room_id}" checked' in page


async def test_places_that_are_no_more_are_not_offered(staff: Staff, desk: Desk) -> None:
    page = (await staff.anna.get(f"{PATH}/new")).text
    assert "Habitación 204" in page
    assert "Antiguo" not in page


async def test_a_house_without_rules_is_told_what_they_are_for(staff: Staff) -> None:
    words = said((await staff.otto.get(PATH)).text)
    assert "No rule yet" in words
    words = said((await staff.otto.get(f"{PATH}/new")).text)
    assert "There is nobody yet who could be told." in words


async def test_words_of_others_are_escaped_in_the_sentence(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    await staff.anna.post(f"{PATH}/new", words="<img src=x onerror=1>", recipients=str(desk.noa_id))
    page = (await staff.anna.get(PATH)).text
    assert "“&lt;img src=x onerror=1&gt;”" in page
    assert "<img" not in page
    assert (await rule_called(venue.anna, "img-src-x-onerror-1-noa")).recipients == (desk.noa_id,)


async def test_a_rule_can_be_tried_at_a_place_that_it_is_about(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    page = (await staff.anna.get(f"{PATH}/{desk.rule_id}")).text
    assert f'href="/admin/settings/who?point={venue.room_id}"' in page
    shown = (await staff.anna.get(f"{SETTINGS}/who?point={venue.room_id}")).text
    assert f'<option value="{venue.room_id}" selected>' in shown
