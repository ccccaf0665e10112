"""Anna and Boris at their desks, and Boris with a phone in the corridor."""

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
MIDDLE = {"width": 900, "height": 700}


def _file(running: RunningBox, text: str, **fields: str) -> str:
    """Dora files a case; its reference."""
    answer = httpx.post(
        running.page_of("R-204"),
        data={"text": text, "lang": "en", **fields},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    return str(answer.json()["reference"])


def _case_of(running: RunningBox, reference: str) -> str:
    """The address of a case."""
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        row = connection.execute(
            "SELECT id FROM cases WHERE reference = ?", (reference,)
        ).fetchone()
    return f"{running.url}/admin/cases/{row[0]}"


def _change(running: RunningBox, sql: str, *arguments: Any) -> None:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        connection.execute(sql, arguments)
        connection.commit()


@pytest.fixture
def at_desk(running: RunningBox, open_page: Open) -> Callable[..., Page]:
    """Opens a browser in which somebody is logged in, on the wanted page."""

    def log_in(name: str, address: str = "", **options: Any) -> Page:
        page = open_page(address or f"{running.url}/admin", **{"viewport": DESK, **options})
        page.get_by_label("E-mail").fill(f"{name}@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        return page

    return log_in


def test_boris_answers_on_a_phone_without_scripts(
    running: RunningBox, at_desk: Open, fits: Check
) -> None:
    case = _case_of(running, _file(running, "The tap drips"))
    page = at_desk("boris", case, viewport=PHONE, java_script_enabled=False)
    expect(page.get_by_role("heading", name="Habitación 204")).to_be_visible()
    page.get_by_label("Answer to the guest").fill("Paco is on his way")
    page.get_by_role("button", name="Send to the guest").click()
    expect(page.get_by_text("Your answer is with the guest.")).to_be_visible()
    expect(page.get_by_text("Paco is on his way")).to_be_visible()

    page.get_by_text("Add a note for colleagues").click()
    page.get_by_label("Note", exact=True).fill("He has the key")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("for colleagues only")).to_be_visible()

    page.get_by_text("Resolve", exact=True).click()
    page.get_by_role("button", name="Resolve with this outcome").click()
    expect(page.get_by_text("Please write a few words.")).to_be_visible()
    page.get_by_label("What was the outcome?").fill("A new tap")
    page.get_by_role("button", name="Resolve with this outcome").click()
    expect(page.get_by_text("as the guest reads it")).to_be_visible()


def test_a_new_message_appears_by_itself_and_is_counted_in_the_title(
    running: RunningBox, at_desk: Open
) -> None:
    _change(running, "UPDATE cases SET state = 'waiting', state_rank = 1 WHERE state_rank = 0")
    page = at_desk("anna")
    expect(page).to_have_title("Inbox")
    _file(running, "Somebody left a suitcase in the lift")
    expect(page.get_by_role("link", name="Somebody left a suitcase")).to_be_visible()
    expect(page).to_have_title("(1) Inbox")
    expect(page.get_by_role("link", name="New 1")).to_be_visible()


def test_what_is_typed_survives_what_others_do(running: RunningBox, at_desk: Open) -> None:
    case = _case_of(running, _file(running, "It is cold"))
    boris = at_desk("boris", case)
    anna = at_desk("anna", case)
    expect(boris.get_by_text("Anna is also looking at this.")).to_be_visible()
    expect(anna.get_by_text("Boris is also looking at this.")).to_be_visible()

    boris.get_by_label("Answer to the guest").fill("We bring a blanket")
    anna.get_by_label("Answer to the guest").fill("The heating starts at six")
    anna.get_by_role("button", name="Send to the guest").click()
    expect(anna.get_by_text("Your answer is with the guest.")).to_be_visible()
    expect(boris.get_by_text("There is something new here.")).to_be_visible()
    expect(boris.get_by_label("Answer to the guest")).to_have_value("We bring a blanket")

    boris.get_by_role("button", name="Send to the guest").click()
    expect(boris.get_by_text("This case has changed while you were writing.")).to_be_visible()
    expect(boris.locator(".is-new")).to_contain_text("The heating starts at six")
    expect(boris.get_by_label("Answer to the guest")).to_have_value("We bring a blanket")
    boris.get_by_role("button", name="Send to the guest").click()
    expect(boris.get_by_text("Your answer is with the guest.")).to_be_visible()
    expect(boris.get_by_label("Answer to the guest")).to_have_value("")

    anna.close()
    expect(boris.get_by_text("is also looking at this")).to_have_count(0)


def test_what_is_typed_survives_the_end_of_the_session(running: RunningBox, at_desk: Open) -> None:
    case = _case_of(running, _file(running, "The towels are wet"))
    page = at_desk("boris", case)
    page.get_by_label("Answer to the guest").fill("Dry ones are coming")
    _change(running, "UPDATE sessions SET ended_at = created_at")
    page.get_by_role("button", name="Send to the guest").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.get_by_label("E-mail").fill("boris@mar.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Answer to the guest")).to_have_value("Dry ones are coming")

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert "Dry ones" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_the_keyboard_is_enough(running: RunningBox, at_desk: Open) -> None:
    _file(running, "First of two")
    _file(running, "Second of two")
    page = at_desk("boris")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second of two")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="First of two")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/cases/"))
    page.keyboard.press("n")
    expect(page.get_by_label("Note", exact=True)).to_be_focused()
    page.keyboard.type("j?")
    expect(page.get_by_label("Note", exact=True)).to_have_value("j?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your note is kept.")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_label("Answer to the guest")).to_be_focused()
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    expect(page.get_by_label("Words, reference or place")).to_be_focused()
    page.keyboard.press("Tab")
    page.get_by_role("heading", name="Habitación 204").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Use the single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


