"""Many readers at once, and each is answered in their own language."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from litestar import Litestar
from litestar.testing import AsyncTestClient

import sosbox.web
from sosbox.app import create_app
from sosbox.box import Box
from sosbox.i18n import LANGUAGES, localizer
from sosbox.ui.pages import make_environment, render
from tests.support.venue import ROOM_TOKEN

NUM_READERS = 200
READERS = [list(LANGUAGES)[number % len(LANGUAGES)] for number in range(NUM_READERS)]


def _render(environment: Environment, language: str) -> str:
    _ = localizer(language)
    context: dict[str, Any] = {
        "house": None,
        "languages": [],
        "title": _("Please wait a moment"),
        "text": _("Wait {time}.", time=_.duration(timedelta(minutes=5))),
    }
    return render(environment, "message.html", _, context)


def test_pages_that_are_rendered_on_many_threads_keep_their_language() -> None:
    environment = make_environment(Path(sosbox.web.__file__).parent / "templates")
    alone = {language: _render(environment, language) for language in LANGUAGES}
    assert len(set(alone.values())) == len(LANGUAGES)
    with ThreadPoolExecutor(16) as threads:
        pages = list(threads.map(lambda language: _render(environment, language), READERS))
    assert pages == [alone[language] for language in READERS]


@pytest.fixture
async def phones(box: Box) -> AsyncTestClient[Litestar]:
    return AsyncTestClient(create_app(box), base_url="http://mar.example")


async def test_pages_that_are_asked_for_at_once_keep_their_language(
    phones: AsyncTestClient[Litestar],
) -> None:
    headings = {language: f"<h1>{localizer(language)('Let’s talk')}</h1>" for language in LANGUAGES}
    async with phones:
        answers = await asyncio.gather(
            *(
                phones.get(f"/p/{ROOM_TOKEN}", headers={"Accept-Language": language})
                for language in READERS
            )
        )
    for language, answer in zip(READERS, answers, strict=True):
        assert f'<html lang="{language}"' in answer.text
        assert headings[language] in answer.text


async def test_no_reader_gets_a_word_of_another_language(
    phones: AsyncTestClient[Litestar],
) -> None:
    anonymous = "Anonymous, unless you tell us who you are."
    words = {language: localizer(language)(anonymous) for language in LANGUAGES}
    assert len(set(words.values())) == len(LANGUAGES)
    seen: Counter[str] = Counter()
    async with phones:
        answers = await asyncio.gather(
            *(phones.post(f"/p/{ROOM_TOKEN}", data={"text": "", "lang": lang}) for lang in READERS)
        )
    for language, answer in zip(READERS, answers, strict=True):
        assert answer.status_code == 422
        seen.update(other for other, text in words.items() if text in answer.text)
        assert words[language] in answer.text
    assert seen == Counter(READERS)
