"""Dora writes while somebody floods her access point."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Page, expect

from sosbox.channels.catcher import MailCatcher
from tests.support.server import RunningBox, set_up

Open = Callable[..., Page]
Check = Callable[[Page], None]

LIMIT = 4
TEXT = "What would you like to tell us?"


@pytest.fixture(scope="module")
def flooded(
    tmp_path_factory: pytest.TempPathFactory, catcher: MailCatcher
) -> Iterator[tuple[RunningBox, str]]:
    """A box on which the limit of room 204 has been reached, and the address of its page."""
    data_dir = tmp_path_factory.mktemp("flooded") / "data"
    set_up(data_dir)
    running = RunningBox(data_dir, catcher.port, {"SOSBOX_BURST_LIMIT": str(LIMIT)})
    running.start()
    room = running.page_of("R-204")
    for number in range(LIMIT):
        assert httpx.post(room, data={"text": f"Flood {number}"}).status_code == 303
    yield running, room
    assert running.stop() == 0


def _hold_of(running: RunningBox, text: str) -> str:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        rows = connection.execute("SELECT hold FROM messages WHERE text = ?", (text,)).fetchall()
    assert len(rows) == 1
    hold: str = rows[0][0]
    return hold


def test_a_browser_solves_the_puzzle_while_the_guest_types(
    flooded: tuple[RunningBox, str], open_page: Open, accessible: Check, fits: Check
) -> None:
    running, room = flooded
    page = open_page(room)
    accessible(page)
    fits(page)
    page.get_by_label(TEXT).fill("The tap drips")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    assert _hold_of(running, "The tap drips") == ""


def test_what_was_kept_over_a_reload_is_sent_with_a_solution_too(
    flooded: tuple[RunningBox, str], open_page: Open
) -> None:
    running, room = flooded
    page = open_page(room)
    page.get_by_label(TEXT).fill("Begun before")
    page.reload()
    expect(page.get_by_label(TEXT)).to_have_value("Begun before")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    assert _hold_of(running, "Begun before") == ""


def test_what_waited_for_the_connection_waits_for_the_solution_as_well(
    flooded: tuple[RunningBox, str], open_page: Open
) -> None:
    running, room = flooded
    page = open_page(room)
    page.get_by_label(TEXT).fill("Sent from the lift")
    page.route("**/p/*", lambda route: route.abort())
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.unroute("**/p/*")
    page.reload()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    assert _hold_of(running, "Sent from the lift") == ""


def test_without_scripts_the_message_waits_in_quarantine_and_the_guest_sees_no_difference(
    flooded: tuple[RunningBox, str], open_page: Open
) -> None:
    running, room = flooded
    page = open_page(room, java_script_enabled=False)
    page.get_by_label(TEXT).fill("No script here")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    expect(page.get_by_text("No script here")).to_be_visible()
    assert _hold_of(running, "No script here") == "held"


def test_a_browser_that_cannot_solve_it_sends_all_the_same(
    flooded: tuple[RunningBox, str], open_page: Open
) -> None:
    running, room = flooded
    page = open_page("about:blank")
    page.route("**/puzzle-solver.*", lambda route: route.abort())
    page.goto(room)
    page.get_by_label(TEXT).fill("An old phone")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    assert _hold_of(running, "An old phone") == "held"
