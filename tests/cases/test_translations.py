"""Translations beside messages: asked for once, stored, found again, proved."""

from datetime import timedelta

import pytest

from sosbox.box import Box
from sosbox.cases.rules import Part, TranslationState
from sosbox.cases.tables import Case, Message
from sosbox.cases.translations import (
    BATCH_CHARACTERS,
    LONG_TEXT,
    MAX_INTERRUPTIONS,
    count_interruptions,
    want_translation,
)
from sosbox.db import DB
from sosbox.ledger.verify import verify_ledger
from tests.support.filing import file_case
from tests.support.translating import record, set_pairs, shown, waiting_texts
from tests.support.venue import NOON


async def want(message_id: int, language: str) -> bool:
    return await DB.write(want_translation, now=NOON, message_id=message_id, language=language)


async def file(box: Box, text: str = "The soup is cold", **more: str) -> tuple[int, int]:
    """An English message that nobody has looked at yet; ids of the case and the message."""
    filed = await file_case(box, text, has_worker=False, **more)
    assert filed.message_id is not None
    return filed.case_id, filed.message_id


async def is_whole(box: Box) -> bool:
    verdict = await DB.read(lambda connection: verify_ledger(connection, box.keys.public_key))
    return verdict.is_whole


async def test_a_text_waits_once_however_often_it_is_asked_for(box: Box) -> None:
    await set_pairs("en-es")
    _, message_id = await file(box)
    assert await want(message_id, "es")
    assert await want(message_id, "es")

    (item,) = await waiting_texts()
    assert (item.text, item.source, item.target) == ("The soup is cold", "en", "es")


async def test_a_text_in_the_language_that_is_asked_for_needs_none(box: Box) -> None:
    await set_pairs("en-es")
    _, message_id = await file(box)
    assert not await want(message_id, "en")
    assert await waiting_texts() == []


async def test_what_nothing_here_translates_is_waited_for_by_nobody(box: Box) -> None:
    await set_pairs("es-en")
    case_id, message_id = await file(box)
    assert not await want(message_id, "es")

    assert await waiting_texts() == []
    assert [item.state for item in await shown(case_id)] == [TranslationState.UNAVAILABLE]


async def test_what_could_not_be_translated_is_taken_up_when_a_model_comes(box: Box) -> None:
    _, message_id = await file(box)
    await want(message_id, "es")
    await set_pairs("en-es")
    assert [item.message_id for item in await waiting_texts()] == [message_id]


async def test_a_resolved_case_is_not_taken_up_again(box: Box) -> None:
    case_id, message_id = await file(box)
    await want(message_id, "es")
    DB.write_sync(lambda tx: tx.sql("UPDATE cases SET state = 'resolved' WHERE id = ?", case_id))
    await set_pairs("en-es")
    assert await waiting_texts() == []


async def test_what_would_put_it_right_is_translated_with_the_first_message(box: Box) -> None:
    await set_pairs("en-es")
    case_id, message_id = await file(box, remedy="A hot one")
    await want(message_id, "es")
    assert [item.text for item in await waiting_texts()] == ["The soup is cold", "A hot one"]

    await record(box, "Hecho")
    parts = {item.part: item.text for item in await shown(case_id)}
    assert parts == {Part.TEXT: "Hecho", Part.REMEDY: "Hecho"}


async def test_the_first_line_of_a_case_is_shown_in_the_language_of_the_house(box: Box) -> None:
    await set_pairs("en-es", "en-gl")
    case_id, message_id = await file(box)
    await want(message_id, "es")
    await want(message_id, "gl")
    await record(box, "La sopa está fría\nMucho")

    case = await Case.objects().get(Case.id == case_id)
    assert case is not None
    assert case.translated_excerpt == "La sopa está fría"
    assert case.excerpt == "The soup is cold"


