"""Anna walks the building with her phone; Boris does so with one that runs no scripts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from sosbox.channels.catcher import MailCatcher
from sosbox.db import DB, Transaction
from sosbox.pieces.codes import piece_number, piece_url
from tests.browser.conftest import DESK, PHONE
from tests.support.photos import photo_of
from tests.support.pieces import insert_piece
from tests.support.server import RunningBox, set_up, sosbox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
# The press starts, and works only when nobody else wants the processor.
SLOW_MS = 60_000


@dataclass(frozen=True)
class Walk:
    """A box with paper on its walls: what the codes of the pieces say, and a number."""

    running: RunningBox
    leaflet: str
    tent: str
    leaflet_number: str


def _hang(tx: Transaction) -> dict[str, tuple[str, int]]:
    rows = tx.sql("SELECT code, token, id FROM access_points WHERE code IN ('R-204', 'T-7')")
    templates = {"R-204": "leaflet-a6", "T-7": "tent-a6"}
    return {
        code: (token, insert_piece(tx, point_id, template=templates[code]))
        for code, token, point_id in rows
    }


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, catcher: MailCatcher) -> Iterator[Walk]:
    data_dir = tmp_path_factory.mktemp("rounds") / "data"
    set_up(data_dir)
    DB.open(data_dir / "sosbox.db")
    try:
        hung = DB.write_sync(_hang)
    finally:
        DB.close()
    running = RunningBox(data_dir, catcher.port)
    running.start()
    codes = {
        code: piece_url(f"http://mar.example/p/{token}", piece_id)
        for code, (token, piece_id) in hung.items()
    }
    yield Walk(running, codes["R-204"], codes["T-7"], piece_number(hung["R-204"][1]))
    assert running.stop() == 0
    assert not [line for line in running.log if "Traceback" in line], "".join(running.log)


@pytest.fixture
def log_in(walk: Walk, open_page: Open) -> Open:
    """Opens the rounds in a browser in which somebody is logged in."""

    def log_in(email: str, **options: object) -> Page:
        page = open_page(f"{walk.running.url}/admin/rounds", **options)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Rounds", exact=True)).to_be_visible()
        return page

    return log_in


def take_picture(page: Page, code: str, field: str = "picture") -> None:
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo_of(code)}
    page.locator(f"input[name={field}]").first.set_input_files([photo])


def see(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=SLOW_MS)


def test_a_whole_round_on_a_phone(walk: Walk, log_in: Open, accessible: Check, fits: Check) -> None:
    page = log_in("anna@mar.example", viewport=PHONE)

    def look(words: str) -> None:
        """The page says so, everybody can use it, and it fits the smallest phone."""
        see(page, words)
        accessible(page)
        for size in (NARROW, DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            fits(page)

    look("Through which areas?")
    page.get_by_role("button", name="Begin the round").click()
    expect(page.get_by_role("heading", name="R-204")).to_be_visible()
    look("1 of 2")

    take_picture(page, walk.leaflet)
    look("Right: this hangs where it should.")
    page.get_by_role("button", name="It is fine").click()
    expect(page.get_by_role("heading", name="T-7")).to_be_visible()
    look("Noted: R-204")

    take_picture(page, walk.leaflet)
    look("Wrong: this belongs to another place.")
    page.get_by_role("button", name="Note that it hangs here").click()
    look("It is noted.")
    page.get_by_text("Add a note or a photo").click()
    page.get_by_label("Note").fill("Somebody has spilt wine over it")
    take_picture(page, walk.tent, "photo")
    page.get_by_role("button", name="Stained").click()
    look("Everything was looked at.")
    page.get_by_role("button", name="Finish and sign").click()
    look("Signed by the box.")
    expect(page.get_by_text("Somebody has spilt wine over it")).to_be_visible()
    picture = page.get_by_role("img", name="Photo of T-7")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.photo img').naturalWidth === 1280")

    page.get_by_role("link", name="Rounds").last.click()
    look("To be put right")
    assert "the ledger is whole" in sosbox("ledger", "verify", "--data", str(walk.running.data_dir))


def test_a_round_without_scripts(walk: Walk, log_in: Open, fits: Check) -> None:
    page = log_in("boris@mar.example", viewport=NARROW, java_script_enabled=False)
    page.get_by_role("button", name="Begin the round").click()
    take_picture(page, walk.leaflet)
    page.get_by_role("button", name="Send the picture").click()
    see(page, "Right: this hangs where it should.")
    page.get_by_text("Type what stands on the paper").click()
    page.get_by_label("The code of the place").fill(walk.leaflet_number)
    page.get_by_role("button", name="Look it up").click()
    see(page, "Right: this hangs where it should.")
    page.get_by_role("button", name="Torn").click()
    see(page, "Everything was looked at.")


def test_pictures_are_made_smaller_before_they_are_sent(walk: Walk, log_in: Open) -> None:
    page = log_in("anna@mar.example", viewport=PHONE)
    page.get_by_label("Recepción").uncheck()
    page.get_by_role("button", name="Begin the round").click()
    taken = photo_of(walk.tent, size=(4000, 3000))
    with page.expect_request("**/scan") as sent:
        photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": taken}
        page.locator("input[name=picture]").set_input_files([photo])
    assert int(sent.value.all_headers()["content-length"]) < len(taken) / 2
    see(page, "Right: this hangs where it should.")
