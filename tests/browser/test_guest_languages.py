"""Guests who read and write Galician, Japanese or Arabic, and whoever needs easy words."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

import httpx
import pytest
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from sosbox.i18n import LANGUAGES
from sosbox.lib.text import group_digits
from tests.support.languages import EVERY_LANGUAGE
from tests.support.server import RunningBox

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
WAIT_S = 30
ANSWER = "El fontanero va de camino. Llame al +34 986 000 000."
TRANSLATED = {
    "ar": "السباك في الطريق. اتصلوا على +34 986 000 000.",
    "ja": "配管業者が向かっております。お電話は +34 986 000 000 までどうぞ。",
    "gl": "O fontaneiro vai de camiño. Chame ao +34 986 000 000.",
}


@pytest.fixture(scope="module")
def room(running: RunningBox) -> Iterator[str]:
    """A room in a house that speaks all languages; afterwards as few as before."""
    room = running.page_of("R-204")
    with _database(running) as connection:
        before = connection.execute("SELECT guest_languages FROM establishments").fetchone()[0]
    _offer(running, room, json.dumps(list(LANGUAGES)), "ar")
    yield room
    _offer(running, room, before, "es")


def _offer(running: RunningBox, room: str, languages: str, expected: str) -> None:
    with _database(running) as connection:
        connection.execute("UPDATE establishments SET guest_languages = ?", (languages,))
        connection.execute("UPDATE box SET settings_revision = settings_revision + 1")
        connection.commit()
    deadline = time.monotonic() + WAIT_S
    with httpx.Client(headers={"Accept-Language": "ar"}, timeout=WAIT_S) as phone:
        while f'lang="{expected}" dir' not in phone.get(room).text:
            assert time.monotonic() < deadline


def _database(running: RunningBox) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=WAIT_S))


def _file(room: str, language: str, text: str = "204") -> dict[str, str]:
    form = {"text": text, "lang": language}
    headers = {"Accept": "application/json"}
    answer = httpx.post(room, data=form, headers=headers, timeout=WAIT_S)
    assert answer.status_code == 201
    body: dict[str, str] = answer.json()
    return body


def _answer(running: RunningBox, reference: str, language: str, state: str, text: str) -> None:
    """The house answers in Spanish, and this is what has become of the translation."""
    with _database(running) as connection:
        (case_id,) = connection.execute(
            "SELECT id FROM cases WHERE reference = ?", (reference,)
        ).fetchone()
        moment = "2026-11-21 12:30:00+00:00"
        cursor = connection.execute(
            "INSERT INTO messages (case_id, direction, text, language, search_text, salt,"
            " created_at, is_routed, language_by) VALUES (?, 'to_guest', ?, 'es', '', x'00', ?, 1,"
            " 'author')",
            (case_id, ANSWER, moment),
        )
        connection.execute(
            "INSERT INTO translations (message_id, part, language, state, priority, text, engine,"
            " created_at) VALUES (?, 'text', ?, ?, 0, ?, 'argos', ?)",
            (cursor.lastrowid, language, state, text, moment),
        )
        connection.execute(
            "UPDATE messages SET language_by = 'detector' WHERE case_id = ? AND language_by = ''",
            (case_id,),
        )
        connection.execute(
            "UPDATE cases SET state = 'waiting', answered_at = ? WHERE id = ?", (moment, case_id)
        )
        connection.commit()


def _misread(running: RunningBox, reference: str, language: str) -> None:
    """The box has read the message, and taken it for this language: it does not read it again."""
    of_case = "case_id = (SELECT id FROM cases WHERE reference = ?)"
    deadline = time.monotonic() + WAIT_S
    with _database(running) as connection:
        changed = 0
        while not changed:
            assert time.monotonic() < deadline
            changed = connection.execute(
                "UPDATE messages SET language = ?, language_by = 'page'"
                f" WHERE {of_case} AND language_by <> ''",
                (language, reference),
            ).rowcount
            connection.commit()


def _box(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


def _middle(locator: Locator) -> float:
    box = _box(locator)
    return box["x"] + box["width"] / 2


def _lefts(locator: Locator, *pieces: str) -> list[float]:
    """Where pieces of a text begin on the screen, in pixels from the left."""
    found: list[float] = locator.evaluate(
        """(element, pieces) => {
            const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            const nodes = [];
            while (walker.nextNode()) nodes.push(walker.currentNode);
            return pieces.map((piece) => {
                const node = nodes.find((node) => node.data.includes(piece));
                const range = document.createRange();
                range.setStart(node, node.data.indexOf(piece));
                range.setEnd(node, node.data.indexOf(piece) + piece.length);
                return range.getBoundingClientRect().left;
            });
        }""",
        list(pieces),
    )
    return found


def _is_turned(icon: Locator) -> bool:
    matrix: str = icon.evaluate("icon => getComputedStyle(icon).transform")
    return matrix.startswith("matrix(-1,")


def _direction(locator: Locator) -> str:
    found: str = locator.evaluate("element => getComputedStyle(element).direction")
    return found


# In every language -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_the_form_fits_the_narrowest_phone_unfolded(
    room: str, open_page: Open, accessible: Check, fits: Check, language: str
) -> None:
    page = open_page(f"{room}?lang={language}", viewport=NARROW)
    fits(page)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    fits(page)
    accessible(page)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".languages a").count() == len(LANGUAGES)


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_the_receipt_and_its_conversation_fit_the_narrowest_phone(
    running: RunningBox,
    room: str,
    open_page: Open,
    accessible: Check,
    fits: Check,
    language: str,
) -> None:
    filed = _file(room, language)
    if language != "es":
        _answer(running, filed["reference"], language, "partial", TRANSLATED.get(language, "204"))
    page = open_page("about:blank", viewport=NARROW)
    for words in ("", "?easy=1"):
        page.goto(filed["receipt_url"] + words)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        fits(page)
        accessible(page)


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_the_easy_form_and_the_page_for_codes_fit_the_narrowest_phone(
    running: RunningBox, room: str, open_page: Open, fits: Check, language: str
) -> None:
    page = open_page("about:blank", viewport=NARROW)
    for address in (f"{room}?easy=1&", f"{running.url}/t?easy=1&", f"{running.url}/t?"):
        page.goto(f"{address}lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        fits(page)


# Galician, Japanese, Arabic ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "language"), [("gl-ES", "gl"), ("ja-JP", "ja"), ("ar", "ar"), ("ar-EG", "ar")]
)
def test_a_browser_is_spoken_to_in_its_language_up_to_the_receipt(
    room: str, open_page: Open, locale: str, language: str
) -> None:
    page = open_page(room, locale=locale)
    assert page.locator("html").get_attribute("lang") == language
    page.locator("#text").fill("204")
    page.locator("button[type=submit]").click()

    expect(page.locator(".receipt-code")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language


def test_an_arabic_page_runs_from_right_to_left(room: str, open_page: Open) -> None:
    page = open_page(room, locale="ar")
    body = _box(page.locator("main"))

    right = body["x"] + body["width"]
    for place in (".house .name bdi", "h1", "label[for=text]", ".languages li:first-child a"):
        box = _box(page.locator(place).first)
        assert box["x"] + box["width"] == pytest.approx(right, abs=1), place
    globe = _box(page.locator(".languages summary"))
    assert globe["x"] == pytest.approx(body["x"], abs=1)
    near = page.locator(".languages > ul > li")
    lefts = [_box(near.nth(number))["x"] for number in range(near.count())]
    assert lefts == sorted(lefts, reverse=True)
    assert _middle(page.locator(".place .code")) < _middle(page.locator(".place bdi").first)


def test_a_galician_page_runs_from_left_to_right(room: str, open_page: Open) -> None:
    page = open_page(room, locale="gl-ES")
    body = _box(page.locator("main"))

    for place in (".house .name bdi", "h1", ".languages li:first-child a"):
        assert _box(page.locator(place).first)["x"] == pytest.approx(body["x"], abs=1), place
    assert _middle(page.locator(".place .code")) > _middle(page.locator(".place bdi").first)


@pytest.mark.parametrize("locale", ["gl-ES", "ja-JP", "ar"])
def test_the_sign_for_sending_stands_before_its_word_and_points_along_the_line(
    room: str, open_page: Open, locale: str
) -> None:
    page = open_page(room, locale=locale)
    icon = page.locator("button[type=submit] .icon")
    word = page.locator("button[type=submit] span")

    is_arabic = locale == "ar"
    assert (_middle(icon) > _middle(word)) is is_arabic
    assert _is_turned(icon) is is_arabic
    # What does not point along the line does not turn.
    assert not _is_turned(page.locator(".place .icon"))


def test_an_empty_arabic_field_begins_on_the_right_and_follows_what_is_typed(
    room: str, open_page: Open
) -> None:
    page = open_page(room, locale="ar")
    page.locator("main summary").click()
    for field in ("#text", "#remedy", "#name"):
        assert _direction(page.locator(field)) == "rtl", field
        page.locator(field).fill("Hello")
        assert _direction(page.locator(field)) == "ltr", field
        page.locator(field).fill("مرحبا")
        assert _direction(page.locator(field)) == "rtl", field
    for field in ("#email", "#phone"):
        assert _direction(page.locator(field)) == "ltr", field


def test_digits_and_numbers_stand_in_their_order_on_an_arabic_receipt(
    running: RunningBox, room: str, open_page: Open
) -> None:
    filed = _file(room, "ar", "الدش بارد. هاتفي +34 600 123 456")
    _answer(running, filed["reference"], "ar", "done", TRANSLATED["ar"])
    page = open_page(filed["receipt_url"], viewport={"width": 800, "height": 900}, locale="ar")

    code = page.locator(".receipt-code")
    groups = group_digits(filed["receipt_code"]).split()
    assert all(left < right for left, right in pairwise(_lefts(code, *groups)))
    for text, numbers in (
        (page.locator(".from-guest .text"), ("+34", "600", "123", "456")),
        (page.locator(".to-guest .text").first, ("+34", "986")),
        (page.locator("footer a[href^=tel]"), ("+34", "986")),
    ):
        assert all(left < right for left, right in pairwise(_lefts(text, *numbers)))
    assert _middle(page.locator(".qr")) > _middle(page.locator(".link a"))


@pytest.mark.parametrize(("locale", "language"), [("ar", "ar"), ("gl-ES", "gl")])
def test_what_the_guest_wrote_stands_where_the_line_ends_the_answer_where_it_begins(
    running: RunningBox, room: str, open_page: Open, locale: str, language: str
) -> None:
    filed = _file(room, language)
    _answer(running, filed["reference"], language, "done", TRANSLATED[language])
    page = open_page(filed["receipt_url"], locale=locale)

    thread = _box(page.locator(".thread"))
    asked, answered = _box(page.locator(".from-guest")), _box(page.locator(".to-guest"))
    end_of_thread = thread["x"] + thread["width"]
    if language == "ar":
        assert asked["x"] == pytest.approx(thread["x"], abs=1)
        assert answered["x"] + answered["width"] == pytest.approx(end_of_thread, abs=1)
    else:
        assert asked["x"] + asked["width"] == pytest.approx(end_of_thread, abs=1)
        assert answered["x"] == pytest.approx(thread["x"], abs=1)
    # The translation is Arabic, the original beside it Spanish.
    assert _direction(page.locator(".to-guest .text").first) == (
        "rtl" if language == "ar" else "ltr"
    )
    assert _direction(page.locator(".to-guest .text[lang=es]")) == "ltr"


@pytest.mark.parametrize("locale", ["gl-ES", "ja-JP", "ar"])
def test_the_keyboard_goes_through_the_page_in_the_order_of_reading(
    room: str, open_page: Open, locale: str
) -> None:
    page = open_page(room, locale=locale)
    expect(page.locator("#text")).to_be_focused()
    order = ["a.words", ".languages summary", ".languages > ul > li:nth-child(3) a"]
    order += [".languages > ul > li:nth-child(2) a", ".languages > ul > li:nth-child(1) a", ".skip"]
    for place in order:
        page.keyboard.press("Shift+Tab")
        expect(page.locator(place)).to_be_focused()
    page.locator("#text").focus()
    for place in ("button[type=submit]", "main summary", ".promise a", "footer a[href^=tel]"):
        page.keyboard.press("Tab")
        expect(page.locator(place)).to_be_focused()


JAPANESE_FONTS = {"Noto Sans CJK JP", "IPAexGothic"}
CHINESE_FONTS = {"Noto Sans CJK SC", "WenQuanYi Micro Hei"}


@pytest.mark.parametrize(
    ("language", "own", "other"),
    [("ja", JAPANESE_FONTS, CHINESE_FONTS), ("zh", CHINESE_FONTS, JAPANESE_FONTS)],
)
def test_japanese_and_chinese_are_drawn_with_their_own_letters(
    room: str, open_page: Open, language: str, own: set[str], other: set[str]
) -> None:
    if not (any(map(_is_installed, own)) and any(map(_is_installed, other))):
        pytest.skip("the fonts of installer/ensure-fonts are not installed")
    page = open_page(f"{room}?lang={language}")
    used = _fonts(page, "main") | _fonts(page, "footer")

    assert used & own
    assert not used & other


def _is_installed(font: str) -> bool:
    found = subprocess.run(
        ["fc-match", "-f", "%{family}", font], capture_output=True, text=True, check=False
    )
    return font in found.stdout


def _fonts(page: Page, place: str) -> set[str]:
    """The fonts that Chromium has drawn a part of a page with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root: dict[str, Any] = session.send("DOM.getDocument")["root"]
    places = session.send(
        "DOM.querySelectorAll", {"nodeId": root["nodeId"], "selector": f"{place} *"}
    )
    fonts: set[str] = set()
    for node in places["nodeIds"]:
        found = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})
        fonts |= {font["familyName"] for font in found["fonts"]}
    return fonts


