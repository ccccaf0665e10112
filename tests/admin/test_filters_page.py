"""The pages of filters and of offensive words."""

import re
from datetime import timedelta

import pytest

from sosbox.admin import filters_page
from sosbox.box import Box
from sosbox.cases.tables import Message
from sosbox.db import DB
from sosbox.errors import UnavailableError
from sosbox.i18n import LANGUAGES
from sosbox.routing.tables import Filter, FilterHit, WordList
from tests.admin.conftest import Staff
from tests.admin.settings_desk import edition_on, said
from tests.routing.settings_kit import revision
from tests.support.console import Browser
from tests.support.filing import file_case
from tests.support.filtering import add_filter
from tests.support.venue import BAR_TOKEN, NOON, ROOM_TOKEN, Venue

PAGE = "/admin/settings/filters"
WORDS = f"{PAGE}/words"
CASINO = {"name": "Casino ads", "action": "quarantine", "words": "casino", "do": "save"}


async def _one() -> dict[str, object]:
    rows = await Filter.select()
    assert len(rows) == 1
    return dict(rows[0])


async def _save(browser: Browser, **fields: str) -> str:
    """Adds a filter and returns the address of its page."""
    answer = await browser.post(f"{PAGE}/new", **{**CASINO, **fields})
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


async def test_without_filters_the_page_says_what_they_are_for(staff: Staff) -> None:
    page = said((await staff.anna.get(PAGE)).text)
    assert "No filter yet" in page
    assert "80 words, ready-made" in page


async def test_a_new_filter_is_stored_switched_off_and_shown_with_what_it_would_have_caught(
    box: Box, staff: Staff
) -> None:
    await file_case(box, "Visit our casino", token=ROOM_TOKEN)
    await file_case(box, "The tap drips", token=ROOM_TOKEN, submission_id="two")
    before = await revision()
    answer = await staff.anna.post(f"{PAGE}/new", **CASINO)
    assert await revision() == before + 1
    stored = await _one()
    assert (stored["slug"], stored["action"]) == ("casino-ads", "quarantine")
    assert stored["conditions"] == '{"words":["casino"]}'
    assert stored["disabled_at"] is not None

    page = said((await staff.anna.get(answer.headers["location"])).text)
    assert "It is stored, switched off." in page
    assert "1 of 2 messages (50 %)" in page
    assert "Visit our casino" in page
    assert "Switch it on" in page


async def test_it_holds_from_when_it_is_switched_on_until_it_is_switched_off(
    box: Box, staff: Staff
) -> None:
    address = await _save(staff.anna)
    await file_case(box, "casino one", submission_id="1")
    assert "Switch it on" not in (await staff.anna.get(address)).text
    answer = await staff.anna.post(f"{address}/switch", on="1")
    assert "The filter is on." in (await staff.anna.get(answer.headers["location"])).text
    await file_case(box, "casino two", submission_id="2")
    answer = await staff.anna.post(f"{address}/switch", on="0")
    assert "Try it and switch it on" in (await staff.anna.get(answer.headers["location"])).text
    await file_case(box, "casino three", submission_id="3")
    assert await Message.select(Message.hold).output(as_list=True) == ["", "held", ""]


async def test_the_list_counts_the_hits_of_thirty_days_and_names_slow_patterns(
    box: Box, venue: Venue, staff: Staff
) -> None:
    await add_filter(venue.subscriber_id, "casino", words=["casino"])
    await add_filter(venue.subscriber_id, "slow", pattern="(?R)")
    for number, days in enumerate((0, 29, 31)):
        moment = NOON - timedelta(days=days)
        await file_case(box, "casino", submission_id=str(number), now=moment)
    page = said((await staff.anna.get(PAGE)).text)
    assert "It has found 2 messages in the last 30 days." in page
    assert "Its pattern took too long in 2 messages" in page


async def test_it_is_tried_without_being_stored(box: Box, staff: Staff) -> None:
    await file_case(box, "Visit our casino", token=ROOM_TOKEN)
    answer = await staff.anna.post(f"{PAGE}/new", **{**CASINO, "do": "try"})
    page = said(answer.text)
    assert answer.status_code == 200
    assert "Tried as it stands in the form below. Nothing was stored." in page
    assert "1 of 1 messages" in page
    assert "Switch it on" not in page
    assert "casino</textarea>" in answer.text
    assert await Filter.count() == 0


async def test_a_trial_shows_nothing_of_another_subscriber(box: Box, staff: Staff) -> None:
    await file_case(box, "Otto's casino", token=BAR_TOKEN)
    answer = await staff.anna.post(f"{PAGE}/new", **{**CASINO, "do": "try"})
    assert "Otto" not in answer.text
    assert "Nobody has written in this time" in answer.text


async def test_an_auditor_does_not_see_sensitive_messages_in_a_trial(
    box: Box, venue: Venue, staff: Staff
) -> None:
    filter_id = await add_filter(venue.subscriber_id, words=["casino"])
    await file_case(box, "A private casino", token=ROOM_TOKEN)
    await DB.write(lambda tx: tx.sql("UPDATE cases SET is_sensitive = 1"))
    address = f"{PAGE}/{filter_id}?try=1"
    assert "A private casino" in (await staff.anna.get(address)).text
    assert "A private casino" not in (await staff.dario.get(address)).text


