"""Chromium on a box that serves, with a mail server beside it.

Playwright keeps an event loop running in the thread of the tests, where no other test could run its
own: so what it needs lives as long as this package and not as long as the session.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sosbox.channels.catcher import MailCatcher
from tests.support.server import RunningBox, set_up

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="package")
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher(None)
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory, catcher: MailCatcher) -> Iterator[RunningBox]:
    data_dir = tmp_path_factory.mktemp("browser") / "data"
    set_up(data_dir)
    # All of the tests write at the same places.
    running = RunningBox(data_dir, catcher.port, {"SOSBOX_BURST_LIMIT": "0"})
    running.start()
    yield running
    assert running.stop() == 0
    assert not [line for line in running.log if "Traceback" in line], "".join(running.log)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        missing = "there is no Chromium on this machine"
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh browser; complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(url: str, *, viewport: dict[str, int] = PHONE, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": viewport, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        page.goto(url)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def axe_source() -> str:
    return Path(AXE_FILE_PATH).read_text("utf-8")


@pytest.fixture
def accessible(axe_source: str) -> Callable[[Page], None]:
    """Asserts that axe-core finds nothing at all to complain about."""

    def check(page: Page) -> None:
        page.evaluate(axe_source)
        found = page.evaluate("axe.run()")["violations"]
        told = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
        assert told == [], page.url

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Asserts that nothing has to be scrolled sideways and that targets are large enough."""

    def check(page: Page) -> None:
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} is {wide} px too wide"
        small = page.evaluate(
            """[...document.querySelectorAll('button, input:not([type=hidden]), select, textarea,'
               + ' summary, a.button')]
               .filter(e => e.offsetParent && !e.closest('label'))
               .filter(e => e.getBoundingClientRect().height < 44)
               .map(e => e.outerHTML.slice(0, 120))"""
        )
        assert small == [], page.url

    return check