@pytest.mark.parametrize(("scheme", "sizes"), [("light", [NARROW, MIDDLE, DESK]), ("dark", [DESK])])
def test_every_page_is_accessible_and_fits(
    running: RunningBox,
    at_desk: Open,
    accessible: Check,
    fits: Check,
    scheme: str,
    sizes: list[dict[str, int]],
) -> None:
    case = _case_of(
        running,
        _file(
            running,
            "Nobody came. " * 40,
            remedy="A quiet room",
            name="Dora",
            email="dora@guest.example",
            phone="+34 600 123 456",
        ),
    )
    late, done = (_case_of(running, _file(running, text)) for text in ("Late", "Done"))
    _change(
        running,
        "UPDATE cases SET promise_due_at = filed_at WHERE id = ?",
        late.rpartition("/")[2],
    )
    _change(
        running,
        "UPDATE deliveries SET state = 'failed', num_attempts = 2, error = 'Refused',"
        " error_detail = '550' WHERE case_id = ?",
        late.rpartition("/")[2],
    )
    page = at_desk("anna", case, color_scheme=scheme)

    def check() -> None:
        for size in sizes:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            accessible(page)
            fits(page)

    page.get_by_text("Add a note for colleagues").click()
    page.get_by_label("Note", exact=True).fill("Ask Paco")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_label("Answer to the guest").fill("We are sorry")
    page.get_by_role("button", name="Send to the guest").click()
    expect(page.get_by_text("Your answer is with the guest.")).to_be_visible()
    page.get_by_text("History").click()
    check()

    page.goto(done)
    page.get_by_text("Resolve", exact=True).click()
    page.get_by_label("What was the outcome?").fill("Done")
    page.get_by_role("button", name="Resolve with this outcome").click()
    expect(page.get_by_text("as the guest reads it")).to_be_visible()
    check()

    for address in ("", "?failed=1", "?q=nothing+like+that", "/sessions", "/cases/999999"):
        page.goto(f"{running.url}/admin{address}")
        check()
    page.goto(late)
    page.get_by_role("button", name="Keys").click()
    check()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    check()
    page.get_by_label("E-mail").fill("anna@mar.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check()