async def test_a_filter_comes_back_as_it_was_typed_and_is_changed(staff: Staff) -> None:
    fields = {
        "links": "2",
        "pattern": "gratis|free",
        "similar": "90",
        "similar_within_minutes": "60",
        "contacts": "spam@example.com",
        "receipts": "2DF7-K9MX",
        "access_points": "R-204\nT-7",
        "burst": "5",
        "burst_minutes": "10",
        "lists": "es",
    }
    address = await _save(staff.anna, **fields)
    page = (await staff.anna.get(address)).text
    for name, value in {**fields, "words": "casino", "name": "casino-ads"}.items():
        if name != "lists":
            assert re.search(rf'name="{name}"[^>]*(value="{re.escape(value)}"|>{value}<)', page), (
                name
            )
    assert re.search(r'name="lists" value="es" checked', page)
    sentence = said(page)
    assert "is signed with spam@example.com" in sentence
    assert "has 2 links or more" in sentence
    assert "follows 4 others at its place within 10 minutes" in sentence

    edition = await edition_on(staff.anna, address)
    before = await _one()
    answer = await staff.anna.post(
        address, name="Links", action="mark", links="3", do="save", edition=edition
    )
    assert answer.status_code == 303
    stored = await _one()
    assert (stored["slug"], stored["action"]) == ("links", "mark")
    assert stored["conditions"] == '{"links":3}'
    # Neither switched on nor off by it.
    assert stored["disabled_at"] == before["disabled_at"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"words": ""}, "Please say what to look for."),
        ({"name": " "}, "Please write a name."),
        ({"links": "lots"}, "Please write a number from 1 to 100."),
        ({"pattern": "("}, "This pattern cannot be used."),
        ({"access_points": "B-1"}, "There is no place with this code: B-1"),
        ({"contacts": "somebody"}, "neither an e-mail address nor a phone number"),
        ({"burst": "5"}, "Please fill in both numbers, or neither."),
        ({"action": "drop"}, "Please choose what is done with it."),
    ],
)
@pytest.mark.parametrize("do", ["save", "try"])
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    staff: Staff, fields: dict[str, str], problem: str, do: str
) -> None:
    typed = {**CASINO, "contacts": "keep@example.com", **fields, "do": do}
    if fields == {"words": ""}:
        del typed["contacts"]
    answer = await staff.anna.post(f"{PAGE}/new", **typed)
    assert answer.status_code == 422
    assert problem in said(answer.text)
    assert await Filter.count() == 0
    for value in typed.values():
        assert value in answer.text or value in {"drop", "save", "try"}


async def test_who_comes_second_sees_what_the_first_has_made_of_it(staff: Staff) -> None:
    address = await _save(staff.anna)
    edition = await edition_on(staff.anna, address)
    await staff.anna.post(address, **{**CASINO, "words": "poker", "edition": edition})
    answer = await staff.anna.post(address, **{**CASINO, "words": "bingo", "edition": edition})
    assert answer.status_code == 409
    page = said(answer.text)
    assert "Somebody else has changed this meanwhile." in page
    assert "says “poker”" in page
    assert "bingo</textarea>" in answer.text


async def test_a_deleted_filter_keeps_its_name_on_what_it_has_found(
    box: Box, venue: Venue, staff: Staff
) -> None:
    filter_id = await add_filter(venue.subscriber_id, "casino-ads", words=["casino"])
    await file_case(box, "casino", token=ROOM_TOKEN)
    page = (await staff.anna.get(PAGE)).text
    (edition,) = re.findall(r'name="edition" value="([^"]+)"', page)
    assert "gone for good" in page
    stale = await staff.anna.post(f"{PAGE}/{filter_id}/delete", edition="x")
    assert stale.status_code == 409
    assert (await staff.anna.post(f"{PAGE}/{filter_id}/delete", edition=edition)).status_code == 303
    assert await Filter.count() == 0
    hit = await FilterHit.select(FilterHit.name, FilterHit.filter_id).first()
    assert hit == {"name": "casino-ads", "filter_id": None}
    assert "filter “casino-ads”" in (await staff.anna.get("/admin/quarantine")).text


@pytest.mark.parametrize("action", ["", "/switch", "/delete"])
async def test_another_subscribers_filter_is_not_there(
    venue: Venue, staff: Staff, action: str
) -> None:
    filter_id = await add_filter(venue.subscriber_id, words=["casino"])
    for number in (filter_id, 999_999):
        answer = await staff.otto.post(f"{PAGE}/{number}{action}", **CASINO, on="0")
        assert answer.status_code == 404
    assert (await _one())["disabled_at"] is None


async def test_places_and_houses_of_another_subscriber_are_refused(
    venue: Venue, staff: Staff
) -> None:
    for fields in ({"access_points": "R-204"}, {"establishment": str(venue.house_id)}):
        answer = await staff.otto.post(f"{PAGE}/new", **CASINO, **fields)
        assert answer.status_code == 422
    assert await Filter.count() == 0