async def test_a_message_is_found_by_the_words_of_its_translation(box: Box) -> None:
    await set_pairs("en-es")
    _, message_id = await file(box)
    await want(message_id, "es")
    await record(box, "La sopa está FRÍA")

    message = await Message.objects().get(Message.id == message_id)
    assert message is not None
    assert message.search_text == "the soup is cold\nla sopa esta fria"
    assert message.text == "The soup is cold"


async def test_a_translation_is_proved_by_the_ledger(box: Box) -> None:
    await set_pairs("en-es")
    _, message_id = await file(box)
    await want(message_id, "es")
    await record(box, "La sopa está fría")
    assert await is_whole(box)

    DB.write_sync(lambda tx: tx.sql("UPDATE translations SET text = 'La sopa está buena'"))
    assert not await is_whole(box)


@pytest.mark.parametrize("state", [TranslationState.FAILED, TranslationState.UNAVAILABLE])
async def test_what_failed_shows_nothing_and_says_why(box: Box, state: TranslationState) -> None:
    await set_pairs("en-es")
    case_id, message_id = await file(box)
    await want(message_id, "es")
    await record(box, "", state=state, flags=("digits",))

    (item,) = await shown(case_id)
    assert (item.state, item.text, item.flags) == (state, "", ("digits",))
    case = await Case.objects().get(Case.id == case_id)
    assert case is not None
    assert case.translated_excerpt == ""


async def test_danger_comes_first_and_long_texts_last(box: Box) -> None:
    await set_pairs("en-es")
    _, long = await file(box, "Long. " * LONG_TEXT, submission_id="1")
    _, normal = await file(box, "Normal", submission_id="2")
    case_id, urgent = await file(box, "Smoke! " * LONG_TEXT, submission_id="3")
    DB.write_sync(lambda tx: tx.sql("UPDATE cases SET is_safety = 1 WHERE id = ?", case_id))
    for message_id in (long, normal, urgent):
        await want(message_id, "es")

    order = DB.write_sync(
        lambda tx: tx.sql("SELECT message_id FROM translations ORDER BY priority, id")
    )
    assert [message_id for (message_id,) in order] == [urgent, normal, long]
    assert (await waiting_texts())[0].message_id == urgent


async def test_one_go_is_not_longer_than_what_is_urgent_could_wait_for(box: Box) -> None:
    await set_pairs("en-es")
    for number in range(4):
        text = f"{number} " + "word " * (BATCH_CHARACTERS // 15)
        _, message_id = await file(box, text, submission_id=str(number))
        await want(message_id, "es")
    texts = await waiting_texts()
    assert 1 <= len(texts) < 4
    assert sum(len(item.text) for item in texts) <= BATCH_CHARACTERS


async def test_names_of_people_and_houses_go_along(box: Box) -> None:
    await set_pairs("en-es")
    _, message_id = await file(box)
    DB.write_sync(lambda tx: tx.sql("UPDATE cases SET contact_name = 'Dora Maar'"))
    await want(message_id, "es")
    (item,) = await waiting_texts()
    assert {"Hotel Mar", "Grupo Mar", "Boris", "Dora Maar"} <= item.names
    assert "Bar Otto" not in item.names


async def test_a_text_that_ends_the_worker_again_and_again_is_left_alone(box: Box) -> None:
    await set_pairs("en-es")
    case_id, message_id = await file(box)
    await want(message_id, "es")
    for _ in range(MAX_INTERRUPTIONS):
        assert await DB.write(count_interruptions) == 0
    assert await DB.write(count_interruptions) == 1

    assert await waiting_texts() == []
    (item,) = await shown(case_id)
    assert (item.state, item.flags) == (TranslationState.FAILED, ("interrupted",))


async def test_a_finding_that_comes_twice_counts_once(box: Box) -> None:
    await set_pairs("en-es")
    case_id, message_id = await file(box)
    await want(message_id, "es")
    waiting = await waiting_texts()
    await record(box, "La sopa está fría")
    await record(box, "Otra cosa", now=NOON + timedelta(hours=1))

    assert len(waiting) == 1
    assert [item.text for item in await shown(case_id)] == ["La sopa está fría"]
    assert await is_whole(box)
