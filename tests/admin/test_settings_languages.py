"""The page of the languages: what is translated, the models of the box, engines, and who may."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sosbox.admin import model_views
from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.places.model_jobs import (
    JobKind,
    JobState,
    ShownJob,
    begin_job,
    end_job,
    load_jobs,
    note_progress,
    request_fetch,
    request_remove,
    request_test,
)
from sosbox.places.translation_settings import choose_engine, load_engine_table
from sosbox.translation.argos.errors import ModelError
from sosbox.translation.argos.model import Model, Sample, Trial
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, said
from tests.support.console import Browser
from tests.support.model_packages import EN_ES, add_fake
from tests.support.venue import NOON, Venue

PATH = f"{SETTINGS}/languages"
TRIAL = Trial(
    12.3,
    82,
    (
        Sample("Room 204 is cold.", "La habitación 204 está fría."),
        Sample("The pool opens at 9:00.", "pool pool pool pool", ("repetition", "digits")),
    ),
)
CHANGES = {
    "fetch": {"pairs": "ja-en"},
    "test": {"pair": "es-en"},
    "remove": {"pair": "es-en"},
    "engine": {"source": "es", "target": "en", "engine": "none"},
}


class NoApertium:
    def working(self) -> dict[Pair, object]:
        return {}


class SomeApertium:
    def working(self) -> dict[Pair, object]:
        return {Pair("gl", "es"): object()}


@pytest.fixture(autouse=True)
def no_apertium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed on this machine."""
    monkeypatch.setattr(model_views, "_APERTIUM", NoApertium())


@pytest.fixture
def store(box: Box) -> ModelStore:
    return ModelStore(box.config.models_dir)


async def note_pairs(*pairs: str) -> None:
    """What the worker says that it can translate."""
    await DB.write(lambda tx: tx.sql("UPDATE box SET translation_pairs = ?", json.dumps(pairs)))


async def offer_to_guests(venue: Venue, *languages: str) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "UPDATE establishments SET guest_languages = ? WHERE id = ?",
            json.dumps(languages),
            venue.house_id,
        )
    )
    await DB.write(lambda tx: tx.sql("UPDATE box SET settings_revision = settings_revision + 1"))


async def jobs() -> Sequence[ShownJob]:
    return await DB.read(lambda connection: load_jobs(connection, now=NOON))


async def words_of(browser: Browser, path: str = PATH) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200
    return said(answer.text)


async def row_of(browser: Browser, language: str) -> str:
    """The words of a language's row in the table of the house."""
    page = (await browser.get(PATH)).text
    row = next(row for row in page.split("<tr>") if f'<bdi lang="{language}">' in row)
    return said(f"<main{row.partition('</tr>')[0]}")


def keep_trial(store: ModelStore, model: Model, trial: Trial) -> None:
    with store.changing() as change:
        change.note_trial(model, trial)


def keep_attribution(store: ModelStore, pair: Pair, words: str) -> None:
    """Adds a model whose authors say this of it."""
    model = add_fake(store, pair)
    with store.changing() as change:
        folder = change.new_folder()
        for path in model.folder.iterdir():
            path.rename(folder / path.name)
        change.swap_in(replace(model, folder=folder, attribution=words, licence=""))


# What is translated ------------------------------------------------------------------------------


async def test_every_language_of_the_guests_says_whether_it_is_read_and_answered(
    staff: Staff, store: ModelStore, venue: Venue
) -> None:
    await offer_to_guests(venue, "es", "en", "ja")
    add_fake(store, EN_ES)
    add_fake(store, Pair("ja", "en"))
    await note_pairs("en-es", "ja-en", "ja-es")

    assert await row_of(staff.anna, "en") == (
        "English is read argos not translated a model is missing: Spanish → English (es-en)"
    )
    row = await row_of(staff.anna, "ja")
    assert row.startswith("日本語 Japanese is read argos, over English not translated models are")
    assert "missing: Spanish → English (es-en), English → Japanese (en-ja)" in row


async def test_the_first_thing_to_do_is_to_add_what_is_missing(staff: Staff, venue: Venue) -> None:
    await offer_to_guests(venue, "es", "ja")
    words = await words_of(staff.anna)
    assert "What to do next" in words
    assert "Add a model" in words
    assert "Not fully translated: Japanese" in await words_of(staff.anna, SETTINGS)


async def test_nothing_is_asked_for_when_everything_is_translated(
    staff: Staff, venue: Venue
) -> None:
    await offer_to_guests(venue, "es", "en")
    await note_pairs("en-es", "es-en")
    assert "What to do next" not in await words_of(staff.anna)
    overview = await words_of(staff.anna, SETTINGS)
    assert "The box reads and answers every language of your guests." in overview


