"""Logos, colours, texts and languages of what is printed, and the picture of the service."""

import re
import sqlite3
from html import escape

import httpx
import pytest

from sosbox.db import DB
from sosbox.places.branding import Branding, load_branding
from sosbox.places.logo import Picture
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, edition_on, said
from tests.routing.settings_kit import revision
from tests.support.console import Browser
from tests.support.pictures import make_png, make_svg
from tests.support.venue import Venue

BRANDING = f"{SETTINGS}/branding"
PNG = make_png(12, 9)
SVG = make_svg("<g/>")


async def branding(venue: Venue) -> Branding:
    def load(connection: sqlite3.Connection) -> Branding:
        return load_branding(connection, venue.house_id)

    return await DB.read(load)


def house_path(venue: Venue) -> str:
    return f"{BRANDING}/houses/{venue.house_id}"


async def send(
    browser: Browser,
    path: str,
    *,
    files: dict[str, tuple[str, bytes]] | None = None,
    edition: str | None = None,
    **fields: str | list[str],
) -> httpx.Response:
    """As the form of the page does."""
    if edition is None:
        edition = await edition_on(browser, path)
    data = {"csrf": browser.csrf, "edition": edition, **fields}
    return await browser.client.post(path, data=data, files=files or {"logo": ("", b"")})


# The company -------------------------------------------------------------------------------------


async def test_the_looks_of_a_company_are_those_of_its_houses(staff: Staff, venue: Venue) -> None:
    before = await revision()
    answer = await send(
        staff.anna,
        BRANDING,
        files={"logo": ("mar.png", PNG), "service_logo": ("service.svg", SVG)},
        color="7A1F2B",
        accent_color="#b8860b",
        text_es="  Abierto día y noche ",
        text_ja="いつでもどうぞ",
        service_name="Mar te escucha",
        service_website="mar.example/sos",
    )
    assert answer.headers["location"] == f"{BRANDING}?done=stored"
    found = await branding(venue)
    assert (found.color, found.accent_color) == ("#7a1f2b", "#b8860b")
    assert found.company_logo == Picture(PNG, "image/png")
    assert found.service_logo == Picture(SVG, "image/svg+xml")
    assert found.extra_texts == {"es": "Abierto día y noche", "ja": "いつでもどうぞ"}
    assert (found.service_name, found.service_website) == ("Mar te escucha", "mar.example/sos")
    assert await revision() > before

    page = (await staff.anna.get(BRANDING)).text
    for shown in ("#7a1f2b", "Abierto día y noche", "いつでもどうぞ", "Mar te escucha"):
        assert f'value="{shown}"' in page
    assert f'src="{BRANDING}/logo"' in page


async def test_a_picture_stays_until_it_is_taken_away(
    staff: Staff, venue: Venue, desk: Desk
) -> None:
    await send(staff.anna, BRANDING, color="#123456")
    assert (await branding(venue)).company_logo is not None
    await send(staff.anna, BRANDING, remove_logo="1")
    found = await branding(venue)
    assert found.company_logo is None
    assert found.service_logo is not None
    assert (await staff.anna.get(f"{BRANDING}/logo")).status_code == 404
    assert "The logo of Grupo Mar" not in (await staff.anna.get(BRANDING)).text


async def test_what_is_emptied_is_as_at_first(staff: Staff, venue: Venue) -> None:
    before = await branding(venue)
    await send(staff.anna, BRANDING, color="#123456", text_es="Hola", service_name="Mar")
    assert await branding(venue) != before
    await send(staff.anna, BRANDING, color="", text_es=" ", service_name="")
    assert await branding(venue) == before


# A house -----------------------------------------------------------------------------------------


