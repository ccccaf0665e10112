"""Anna arranges her hotel: access points, and how what is printed looks."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.support.pictures import make_png, make_svg
from tests.support.server import RunningBox
from tests.support.venue import PASSWORD

Open = Callable[..., Page]
Check = Callable[[Page], None]
Enter = Callable[..., Page]

SETTINGS = "/admin/settings"
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def anna(running: RunningBox, open_page: Open) -> Enter:
    """Opens a page of the settings as Anna."""

    def enter(path: str, **options: object) -> Page:
        page = open_page(f"{running.url}{SETTINGS}{path}", **options)
        page.get_by_label("E-mail").fill("anna@mar.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        return page

    return enter


def _one(running: RunningBox, sql: str) -> object:
    with closing(sqlite3.connect(running.data_dir / "sosbox.db", timeout=10)) as connection:
        (value,) = connection.execute(sql).fetchone()
        return value


def test_a_floor_is_added_moved_and_retired_without_scripts(
    running: RunningBox, anna: Enter
) -> None:
    page = anna("/places", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Add an area").click()
    page.get_by_label("Name").fill("Planta 7")
    page.get_by_role("button", name="Add", exact=True).click()

    page.get_by_label("Codes begin with").fill("P7-")
    page.get_by_label("Numbers").fill("701-703, 7")
    page.get_by_label("What guests and staff read").fill("Room")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("They are there.")).to_be_visible()
    codes = page.locator(".point strong")
    expect(codes).to_have_text(["P7-7", "P7-701", "P7-702", "P7-703"])

    page.get_by_role("link", name="P7-703").click()
    page.get_by_label("Its place in the area").select_option(label="First")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Planta 7").first.click()
    expect(codes).to_have_text(["P7-703", "P7-7", "P7-701", "P7-702"])

    page.get_by_role("link", name="P7-701").click()
    page.get_by_text("Retire this access point").click()
    page.get_by_role("button", name="Retire it").click()
    expect(page.get_by_text("Retired since")).to_be_visible()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("It is in use again")).to_be_visible()


def test_the_pages_of_access_points_can_be_used_by_everybody(
    running: RunningBox, anna: Enter, accessible: Check, fits: Check
) -> None:
    area = _one(running, "SELECT area_id FROM access_points WHERE code = 'R-204'")
    point = _one(running, "SELECT id FROM access_points WHERE code = 'R-204'")
    house = _one(running, "SELECT establishment_id FROM access_points WHERE code = 'R-204'")
    page = anna("/places", viewport=NARROW)
    for viewport in (NARROW, PHONE, DESK):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for path in ("", f"/houses/{house}/new", f"/areas/{area}", f"/points/{point}"):
            page.goto(f"{running.url}{SETTINGS}/places{path}")
            accessible(page)
            fits(page)


def test_the_pages_of_branding_can_be_used_by_everybody(
    running: RunningBox, anna: Enter, accessible: Check, fits: Check
) -> None:
    house = _one(running, "SELECT id FROM establishments WHERE slug = 'hotel-mar'")
    page = anna("/branding", viewport=NARROW)
    for viewport in (NARROW, PHONE, DESK):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for path in ("", f"/houses/{house}"):
            page.goto(f"{running.url}{SETTINGS}/branding{path}")
            accessible(page)
            fits(page)


def test_colours_are_chosen_or_typed_and_seen_at_once(anna: Enter) -> None:
    page = anna("/branding", viewport=DESK)
    head = page.locator("[data-preview] rect[data-of=color]").first
    page.get_by_label("Main colour", exact=True).fill("#7a1f2b")
    expect(head).to_have_attribute("fill", "#7a1f2b")
    expect(page.get_by_label("Choose: Main colour")).to_have_value("#7a1f2b")

    page.get_by_label("Choose: Main colour").fill("#004455")
    expect(page.get_by_label("Main colour", exact=True)).to_have_value("#004455")
    expect(head).to_have_attribute("fill", "#004455")


def test_a_logo_is_sent_refused_and_sent_again_without_scripts(
    anna: Enter, tmp_path: Path, accessible: Check
) -> None:
    page = anna("/branding", viewport=PHONE, java_script_enabled=False)
    (tmp_path / "evil.svg").write_bytes(make_svg("<script/>"))
    (tmp_path / "mar.png").write_bytes(make_png(40, 20))
    page.get_by_label("Main colour", exact=True).fill("#e8a33d")
    page.get_by_label("Español").fill("Abierto día y noche")
    page.get_by_label("Logo of the company").set_input_files(tmp_path / "evil.svg")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("which could run something")).to_be_visible()
    expect(page.get_by_text("#a46a13 would do.")).to_be_visible()
    expect(page.get_by_label("Español")).to_have_value("Abierto día y noche")

    page.get_by_label("Main colour", exact=True).fill("#a46a13")
    page.get_by_label("Logo of the company").set_input_files(tmp_path / "mar.png")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It is stored, and holds from now on.")).to_be_visible()
    logo = page.get_by_role("img", name="The logo of Grupo Mar")
    expect(logo).to_be_visible()
    assert logo.evaluate("image => image.naturalWidth") == 40