async def test_a_house_whose_guests_read_its_language_needs_nothing(
    staff: Staff, venue: Venue
) -> None:
    await offer_to_guests(venue, "es")
    assert "Nothing has to be translated." in await words_of(staff.anna)


async def test_notices_in_the_language_of_a_recipient_are_counted_too(
    staff: Staff, venue: Venue
) -> None:
    await offer_to_guests(venue, "es", "ja")
    assert "Notices in English: not translated from Spanish and Japanese" in await words_of(
        staff.anna
    )
    await note_pairs("es-en", "ja-en")
    assert "Notices in English are translated" in await words_of(staff.anna)


async def test_apertium_is_named_where_it_translates(
    staff: Staff, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_views, "_APERTIUM", SomeApertium())
    await offer_to_guests(venue, "es", "gl")
    await note_pairs("gl-es")
    assert (await row_of(staff.anna, "gl")).startswith("Galego Galician is read apertium")


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        ("none", "it is switched off below"),
        ("apertium", "apertium is chosen for it, and is not installed"),
    ],
)
async def test_what_an_owner_has_chosen_is_named_as_the_reason(
    staff: Staff, venue: Venue, engine: str, why: str
) -> None:
    await DB.write(choose_engine, viewer=venue.anna, pair="en-es", engine=engine)
    assert why in await row_of(staff.anna, "en")


async def test_a_model_that_was_added_a_moment_ago_is_told_from_a_missing_one(
    staff: Staff, store: ModelStore
) -> None:
    add_fake(store, EN_ES)
    assert "its model is being taken into use" in await row_of(staff.anna, "en")


async def test_a_broken_model_is_the_reason_when_nothing_else_translates(
    staff: Staff, store: ModelStore
) -> None:
    model = add_fake(store, EN_ES)
    store.mark_broken(model, is_broken=True)
    assert "a model is broken: English → Spanish (en-es)" in await row_of(staff.anna, "en")


# Models ------------------------------------------------------------------------------------------


async def test_a_model_is_shown_with_what_it_is_and_does(staff: Staff, store: ModelStore) -> None:
    keep_trial(store, add_fake(store, EN_ES, "1.9"), TRIAL)
    words = await words_of(staff.anna)
    assert "English → Spanish Version 1.9 On the disk" in words
    assert "Memory in use 82 MB Speed on this box 12 sentences a second" in words
    assert "Added Sat 21 Nov, 13:00" in words
    assert "Licence: CC BY 4.0" in words
    assert "Room 204 is cold. La habitación 204 está fría." in words


async def test_a_sentence_that_failed_its_guards_is_marked(staff: Staff, store: ModelStore) -> None:
    keep_trial(store, add_fake(store, EN_ES), TRIAL)
    words = await words_of(staff.anna)
    assert "1 of 2 fixed sentences came out wrong" in words
    assert "pool pool pool pool it repeats itself; numbers differ" in words


async def test_a_broken_model_says_that_the_one_before_is_in_use(
    staff: Staff, store: ModelStore
) -> None:
    add_fake(store, EN_ES, "1.0")
    newer = add_fake(store, EN_ES, "1.9")
    store.mark_broken(newer, is_broken=True)
    assert "Broken: the one before is in use, version 1.0." in await words_of(staff.anna)


async def test_a_broken_model_without_another_says_what_to_do(
    staff: Staff, store: ModelStore
) -> None:
    store.mark_broken(add_fake(store, EN_ES), is_broken=True)
    assert "Broken: it cannot be loaded. Try it again, or add it again." in await words_of(
        staff.anna
    )


async def test_a_phrasebook_is_not_taken_for_a_model(staff: Staff, store: ModelStore) -> None:
    keep_attribution(store, EN_ES, "A tiny phrasebook model, for tests.")
    await note_pairs("en-es")
    words = await words_of(staff.anna)
    assert "A tiny phrasebook, for trying out only" in words
    assert "is read argos only a tiny phrasebook" in await row_of(staff.anna, "en")
    assert "The model does not say under which licence it is." in words