# Choosing ----------------------------------------------------------------------------------------


def test_the_folded_languages_are_reached_without_scripts(room: str, open_page: Open) -> None:
    page = open_page(room, viewport=NARROW, java_script_enabled=False)
    hidden = page.locator(".languages a[lang=ja]")
    expect(hidden).to_be_hidden()
    page.locator(".languages summary").click()
    hidden.click()

    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator(".languages a[lang=ja]")).to_be_visible()


def test_the_folded_languages_are_reached_with_the_keyboard(room: str, open_page: Open) -> None:
    page = open_page(room)
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator(".languages details a").first).to_be_focused()


def test_unfolding_the_languages_moves_none_of_those_above(room: str, open_page: Open) -> None:
    page = open_page(room, viewport=NARROW)
    above = [page.locator(".languages > ul"), page.locator(".languages summary")]
    before = [_box(place) for place in above]
    page.locator(".languages summary").click()

    assert [_box(place) for place in above] == before


# Translations ------------------------------------------------------------------------------------


def _as_waiting(route: Route) -> None:
    """Answers as if the translation were still waited for; the worker would not let it wait."""
    response = route.fetch()
    body = response.text().replace(TRANSLATED["gl"], "…")
    body = body.replace('class="message to-guest"', 'class="message to-guest" data-waiting')
    route.fulfill(response=response, body=body)


