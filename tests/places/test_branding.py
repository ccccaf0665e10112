"""How a house looks on paper: what it says itself, else its company, else the program."""

import json
from typing import Any

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, NotFoundError, SosboxError
from sosbox.places.branding import (
    DEFAULT_COLOR,
    DEFAULT_SERVICE_LOGO,
    Branding,
    load_branding,
)
from sosbox.places.branding_checks import (
    check_company_brand,
    check_house_brand,
    read_print_languages,
    read_wifi_name,
    read_wifi_password,
)
from sosbox.places.logo import Picture, read_picture
from tests.support.pictures import make_png, make_svg
from tests.support.venue import Venue

PNG = Picture(make_png(), "image/png")
SVG = Picture(make_svg("<g/>"), "image/svg+xml")


async def settle(table: str, row_id: int, **columns: Any) -> None:
    setters = ", ".join(f"{name} = ?" for name in columns)
    await DB.write(
        lambda tx: tx.sql(f"UPDATE {table} SET {setters} WHERE id = ?", *columns.values(), row_id)
    )


async def branding(venue: Venue) -> Branding:
    return await DB.read(lambda connection: load_branding(connection, venue.house_id))


async def test_a_house_that_has_said_nothing_looks_like_the_program(box: Box, venue: Venue) -> None:
    found = await branding(venue)
    assert (found.house_name, found.company_name) == ("Hotel Mar", "Grupo Mar")
    assert (found.house_logo, found.company_logo) == (None, None)
    assert (found.color, found.accent_color) == (DEFAULT_COLOR, DEFAULT_COLOR)
    assert (found.service_name, found.service_logo) == ("sosbox", DEFAULT_SERVICE_LOGO)
    assert found.languages == ("es", "gl", "en")
    assert (found.extra_texts, found.wifi_name, found.website) == ({}, "", "")
    assert (found.base_url, found.official_sheets) == ("http://mar.example", "Galicia")
    assert (found.language, str(found.zone)) == ("es", "Europe/Madrid")


def test_the_logo_of_the_program_may_be_shown_and_printed() -> None:
    assert read_picture(DEFAULT_SERVICE_LOGO.data) == DEFAULT_SERVICE_LOGO


async def test_a_house_looks_like_its_company(box: Box, venue: Venue) -> None:
    await settle(
        "subscribers",
        venue.subscriber_id,
        color="#123456",
        accent_color="#aa3300",
        website="grupomar.example",
        print_texts=json.dumps({"es": "Grupo", "en": "Group"}),
        logo=PNG.data,
        logo_type=PNG.type,
    )
    found = await branding(venue)
    assert (found.color, found.accent_color) == ("#123456", "#aa3300")
    assert (found.company_logo, found.house_logo) == (PNG, None)
    assert found.website == "grupomar.example"
    assert found.extra_texts == {"es": "Grupo", "en": "Group"}


async def test_what_a_house_says_itself_goes_before(box: Box, venue: Venue) -> None:
    await settle(
        "subscribers",
        venue.subscriber_id,
        color="#123456",
        website="grupomar.example",
        print_texts='{"es":"Grupo","en":"Group"}',
    )
    await settle(
        "establishments",
        venue.house_id,
        color="#654321",
        website="hotelmar.example",
        print_texts='{"es":"Casa"}',
        print_languages='["en","ja"]',
        wifi_name="Mar",
        wifi_password="estrella1",
        logo=SVG.data,
        logo_type=SVG.type,
    )
    found = await branding(venue)
    # An accent that nobody has chosen goes with the colour.
    assert (found.color, found.accent_color) == ("#654321", "#654321")
    assert (found.website, found.house_logo) == ("hotelmar.example", SVG)
    assert found.extra_texts == {"es": "Casa", "en": "Group"}
    assert found.languages == ("en", "ja")
    assert (found.wifi_name, found.wifi_password) == ("Mar", "estrella1")


