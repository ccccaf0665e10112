"""Words with a fixed form, one list for each house."""

import sqlite3

import pytest

from sosbox.db import DB
from sosbox.places.translation_settings import MAX_TERMS, StoredTerm, load_terms
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, said


def _path(desk: Desk) -> str:
    return f"{SETTINGS}/glossary/{desk.house_id}"


async def terms(desk: Desk) -> list[StoredTerm]:
    def fetch(connection: sqlite3.Connection) -> list[StoredTerm]:
        return load_terms(connection, desk.house_id)

    return await DB.read(fetch)


async def test_a_name_is_added_and_stays_as_it_is(staff: Staff, desk: Desk) -> None:
    answer = await staff.anna.post(_path(desk), term="  Náutica ")
    assert answer.headers["location"] == f"{_path(desk)}?done=stored"
    assert [(term.term, term.translations) for term in await terms(desk)] == [
        ("Nocturna", {}),
        ("Náutica", {}),
    ]
    assert "Náutica the same in all languages" in said((await staff.anna.get(_path(desk))).text)


async def test_a_term_has_its_forms(staff: Staff, desk: Desk) -> None:
    await staff.anna.post(
        _path(desk), term="media pensión", form_en="half board", form_es="media pensión"
    )
    (_, term) = sorted(await terms(desk), key=lambda term: term.id)
    assert term.translations == {"en": "half board"}

    await staff.anna.post(f"{_path(desk)}/{term.id}", term="media pensión", form_gl="media pensión")
    assert dict((await terms(desk))[1].translations) == {}


async def test_a_word_is_taken_away(staff: Staff, desk: Desk) -> None:
    path = f"{_path(desk)}/{desk.term_id}"
    assert "Delete this word" in (await staff.anna.get(path)).text
    await staff.anna.post(f"{path}/delete")
    assert await terms(desk) == []
    assert (await staff.anna.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"term": ""}, "Please write a word."),
        ({"term": "204"}, "Please write a word with letters."),
        ({"term": "x" * 61}, "This is 61 characters long; 60 fit."),
        ({"term": "Nocturna"}, "This word is there already."),
        ({"term": "Spa", "form_en": "y" * 61}, "This is 61 characters long; 60 fit."),
    ],
)
async def test_what_is_no_word_comes_back_with_what_was_typed(
    staff: Staff, desk: Desk, form: dict[str, str], problem: str
) -> None:
    answer = await staff.anna.post(_path(desk), **form)
    assert answer.status_code == 422
    assert problem in answer.text
    for typed in form.values():
        assert f'value="{typed}"' in answer.text
    assert len(await terms(desk)) == 1


async def test_there_is_an_end_to_the_words(staff: Staff, desk: Desk) -> None:
    DB.write_sync(
        lambda tx: [
            tx.sql(
                "INSERT INTO glossary_terms (establishment_id, term) VALUES (?, ?)",
                desk.house_id,
                f"word {number}",
            )
            for number in range(MAX_TERMS - 1)
        ]
    )
    answer = await staff.anna.post(_path(desk), term="one too many")
    assert answer.status_code == 409
    assert f"There are {MAX_TERMS} words already" in answer.text


async def test_another_subscriber_sees_and_changes_nothing(staff: Staff, desk: Desk) -> None:
    path = f"{_path(desk)}/{desk.term_id}"
    for address in (_path(desk), path):
        assert (await staff.otto.get(address)).status_code == 404
        assert (await staff.otto.post(address, term="Otto")).status_code == 404
    assert (await staff.otto.post(f"{path}/delete")).status_code == 404
    assert [term.term for term in await terms(desk)] == ["Nocturna"]
