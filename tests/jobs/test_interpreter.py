"""Translating what waits, on a thread: in order, in one go, whatever an engine does to it."""

import asyncio
import logging
import queue
from collections.abc import AsyncIterator

import pytest

from sosbox.box import Box
from sosbox.cases.rules import TranslationState
from sosbox.cases.translation_requests import ask_for_preview, load_preview
from sosbox.cases.translations import MAX_INTERRUPTIONS, want_translation
from sosbox.db import DB
from sosbox.errors import NotFoundError
from sosbox.jobs.interpreter import Interpreter
from sosbox.places.translation_settings import choose_engine, keep_term, load_pairs
from sosbox.translation.contract import Pair, TranslationError
from tests.support.filing import file_case
from tests.support.translating import set_pairs, shown, waiting_texts
from tests.support.translators import EchoTranslator, FailingTranslator, echo
from tests.support.venue import NOON, Venue

EN_ES, ES_EN = Pair("en", "es"), Pair("es", "en")


class Booth:
    """An interpreter with its engine."""

    def __init__(self, box: Box, engine: EchoTranslator | None = None) -> None:
        self.engine = engine or EchoTranslator(EN_ES, ES_EN)
        self.rounds: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.interpreter = Interpreter(box, [self.engine], on_done=lambda: self.rounds.put(None))

    async def work(self) -> None:
        """Does everything that waits."""
        while await self.interpreter.do_batch():
            pass


@pytest.fixture
async def booth(box: Box) -> AsyncIterator[Booth]:
    booth = Booth(box)
    await booth.interpreter.note_models()
    yield booth
    await booth.interpreter.stop(10)


async def ask(message_id: int | None, language: str = "es") -> bool:
    return await DB.write(want_translation, now=NOON, message_id=message_id, language=language)


async def test_it_says_what_can_be_translated(booth: Booth) -> None:
    assert await DB.read(load_pairs) == {"en-es", "es-en"}
    booth.engine.offered = frozenset({ES_EN})
    await booth.interpreter.note_models()
    assert await DB.read(load_pairs) == {"es-en"}


async def test_what_waits_is_translated_and_told(box: Box, booth: Booth) -> None:
    filed = await file_case(box, "The soup is cold.", has_worker=False)
    await ask(filed.message_id)
    await booth.work()

    (item,) = await shown(filed.case_id)
    assert (item.state, item.text) == (TranslationState.DONE, echo("The soup is cold.", "es"))
    assert item.engine == "argos"
    assert booth.rounds.qsize() == 1


async def test_messages_that_wait_together_are_one_batch(box: Box, booth: Booth) -> None:
    for number in range(3):
        filed = await file_case(
            box, f"Room {number} is cold.", submission_id=str(number), has_worker=False
        )
        await ask(filed.message_id)
    await booth.work()
    (call,) = booth.engine.calls
    assert sorted(call[1]) == ["Room 0 is cold.", "Room 1 is cold.", "Room 2 is cold."]


async def test_fixed_words_of_the_house_hold(box: Box, booth: Booth, venue: Venue) -> None:
    await DB.write(
        keep_term,
        viewer=venue.anna,
        house_id=venue.house_id,
        term_id=None,
        term="media pensión",
        translations={"en": "half board"},
    )
    filed = await file_case(box, "We have half board.", has_worker=False)
    await ask(filed.message_id)
    await booth.work()
    (item,) = await shown(filed.case_id)
    assert "media pensión" in item.text
    assert "half board" not in booth.engine.sentences[0]


async def test_a_draft_is_shown_there_and_back_before_everything_else(
    box: Box, booth: Booth, venue: Venue
) -> None:
    filed = await file_case(box, "The soup is cold.", has_worker=False)
    await ask(filed.message_id)
    request_id = await DB.write(
        ask_for_preview,
        now=NOON,
        viewer=venue.anna,
        case_id=filed.case_id,
        text="Lo sentimos mucho.",
        source="es",
        target="en",
    )
    assert await load_preview(venue.anna, request_id) is None
    await booth.interpreter.do_batch()

    preview = await load_preview(venue.anna, request_id)
    assert preview is not None
    assert (preview.text, preview.back_text) == (
        echo("Lo sentimos mucho.", "en"),
        echo(echo("Lo sentimos mucho.", "en"), "es"),
    )
    with pytest.raises(NotFoundError):
        await load_preview(venue.boris, request_id)
    assert len(await waiting_texts()) == 1


async def test_an_engine_that_fails_leaves_the_original_alone(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    booth = Booth(box, FailingTranslator(TranslationError("It broke."), EN_ES))
    await booth.interpreter.note_models()
    filed = await file_case(box, "The secret soup is cold.", has_worker=False)
    await ask(filed.message_id)
    with caplog.at_level(logging.INFO):
        await booth.work()
    await booth.interpreter.stop(10)

    (item,) = await shown(filed.case_id)
    assert item.state in {TranslationState.FAILED, TranslationState.UNAVAILABLE}
    assert item.text == ""
    assert "secret" not in caplog.text


async def test_an_engine_that_is_taken_away_meanwhile_is_said(box: Box, booth: Booth) -> None:
    filed = await file_case(box, "The soup is cold.", has_worker=False)
    await ask(filed.message_id)
    booth.engine.offered = frozenset()
    await booth.work()
    (item,) = await shown(filed.case_id)
    assert item.state is TranslationState.UNAVAILABLE


async def test_what_the_owner_does_not_want_translated_is_not(
    box: Box, booth: Booth, venue: Venue
) -> None:
    await DB.write(choose_engine, viewer=venue.anna, pair="en-es", engine="none")
    filed = await file_case(box, "The soup is cold.", has_worker=False)
    await ask(filed.message_id)
    await booth.work()
    (item,) = await shown(filed.case_id)
    assert item.state is TranslationState.UNAVAILABLE
    assert await DB.read(load_pairs) == {"es-en"}


async def test_a_worker_begins_with_what_the_one_before_it_has_left(box: Box, booth: Booth) -> None:
    filed = await file_case(box, "The soup is cold.", has_worker=False)
    await ask(filed.message_id)
    await booth.interpreter.start()
    await asyncio.to_thread(booth.rounds.get, timeout=20)
    await booth.interpreter.stop(10)
    (item,) = await shown(filed.case_id)
    assert item.state is TranslationState.DONE


async def test_a_text_that_ended_several_workers_is_left_alone(
    box: Box, booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    filed = await file_case(box, "The soup is cold.", has_worker=False)
    await ask(filed.message_id)
    DB.write_sync(lambda tx: tx.sql("UPDATE translations SET num_attempts = ?", MAX_INTERRUPTIONS))
    with caplog.at_level(logging.WARNING):
        await booth.interpreter.start()
        await booth.interpreter.stop(10)
    (item,) = await shown(filed.case_id)
    assert (item.state, item.flags) == (TranslationState.FAILED, ("interrupted",))
    assert booth.engine.calls == []
    assert "1 texts are not translated" in caplog.text


async def test_nothing_waits_nothing_is_done(booth: Booth) -> None:
    assert not await booth.interpreter.do_batch()
    assert booth.engine.calls == []
    assert booth.rounds.qsize() == 0
    await set_pairs()
