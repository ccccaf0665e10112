"""Areas and access points in the order in which somebody walks through the building."""

import random

from sosbox.box import Box
from sosbox.db import DB, Transaction
from sosbox.places.building import area_key, load_building, natural_key, point_key
from sosbox.places.tables import AccessPoint, Area
from tests.support.venue import Venue


def shuffled(codes: list[str]) -> list[str]:
    return random.Random(7).sample(codes, len(codes))


def test_numbers_in_codes_are_counted_not_spelt() -> None:
    codes = ["R-2", "R-10", "R-101", "R-101b", "R-1000", "T-1", "T-2a", "T-2b", "T-11"]
    assert sorted(shuffled(codes), key=natural_key) == codes


def test_case_and_accents_make_no_difference_to_the_order() -> None:
    codes = ["ático 1", "Ático 2", "bar", "Bar 3"]
    assert sorted(shuffled(codes), key=natural_key) == codes


def test_codes_that_begin_with_a_number_can_stand_beside_those_that_do_not() -> None:
    codes = ["2", "10", "A", "A1"]
    assert sorted(shuffled(codes), key=natural_key) == codes


def test_digits_of_other_scripts_are_letters_like_any_other() -> None:
    assert sorted(["٣", "12"], key=natural_key) == ["12", "٣"]


def test_a_place_goes_before_the_code() -> None:
    points = [(1, "Z"), (1, "Z2"), (1, "Z10"), (2, "A")]
    assert (
        sorted([points[2], points[3], points[1], points[0]], key=lambda point: point_key(*point))
        == points
    )
    assert area_key(1, "Zona") < area_key(2, "Area")


async def test_a_building_is_read_in_its_order(box: Box, venue: Venue) -> None:
    def arrange(tx: Transaction) -> None:
        tx.sql("UPDATE areas SET position = 9 WHERE id = ?", venue.reception_id)
        tx.insert(Area, establishment_id=venue.house_id, slug="spa", name="Spa", position=4)
        for code, position in (("R-10", 0), ("R-2", 0), ("R-1", 5)):
            tx.insert(
                AccessPoint,
                establishment_id=venue.house_id,
                area_id=venue.reception_id,
                code=code,
                label=code,
                token=f"token-{code}",
                position=position,
            )

    await DB.write(arrange)
    building = await DB.read(lambda connection: load_building(connection, venue.house_id))
    assert [(area.name, [point.code for point in area.points]) for area in building] == [
        ("Restaurante", ["T-7"]),
        ("Spa", []),
        ("Recepción", ["R-2", "R-10", "R-204", "R-1"]),
    ]


async def test_retired_points_are_there_only_for_who_asks(box: Box, venue: Venue) -> None:
    building = await DB.read(
        lambda connection: load_building(connection, venue.house_id, with_retired=True)
    )
    points = {point.code: point.is_retired for area in building for point in area.points}
    assert points == {"R-204": False, "T-7": False, "OLD-1": True}


async def test_a_house_that_is_not_there_has_no_areas(box: Box, venue: Venue) -> None:
    assert await DB.read(lambda connection: load_building(connection, 999)) == []
