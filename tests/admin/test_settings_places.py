"""Areas and access points, in the order of the building, and what hangs there."""

import re
import sqlite3

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.ledger.rules import Event
from sosbox.ledger.tables import LedgerEntry
from sosbox.places.building import BuildingPoint, load_building
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, said
from tests.routing.settings_kit import revision
from tests.support.console import Browser, field_of
from tests.support.pieces import make_piece, state_of
from tests.support.venue import ROOM_TOKEN, Venue

PLACES = f"{SETTINGS}/places"


async def building(venue: Venue) -> dict[str, list[str]]:
    """The codes in use, by area, all in their order."""
    areas = await DB.read(lambda connection: load_building(connection, venue.house_id))
    return {area.name: [point.code for point in area.points] for area in areas}


async def point(venue: Venue, code: str) -> BuildingPoint:
    def find(connection: sqlite3.Connection) -> BuildingPoint:
        areas = load_building(connection, venue.house_id, with_retired=True)
        return next(each for area in areas for each in area.points if each.code == code)

    return await DB.read(find)


async def edition(browser: Browser, path: str) -> str:
    return field_of((await browser.get(path)).text, "edition")


def area_path(area_id: int) -> str:
    return f"{PLACES}/areas/{area_id}"


def point_path(point_id: int) -> str:
    return f"{PLACES}/points/{point_id}"


# The list ----------------------------------------------------------------------------------------


async def test_the_page_walks_through_the_building(staff: Staff, venue: Venue) -> None:
    await staff.anna.post(
        f"{area_path(venue.reception_id)}/add", prefix="R-", numbers="10, 9", label="Habitación"
    )
    page = (await staff.anna.get(PLACES)).text
    codes = re.findall(r'class="point"[^>]*><strong>([^<]*)', page)
    assert codes == ["R-9", "R-10", "R-204", "OLD-1", "T-7"]
    assert "Hotel Mar" in page
    assert "1 retired" in said(page)


async def test_a_house_without_areas_says_what_to_do(staff: Staff, venue: Venue) -> None:
    await DB.write(
        lambda tx: tx.sql(
            "INSERT INTO establishments (subscriber_id, slug, name, timezone, language,"
            " guest_languages, promise_hours) VALUES (?, 'new', 'Hotel Nuevo', 'Europe/Madrid',"
            " 'es', '[\"es\"]', 48)",
            venue.subscriber_id,
        )
    )
    assert "There is no area yet" in (await staff.anna.get(PLACES)).text


# Adding ------------------------------------------------------------------------------------------


async def test_all_rooms_of_two_floors_are_added_at_once(
    staff: Staff, venue: Venue, box: Box
) -> None:
    before = await revision()
    answer = await staff.anna.post(
        f"{area_path(venue.reception_id)}/add",
        prefix="HAB-",
        numbers="101-128, 201-228",
        label="Habitación *, con vistas",
        origin="qr",
    )
    assert answer.headers["location"].endswith("?done=points_added")
    codes = (await building(venue))["Recepción"]
    assert len(codes) == 1 + 56
    assert (codes[0], codes[27], codes[28], codes[55]) == (
        "HAB-101",
        "HAB-128",
        "HAB-201",
        "HAB-228",
    )
    added = await point(venue, "HAB-214")
    assert (added.label, added.origin) == ("Habitación 214, con vistas", "qr")
    assert len(added.token) == 12
    assert await revision() > before
    assert (await staff.anna.get(f"/p/{added.token}")).status_code == 200


async def test_one_access_point_may_be_called_by_a_word(staff: Staff, venue: Venue) -> None:
    path = f"{area_path(venue.reception_id)}/add"
    await staff.anna.post(path, prefix="", numbers="Lobby", label="", origin="kiosk")
    added = await point(venue, "Lobby")
    assert (added.label, added.origin) == ("Lobby", "kiosk")


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"numbers": ""}, "Please write at least one number, or a word."),
        ({"numbers": "9-1"}, "“9-1” runs backwards."),
        ({"numbers": "1-9, 5"}, "“5” stands there twice."),
        ({"numbers": "1-100000"}, "These are too many at once: 500 can be added together."),
        ({"numbers": "a/b"}, "A code cannot have a “/” in it."),
        ({"prefix": "R-", "numbers": "204"}, "There is an access point “R-204” already."),
        ({"prefix": "OLD-", "numbers": "1"}, "and it is retired. Please bring it back"),
        ({"prefix": "x" * 30, "numbers": "100"}, "This is 33 characters long; 32 fit."),
        ({"numbers": "1", "label": "y" * 121}, "This is 121 characters long; 120 fit."),
        ({"numbers": "1", "origin": "pigeon"}, "Please choose from the list."),
    ],
)
async def test_what_cannot_be_added_comes_back_with_what_was_typed(
    staff: Staff, venue: Venue, form: dict[str, str], problem: str
) -> None:
    before = await building(venue)
    answer = await staff.anna.post(f"{area_path(venue.reception_id)}/add", **form)
    assert answer.status_code == 422
    assert problem in said(answer.text)
    for name in ("prefix", "numbers", "label"):
        if form.get(name):
            assert f'value="{form[name]}"' in answer.text
    assert await building(venue) == before


