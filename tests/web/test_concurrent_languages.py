"""Many guests at once, each in a language of their own."""

import asyncio
import random

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.db import DB
from sosbox.i18n import LANGUAGES, localizer
from tests.support.guest_pages import offer_every_language, read_page
from tests.support.venue import ROOM_TOKEN

Phone = AsyncTestClient[Litestar]
NUM_RENDERS = 200
# Each page with some of what it says; long enough to stand nowhere by chance.
PAGES = {
    f"/p/{ROOM_TOKEN}?": (
        "What would you like to tell us?",
        "Anonymous, unless you tell us who you are.",
        "What happens with what you write",
        "You can also speak to a person at reception.",
    ),
    f"/p/{ROOM_TOKEN}?easy=1&": ("You then get the answer by e-mail, too.",),
    "/t?": (
        "The sixteen digits of your receipt",
        "To write a new message, scan the code at the place that it is about.",
    ),
    "/p/nothing?": (
        "This code is not in use any more. Please scan another code nearby, or speak to the"
        " people at reception: they will take your message.",
    ),
}


def _said(language: str, page: str) -> set[str]:
    return {localizer(language)(message) for message in PAGES[page]}


def _foreign(language: str, page: str) -> set[str]:
    """What only the readers of other languages are told there."""
    own = _said(language, page)
    others = set().union(*(_said(other, page) for other in LANGUAGES))
    return {text for text in others if not any(text in said for said in own)}


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_hundred_renders_at_once_keep_their_languages(phone: Phone, seed: int) -> None:
    await DB.write(offer_every_language)
    chance = random.Random(seed)
    wishes = [(language, page) for language in LANGUAGES for page in PAGES]
    wishes = [wishes[number % len(wishes)] for number in range(NUM_RENDERS)]
    chance.shuffle(wishes)

    async def check(language: str, page: str) -> None:
        is_asked_by_header = chance.random() < 0.5
        address = page if is_asked_by_header else f"{page}lang={language}"
        headers = {"Accept-Language": language if is_asked_by_header else "en"}
        read = read_page((await phone.get(address, headers=headers)).text)

        assert read.attributes["lang"] == language
        assert read.attributes["dir"] == localizer(language).direction
        assert [text for text in _said(language, page) if text not in read.text] == []
        assert [text for text in _foreign(language, page) if text in read.text] == []

    await asyncio.gather(*(check(*wish) for wish in wishes))


def test_the_languages_can_be_told_apart() -> None:
    for page in PAGES:
        for language in LANGUAGES:
            assert len(_foreign(language, page)) >= len(LANGUAGES) // 2, (language, page)