def test_a_translation_that_comes_is_shown_without_a_tap_and_disturbs_nothing(
    running: RunningBox, room: str, open_page: Open
) -> None:
    filed = _file(room, "gl")
    _answer(running, filed["reference"], "gl", "done", TRANSLATED["gl"])
    page = open_page("about:blank", locale="gl-ES")
    page.route("**/t/*", _as_waiting, times=1)
    page.goto(filed["receipt_url"])
    page.locator("#text").fill("Outra cousa")

    expect(page.get_by_text(TRANSLATED["gl"])).to_be_visible()
    expect(page.locator("[data-waiting]")).to_have_count(0)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.locator("#text")).to_have_value("Outra cousa")
    expect(page.locator("#text")).to_be_focused()


def test_the_page_looks_once_and_then_leaves_it_to_the_guest(
    running: RunningBox, room: str, open_page: Open
) -> None:
    filed = _file(room, "gl")
    _answer(running, filed["reference"], "gl", "done", TRANSLATED["gl"])
    page = open_page("about:blank", locale="gl-ES")
    page.clock.install()
    page.route("**/t/*", _as_waiting)
    page.goto(filed["receipt_url"])
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url))
    with page.expect_response("**/t/*"):
        page.clock.run_for(2_500)
    page.clock.run_for(60_000)

    expect(page.locator("[data-waiting]")).to_have_count(1)
    assert [url for url in looks if "/t/" in url] == [filed["receipt_url"]]