async def test_new_ones_come_last_where_somebody_has_arranged_the_others(
    staff: Staff, venue: Venue
) -> None:
    path = area_path(venue.restaurant_id)
    await staff.anna.post(f"{path}/add", prefix="T-", numbers="8, 9")
    table = await point(venue, "T-9")
    await staff.anna.post(
        point_path(table.id),
        edition=await edition(staff.anna, point_path(table.id)),
        label="Mesa 9",
        area=str(venue.restaurant_id),
        after="0",
    )
    await staff.anna.post(f"{path}/add", prefix="T-", numbers="1")
    assert (await building(venue))["Restaurante"] == ["T-9", "T-7", "T-8", "T-1"]

    assert "in the order of their codes" in (await staff.anna.get(path)).text
    await staff.anna.post(f"{path}/by-code")
    assert (await building(venue))["Restaurante"] == ["T-1", "T-7", "T-8", "T-9"]


async def test_an_area_is_added_and_is_ready_for_access_points(staff: Staff, venue: Venue) -> None:
    answer = await staff.anna.post(f"{PLACES}/houses/{venue.house_id}/new", name=" Piso  3 ")
    page = await staff.anna.get(answer.headers["location"])
    assert "Piso 3" in page.text
    assert (await building(venue))["Piso 3"] == []


@pytest.mark.parametrize("name", ["", "Recepción", "x" * 121])
async def test_an_area_needs_a_name_of_its_own(staff: Staff, venue: Venue, name: str) -> None:
    answer = await staff.anna.post(f"{PLACES}/houses/{venue.house_id}/new", name=name)
    assert answer.status_code == 422
    assert f'value="{name}"' in answer.text
    assert len(await building(venue)) == 2


# Changing ----------------------------------------------------------------------------------------


async def test_an_area_is_renamed_and_moved(staff: Staff, venue: Venue) -> None:
    path = area_path(venue.reception_id)
    answer = await staff.anna.post(
        path,
        edition=await edition(staff.anna, path),
        name="Vestíbulo",
        after=str(venue.restaurant_id),
    )
    assert answer.status_code == 303
    assert list(await building(venue)) == ["Restaurante", "Vestíbulo"]