async def test_what_authors_write_about_a_model_stays_text(staff: Staff, store: ModelStore) -> None:
    keep_attribution(store, EN_ES, "<script>alert(1)</script>")
    page = (await staff.anna.get(PATH)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


async def test_without_models_the_page_says_so(staff: Staff) -> None:
    assert "Models on this box" in await words_of(staff.anna)
    assert "There are none yet." in await words_of(staff.anna)


# Work with models --------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "kind"), [("test", JobKind.TEST), ("remove", JobKind.REMOVE)])
async def test_an_owner_asks_and_the_worker_finds_a_job(
    staff: Staff, store: ModelStore, action: str, kind: JobKind
) -> None:
    add_fake(store)
    answer = await staff.anna.post(f"{PATH}/{action}", pair="es-en")
    assert answer.headers["location"] == f"{PATH}?done=model_job#jobs"
    assert [(job.kind, job.pair, job.state) for job in await jobs()] == [
        (kind, "es-en", JobState.WAITING)
    ]
    assert [str(model.pair) for model in store.models()] == ["es-en"]
    assert "It waits for its turn." in await words_of(staff.anna)


async def test_removing_asks_once(staff: Staff, store: ModelStore) -> None:
    add_fake(store)
    page = (await staff.anna.get(PATH)).text
    question = page.partition('id="remove-es-en"')[2].partition("</details>")[0]
    assert "Remove the model" in question
    assert f'action="{PATH}/remove"' in question


async def test_several_models_are_fetched_at_once(staff: Staff) -> None:
    await staff.anna.post(f"{PATH}/fetch", pairs=["ja-en", "en-ja", "ja-en"])
    assert [(job.kind, job.pair) for job in reversed(await jobs())] == [
        (JobKind.FETCH, "ja-en"),
        (JobKind.FETCH, "en-ja"),
    ]


async def test_what_is_fetched_already_does_not_keep_the_others_back(
    staff: Staff, venue: Venue
) -> None:
    await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    answer = await staff.anna.post(f"{PATH}/fetch", pairs=["ja-en", "en-ja"])
    assert answer.status_code == 303
    assert sorted(job.pair for job in await jobs()) == ["en-ja", "ja-en"]

    answer = await staff.anna.post(f"{PATH}/fetch", pairs="ja-en")
    assert answer.status_code == 409
    assert "This is being done already." in answer.text


async def test_missing_models_are_offered_before_all_others(staff: Staff, venue: Venue) -> None:
    await offer_to_guests(venue, "es", "ja")
    page = (await staff.anna.get(PATH)).text
    first, _, others = page.partition('id="fetch"')[2].partition('id="fetch-others"')
    offered = [pair for pair in ("ja-en", "en-es", "es-en", "en-ja") if f'value="{pair}"' in first]
    assert offered == ["ja-en", "en-es", "es-en", "en-ja"]
    for pair in ("gl-en", "en-gl", "eu-en", "es-pt"):
        assert f'value="{pair}"' in others
    assert "For this alone the box needs the internet" in said(f"<main{first}")


@pytest.mark.parametrize("pairs", [[], ["ja-es"], ["xx-en"], ["../.."], ["ja-en", "nonsense"]])
async def test_only_what_is_offered_can_be_fetched(staff: Staff, pairs: list[str]) -> None:
    answer = await staff.anna.post(f"{PATH}/fetch", pairs=pairs)
    assert answer.status_code == 422
    assert "Please choose at least one." in answer.text
    assert await jobs() == []


@pytest.mark.parametrize("action", ["test", "remove"])
@pytest.mark.parametrize("pair", ["", "es", "es-es", "../../etc", "ES-EN"])
async def test_what_is_no_pair_is_no_model(staff: Staff, action: str, pair: str) -> None:
    assert (await staff.anna.post(f"{PATH}/{action}", pair=pair)).status_code == 404
    assert await jobs() == []


async def test_progress_is_shown_with_a_bar_and_in_words(staff: Staff, venue: Venue) -> None:
    job = await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    await DB.write(begin_job, job)
    await DB.write(note_progress, job, 45)
    for path in (PATH, f"{PATH}/live"):
        page = (await staff.anna.get(path)).text
        assert '<progress max="100" value="45"' in page
        assert "It is fetched and tried: 45 %" in page


async def test_the_page_comes_again_by_itself_only_while_something_is_under_way(
    staff: Staff, venue: Venue
) -> None:
    refresh = 'http-equiv="refresh"'
    assert refresh not in (await staff.anna.get(PATH)).text
    job = await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    page = (await staff.anna.get(PATH)).text
    assert f'<noscript><meta {refresh} content="5; url={PATH}#jobs"></noscript>' in page
    await _end(job)
    assert refresh not in (await staff.anna.get(PATH)).text


async def _end(job: int, error: SosboxError | None = None, **about: Any) -> None:
    await DB.write(begin_job, job)
    await DB.write(end_job, job, **{"now": NOON, "error": error, **about})


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (request_fetch, "Fetch: Japanese → English It is in use now."),
        (request_remove, "Remove: Japanese → English It is removed."),
        (request_test, "Try again: Japanese → English It was tried."),
    ],
)
async def test_what_is_done_says_what_came_of_it(
    staff: Staff, venue: Venue, ask: Any, words: str
) -> None:
    await _end(await DB.write(ask, now=NOON, viewer=venue.anna, pair="ja-en"))
    assert words in await words_of(staff.anna)


async def test_a_failure_is_told_in_the_words_of_the_reader_and_with_what_it_has_changed(
    staff: Staff, venue: Venue
) -> None:
    job = await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    await _end(job, ModelError("The list has no model for {pair}.", pair="ja-en"))
    words = await words_of(staff.anna)
    assert "The list has no model for ja-en. Nothing was changed." in words
    assert "Fetch again: it goes on where it stopped" in words
    assert "Fetch again" not in await words_of(staff.dario)