async def test_a_house_has_its_own_looks(staff: Staff, venue: Venue) -> None:
    answer = await send(
        staff.anna,
        house_path(venue),
        files={"logo": ("mar.svg", SVG)},
        color="#004455",
        accent_color="",
        website="hotelmar.example",
        text_en="Towels at the pool",
        languages=["en", "", "ja", "es", "", ""],
        wifi_name="Hotel Mar",
        wifi_password="sol y mar 24",
    )
    assert answer.headers["location"] == f"{house_path(venue)}?done=stored"
    found = await branding(venue)
    assert (found.color, found.website) == ("#004455", "hotelmar.example")
    assert found.languages == ("en", "ja", "es")
    assert (found.wifi_name, found.wifi_password) == ("Hotel Mar", "sol y mar 24")
    assert found.house_logo == Picture(SVG, "image/svg+xml")

    page = (await staff.anna.get(house_path(venue))).text
    chosen = re.findall(r'<option value="(\w*)"[^>]* selected', page)
    assert chosen == ["en", "ja", "es"]
    overview = said((await staff.anna.get(BRANDING)).text)
    assert "#004455" in overview
    assert "English , 日本語 , Español" in overview


async def test_the_logo_of_a_house_is_the_one_that_guests_see(staff: Staff, venue: Venue) -> None:
    await send(staff.anna, house_path(venue), files={"logo": ("mar.png", PNG)})
    assert (await staff.anna.get("/logo/hotel-mar")).content == PNG


async def test_pictures_are_shown_so_that_nothing_in_them_runs(
    staff: Staff, venue: Venue, desk: Desk
) -> None:
    for path in (f"{BRANDING}/logo", f"{BRANDING}/service-logo", f"{house_path(venue)}/logo"):
        answer = await staff.dario.get(path)
        assert answer.content == make_png()
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


# Refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (
            {"color": "#2a9d8f"},
            "the contrast is 3.3, and it must be at least 4.5. #238478 would do.",
        ),
        ({"accent_color": "yellow"}, "Please write a colour like #0b5c6b, or choose one."),
        ({"text_es": "x" * 201}, "This is 201 characters long; 200 fit."),
        ({"text_ar": "y" * 201}, "This is 201 characters long; 200 fit."),
        ({"service_name": "x" * 41}, "This is 41 characters long; 40 fit."),
        ({"service_website": "nowhere"}, "Please write an address like www.example.com."),
    ],
)
async def test_what_cannot_be_printed_comes_back_with_all_that_was_typed(
    staff: Staff, venue: Venue, form: dict[str, str], problem: str
) -> None:
    before = await branding(venue)
    fields = {"color": "#123456", "text_en": "Hello <there>", "service_name": "Mar", **form}
    answer = await send(staff.anna, BRANDING, files={"logo": ("mar.png", PNG)}, **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    for typed in fields.values():
        assert f'value="{escape(typed)}"' in answer.text
    assert "Please choose the file again" in answer.text
    assert await branding(venue) == before


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"wifi_password": "short"}, "The password of a wifi has 8 to 63"),
        ({"wifi_name": "", "wifi_password": "long enough"}, "the name of the network, too"),
        ({"wifi_name": "ñ" * 17}, "No network has a name of more than 32 letters."),
        ({"languages": ["es", "gl", "en", "ca", "eu", "pt", "fr"]}, "At most 6 languages"),
        ({"languages": ["xx"]}, "Please choose from the list."),
        ({"website": "a b"}, "Please write an address like www.example.com."),
    ],
)
async def test_a_house_is_told_what_cannot_be(
    staff: Staff, venue: Venue, form: dict[str, str | list[str]], problem: str
) -> None:
    before = await branding(venue)
    answer = await send(staff.anna, house_path(venue), **{"wifi_name": "Mar", **form})
    assert answer.status_code == 422
    assert problem in answer.text
    assert await branding(venue) == before


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (make_svg("<script/>"), "“script”, which could run something"),
        (make_svg('<image href="//other.example/x.png"/>'), "something that is not in it"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + make_svg("&a;"), "a document type"),
        (make_svg("<g>" * 100 + "</g>" * 100), "too many parts"),
        (make_png()[:-20], "damaged or not whole"),
        (make_png(2_001, 1), "larger than 2000 × 2000 pixels"),
        (b"GIF89a", "must be a PNG or an SVG"),
        (b"x" * 200_001, "“logo.png” is too large: a file may have 200 KB."),
    ],
)
async def test_a_picture_that_cannot_be_shown_is_refused_and_the_old_one_stays(
    staff: Staff, venue: Venue, desk: Desk, data: bytes, problem: str
) -> None:
    for path in (BRANDING, house_path(venue)):
        answer = await send(
            staff.anna, path, files={"logo": ("logo.png", data)}, color="#123456", text_es="Hola"
        )
        assert answer.status_code == 422
        assert problem in said(answer.text)
        assert 'value="#123456"' in answer.text
        assert 'value="Hola"' in answer.text
    found = await branding(venue)
    assert found.house_logo == found.company_logo == Picture(make_png(), "image/png")


