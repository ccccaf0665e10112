"""The pages of the recipients."""

import pytest

from sosbox.admin import recipients_page
from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import UnavailableError
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, edition_on, said
from tests.routing.settings_kit import recipient_called, revision, settings_of
from tests.support.venue import Venue

PATH = f"{SETTINGS}/recipients"
RITA = {"name": "Rita", "language": "es", "email": "rita@mar.example", "when": "at_once"}


async def test_anna_adds_a_recipient_with_several_ways_in_an_order(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    answer = await staff.anna.post(
        f"{PATH}/new",
        **{**RITA, "sms": "600 111 222", "when": "one_by_one"},
        next_channel_minutes="5",
        channels=["sms", "email", ""],
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PATH}?done=stored"
    rita = await recipient_called(venue.anna, "rita")
    assert rita.addresses == {"email": ("rita@mar.example",), "sms": ("+34600111222",)}
    assert (rita.channels, rita.next_channel_minutes) == (("sms", "email"), 5)
    words = said((await staff.anna.get(answer.headers["location"])).text)
    assert "It is stored, and holds from now on." in words
    assert "rita@mar.example" in words


async def test_the_minutes_are_kept_only_for_one_way_after_the_other(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    await staff.anna.post(f"{PATH}/new", **RITA, next_channel_minutes="nonsense")
    assert (await recipient_called(venue.anna, "rita")).next_channel_minutes == 0


async def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_is_kept(
    staff: Staff, desk: Desk
) -> None:
    before = await revision()
    answer = await staff.anna.post(
        f"{PATH}/new",
        name='Rita "<b>',
        language="gl",
        email="rita@mar.example\nrita<script>",
        sms="600 111 222",
        printer="10.0.0.9",
        when="one_by_one",
        next_channel_minutes="soon",
        channels=["printer", "sms"],
    )
    assert answer.status_code == 422
    page = answer.text
    assert "“rita&lt;script&gt;” does not look like an e-mail address." in page
    assert "Please write a number from 0 to 10080." in page
    assert 'value="Rita &#34;&lt;b&gt;"' in page
    assert "600 111 222</textarea>" in page
    assert "10.0.0.9</textarea>" in page
    assert '<option value="gl" lang="gl" selected>' in page
    assert 'value="one_by_one" checked' in page
    assert '<option value="printer" selected>' in page
    assert "<script>" not in page
    assert await revision() == before


async def test_two_who_change_the_same_recipient_do_not_overrule_each_other_unseen(
    app: object, box: Box, staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = f"{PATH}/{desk.noa_id}"
    seen_by_both = await edition_on(staff.anna, path)
    first = {**RITA, "name": "Noa Castro", "edition": seen_by_both}
    assert (await staff.anna.post(path, **first)).status_code == 303
    second = await staff.anna.post(path, **{**first, "name": "Noa Vidal"})
    assert second.status_code == 409
    assert "Somebody else has changed this meanwhile." in second.text
    assert 'value="Noa Vidal"' in second.text
    assert (await settings_of(venue.anna)).recipient(desk.noa_id).name == "Noa Castro"
    # Having seen it, they may store theirs all the same.
    shown = await edition_on(staff.anna, path)
    again = await staff.anna.post(path, **{**first, "name": "Noa Vidal", "edition": shown})
    assert again.status_code == 303


async def test_a_mistake_does_not_hide_that_somebody_else_was_faster(
    staff: Staff, desk: Desk
) -> None:
    """The form that comes back with a mistake is still one of what was there before."""
    path = f"{PATH}/{desk.noa_id}"
    seen = await edition_on(staff.anna, path)
    await staff.anna.post(path, **{**RITA, "edition": seen})
    wrong = await staff.anna.post(path, **{**RITA, "name": "", "edition": seen})
    assert wrong.status_code == 422
    assert f'name="edition" value="{seen}"' in wrong.text


async def test_whoever_is_named_somewhere_is_shown_with_the_places_and_not_deleted(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    page = (await staff.anna.get(f"{PATH}/{desk.noa_id}")).text
    assert "In the rota of Nocturna" in page
    assert "Delete Noa" not in page
    edition = await edition_on(staff.anna, f"{PATH}/{desk.noa_id}")
    answer = await staff.anna.post(f"{PATH}/{desk.noa_id}/delete", edition=edition)
    assert answer.status_code == 422
    assert "Noa is still named, as listed here." in answer.text
    assert desk.noa_id in (await settings_of(venue.anna)).recipients
    boss = said((await staff.anna.get(f"{PATH}/{desk.boss_id}")).text)
    assert "For every message, tell Anna." in boss
    assert "If nobody has opened the case after 15 minutes, tell Anna." in boss


async def test_whoever_is_named_nowhere_is_deleted_after_a_question(
    staff: Staff, desk: Desk, venue: Venue
) -> None:
    path = f"{PATH}/{desk.night_id}"
    page = (await staff.anna.get(path)).text
    assert "Delete Nocturna" in page
    stale = await staff.anna.post(f"{path}/delete", edition="x")
    assert stale.status_code == 409
    answer = await staff.anna.post(f"{path}/delete", edition=await edition_on(staff.anna, path))
    assert answer.headers["location"] == f"{PATH}?done=deleted"
    assert (await staff.anna.get(path)).status_code == 404
    assert (await settings_of(venue.anna)).shifts == {}


async def test_the_list_says_who_is_on_duty_and_who_cannot_be_reached(
    staff: Staff, desk: Desk
) -> None:
    await staff.anna.post(f"{PATH}/new", name="Rita", language="es")
    words = said((await staff.anna.get(PATH)).text)
    assert "Nobody is on duty now." in words
    assert "Has no address yet, and so is never told." in words
    assert "Not named anywhere yet" in words


async def test_settings_say_what_a_notice_by_sms_costs(staff: Staff, desk: Desk) -> None:
    words = said((await staff.anna.get(f"{PATH}/new")).text)
    assert "What a notice by SMS costs" in words
    assert "English 2 SMS" in words


async def test_the_secret_of_a_webhook_is_shown_to_those_who_may_change_it_alone(
    box: Box, staff: Staff, desk: Desk, venue: Venue
) -> None:
    url = "https://example.com/hook"
    await staff.anna.post(f"{PATH}/new", **RITA, webhook=url)
    path = f"{PATH}/{(await recipient_called(venue.anna, 'rita')).id}"
    secret = box.keys.webhook_secret(url)
    assert secret in (await staff.anna.get(path)).text
    assert secret not in (await staff.dario.get(path)).text


async def test_when_the_disk_is_full_what_was_typed_comes_back(
    staff: Staff, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise UnavailableError("The box cannot store this just now. Please try again.")

    monkeypatch.setattr(recipients_page, "add_recipient", fail)
    answer = await staff.anna.post(f"{PATH}/new", **RITA)
    assert answer.status_code == 503
    assert "The box cannot store this just now." in answer.text
    assert "rita@mar.example</textarea>" in answer.text


async def test_an_empty_house_is_told_to_begin_with_the_people(staff: Staff) -> None:
    words = said((await staff.otto.get(PATH)).text)
    assert "Nobody can be told yet" in words
    assert "Add a recipient" in words


async def test_a_recipient_that_cannot_be_stored_leaves_nothing_behind(
    staff: Staff, desk: Desk
) -> None:
    rows = "SELECT count(*) FROM recipients"
    before = await DB.read(lambda connection: connection.execute(rows).fetchone())
    await staff.anna.post(f"{PATH}/new", **{**RITA, "email": "x"})
    assert await DB.read(lambda connection: connection.execute(rows).fetchone()) == before
