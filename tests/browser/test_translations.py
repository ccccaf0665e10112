"""Boris reads what guests write in Japanese and Arabic, and answers them."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from sosbox.db import DB
from sosbox.keys import load_keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event
from sosbox.lib.clock import SystemClock
from tests.browser.conftest import DESK, PHONE
from tests.support.server import RunningBox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
LEAK = "エアコンから水が漏れています。"
LEAK_ES = "El aire acondicionado pierde agua."
WIFI = "Wifi لا يعمل في الغرفة 204 منذ يومين."
WIFI_ES = "El wifi no funciona en la habitación 204 desde hace dos días."
SORRY = "申し訳ございません。パコが伺います。"
BACK = "We apologise. Paco will visit."
PREVIEW = {
    "state": "done",
    "text": SORRY,
    "engine": "argos",
    "flags": [],
    "back_state": "done",
    "back_text": BACK,
    "back_engine": "argos",
}


def _change(running: RunningBox, sql: str, *arguments: Any) -> list[Any]:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        rows = connection.execute(sql, arguments).fetchall()
        connection.commit()
    return rows


def _file(running: RunningBox, text: str, language: str, **fields: str) -> int:
    """A case whose language was found, as the worker would have found it."""
    answer = httpx.post(
        running.page_of("R-204"),
        data={"text": text, "lang": "en", **fields},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    reference = answer.json()["reference"]
    ((case_id,),) = _change(running, "SELECT id FROM cases WHERE reference = ?", reference)
    _change(
        running,
        "UPDATE messages SET language = ?, language_by = 'detector' WHERE case_id = ?",
        language,
        case_id,
    )
    _change(running, "UPDATE cases SET guest_language = ? WHERE id = ?", language, case_id)
    return int(case_id)


def _translate(running: RunningBox, case_id: int, text: str, **columns: Any) -> None:
    """The translation into the language of the house, as the worker stores it."""
    ((message_id,),) = _change(running, "SELECT min(id) FROM messages WHERE case_id = ?", case_id)
    row = {
        "message_id": message_id,
        "part": "text",
        "language": "es",
        "state": "done",
        "priority": 1,
        "text": text,
        "engine": "argos, en",
        "created_at": "2026-11-21 12:00:00+00:00",
        **columns,
    }
    _change(
        running,
        f"INSERT OR REPLACE INTO translations ({', '.join(row)})"
        f" VALUES ({', '.join('?' * len(row))})",
        *row.values(),
    )
    _change(running, "UPDATE cases SET translated_excerpt = ? WHERE id = ?", text, case_id)


def _tell_ledger(running: RunningBox, case_id: int) -> None:
    """What the worker adds to the ledger with a translation, which open pages follow."""
    keys = load_keys(running.data_dir)
    DB.open(running.data_dir / "sosbox.db")
    try:
        DB.write_sync(
            append,
            keys,
            at=SystemClock().now(),
            event=Event.TRANSLATED,
            case_id=case_id,
            actor=SYSTEM,
            part="text",
            language="es",
            engine="argos, en",
        )
    finally:
        DB.close()


@pytest.fixture
def at_desk(running: RunningBox, open_page: Open) -> Callable[..., Page]:
    """Opens a browser in which somebody is logged in, on the wanted page."""

    def log_in(name: str, address: str = "", **options: Any) -> Page:
        page = open_page(f"{running.url}/admin{address}", **{"viewport": DESK, **options})
        page.get_by_label("E-mail").fill(f"{name}@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        return page

    return log_in


@pytest.fixture
def translator(running: RunningBox) -> Iterator[None]:
    """English can be translated into Japanese, and drafts are, at once."""
    before = _change(running, "SELECT translation_pairs FROM box")[0][0]
    _change(running, "UPDATE box SET translation_pairs = ?", json.dumps(["en-ja", "ja-en"]))
    _change(
        running,
        "CREATE TRIGGER translate_drafts AFTER INSERT ON translation_requests BEGIN"
        " UPDATE translation_requests SET state = 'done',"
        f" result = '{json.dumps(PREVIEW)}' WHERE id = NEW.id; END",
    )
    yield
    _change(running, "DROP TRIGGER translate_drafts")
    _change(running, "UPDATE box SET translation_pairs = ?", before)


def test_an_answer_is_looked_at_before_it_is_sent_without_scripts(
    running: RunningBox, at_desk: Open, translator: None
) -> None:
    case_id = _file(running, LEAK, "ja")
    _translate(running, case_id, LEAK_ES)
    page = at_desk("boris", f"/cases/{case_id}", viewport=PHONE, java_script_enabled=False)
    thread = page.get_by_role("region", name="Messages and notes")
    expect(thread.get_by_text(LEAK)).to_be_visible()
    expect(thread.get_by_text(LEAK_ES)).to_be_visible()

    page.get_by_label("Answer to the guest").fill("We are sorry. Paco is coming.")
    page.get_by_role("button", name="See it as the guest will").first.click()
    preview = page.get_by_role("region", name="As the guest will read it")
    expect(preview.get_by_text(SORRY)).to_be_visible()
    expect(preview.get_by_text(BACK)).to_be_visible()
    expect(page.get_by_label("Answer to the guest")).to_have_value("We are sorry. Paco is coming.")

    page.get_by_role("button", name="Send to the guest").click()
    expect(page.get_by_text("Your answer is with the guest.")).to_be_visible()
    expect(thread.get_by_text("We are sorry. Paco is coming.")).to_be_visible()


def test_a_language_is_put_right_without_scripts(running: RunningBox, at_desk: Open) -> None:
    case_id = _file(running, "空調", "ja")
    _translate(running, case_id, "Clima")
    page = at_desk("boris", f"/cases/{case_id}", java_script_enabled=False)
    page.get_by_text("Language: Japanese").click()
    expect(page.get_by_text("The box has found this out by itself.")).to_be_visible()
    page.get_by_label("It is written in").select_option("zh")
    page.get_by_role("button", name="Put it right").click()
    expect(page.get_by_text("The language is put right.")).to_be_visible()
    expect(page.get_by_text("Language: Chinese")).to_be_visible()
    expect(page.get_by_text("Clima")).to_have_count(0)


def test_a_translation_appears_by_itself_and_leaves_alone_what_is_open_and_typed(
    running: RunningBox, at_desk: Open
) -> None:
    case_id = _file(running, LEAK, "ja")
    page = at_desk("boris", f"/cases/{case_id}")
    thread = page.get_by_role("region", name="Messages and notes")
    expect(thread.get_by_text(LEAK)).to_be_visible()
    expect(thread.get_by_text(LEAK_ES)).to_have_count(0)
    page.get_by_text("Language: Japanese").click()
    page.get_by_label("Answer to the guest").fill("We are sorry")
    _translate(running, case_id, LEAK_ES)
    _tell_ledger(running, case_id)
    expect(thread.get_by_text(LEAK_ES)).to_be_visible()
    expect(page.locator("#list [aria-current]")).to_contain_text(LEAK_ES)
    expect(page.get_by_label("Answer to the guest")).to_have_value("We are sorry")
    expect(page.get_by_label("It is written in")).to_be_visible()
    expect(page.get_by_text("There is something new here.")).to_be_hidden()


def test_arabic_begins_on_the_right_and_its_translation_on_the_left(
    running: RunningBox, at_desk: Open
) -> None:
    case_id = _file(running, WIFI, "ar")
    _translate(running, case_id, WIFI_ES)
    page = at_desk("boris", f"/cases/{case_id}")
    thread = page.get_by_role("region", name="Messages and notes")
    for text, side in ((WIFI, "rtl"), (WIFI_ES, "ltr")):
        written = thread.get_by_text(text, exact=True)
        assert written.evaluate("e => getComputedStyle(e).direction") == side


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_every_look_of_a_translation_is_accessible_and_fits(
    running: RunningBox,
    at_desk: Open,
    translator: None,
    accessible: Check,
    fits: Check,
    scheme: str,
) -> None:
    done = _file(running, LEAK, "ja", remedy="別の部屋をお願いします。")
    _translate(running, done, LEAK_ES)
    _translate(running, done, "Otra habitación, por favor.", part="remedy")
    partial = _file(running, WIFI, "ar")
    _translate(running, partial, WIFI_ES, state="partial", flags='["digits", "protected"]')
    failed = _file(running, "В номере очень холодно.", "ru")
    _translate(running, failed, "", state="failed", flags='["repetition"]')
    missing = _file(running, "电梯坏了。", "zh")
    _translate(running, missing, "", state="unavailable", engine="")
    page = at_desk("anna", f"/cases/{done}", color_scheme=scheme)

    def check() -> None:
        for size in (NARROW, PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            accessible(page)
            fits(page)

    page.get_by_text("Language: Japanese").click()
    check()
    page.get_by_label("Answer to the guest").fill("We are sorry. Paco is coming.")
    page.get_by_role("button", name="See it as the guest will").first.click()
    expect(page.get_by_role("region", name="As the guest will read it")).to_be_visible()
    check()
    for case_id in (partial, failed, missing):
        page.goto(f"{running.url}/admin/cases/{case_id}")
        check()
    _change(running, "UPDATE messages SET hold = 'held' WHERE case_id = ?", partial)
    page.goto(f"{running.url}/admin/quarantine")
    expect(page.get_by_text(WIFI_ES).first).to_be_visible()
    check()
    page.goto(f"{running.url}/admin")
    expect(page.get_by_role("link", name="Machine translation from Japanese").first).to_be_visible()
    check()