def test_the_guest_puts_the_language_right(
    running: RunningBox, room: str, open_page: Open, accessible: Check
) -> None:
    filed = _file(room, "en", "Une serviette, s’il vous plaît")
    _misread(running, filed["reference"], "en")
    page = open_page(filed["receipt_url"])
    page.get_by_text("We read this as English").click()
    accessible(page)
    page.get_by_label("I wrote it in").select_option("fr")
    page.get_by_role("button", name="Put it right").click()

    expect(page.get_by_text("We read this as French")).to_be_visible()
    expect(page.locator(".from-guest .text")).to_have_attribute("lang", "fr")


# Easy words --------------------------------------------------------------------------------------


def test_easy_words_lead_from_the_page_to_the_answer_without_scripts(
    room: str, open_page: Open
) -> None:
    page = open_page(room, viewport=NARROW, java_script_enabled=False)
    page.get_by_role("link", name="Easy to read").click()
    page.get_by_label("Write your message here.").fill("The shower is cold")
    page.get_by_label("Something is wrong").check()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("This is your code.")).to_be_visible()
    expect(page.get_by_text("The shower is cold")).to_be_visible()
    page.get_by_label("Write to us again").fill("It is still cold")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("It is still cold")).to_be_visible()
    expect(page.locator("body.easy")).to_have_count(1)
    page.get_by_role("link", name="Usual words").click()
    expect(page.locator("body.easy")).to_have_count(0)


def test_with_scripts_the_receipt_is_easy_as_well(room: str, open_page: Open) -> None:
    page = open_page(f"{room}?easy=1")
    page.get_by_label("Write your message here.").fill("The shower is cold")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("This is your code.")).to_be_visible()
    page.get_by_label("Write to us again").fill("It is still cold")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".thread").get_by_text("It is still cold")).to_be_visible()
    expect(page.locator("body.easy")).to_have_count(1)


def test_easy_words_are_larger_and_each_step_has_its_picture(room: str, open_page: Open) -> None:
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    usual, easy = open_page(room), open_page(f"{room}?easy=1")

    assert easy.locator("#text").evaluate(size) > usual.locator("label").first.evaluate(size)
    for number in range(4):
        assert _box(easy.locator(".steps .step .pictogram").nth(number))["width"] >= 48


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_easy_words_can_be_read_in_any_light(
    running: RunningBox,
    room: str,
    open_page: Open,
    accessible: Check,
    color_scheme: str,
    locale: str,
) -> None:
    for address in (room, f"{running.url}/t"):
        page = open_page(f"{address}?easy=1", color_scheme=color_scheme, locale=locale)
        accessible(page)
