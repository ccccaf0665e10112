"""Translates what waits for it, on a thread of its own, and stores what came of it.

The database says what waits, the most urgent first; texts that wait at the same time are translated
in one go. What a draft would say to its guest goes before everything else, for somebody is looking
at a page that waits for it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from sosbox.box import Box
from sosbox.cases.rules import HAS_TRANSLATION, TranslationState
from sosbox.cases.translation_requests import (
    Preview,
    WaitingRequest,
    answer_request,
    load_requests,
)
from sosbox.cases.translations import (
    Finding,
    Waiting,
    count_interruptions,
    load_waiting,
    note_pairs,
    record_translations,
)
from sosbox.db import DB
from sosbox.i18n import LANGUAGES
from sosbox.places.translation_settings import load_engine_table, load_glossary
from sosbox.translation.contract import Pair, Translator
from sosbox.translation.engine_table import EngineTable
from sosbox.translation.glossary import Glossary
from sosbox.translation.texts import Text, TextTranslator, Translation

# Drafts that are looked at in one go.
REQUEST_LIMIT = 4
# How long the interpreter waits for a database that cannot be written, seconds.
DATABASE_PAUSE_S = 5.0

ALL_PAIRS = tuple(
    Pair(source, target) for source in LANGUAGES for target in LANGUAGES if source != target
)

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)


class Interpreter:
    """Wake it when something may wait to be translated. Lives on one event loop.

    translators: are asked on a thread, by one at a time. on_done: called after every batch.
    """

    def __init__(
        self, box: Box, translators: Sequence[Translator], *, on_done: Callable[[], None]
    ) -> None:
        self._box = box
        self._translators = tuple(translators)
        self._table = EngineTable()
        self._offered: tuple[frozenset[Pair], ...] = ()
        self._translator = TextTranslator(translators, lambda: self._table)
        self._on_done = on_done
        self._thread = ThreadPoolExecutor(1, "interpreter")
        self._has_news = asyncio.Event()
        self._is_stopping = False
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Says what can be translated, and begins with what waits."""
        num = await DB.write(count_interruptions)
        if num:
            _log.warning("%d texts are not translated: the worker ended in them too often", num)
        await self._note_choices()
        self._loop = asyncio.create_task(self._run())
        self.wake()

    async def note_models(self) -> None:
        """Models or engines have come or gone: says what can be translated from now on."""
        pairs = await self._on_thread(self._possible_pairs)
        await DB.write(note_pairs, pairs)
        self.wake()

    def wake(self) -> None:
        """Something may wait. Called on the event loop."""
        self._has_news.set()

    async def stop(self, limit_s: float) -> None:
        """Waits for the batch that is being translated, at most `limit_s` seconds; it waits on
        otherwise, for the next worker."""
        self._is_stopping = True
        self.wake()
        if self._loop is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._loop, limit_s)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while not self._is_stopping:
            await self._has_news.wait()
            self._has_news.clear()
            try:
                while not self._is_stopping and await self.do_batch():
                    pass
            except Exception as error:
                # The type alone: the text of an error may hold what somebody wrote.
                _log.error("trouble with translating: %s", type(error).__name__)
                asyncio.get_running_loop().call_later(DATABASE_PAUSE_S, self._has_news.set)

    async def do_batch(self) -> bool:
        """Translates what is most urgent; False when nothing waits."""
        await self._note_choices()
        if requests := await DB.read(lambda connection: load_requests(connection, REQUEST_LIMIT)):
            await self._preview(requests)
            return True
        waiting = await DB.read(load_waiting)
        if not waiting:
            return False
        glossaries = await self._glossaries({item.house_id for item in waiting})
        texts = [
            Text(item.text, Pair(item.source, item.target), glossaries[item.house_id], item.names)
            for item in waiting
        ]
        translations = await self._translate(texts)
        findings = [
            _finding(item, translation)
            for item, translation in zip(waiting, translations, strict=True)
        ]
        await DB.write(
            record_translations, self._box.keys, now=self._box.clock.now(), findings=findings
        )
        self._on_done()
        return True

    async def _note_choices(self) -> None:
        """The owner may have chosen other engines since, or added models."""
        table = await DB.read(load_engine_table)
        offered = tuple(translator.pairs() for translator in self._translators)
        if (table, offered) != (self._table, self._offered):
            self._table, self._offered = table, offered
            await self.note_models()

    async def _preview(self, requests: Sequence[WaitingRequest]) -> None:
        """Translates drafts and what came of them back again."""
        glossaries = await self._glossaries({item.house_id for item in requests})
        there = await self._translate(
            [
                Text(item.text, Pair(item.source, item.target), glossaries[item.house_id])
                for item in requests
            ]
        )
        back = await self._translate(
            [
                Text(translation.text, Pair(item.target, item.source), glossaries[item.house_id])
                for item, translation in zip(requests, there, strict=True)
            ]
        )
        for item, translation, way_back in zip(requests, there, back, strict=True):
            await DB.write(answer_request, item.id, _as_preview(translation, way_back))

    async def _translate(self, texts: Sequence[Text]) -> list[Translation]:
        return await self._on_thread(self._translator.translate, texts)

    async def _on_thread(self, function: Callable[P, R], *args: P.args, **_: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

    def _possible_pairs(self) -> list[str]:
        return [str(pair) for pair in ALL_PAIRS if self._translator.can(pair)]

    async def _glossaries(self, house_ids: set[int]) -> dict[int, Glossary]:
        return {
            house_id: await DB.read(partial(load_glossary, house_id=house_id))
            for house_id in house_ids
        }


def _finding(waiting: Waiting, translation: Translation) -> Finding:
    return Finding(
        waiting,
        TranslationState(translation.outcome),
        translation.text,
        translation.engine,
        translation.flags,
    )


def _as_preview(there: Translation, back: Translation) -> Preview:
    state = TranslationState(there.outcome)
    if state not in HAS_TRANSLATION:
        return Preview(state, flags=there.flags)
    return Preview(
        state,
        there.text,
        there.engine,
        there.flags,
        TranslationState(back.outcome),
        back.text,
        back.engine,
    )
