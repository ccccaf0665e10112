"""Many readers at once, and each is answered in their own language."""

import asyncio
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jinja2 import Environment
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db import DB, Transaction
from sosbox.i18n import LANGUAGES, localizer
from sosbox.ui.pages import make_environment, render
from tests.support.venue import ROOM_TOKEN

NUM_READERS = 200
READERS = [list(LANGUAGES)[number % len(LANGUAGES)] for number in range(NUM_READERS)]


PAGE = """<html lang="{{ _.language }}" dir="{{ _.direction }}">
<h1>{{ _("Please wait a moment") }}</h1>
<p>{{ _("Responsible: {company}", company=company) }}</p>
<p>{{ _.plural("An answer within {num} hour.", "An answer within {num} hours.", 1440) }}</p>
"""


def _render(environment: Environment, language: str) -> str:
    return render(environment, "page.html", localizer(language), {"company": "Grupo Mar"})


def test_pages_that_are_rendered_on_many_threads_keep_their_language(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    environment = make_environment(tmp_path)
    alone = {language: _render(environment, language) for language in LANGUAGES}
    assert len(set(alone.values())) == len(LANGUAGES)
    with ThreadPoolExecutor(16) as threads:
        pages = list(threads.map(lambda language: _render(environment, language), READERS))
    assert pages == [alone[language] for language in READERS]


def _offer_every_language(tx: Transaction) -> None:
    tx.sql("UPDATE establishments SET guest_languages = ?", json.dumps(list(LANGUAGES)))
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")


@pytest.fixture
def phones(box: Box) -> AsyncTestClient[Litestar]:
    """Guests of a hotel that speaks every language."""
    DB.write_sync(_offer_every_language)
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
