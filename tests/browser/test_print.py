"""Anna prints on her phone: chooses, looks, downloads, and every code leads to its place."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from sosbox.channels.catcher import MailCatcher
from tests.browser.conftest import DESK, PHONE
from tests.support.print_jobs import codes_in, pages_of
from tests.support.server import RunningBox, set_up
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]

NARROW = {"width": 320, "height": 640}
PATH = "/admin/settings/print"
# The press starts, and works only when nobody else wants the processor.
SLOW_MS = 60_000


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, catcher: MailCatcher) -> Iterator[RunningBox]:
    """A box of its own, for codes carry the address that was settled for it."""
    data_dir = tmp_path_factory.mktemp("print") / "data"
    set_up(data_dir)
    env = {"SOSBOX_BASE_URL": "http://mar.example", "SOSBOX_BURST_LIMIT": "0"}
    running = RunningBox(data_dir, catcher.port, env)
    running.start()
    yield running
    assert running.stop() == 0
    assert not [line for line in running.log if "Traceback" in line], "".join(running.log)


@pytest.fixture
def at_page(box: RunningBox, open_page: Open) -> Open:
    """Opens a page about printing in a browser in which Anna is logged in."""

    def log_in(path: str = PATH, **options: object) -> Page:
        page = open_page(f"{box.url}{path}", **options)
        page.get_by_label("E-mail").fill("anna@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page

    return log_in


def has_loaded(picture: str) -> str:
    return (
        f"() => {{ const i = document.querySelector('{picture}'); return i && i.naturalWidth > 9 }}"
    )


def test_a_leaflet_is_chosen_seen_printed_and_leads_to_its_place(
    box: RunningBox, at_page: Open, open_page: Open, accessible: Check, fits: Check, tmp_path: Path
) -> None:
    page = at_page(viewport=PHONE)
    look = page.get_by_role("complementary", name="What comes out")
    expect(look.get_by_text("An example: no place has been chosen yet.")).to_be_visible()
    page.get_by_label("Recepción 1 access point", exact=True).check()
    expect(look.get_by_text("1 piece on 1 page")).to_be_visible(timeout=SLOW_MS)
    page.get_by_label("Copies of each").fill("2")
    expect(look.get_by_text("2 pieces on 2 pages")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_function(has_loaded("[data-look] img"), timeout=SLOW_MS)
    accessible(page)
    fits(page)

    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_text("Ready; every code was read")).to_be_visible(timeout=SLOW_MS)
    accessible(page)
    fits(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("^Download")).click()
    name = downloading.value.suggested_filename
    assert re.fullmatch(r"hotel-mar-leaflet-a5-20\d\d-\d\d-\d\d\.pdf", name)
    path = tmp_path / name
    downloading.value.save_as(path)
    first, second = [codes_in(picture) for picture in pages_of(path.read_bytes())]
    assert first == second
    (code,) = first
    assert code.startswith("http://mar.example/p/")
    written = urlsplit(code)
    guest = open_page(f"{box.url}{written.path}?{written.query}")
    expect(guest.get_by_text("Habitación 204")).to_be_visible()


def test_choices_follow_each_other_and_survive_going_back(at_page: Open) -> None:
    page = at_page(viewport=DESK)
    look = page.get_by_role("complementary", name="What comes out")
    every = page.get_by_label("All 2 access points of Hotel Mar")
    areas = [page.get_by_label(f"{name} 1 access point") for name in ("Recepción", "Restaurante")]
    every.check()
    for area in areas:
        expect(area).to_be_checked()
    page.get_by_text("Choose among them").last.click()
    page.get_by_label("T-7 Mesa 7").uncheck()
    expect(every).not_to_be_checked()
    expect(areas[1]).not_to_be_checked()
    expect(areas[0]).to_be_checked()

    page.get_by_label("Show only those with").fill("mesa")
    expect(areas[0]).to_be_hidden()
    expect(page.get_by_label("T-7 Mesa 7")).to_be_visible()
    page.get_by_label("Show only those with").fill("")

    expect(page.get_by_label("First free place of the sheet")).to_be_hidden()
    page.get_by_text("More pieces").click()
    page.get_by_label("Labels L7160, 21 a sheet").check()
    expect(page.get_by_label("First free place of the sheet")).to_be_visible()
    chosen = look.get_by_role("link")
    expect(chosen).to_have_text(["Door leaflet, A5", "Label, Labels L7160, 21 a sheet"])
    expect(chosen.last).to_have_attribute("aria-current", "true")
    page.get_by_label("First free place of the sheet").fill("22")
    expect(look.get_by_text("Please choose a place between 1 and 21.")).to_be_visible()
    chosen.first.click()
    expect(chosen.first).to_have_attribute("aria-current", "true")
    expect(look.get_by_text("1 piece on 1 page")).to_be_visible(timeout=SLOW_MS)

    page.reload()
    expect(page.get_by_label("Labels L7160, 21 a sheet")).to_be_checked()
    expect(areas[0]).to_be_checked()
    expect(areas[1]).not_to_be_checked()


def test_it_works_without_scripts(at_page: Open, fits: Check) -> None:
    page = at_page(viewport=PHONE, java_script_enabled=False)
    page.get_by_label("Restaurante 1 access point").check()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 piece on 1 page")).to_be_visible(timeout=SLOW_MS)
    assert "csrf" not in page.url
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_text("Ready; every code was read")).to_be_visible(timeout=SLOW_MS)


def test_a_whole_house_comes_as_one_archive(at_page: Open, accessible: Check, fits: Check) -> None:
    page = at_page(f"{PATH}/set", viewport=NARROW)
    accessible(page)
    fits(page)
    page.get_by_role("group", name="Recepción").get_by_label("Door leaflet").check()
    page.get_by_role("button", name="Print", exact=True).click()
    archive = page.get_by_role("link", name="Download all as one ZIP")
    expect(archive).to_be_visible(timeout=SLOW_MS)
    with page.expect_download() as downloading:
        archive.click()
    assert downloading.value.suggested_filename.startswith("hotel-mar-")
    page.get_by_text("I did not use these").first.click()
    fits(page)
    page.get_by_role("button", name="They do not hang anywhere").first.click()
    expect(page.get_by_text("It is noted that these do not hang anywhere.")).to_be_visible()


def test_every_page_about_printing_fits_a_small_phone(
    at_page: Open, accessible: Check, fits: Check, box: RunningBox
) -> None:
    page = at_page(viewport=NARROW)
    for path in ("", "/runs", "/templates"):
        page.goto(f"{box.url}{PATH}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        accessible(page)
        fits(page)


def test_a_template_that_does_not_work_is_shown_where_and_then_stored(
    at_page: Open, accessible: Check, fits: Check, box: RunningBox
) -> None:
    page = at_page(f"{PATH}/templates", viewport=PHONE)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="The QR code alone").click()
    source = Path(downloading.value.path()).read_bytes()

    def send(content: bytes) -> None:
        file = {"name": "ours.typ", "mimeType": "text/plain", "buffer": content}
        page.get_by_label("The template, a file").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Try and store it").click()

    send(source + b"\n#nonsense()\n")
    expect(page.get_by_text("unknown variable: nonsense")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("code", has_text="#nonsense()")).to_be_visible()
    accessible(page)
    fits(page)
    send(source)
    expect(page.get_by_text("It works in every size, and is stored.")).to_be_visible(
        timeout=SLOW_MS
    )
    page.wait_for_function(has_loaded(".template-picture"), timeout=SLOW_MS)
    accessible(page)
    fits(page)