async def test_a_service_with_a_name_of_its_own_does_not_carry_our_logo(
    box: Box, venue: Venue
) -> None:
    await settle("subscribers", venue.subscriber_id, service_name="Mar te escucha")
    assert (await branding(venue)).service_logo is None
    await settle(
        "subscribers", venue.subscriber_id, service_logo=PNG.data, service_logo_type=PNG.type
    )
    found = await branding(venue)
    assert (found.service_name, found.service_logo) == ("Mar te escucha", PNG)


async def test_only_the_first_six_languages_of_the_guests_are_printed(
    box: Box, venue: Venue
) -> None:
    many = ["es", "gl", "en", "ca", "eu", "pt", "fr"]
    await settle("establishments", venue.house_id, guest_languages=json.dumps(many))
    assert (await branding(venue)).languages == tuple(many[:6])


async def test_languages_that_no_longer_are_known_leave_that_of_the_house(
    box: Box, venue: Venue
) -> None:
    await settle("establishments", venue.house_id, print_languages='["xx"]')
    assert (await branding(venue)).languages == ("es",)


async def test_a_house_that_is_not_there_has_no_branding(box: Box, venue: Venue) -> None:
    with pytest.raises(NotFoundError):
        await DB.read(lambda connection: load_branding(connection, 999))


def _company(**typed: Any) -> dict[str, str]:
    fields: dict[str, Any] = {
        "color": "",
        "accent_color": "",
        "texts": {},
        "service_name": "",
        "service_website": "",
    }
    with pytest.raises(InvalidFieldsError) as caught:
        check_company_brand(**{**fields, **typed})
    return {field: str(error) for field, error in caught.value.fields.items()}


def test_every_field_of_a_company_says_what_is_wrong_with_it() -> None:
    problems = _company(
        color="#ffff00",
        accent_color="blue",
        texts={"es": "x" * 201, "xx": "?", "en": "fine"},
        service_name="x" * 41,
        service_website="no address",
    )
    assert list(problems) == [
        "color",
        "accent_color",
        "text_es",
        "text_xx",
        "service_name",
        "service_website",
    ]


def test_texts_that_say_nothing_are_left_out_and_the_others_are_one_line() -> None:
    draft = check_company_brand(
        color="",
        accent_color="",
        texts={"es": " Estamos\r\n  aquí ", "en": " "},
        service_name="",
        service_website="",
    )
    assert draft.texts == {"es": "Estamos aquí"}


def test_a_password_without_a_network_is_asked_about() -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        check_house_brand(
            color="",
            accent_color="",
            website="",
            texts={},
            languages=[],
            wifi_name="",
            wifi_password="long enough",
        )
    assert list(caught.value.fields) == ["wifi_name"]


@pytest.mark.parametrize(
    "password", ["", "12345678", "x" * 63, "0123456789abcdef" * 4, "with a space"]
)
def test_what_can_be_the_password_of_a_wifi_is_taken_as_it_stands(password: str) -> None:
    assert read_wifi_password(password) == password


@pytest.mark.parametrize("password", ["short", "x" * 64, "contraseña", "line\nbreak", "tab\there!"])
def test_what_cannot_be_the_password_of_a_wifi_is_refused(password: str) -> None:
    with pytest.raises(SosboxError):
        read_wifi_password(password)


def test_the_name_of_a_wifi_is_counted_as_networks_do() -> None:
    assert read_wifi_name("x" * 32) == "x" * 32
    with pytest.raises(SosboxError):
        read_wifi_name("ñ" * 17)


def test_the_languages_of_paper_keep_their_order_and_are_few() -> None:
    assert read_print_languages(["ja", "", "es", "ja"]) == ("ja", "es")
    with pytest.raises(SosboxError, match="At most 6 languages"):
        read_print_languages(["es", "gl", "en", "ca", "eu", "pt", "fr"])
    with pytest.raises(SosboxError, match="from the list"):
        read_print_languages(["xx"])