async def test_a_fetch_that_was_asked_for_again_is_not_offered_twice(
    staff: Staff, venue: Venue
) -> None:
    job = await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    await _end(job, ModelError("It was interrupted."))
    await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    assert "Fetch again" not in await words_of(staff.anna)


async def test_what_was_over_the_day_before_is_not_shown(staff: Staff, venue: Venue) -> None:
    job = await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    await _end(job, now=NOON - timedelta(days=1, minutes=1))
    assert "done since yesterday" not in await words_of(staff.anna)


async def test_the_parts_of_the_page_are_fetched_without_being_seen_at_the_screen(
    staff: Staff, browser: Browser, venue: Venue
) -> None:
    page = (await staff.anna.get(f"{PATH}/live")).text
    assert page.count("data-live=") == 3
    assert "<html" not in page
    assert (await browser.get(f"{PATH}/live")).status_code == 401


# Engines -----------------------------------------------------------------------------------------


async def test_an_engine_is_chosen_and_given_up_again(staff: Staff) -> None:
    answer = await staff.anna.post(f"{PATH}/engine", source="es", target="gl", engine="argos")
    assert answer.headers["location"] == f"{PATH}?done=stored"
    table = await DB.read(load_engine_table)
    assert table.chosen == {Pair("es", "gl"): "argos"}
    assert "Spanish → Galician argos: models that you add here" in await words_of(staff.anna)

    await staff.anna.post(f"{PATH}/engine", source="es", target="gl", engine="")
    assert (await DB.read(load_engine_table)).chosen == {}
    assert "Nothing was chosen: everything is as usual." in await words_of(staff.anna)


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"source": "es", "target": "es", "engine": "argos"}, "two of the languages"),
        ({"source": "es", "target": "xx", "engine": "argos"}, "two of the languages"),
        ({}, "two of the languages"),
        ({"source": "es", "target": "gl", "engine": "google"}, "one of the engines"),
    ],
)
async def test_no_engine_is_chosen_for_what_is_no_pair(
    staff: Staff, form: dict[str, str], problem: str
) -> None:
    answer = await staff.anna.post(f"{PATH}/engine", **form)
    assert answer.status_code == 422
    assert problem in answer.text
    assert '<details id="engines" open>' in answer.text
    assert (await DB.read(load_engine_table)).chosen == {}


# Who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", CHANGES)
async def test_a_manager_looks_and_changes_nothing_of_the_box(
    staff: Staff, store: ModelStore, action: str
) -> None:
    add_fake(store)
    await DB.write(lambda tx: tx.sql("UPDATE accounts SET role = 'manager' WHERE name = 'Dario'"))
    page = (await staff.dario.get(PATH)).text
    assert f'action="{PATH}' not in page
    assert "an owner adds and removes them" in page
    answer = await staff.dario.post(f"{PATH}/{action}", **CHANGES[action])
    assert answer.status_code == 403
    assert await jobs() == []
    assert (await DB.read(load_engine_table)).chosen == {}


@pytest.mark.parametrize("action", CHANGES)
async def test_agents_and_auditors_change_nothing(staff: Staff, action: str) -> None:
    for browser in (staff.boris, staff.dario):
        assert (await browser.post(f"{PATH}/{action}", **CHANGES[action])).status_code == 403
    assert await jobs() == []
    assert (await DB.read(load_engine_table)).chosen == {}


@pytest.mark.parametrize("action", CHANGES)
async def test_nothing_is_changed_without_the_token(staff: Staff, action: str) -> None:
    answer = await staff.anna.post(f"{PATH}/{action}", has_csrf=False, **CHANGES[action])
    assert answer.status_code == 403
    assert await jobs() == []


async def test_an_owner_of_another_company_sees_the_models_and_nothing_of_the_house(
    staff: Staff, store: ModelStore, venue: Venue
) -> None:
    add_fake(store)
    await DB.write(request_fetch, now=NOON, viewer=venue.anna, pair="ja-en")
    words = await words_of(staff.otto)
    assert "Spanish → English Version 1.0" in words
    assert "if several companies share it, they hold for all of them" in words
    for theirs in ("Hotel Mar", "Anna"):
        assert theirs not in words
    answer = await staff.otto.post(f"{PATH}/remove", pair="es-en")
    assert answer.status_code == 303


async def test_fixed_words_are_linked_for_each_house_of_ones_own(
    staff: Staff, venue: Venue
) -> None:
    page = (await staff.anna.get(PATH)).text
    assert f'href="{SETTINGS}/glossary/{venue.house_id}"' in page
    assert f"glossary/{venue.house_id}" not in (await staff.otto.get(PATH)).text
