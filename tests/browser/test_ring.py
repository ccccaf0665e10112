"""The console rings at reception until somebody opens the case."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.support.server import RunningBox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
# Shows on the page what the tabs of a device have done; the sound itself is Chromium's.
WATCH = """
const mirror = () => {
  const root = document.documentElement;
  if (!root) return;
  root.dataset.chimes = Math.floor((Number(localStorage.getItem("tones")) || 0) / 3);
  root.dataset.shown = localStorage.getItem("shown") ?? "";
};
const count = (key, value) => { localStorage.setItem(key, value); mirror(); };
addEventListener("storage", mirror);
addEventListener("DOMContentLoaded", mirror);
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  localStorage.setItem("moments", `${localStorage.getItem("moments") ?? ""}${Date.now()} `);
  count("tones", (Number(localStorage.getItem("tones")) || 0) + 1);
  return start.apply(this, when);
};
window.Notification = class extends EventTarget {
  static requestPermission() {
    document.documentElement.dataset.asked = "yes";
    return Promise.resolve("granted");
  }
  constructor(text, { tag }) {
    super();
    count("shown", `${localStorage.getItem("shown") ?? ""}${tag}: ${text};`);
  }
  close() {}
};
"""


def _forget(page: Page) -> None:
    """The device has never rung."""
    page.evaluate(
        "() => { for (const key of ['tones', 'sosbox:bell-chimed']) localStorage.removeItem(key); }"
    )
    page.evaluate("() => { document.documentElement.dataset.chimes = 0; }")


def _file(running: RunningBox, text: str) -> str:
    """Dora files a case in room 204; its reference."""
    answer = httpx.post(
        running.page_of("R-204"),
        data={"text": text, "lang": "en"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    return str(answer.json()["reference"])


def _change(running: RunningBox, sql: str) -> None:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        connection.execute(sql)
        connection.commit()


def _case_of(running: RunningBox, reference: str) -> str:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        row = connection.execute(
            "SELECT id FROM cases WHERE reference = ?", (reference,)
        ).fetchone()
    return f"{running.url}/admin/cases/{row[0]}"


def _has_rung(page: Page, times: int) -> None:
    expect(page.locator("html")).to_have_attribute("data-chimes", str(times), timeout=30_000)


@pytest.fixture(autouse=True)
def nothing_unread(running: RunningBox) -> None:
    _change(running, "UPDATE cases SET is_unread = 0")


@pytest.fixture
def at_desk(running: RunningBox, open_page: Open) -> Open:
    """Opens the inbox of somebody who has logged in, on a device of their own."""

    def log_in(name: str = "boris", **options: Any) -> Page:
        page = open_page("about:blank", **{"viewport": DESK, **options})
        page.context.add_init_script(WATCH)
        page.goto(f"{running.url}/admin")
        page.get_by_label("E-mail").fill(f"{name}@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        return page

    return log_in


def _switch_on(page: Page) -> None:
    switch = page.get_by_role("button", name="Ring on this device")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    # It shows what it sounds like.
    _has_rung(page, 1)
    _forget(page)


def test_it_rings_until_somebody_opens_the_case(running: RunningBox, at_desk: Open) -> None:
    page = at_desk()
    _switch_on(page)
    _file(running, "Water comes through the ceiling")
    banner = page.locator("#bell")
    expect(banner.get_by_role("status")).to_have_text("1 new message that nobody has opened")
    _has_rung(page, 1)
    expect(page).to_have_title("🔔 1 new message that nobody has opened")
    expect(page).to_have_title(re.compile(r"^\(\d+\) Inbox$"))

    banner.get_by_role("link", name="Open").click()
    expect(page.locator("h1")).to_contain_text("R-204")
    expect(page.locator("#bell")).to_be_hidden()
    expect(page).not_to_have_title(re.compile("🔔"))


def test_a_colleague_who_opens_it_silences_everybody(running: RunningBox, at_desk: Open) -> None:
    boris = at_desk("boris")
    _switch_on(boris)
    reference = _file(running, "Water on the floor")
    expect(boris.locator("#bell")).to_be_visible()
    anna = at_desk("anna")
    anna.goto(_case_of(running, reference))
    expect(boris.locator("#bell")).to_be_hidden()


def test_it_is_quiet_until_somebody_asks_for_it(running: RunningBox, at_desk: Open) -> None:
    page = at_desk()
    _file(running, "The lamp is broken")
    expect(page.get_by_role("link", name="The lamp is broken")).to_be_visible()
    expect(page.locator("#bell")).to_be_hidden()
    _has_rung(page, 0)


def test_ten_minutes_of_quiet(running: RunningBox, at_desk: Open) -> None:
    page = at_desk()
    page.clock.install()
    page.reload()
    _switch_on(page)
    _file(running, "Somebody sings at night")
    page.get_by_role("button", name="Quiet for 10 minutes").click()
    expect(page.locator("#bell-words")).to_contain_text("Quiet until ")
    expect(page).to_have_title(re.compile(r"^\(\d+\) Inbox$"))
    _forget(page)

    page.clock.fast_forward(9 * 60_000)
    expect(page.get_by_role("button", name="Ring again")).to_be_visible()
    _has_rung(page, 0)
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("button", name="Quiet for 10 minutes")).to_be_visible()
    _has_rung(page, 1)


def test_who_switches_it_off_is_left_in_peace(running: RunningBox, at_desk: Open) -> None:
    page = at_desk()
    _switch_on(page)
    _file(running, "Too cold")
    expect(page.locator("#bell")).to_be_visible()
    page.get_by_role("button", name="Ring on this device").click()
    expect(page.locator("#bell")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Ring on this device")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_the_device_remembers(running: RunningBox, at_desk: Open) -> None:
    page = at_desk()
    _switch_on(page)
    page.reload()
    expect(page.get_by_role("button", name="Ring on this device")).to_have_attribute(
        "aria-pressed", "true"
    )
    _file(running, "Too warm")
    expect(page.locator("#bell-words")).to_contain_text("1 new message")


def test_of_three_tabs_one_rings(running: RunningBox, at_desk: Open) -> None:
    page = at_desk()
    _switch_on(page)
    others = [page.context.new_page() for _ in range(2)]
    for other in others:
        other.goto(f"{running.url}/admin")
        other.get_by_text("Choose a message to read it here").click()
        expect(other.locator("#bell-switch")).to_have_attribute("aria-pressed", "true")
    _file(running, "The lift is stuck")
    for tab in (page, *others):
        expect(tab.locator("#bell")).to_be_visible()
    _has_rung(page, 2)
    moments = page.evaluate("() => localStorage.getItem('moments')").split()
    first, second = (int(moments[place]) for place in (-6, -3))
    # Two tabs that rang for the same message would have done so at once.
    assert second - first > 7_000


def test_the_desktop_is_told_once_and_only_where_nobody_looks(
    running: RunningBox, at_desk: Open
) -> None:
    page = at_desk()
    _switch_on(page)
    html = page.locator("html")
    expect(html).to_have_attribute("data-asked", "yes")
    page.evaluate("() => { document.hasFocus = () => false; }")
    _file(running, "Smoke in the corridor")
    told = "sosbox:bell: 1 new message that nobody has opened;"
    expect(html).to_have_attribute("data-shown", told)
    page.reload()
    expect(page.locator("#bell")).to_be_visible()
    expect(html).to_have_attribute("data-shown", told)


def test_without_a_click_on_the_page_it_says_that_it_cannot_sound(
    running: RunningBox, at_desk: Open, fits: Check, accessible: Check
) -> None:
    page = at_desk()
    # As after a restart of the browser: switched on, and nobody has touched the page.
    page.add_init_script(
        "Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });"
    )
    page.evaluate("() => localStorage.setItem('sosbox:bell', 'on')")
    page.reload()
    expect(page.locator("#bell-words")).to_have_text(
        "Click anywhere on this page, so that it can ring"
    )


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_what_rings_is_accessible_and_fits(
    running: RunningBox, at_desk: Open, accessible: Check, fits: Check, scheme: str
) -> None:
    page = at_desk(color_scheme=scheme, reduced_motion="reduce")
    _switch_on(page)
    case = _case_of(running, _file(running, "First"))
    page.goto(case)
    _file(running, "Second")
    for address in (f"{running.url}/admin", case):
        page.goto(address)
        expect(page.locator("#bell")).to_be_visible()
        for size in (NARROW, PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            accessible(page)
            fits(page)
    # Who wants no motion gets a title that stays.
    expect(page).to_have_title("🔔 1 new message that nobody has opened")


def test_a_case_that_is_not_looked_at_goes_on_listening_for_all(
    running: RunningBox, at_desk: Open
) -> None:
    page = at_desk()
    _switch_on(page)
    page.goto(_case_of(running, _file(running, "First")))
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { get: () => true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    _file(running, "Second")
    expect(page).to_have_title(re.compile("🔔"))