async def test_nobody_overrules_anybody_unseen(staff: Staff, venue: Venue) -> None:
    for path in (BRANDING, house_path(venue)):
        old = await edition_on(staff.anna, path)
        assert (await send(staff.anna, path, color="#123456", edition=old)).status_code == 303
        answer = await send(staff.anna, path, color="#654321", edition=old)
        assert answer.status_code == 409
        assert "Somebody else has changed this meanwhile." in answer.text
    assert (await branding(venue)).color == "#123456"


async def test_another_company_sees_and_changes_none_of_it(
    staff: Staff, venue: Venue, desk: Desk
) -> None:
    path = house_path(venue)
    assert (await staff.otto.get(path)).status_code == 404
    assert (await staff.otto.get(f"{path}/logo")).status_code == 404
    assert (await staff.otto.get(f"{BRANDING}/logo")).status_code == 404
    edition = await edition_on(staff.anna, path)
    answer = await send(staff.otto, path, edition=edition, color="#000000")
    assert answer.status_code == 404
    assert "Hotel Mar" not in (await staff.otto.get(BRANDING)).text
    await send(staff.otto, BRANDING, color="#000000")
    assert (await branding(venue)).color != "#000000"


async def test_only_forms_of_the_session_are_taken(staff: Staff, venue: Venue) -> None:
    before = await branding(venue)
    for path in (BRANDING, house_path(venue)):
        edition = await edition_on(staff.anna, path)
        data = {"csrf": staff.otto.csrf, "edition": edition, "color": "#000000"}
        answer = await staff.anna.client.post(path, data=data, files={"logo": ("", b"")})
        assert answer.status_code == 403
        data["csrf"] = staff.dario.csrf
        answer = await staff.dario.client.post(path, data=data, files={"logo": ("", b"")})
        assert answer.status_code == 403
    assert await branding(venue) == before


async def test_an_auditor_sees_the_looks_and_cannot_change_them(
    staff: Staff, venue: Venue, desk: Desk
) -> None:
    for path in (BRANDING, house_path(venue)):
        page = (await staff.dario.get(path)).text
        assert 'type="file"' not in page
        assert '<fieldset class="stack" disabled>' in page


@pytest.mark.parametrize("size", ['width="-5" height="3"', 'width="4000" height="1"'])
async def test_a_logo_that_cannot_be_drawn_is_refused_and_what_was_typed_is_kept(
    staff: Staff, venue: Venue, size: str
) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0h9v9z"/></svg>'
    data = {
        "csrf": staff.anna.csrf,
        "edition": await edition_on(staff.anna, BRANDING),
        "service_name": "Hablemos",
    }
    answer = await staff.anna.client.post(
        BRANDING, data=data, files={"logo": ("logo.svg", drawing.encode())}
    )

    assert answer.status_code == 422
    assert "This picture cannot be drawn." in answer.text
    assert 'value="Hablemos"' in answer.text
    assert (await branding(venue)).company_logo is None
