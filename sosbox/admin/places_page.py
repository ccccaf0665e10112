"""The access points of the houses, in the order of the building."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import Fields, path_id
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError
from sosbox.pieces.queries import HangingPiece, pieces_of_points
from sosbox.places.building import BuildingArea, BuildingPoint, load_building
from sosbox.places.place_actions import add_area
from sosbox.routing.settings import HouseSettings, Settings
from sosbox.ui.pages import see_other

PLACES = f"{SETTINGS}/places"

Pieces = dict[int, list[HangingPiece]]


@dataclass(frozen=True)
class HouseView:
    """A house with its areas; `out_of_place`: access points whose paper hangs where it should
    not, by id."""

    house: HouseSettings
    areas: list[BuildingArea]
    out_of_place: frozenset[int]

    def area(self, area_id: int) -> BuildingArea | None:
        return next((area for area in self.areas if area.id == area_id), None)

    def point(self, point_id: int) -> BuildingPoint | None:
        points = (point for area in self.areas for point in area.points)
        return next((point for point in points if point.id == point_id), None)


@get("/places")
async def show_places(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    settings = await read_settings(visit)
    return settings_page(
        request, visit, "places.html", settings, houses=await house_views(settings)
    )


@get("/places/houses/{house_id:str}/new")
async def show_new_area(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    visit.viewer.require_configure()
    return await _new_area_page(request, visit, path_id(house_id))


@post("/places/houses/{house_id:str}/new")
async def take_new_area(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    house_id: FromPath[str],
) -> Response[bytes]:
    name = fields.get("name", "")
    try:
        area_id = await DB.write(
            add_area, viewer=visit.viewer, house_id=path_id(house_id), name=name
        )
    except REFUSALS as error:
        typed = Typed({"name": [name]})
        return await _new_area_page(request, visit, path_id(house_id), typed, error)
    return see_other(f"{PLACES}/areas/{area_id}?done=stored")


async def house_views(settings: Settings) -> list[HouseView]:
    """All houses of the settings, by name."""
    return await DB.read(
        lambda connection: [_view(connection, house) for house in settings.houses.values()]
    )


async def find_area(settings: Settings, area_id: int) -> tuple[HouseView, BuildingArea]:
    """Raises NotFoundError."""
    for view in await house_views(settings):
        area = view.area(area_id)
        if area is not None:
            return view, area
    raise NotFoundError("There is no such area.")


async def find_point(settings: Settings, point_id: int) -> tuple[HouseView, BuildingPoint]:
    """Raises NotFoundError."""
    for view in await house_views(settings):
        point = view.point(point_id)
        if point is not None:
            return view, point
    raise NotFoundError("There is no such access point.")


def misplaced(point: BuildingPoint, pieces: Iterable[HangingPiece]) -> list[HangingPiece]:
    """Those that have to be taken down, or along to where the access point is now."""
    return [
        piece
        for piece in pieces
        if piece.is_current and (point.is_retired or piece.area_id != point.area_id)
    ]


def _view(connection: sqlite3.Connection, house: HouseSettings) -> HouseView:
    areas = load_building(connection, house.id, with_retired=True)
    points = [point for area in areas for point in area.points]
    pieces = pieces_of_points(connection, [point.id for point in points])
    out_of_place = frozenset(
        point.id for point in points if misplaced(point, pieces.get(point.id, ()))
    )
    return HouseView(house, areas, out_of_place)


async def _new_area_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    house_id: int,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    return settings_page(
        request,
        visit,
        "area_new.html",
        settings,
        refusal=refusal,
        house=settings.house(house_id),
        typed=typed or Typed({}),
    )
