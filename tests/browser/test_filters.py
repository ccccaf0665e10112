"""Anna sets up a filter, and decides on what it holds back."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.support.server import RunningBox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def console(running: RunningBox, open_page: Open) -> Callable[..., Page]:
    """Anna's console, logged in."""

    def open_it(**options: object) -> Page:
        page = open_page(f"{running.url}/admin/login", **options)
        page.get_by_label("E-mail").fill("anna@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(re.compile("/admin$"))
        return page

    return open_it


def _file(running: RunningBox, text: str) -> None:
    answer = httpx.post(running.page_of("T-7"), data={"text": text, "lang": "en"})
    assert answer.status_code == 303


def _looks_right(page: Page, accessible: Check, fits: Check) -> None:
    accessible(page)
    for size in (NARROW, PHONE, DESK):
        page.set_viewport_size(size)
        fits(page)


def test_a_filter_is_set_up_tried_and_holds_what_it_finds(
    running: RunningBox, console: Callable[..., Page], accessible: Check, fits: Check
) -> None:
    _file(running, "Come to the roulette tonight")
    page = console(viewport=DESK)
    page.goto(f"{running.url}/admin/settings/filters")
    _looks_right(page, accessible, fits)
    page.get_by_role("link", name="Add a filter").click()
    page.get_by_label("Name", exact=True).fill("Gambling")
    page.get_by_label("says one of these words").fill("roulette")
    for part in page.locator("details.step summary").all():
        part.click()
    _looks_right(page, accessible, fits)
    page.set_viewport_size(DESK)
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("It is stored, switched off.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"1 of \d+ messages"))).to_be_visible()
    _looks_right(page, accessible, fits)
    page.set_viewport_size(DESK)
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("The filter is on.")).to_be_visible()

    page.goto(f"{running.url}/admin")
    _file(running, "More roulette for all")
    # The list follows by itself; what is held back never appears in it.
    _file(running, "The ice machine is empty")
    expect(page.locator("#list").get_by_text("The ice machine is empty")).to_be_visible()
    expect(page.locator("#list").get_by_text("More roulette for all")).to_have_count(0)
    page.reload()
    expect(page.get_by_text(re.compile(r"\d messages? (is|are) in quarantine\."))).to_be_visible()
    page.locator("#list a[href='/admin/quarantine']").click()
    expect(page.get_by_text("More roulette for all")).to_be_visible()
    _looks_right(page, accessible, fits)
    page.set_viewport_size(DESK)
    page.locator(".held", has_text="More roulette for all").get_by_label("T-7").check()
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("Released.")).to_be_visible()
    page.goto(f"{running.url}/admin")
    expect(page.locator("#list").get_by_text("More roulette for all")).to_be_visible()


def test_words_are_edited_on_a_phone(
    running: RunningBox, console: Callable[..., Page], accessible: Check, fits: Check
) -> None:
    page = console(viewport=PHONE)
    page.goto(f"{running.url}/admin/settings/filters/words?language=gl")
    _looks_right(page, accessible, fits)
    page.get_by_label("One word or phrase on each line").fill("trapalleiro\n")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is your own list.")).to_be_visible()
    page.get_by_text("Back to the ready-made list").click()
    _looks_right(page, accessible, fits)
    page.get_by_role("button", name="Use the ready-made list again").click()
    expect(page.get_by_text("The ready-made list is in use again.")).to_be_visible()


def test_a_case_in_quarantine_is_decided_on_without_scripts(
    running: RunningBox, console: Callable[..., Page], accessible: Check, fits: Check
) -> None:
    page = console(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{running.url}/admin/settings/filters/new")
    page.get_by_label("Name", exact=True).fill("Lottery")
    page.get_by_label("says one of these words").fill("lottery")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Switch it on").click()
    _file(running, "You have won the lottery")
    page.goto(f"{running.url}/admin/quarantine")
    for _ in range(50):
        if page.get_by_text("You have won the lottery").count():
            break
        page.wait_for_timeout(100)
        page.reload()
    page.locator(".held", has_text="lottery").get_by_role("link", name="Open").click()
    expect(page.get_by_text("In quarantine: nobody was told.")).to_be_visible()
    page.get_by_role("button", name="It is unwanted").click()
    expect(page.get_by_text("It is kept and counted")).to_be_visible()
    page.get_by_role("button", name="Mark as sensitive").click()
    expect(page.get_by_text("Sensitive: only owner and manager see it")).to_be_visible()
