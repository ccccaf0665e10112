"""Which language a guest's page is in, and how the others are reached."""

import re
from typing import NamedTuple

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.db import DB
from sosbox.i18n import LANGUAGES, localizer
from tests.support.guest_pages import offer_every_language, read_page
from tests.support.venue import ROOM_TOKEN

Phone = AsyncTestClient[Litestar]
PAGE = f"/p/{ROOM_TOKEN}"


class Link(NamedTuple):
    attributes: dict[str, str]
    name: str


class Picker(NamedTuple):
    """The languages on top of a page: those that are shown, and those that are folded away."""

    near: list[Link]
    folded: list[Link]


def picker(html: str) -> Picker | None:
    found = re.search(r'<nav class="languages.*?</nav>', html, re.DOTALL)
    if found is None:
        return None
    near, _, folded = found[0].partition("<details")
    return Picker(_links(near), _links(folded))


def _links(html: str) -> list[Link]:
    return [
        Link(dict(re.findall(r'([\w-]+)="([^"]*)"', attributes)), name)
        for attributes, name in re.findall(r"<a ([^>]*)>([^<]*)</a>", html)
    ]


def _codes(links: list[Link]) -> list[str]:
    return [link.attributes["lang"] for link in links]


@pytest.fixture
async def far_travelled(phone: Phone) -> Phone:
    """A phone in a house that speaks all languages."""
    await DB.write(offer_every_language)
    return phone


async def test_few_languages_stand_beside_each_other(phone: Phone) -> None:
    shown = picker((await phone.get(PAGE)).text)

    assert shown is not None
    assert (_codes(shown.near), shown.folded) == (["es", "gl", "en"], [])


async def test_of_many_the_likeliest_are_shown_and_the_others_folded(far_travelled: Phone) -> None:
    headers = {"Accept-Language": "ja-JP,ru;q=0.8,fr;q=0.5"}
    shown = picker((await far_travelled.get(PAGE, headers=headers)).text)

    assert shown is not None
    # The page's, what the phone names next; in the order of the house.
    assert _codes(shown.near) == ["fr", "ru", "ja"]
    assert _codes(shown.folded) == [code for code in LANGUAGES if code not in {"fr", "ru", "ja"}]


async def test_without_a_wish_the_language_of_the_house_stands_beside_the_current(
    far_travelled: Phone,
) -> None:
    shown = picker(
        (await far_travelled.get(f"{PAGE}?lang=ar", headers={"Accept-Language": ""})).text
    )

    assert shown is not None
    assert _codes(shown.near) == ["es", "gl", "ar"]


async def test_what_folds_says_so_to_who_cannot_see_the_globe(far_travelled: Phone) -> None:
    assert "More languages" in read_page((await far_travelled.get(PAGE)).text).texts


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_has_its_own_name_and_the_direction_of_its_script(
    far_travelled: Phone, language: str
) -> None:
    shown = picker((await far_travelled.get(f"{PAGE}?lang={language}")).text)

    assert shown is not None
    links = shown.near + shown.folded
    assert {link.attributes["lang"]: link.name for link in links} == LANGUAGES
    assert all(link.attributes["lang"] == link.attributes["hreflang"] for link in links)
    current = [link.attributes["lang"] for link in links if "aria-current" in link.attributes]
    assert current == [language]
    here = localizer(language).direction
    turned = {link.attributes["lang"]: link.attributes.get("dir", here) for link in links}
    assert turned == {code: localizer(code).direction for code in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_says_its_language_and_direction(
    far_travelled: Phone, language: str
) -> None:
    html = (await far_travelled.get(f"{PAGE}?lang={language}")).text

    assert read_page(html).attributes == {
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
    }


async def test_each_link_leads_to_the_same_page_in_that_language(far_travelled: Phone) -> None:
    filed = await far_travelled.post(PAGE, data={"text": "The tap drips"})
    for address in (PAGE, filed.headers["location"], "/t", "/p/none"):
        shown = picker((await far_travelled.get(address)).text)
        assert shown is not None
        for link in shown.near + shown.folded:
            url = far_travelled.base_url.join(address).join(link.attributes["href"])
            html = (await far_travelled.get(str(url))).text
            assert read_page(html).attributes["lang"] == link.attributes["lang"], address


async def test_a_refused_form_keeps_the_chosen_language(far_travelled: Phone) -> None:
    answer = await far_travelled.post(PAGE, data={"text": "", "lang": "ja"})

    assert answer.status_code == 422
    assert read_page(answer.text).attributes["lang"] == "ja"


async def test_what_was_sent_in_vain_offers_no_links_to_where_nothing_can_be_opened(
    far_travelled: Phone,
) -> None:
    answer = await far_travelled.post("/t/nothing/reminder?lang=ja", data={})

    assert answer.status_code == 404
    assert read_page(answer.text).attributes["lang"] == "ja"
    assert picker(answer.text) is None


@pytest.mark.parametrize("wish", ["tlh", "", "de-AT", "ES", "ar%00", "../../es"])
async def test_a_language_that_the_house_does_not_speak_is_not_spoken(
    phone: Phone, wish: str
) -> None:
    html = (await phone.get(f"{PAGE}?lang={wish}")).text

    assert read_page(html).attributes["lang"] == "en"


async def test_a_page_of_no_house_speaks_all_languages(phone: Phone) -> None:
    for address in ("/t", "/p/none", "/nothing"):
        answer = await phone.get(f"{address}?lang=ar")
        assert read_page(answer.text).attributes == {"lang": "ar", "dir": "rtl"}


async def test_an_address_is_not_given_back_in_a_link(phone: Phone) -> None:
    answer = await phone.get('/p/"><script>alert(1)</script>?lang="><b>')

    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text
