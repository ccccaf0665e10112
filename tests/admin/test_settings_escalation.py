"""What happens when nobody acts, and what holds for a whole house."""

from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, edition_on, said
from tests.routing.settings_kit import revision, settings_of
from tests.support.venue import Venue

STEPS = f"{SETTINGS}/steps"


def _house_path(desk: Desk) -> str:
    return f"{SETTINGS}/houses/{desk.house_id}"


async def test_steps_are_read_as_sentences_in_the_order_of_their_time(
    staff: Staff, desk: Desk
) -> None:
    answer = await staff.anna.post(
        f"{STEPS}/new",
        house=str(desk.house_id),
        until="answered",
        after_minutes="90",
        recipients=[str(desk.noa_id), str(desk.boss_id)],
        repeat_minutes="30",
        max_times="3",
        hours_from="08:00",
        hours_to="22:00",
    )
    path = f"{SETTINGS}/escalation/{desk.house_id}"
    assert answer.headers["location"] == f"{path}?done=stored"
    words = said((await staff.anna.get(path)).text)
    assert (
        "1 If nobody has opened the case after 15 minutes, tell Anna. Change 1"
        " 2 If nobody has answered after 1 hour and 30 minutes, tell Noa and Anna. Again every 30"
        " minutes, 3 times in all. Only between 08:00 and 22:00, but at any hour when somebody"
        " could be hurt." in words
    )


async def test_a_rule_has_steps_of_its_own(staff: Staff, desk: Desk, venue: Venue) -> None:
    page = (await staff.anna.get(f"{STEPS}/new?rule={desk.rule_id}")).text
    assert f'name="rule" value="{desk.rule_id}"' in page
    answer = await staff.anna.post(
        f"{STEPS}/new",
        rule=str(desk.rule_id),
        until="resolved",
        after_minutes="1440",
        recipients=str(desk.noa_id),
    )
    rule_path = f"{SETTINGS}/rules/{desk.rule_id}"
    assert answer.headers["location"] == f"{rule_path}?done=stored"
    sentence = "If the case is not resolved after 1 day, tell Noa."
    assert sentence in said((await staff.anna.get(rule_path)).text)
    assert sentence in said((await staff.anna.get(f"{SETTINGS}/rules")).text)


async def test_what_is_wrong_with_a_step_is_said_and_kept(staff: Staff, desk: Desk) -> None:
    before = await revision()
    answer = await staff.anna.post(
        f"{STEPS}/new",
        house=str(desk.house_id),
        until="answered",
        after_minutes="soon",
        repeat_minutes="10",
        max_times="1",
        hours_from="08:00",
        hours_to="",
    )
    assert answer.status_code == 422
    page = answer.text
    assert "Please write a number from 1 to 43200." in page
    assert "Please write a number from 2 to 100." in page
    assert "Please choose whom to tell." in page
    assert "Please give both: from when and until when." in page
    assert 'value="soon"' in page
    assert 'value="answered" selected' in page
    assert '<details class="step" open>' in page
    assert f'name="house" value="{desk.house_id}"' in page
    assert await revision() == before


async def test_a_step_of_nobody_is_nowhere(staff: Staff, desk: Desk) -> None:
    form = {"after_minutes": "5", "until": "opened", "recipients": str(desk.noa_id)}
    assert (await staff.anna.get(f"{STEPS}/new")).status_code == 404
    assert (await staff.anna.get(f"{STEPS}/new?house=999")).status_code == 404
    assert (await staff.anna.post(f"{STEPS}/new", **form)).status_code == 404
    assert (await staff.anna.post(f"{STEPS}/new", **form, rule="999")).status_code == 404