async def test_agents_are_told_that_filters_are_not_for_them(staff: Staff) -> None:
    assert (await staff.boris.get(PAGE)).status_code == 403
    assert (await staff.boris.post(f"{PAGE}/new", **CASINO)).status_code == 403
    assert PAGE not in (await staff.boris.get("/admin/quarantine")).text


async def test_a_full_disk_keeps_what_was_typed(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise UnavailableError("The box cannot store this just now. Please try again.")

    monkeypatch.setattr(filters_page, "add_filter", fail)
    answer = await staff.anna.post(f"{PAGE}/new", **CASINO)
    assert answer.status_code == 503
    assert "casino</textarea>" in answer.text


# Offensive words --------------------------------------------------------------------------------


async def _edition_of_words(browser: Browser, language: str) -> str:
    return await edition_on(browser, f"{WORDS}?language={language}")


async def test_a_list_of_words_becomes_ones_own_and_goes_back(
    box: Box, venue: Venue, staff: Staff
) -> None:
    await add_filter(venue.subscriber_id, lists=["en"])
    page = (await staff.anna.get(f"{WORDS}?language=en")).text
    assert "idiots" in page
    assert "Back to the ready-made list" not in page

    edition = await _edition_of_words(staff.anna, "en")
    await staff.anna.post(WORDS, language="en", words="numpty\n\n plonker ", edition=edition)
    page = (await staff.anna.get(f"{WORDS}?language=en")).text
    assert "numpty\nplonker</textarea>" in page
    assert "This is your own list." in page
    await file_case(box, "You plonker", submission_id="1")
    await file_case(box, "You idiots", submission_id="2")
    assert await Message.select(Message.hold).output(as_list=True) == ["held", ""]

    await staff.anna.post(f"{WORDS}/reset", language="en")
    assert await WordList.count() == 0
    await file_case(box, "You idiots again", submission_id="3")
    assert await Message.count().where(Message.hold == "held") == 2


async def test_a_language_without_a_ready_made_list_gets_one_of_ones_own(
    box: Box, venue: Venue, staff: Staff
) -> None:
    page = (await staff.anna.get(PAGE)).text
    assert ">0 words" not in page
    assert 'words?language=de" lang="de">Deutsch</a>' in page
    page = (await staff.anna.get(f"{WORDS}?language=de")).text
    assert "The box brings no list for this language along." in page
    assert "></textarea>" in page
    assert 'name="lists" value="de"' not in (await staff.anna.get(f"{PAGE}/new")).text

    edition = await _edition_of_words(staff.anna, "de")
    await staff.anna.post(WORDS, language="de", words="Trottel", edition=edition)
    assert "1 word, your own list" in (await staff.anna.get(PAGE)).text
    assert 'name="lists" value="de"' in (await staff.anna.get(f"{PAGE}/new")).text
    assert "Delete the list" in (await staff.anna.get(f"{WORDS}?language=de")).text
    await add_filter(venue.subscriber_id, lists=["de"])
    await file_case(box, "So ein Trottel!")
    assert await Message.select(Message.hold).output(as_list=True) == ["held"]

    answer = await staff.anna.post(f"{WORDS}/reset", language="de")
    assert "It is deleted." in (await staff.anna.get(answer.headers["location"])).text
    assert await WordList.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
async def test_there_is_a_page_for_every_language(staff: Staff, language: str) -> None:
    page = (await staff.anna.get(f"{WORDS}?language={language}")).text
    assert f'<span lang="{language}">{LANGUAGES[language]}</span>' in page


async def test_a_list_of_words_is_the_subscribers_own(staff: Staff) -> None:
    edition = await _edition_of_words(staff.anna, "en")
    await staff.anna.post(WORDS, language="en", words="numpty", edition=edition)
    assert "numpty" not in (await staff.otto.get(f"{WORDS}?language=en")).text


async def test_a_line_without_a_word_is_refused_and_kept(staff: Staff) -> None:
    edition = await _edition_of_words(staff.anna, "en")
    answer = await staff.anna.post(WORDS, language="en", words="numpty\n?!", edition=edition)
    assert answer.status_code == 422
    assert "There is no word in this line: ?!" in said(answer.text)
    assert "numpty\n?!</textarea>" in answer.text
    assert await WordList.count() == 0


async def test_words_that_somebody_else_has_changed_are_not_overruled(staff: Staff) -> None:
    edition = await _edition_of_words(staff.anna, "en")
    await staff.anna.post(WORDS, language="en", words="numpty", edition=edition)
    answer = await staff.anna.post(WORDS, language="en", words="plonker", edition=edition)
    assert answer.status_code == 409
    assert "plonker</textarea>" in answer.text


@pytest.mark.parametrize("language", ["xx", "", "../en", "es\n"])
async def test_a_language_that_the_box_does_not_have_is_not_found(
    staff: Staff, language: str
) -> None:
    for path in (WORDS, f"{WORDS}/reset"):
        answer = await staff.anna.post(path, language=language, words="x", edition="")
        assert answer.status_code == 404