async def test_an_access_point_moves_to_another_area(staff: Staff, venue: Venue) -> None:
    path = point_path(venue.room_id)
    answer = await staff.anna.post(
        path,
        edition=await edition(staff.anna, path),
        label="Suite 204",
        area=str(venue.restaurant_id),
        after="",
    )
    assert answer.status_code == 303
    assert await building(venue) == {"Recepción": [], "Restaurante": ["R-204", "T-7"]}
    moved = await point(venue, "R-204")
    assert (moved.label, moved.token) == ("Suite 204", ROOM_TOKEN)


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"label": " "}, "Please write a name."),
        ({"area": "999"}, "Please choose from the list."),
        ({"area": "x"}, "Please choose from the list."),
        ({"after": "999"}, "Please choose from the list."),
        ({"after": "-1"}, "Please choose from the list."),
        ({"after": "²"}, "Please choose from the list."),
    ],
)
async def test_a_change_that_cannot_be_comes_back(
    staff: Staff, venue: Venue, form: dict[str, str], problem: str
) -> None:
    path = point_path(venue.room_id)
    before = await building(venue)
    fields = {"label": "Suite", "area": str(venue.reception_id), "after": "", **form}
    answer = await staff.anna.post(path, edition=await edition(staff.anna, path), **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert f'value="{fields["label"]}"' in answer.text
    assert await building(venue) == before


async def test_an_area_of_another_company_is_no_place_to_move_to(
    staff: Staff, venue: Venue
) -> None:
    theirs = DB.write_sync(lambda tx: tx.sql("SELECT id FROM areas WHERE slug = 'bar'"))[0][0]
    path = point_path(venue.room_id)
    answer = await staff.anna.post(
        path, edition=await edition(staff.anna, path), label="x", area=str(theirs)
    )
    assert answer.status_code == 422


async def test_nobody_overrules_anybody_unseen(staff: Staff, venue: Venue) -> None:
    for path, fields in (
        (point_path(venue.room_id), {"label": "Mine", "area": str(venue.reception_id)}),
        (area_path(venue.reception_id), {"name": "Mine"}),
    ):
        old = await edition(staff.anna, path)
        assert (await staff.anna.post(path, edition=old, **fields)).status_code == 303
        answer = await staff.anna.post(path, edition=old, **fields)
        assert answer.status_code == 409
        assert "Somebody else has changed this meanwhile." in answer.text


# Retiring ----------------------------------------------------------------------------------------


async def test_an_access_point_is_retired_and_comes_back(staff: Staff, venue: Venue) -> None:
    path = point_path(venue.room_id)
    before = await revision()
    await staff.anna.post(f"{path}/retire")
    retired = await point(venue, "R-204")
    assert retired.is_retired
    assert "Retired since" in (await staff.anna.get(path)).text
    assert await revision() > before

    await staff.anna.post(f"{path}/retire")
    assert await point(venue, "R-204") == retired
    await staff.anna.post(f"{path}/return")
    assert (await building(venue))["Recepción"] == ["R-204"]


async def test_what_hangs_at_a_retired_access_point_is_asked_for(
    staff: Staff, venue: Venue
) -> None:
    piece = await make_piece(venue.room_id, version=2, condition="torn")
    path = point_path(venue.room_id)
    assert "Please take this down" not in (await staff.anna.get(path)).text

    await staff.anna.post(f"{path}/retire")
    page = said((await staff.anna.get(path)).text)
    assert "Please take this down" in page
    assert "door-leaflet-a6, version 2 Printed on 21 November 2026 · torn" in page
    assert "paper to take down" in said((await staff.anna.get(PLACES)).text)

    answer = await staff.anna.post(f"{path}/taken-down", piece=str(piece))
    assert answer.headers["location"] == f"{path}?done=taken_down"
    assert await state_of(piece) == "removed"
    assert await LedgerEntry.count().where(LedgerEntry.event == Event.PIECES_REMOVED) == 1
    assert "Please take this down" not in (await staff.anna.get(path)).text
    assert "paper to take down" not in (await staff.anna.get(PLACES)).text


async def test_what_hangs_at_one_that_was_moved_is_to_come_along(
    staff: Staff, venue: Venue
) -> None:
    await make_piece(venue.room_id)
    path = point_path(venue.room_id)
    await staff.anna.post(
        path,
        edition=await edition(staff.anna, path),
        label="Suite",
        area=str(venue.restaurant_id),
    )
    page = said((await staff.anna.get(path)).text)
    assert "Please take this along to Restaurante" in page
    assert "for Recepción" in page
    assert "paper to take along" in said((await staff.anna.get(PLACES)).text)


async def test_what_was_replaced_need_not_be_asked_for(staff: Staff, venue: Venue) -> None:
    await make_piece(venue.room_id, state="replaced")
    await staff.anna.post(f"{point_path(venue.room_id)}/retire")
    page = (await staff.anna.get(point_path(venue.room_id))).text
    assert "Please take this down" not in page
    assert "Replaced by newer ones" in page


async def test_only_pieces_of_the_access_point_are_taken_down(staff: Staff, venue: Venue) -> None:
    theirs = await make_piece(venue.table_id)
    path = f"{point_path(venue.room_id)}/taken-down"
    assert (await staff.anna.post(path)).status_code == 422
    for piece in (str(theirs), "999", "x"):
        assert (await staff.anna.post(path, piece=piece)).status_code == 404
    assert await state_of(theirs) == "current"


# Who ---------------------------------------------------------------------------------------------


async def test_another_company_finds_none_of_it(staff: Staff, venue: Venue) -> None:
    piece = await make_piece(venue.room_id)
    before = await building(venue)
    room, area = point_path(venue.room_id), area_path(venue.reception_id)
    for path in (room, area):
        assert (await staff.otto.get(path)).status_code == 404
    for path in (
        room,
        f"{room}/retire",
        f"{room}/return",
        f"{room}/taken-down",
        area,
        f"{area}/add",
        f"{area}/by-code",
        f"{PLACES}/houses/{venue.house_id}/new",
    ):
        answer = await staff.otto.post(
            path, label="x", name="x", numbers="7", piece=str(piece), area=str(venue.reception_id)
        )
        assert answer.status_code == 404, path
    assert "R-204" not in (await staff.otto.get(PLACES)).text
    assert await building(venue) == before
    assert await state_of(piece) == "current"


async def test_an_auditor_sees_what_hangs_and_can_change_nothing(
    staff: Staff, venue: Venue
) -> None:
    piece = await make_piece(venue.room_id)
    path = point_path(venue.room_id)
    page = (await staff.dario.get(path)).text
    assert "door-leaflet-a6, version 1" in said(page)
    assert 'name="piece"' not in page
    assert (await staff.dario.post(f"{path}/taken-down", piece=str(piece))).status_code == 403
    assert (await staff.dario.post(f"{path}/retire")).status_code == 403
