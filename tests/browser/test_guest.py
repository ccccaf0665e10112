"""Dora in room 204, with a phone and no patience."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from sosbox.lib.text import group_digits
from tests.support.server import RunningBox

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
STATES = ["new", "in_progress", "waiting", "resolved", "late", "reminded"]


@pytest.fixture(scope="module")
def room(running: RunningBox) -> str:
    return running.page_of("R-204")


def _file(room: str, text: str) -> dict[str, str]:
    form, headers = {"text": text, "lang": "en"}, {"Accept": "application/json"}
    # The machine may be busy with other tests.
    answer = httpx.post(room, data=form, headers=headers, timeout=30)
    assert answer.status_code == 201
    body: dict[str, str] = answer.json()
    return body


@pytest.fixture(scope="module")
def receipts(running: RunningBox, room: str) -> dict[str, str]:
    """A receipt in every state that it can be in; the states are put there by hand."""
    filed = {state: _file(room, f"The tap drips ({state})") for state in STATES}
    long_ago, ahead = "2026-01-01 12:00:00+00:00", "2099-01-02 12:00:00+00:00"
    changes: dict[str, dict[str, str]] = {state: {"state": state} for state in STATES[:4]}
    changes["resolved"] |= {"resolved_at": long_ago}
    changes["late"] = {"promise_due_at": long_ago}
    changes["reminded"] = {"promise_due_at": long_ago, "reminded_at": ahead}
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        for state, columns in changes.items():
            for column, value in columns.items():
                connection.execute(
                    f"UPDATE cases SET {column} = ? WHERE reference = ?",
                    (value, filed[state]["reference"]),
                )
        connection.commit()
    return {state: filed[state]["receipt_url"] for state in STATES}


def test_a_message_is_two_taps_away_from_its_receipt(
    room: str, open_page: Open, accessible: Check, fits: Check
) -> None:
    page = open_page(room)
    expect(page.get_by_label("What would you like to tell us?")).to_be_focused()
    accessible(page)
    fits(page)

    page.keyboard.type("The tap drips 🚿")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    expect(page.get_by_text("The tap drips 🚿")).to_be_visible()
    accessible(page)
    fits(page)


def test_without_scripts_everything_works_as_well(
    room: str, open_page: Open, running: RunningBox
) -> None:
    page = open_page(room, java_script_enabled=False)
    page.get_by_label("What would you like to tell us?").fill("No script here")
    page.get_by_text("Add more, if you like").click()
    page.get_by_label("Complaint").check()
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("does not look like an e-mail address")).to_be_visible()
    expect(page.get_by_label("What would you like to tell us?")).to_have_value("No script here")
    expect(page.get_by_label("Complaint")).to_be_checked()
    page.get_by_label("E-mail").fill("")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    page.get_by_label("Write more").fill("And one more thing")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("And one more thing")).to_be_visible()


def test_a_refused_form_says_why_beside_the_field(
    room: str, open_page: Open, accessible: Check, fits: Check
) -> None:
    page = open_page(room)
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("Please write a few words.")).to_be_visible()
    expect(page.get_by_label("What would you like to tell us?")).to_be_focused()
    accessible(page)
    fits(page)


def test_what_is_typed_survives_a_reload(room: str, open_page: Open) -> None:
    page = open_page(room)
    page.get_by_label("What would you like to tell us?").fill("Half a sentence")
    page.get_by_text("Add more, if you like").click()
    page.get_by_label("Name").fill("Dora")
    page.reload()

    expect(page.get_by_label("What would you like to tell us?")).to_have_value("Half a sentence")
    expect(page.get_by_label("Name")).to_have_value("Dora")


def test_the_number_of_a_ticket_is_seen_changed_and_kept(
    room: str, open_page: Open, accessible: Check, fits: Check, running: RunningBox
) -> None:
    page = open_page(f"{room}?r=FS-118", viewport=NARROW)
    field = page.get_by_label("Ticket or invoice number")
    expect(field).to_have_value("FS-118")
    expect(page.get_by_label("What would you like to tell us?")).to_be_focused()
    accessible(page)
    fits(page)

    page.keyboard.type("Counted twice")
    field.fill("FS-119")
    page.get_by_role("link", name="Easy to read").click()
    expect(page.get_by_label("Ticket or invoice number")).to_have_value("FS-119")
    accessible(page)
    fits(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Counted twice")).to_be_visible()
    assert _tickets(running, "Counted twice") == ["FS-119"]


def test_a_message_that_waits_keeps_its_number_when_another_code_is_scanned(
    room: str, open_page: Open, running: RunningBox
) -> None:
    for number, then in (("FS-1", "?r=FS-2"), ("FS-3", "")):
        page = open_page(f"{room}?r={number}")
        page.get_by_label("What would you like to tell us?").fill(f"From the cellar, {number}")
        page.route("**/p/*", _refuse_posts)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("No connection.")).to_be_visible()
        page.unroute_all()
        page.goto(f"{room}{then}")
        expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
        assert _tickets(running, f"From the cellar, {number}") == [number]


def test_another_code_brings_its_own_number(room: str, open_page: Open) -> None:
    page = open_page(f"{room}?r=FS-1")
    page.get_by_label("What would you like to tell us?").fill("Half a sentence")
    page.goto(f"{room}?r=FS-2")
    expect(page.get_by_label("What would you like to tell us?")).to_have_value("Half a sentence")
    expect(page.get_by_label("Ticket or invoice number")).to_have_value("FS-2")


def test_a_lost_connection_keeps_the_message_and_sends_it_once(
    room: str, open_page: Open, running: RunningBox
) -> None:
    page = open_page(room)
    page.get_by_label("What would you like to tell us?").fill("Sent from the lift")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No connection.")).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    assert _count(running, "Sent from the lift") == 1


def test_an_answer_that_got_lost_on_the_way_does_not_double_the_message(
    room: str, open_page: Open, running: RunningBox
) -> None:
    page = open_page(room)
    lost: list[str] = []

    def lose_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/p/*", lose_first_answer)
    page.get_by_label("What would you like to tell us?").fill("Only once, please")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    assert _count(running, "Only once, please") == 1


def test_what_is_written_under_the_receipt_is_kept_and_sent_as_well(
    room: str, open_page: Open, running: RunningBox
) -> None:
    page = open_page(_file(room, "The first message")["receipt_url"])
    page.get_by_label("Write more").fill("And from the cellar")
    page.reload()
    expect(page.get_by_label("Write more")).to_have_value("And from the cellar")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No connection.")).to_be_visible()

    page.context.set_offline(False)

    expect(page.locator(".thread").get_by_text("And from the cellar")).to_be_visible()
    expect(page.get_by_label("Write more")).to_have_value("")
    assert _count(running, "And from the cellar") == 1


def test_after_sending_the_form_is_empty_again(room: str, open_page: Open) -> None:
    page = open_page(room)
    page.get_by_label("What would you like to tell us?").fill("First message")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()

    page.goto(room)
    expect(page.get_by_label("What would you like to tell us?")).to_have_value("")


@pytest.mark.parametrize("state", STATES)
def test_the_receipt_is_good_in_every_state(
    state: str, receipts: dict[str, str], open_page: Open, accessible: Check, fits: Check
) -> None:
    for options in ({"viewport": NARROW}, {"color_scheme": "dark"}):
        page = open_page(receipts[state], **options)
        accessible(page)
        fits(page)
    button = page.get_by_role("button", name="Nobody has answered me")
    expect(button).to_be_visible(visible=state == "late")


def test_nobody_has_answered_me_is_pressed_once(
    receipts: dict[str, str], open_page: Open, accessible: Check
) -> None:
    page = open_page(receipts["late"])
    page.get_by_role("button", name="Nobody has answered me").click()

    expect(page.get_by_text("were told again")).to_be_visible()
    expect(page.get_by_role("button", name="Nobody has answered me")).to_have_count(0)
    accessible(page)


@pytest.mark.parametrize("language", ["es", "gl", "en"])
def test_every_language_is_one_tap_away(
    room: str, open_page: Open, accessible: Check, fits: Check, language: str
) -> None:
    page = open_page(room, viewport=NARROW)
    page.locator(f".languages a[lang={language}]").click()

    assert page.locator("html").get_attribute("lang") == language
    accessible(page)
    fits(page)


def test_the_code_is_typed_by_hand(
    running: RunningBox, room: str, open_page: Open, accessible: Check, fits: Check
) -> None:
    filed = _file(room, "Typed by hand")
    page = open_page(f"{running.url}/t", viewport=NARROW)
    accessible(page)
    fits(page)
    page.get_by_label("The sixteen digits of your receipt").fill("1234")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("A receipt code has sixteen digits.")).to_be_visible()
    accessible(page)

    code = group_digits(filed["receipt_code"])
    page.get_by_label("The sixteen digits of your receipt").fill(code)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("Typed by hand")).to_be_visible()


def test_a_code_that_is_not_in_use_says_what_to_do(
    running: RunningBox, open_page: Open, accessible: Check, fits: Check
) -> None:
    page = open_page(f"{running.url}/p/nonsense", viewport=NARROW)
    expect(page.get_by_text("Please scan another code nearby")).to_be_visible()
    accessible(page)
    fits(page)


def test_the_receipt_can_be_saved(room: str, open_page: Open) -> None:
    page = open_page(_file(room, "Save me")["receipt_url"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Save").click()

    content = download.value.path().read_text("utf-8")
    assert content.startswith("sosbox receipt 1\n")
    assert "| Save me" in content


def _refuse_posts(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.fallback()


def _tickets(running: RunningBox, text: str) -> list[str]:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        rows = connection.execute("SELECT ticket FROM cases WHERE excerpt = ?", (text,))
        return [ticket for (ticket,) in rows]


def _count(running: RunningBox, text: str) -> int:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        row = connection.execute("SELECT count(*) FROM messages WHERE text = ?", (text,)).fetchone()
    found: int = row[0]
    return found