async def test_a_step_is_changed_and_removed_by_whoever_saw_what_it_says(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = f"{STEPS}/{desk.step_id}"
    seen = await edition_on(staff.anna, path)
    form = {"after_minutes": "20", "until": "opened", "recipients": str(desk.noa_id)}
    answer = await staff.anna.post(path, **form, edition=seen)
    assert answer.headers["location"] == f"{SETTINGS}/escalation/{desk.house_id}?done=stored"
    # The old one is only there for the clocks that run with it.
    assert (await staff.anna.get(path)).status_code == 404
    (new,) = (await settings_of(venue.anna)).steps.values()
    assert (new.after_minutes, new.recipients) == (20, (desk.noa_id,))
    path = f"{STEPS}/{new.id}"
    assert (await staff.anna.post(f"{path}/remove", edition=seen)).status_code == 409
    edition = await edition_on(staff.anna, path)
    assert (await staff.anna.post(f"{path}/remove", edition=edition)).status_code == 303
    words = said((await staff.anna.get(f"{SETTINGS}/escalation/{desk.house_id}")).text)
    assert "Nothing happens yet" in words


async def test_what_holds_for_a_house_is_stored_and_shown(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = _house_path(desk)
    answer = await staff.anna.post(
        path,
        edition=await edition_on(staff.anna, path),
        fallback=str(desk.boss_id),
        report=[str(desk.boss_id), str(desk.noa_id)],
        digest=str(desk.boss_id),
        digest_at="08:30",
        promise_warning_minutes="120",
        legal_warning_days="5",
        holiday_region="ES-GA",
        holidays_from=["2026-07-16", ""],
        holidays_to=["", ""],
        trusts_replies="1",
    )
    assert answer.status_code == 303
    house = (await settings_of(venue.anna)).house(desk.house_id)
    assert house.report == (desk.boss_id, desk.noa_id)
    assert house.trusts_replies
    words = said((await staff.anna.get(SETTINGS)).text)
    assert "at 08:30 to Anna" in words
    assert "Spain: Galicia, and 1 date of your own" in words
    page = (await staff.anna.get(path)).text
    assert '<option value="ES-GA" selected>Galicia</option>' in page
    assert 'value="2026-07-16"' in page
    assert f'name="report" value="{desk.noa_id}" checked' in page


async def test_regions_are_offered_for_the_country_of_the_clock_others_by_country(
    staff: Staff, desk: Desk
) -> None:
    page = (await staff.anna.get(_house_path(desk))).text
    assert '<option value="ES-GA">Galicia</option>' in page
    assert '<option value="PT">Portugal</option>' in page
    assert "PT-" not in page


async def test_an_unusual_warning_from_a_set_up_file_is_offered_and_kept(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = _house_path(desk)
    form = {"promise_warning_minutes": "120", "legal_warning_days": "13", "holiday_region": ""}
    edition = await edition_on(staff.anna, path)
    assert (await staff.anna.post(path, **form, edition=edition)).status_code == 303
    page = (await staff.anna.get(path)).text
    assert '<option value="13" selected>13 days</option>' in page
    assert (await settings_of(venue.anna)).house(desk.house_id).legal_warning_days == 13


async def test_half_a_digest_and_a_day_that_is_none_are_refused_and_kept(
    staff: Staff, desk: Desk
) -> None:
    before = await revision()
    path = _house_path(desk)
    answer = await staff.anna.post(
        path,
        edition=await edition_on(staff.anna, path),
        digest_at="08:30",
        promise_warning_minutes="60",
        legal_warning_days="3",
        holiday_region="XX",
        holidays_from="2026-02-30",
        fallback=str(desk.noa_id),
    )
    assert answer.status_code == 422
    page = answer.text
    assert "Please choose who gets the digest." in page
    assert "Please choose from the list." in page
    assert "Please write dates like 2026-12-24." in page
    assert 'value="08:30"' in page
    assert f'name="fallback" value="{desk.noa_id}" checked' in page
    assert await revision() == before


async def test_the_later_of_two_does_not_undo_the_former(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = _house_path(desk)
    form = {
        "edition": await edition_on(staff.anna, path),
        "promise_warning_minutes": "60",
        "legal_warning_days": "3",
    }
    first = await staff.anna.post(path, **form, fallback=str(desk.boss_id))
    assert first.status_code == 303
    second = await staff.anna.post(path, **form, fallback=str(desk.noa_id))
    assert second.status_code == 409
    assert (await settings_of(venue.anna)).house(desk.house_id).fallback == (desk.boss_id,)


async def test_the_overview_names_what_is_missing_and_one_thing_to_do(
    staff: Staff, desk: Desk
) -> None:
    words = said((await staff.anna.get(SETTINGS)).text)
    assert "Nobody is told when no rule matches." in words
    assert "When no rule finds anybody in Hotel Mar, nobody is told." in words
    assert "1 step, after 15 minutes" in words
    assert "At some hours nobody is on duty." in words
    path = _house_path(desk)
    form = {"promise_warning_minutes": "60", "legal_warning_days": "3"}
    edition = await edition_on(staff.anna, path)
    await staff.anna.post(path, **form, fallback=str(desk.boss_id), edition=edition)
    words = said((await staff.anna.get(SETTINGS)).text)
    assert "Nobody is told when no rule matches." not in words
    assert "Try it out: write what a guest might write" in words
    assert "Begin with the people" in said((await staff.otto.get(SETTINGS)).text)
