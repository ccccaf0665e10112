"""An area: its name, its place in the building, its access points, and adding some."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, path_id
from sosbox.admin.places_page import PLACES, find_area
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.admin.typed import Typed, edition_shown
from sosbox.cases.rules import Origin
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.lib.edition import edition_of
from sosbox.places.building import BuildingArea
from sosbox.places.place_actions import (
    STAYS,
    add_points,
    area_edition,
    change_area,
    order_by_code,
)
from sosbox.places.series import read_series
from sosbox.ui.pages import see_other

# Which of the two forms of the page a refusal is about.
_NAME_FORM = "name"
_ADD_FORM = "add"


@get("/places/areas/{area_id:str}")
async def show_area(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], area_id: FromPath[str]
) -> Response[bytes]:
    return await _area_page(request, visit, path_id(area_id))


@post("/places/areas/{area_id:str}")
async def take_area(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    area_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(
            change_area,
            viewer=visit.viewer,
            area_id=path_id(area_id),
            name=typed["name"],
            after_id=read_after(typed),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _area_page(request, visit, path_id(area_id), _NAME_FORM, typed, error)
    return see_other(f"{PLACES}/areas/{area_id}?done=stored")


@post("/places/areas/{area_id:str}/add")
async def take_new_points(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    area_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(
            add_points,
            viewer=visit.viewer,
            area_id=path_id(area_id),
            points=read_series(
                prefix=typed["prefix"], numbers=typed["numbers"], label=typed["label"]
            ),
            origin=_read_origin(typed),
        )
    except REFUSALS as error:
        return await _area_page(request, visit, path_id(area_id), _ADD_FORM, typed, error)
    return see_other(f"{PLACES}/areas/{area_id}?done=points_added")


@post("/places/areas/{area_id:str}/by-code")
async def take_order_by_code(
    visit: NamedDependency[Visit], area_id: FromPath[str]
) -> Response[bytes]:
    await DB.write(order_by_code, viewer=visit.viewer, area_id=path_id(area_id))
    return see_other(f"{PLACES}/areas/{area_id}?done=moved")


def read_after(typed: Typed) -> int:
    """What something is to come after. Raises InvalidFieldsError."""
    text = typed["after"]
    if not text:
        return STAYS
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidFieldsError({"after": SosboxError("Please choose from the list.")})
    return int(text)


def _read_origin(typed: Typed) -> str:
    origin = typed["origin"] or Origin.QR
    if origin not in set(Origin):
        raise InvalidFieldsError({"origin": SosboxError("Please choose from the list.")})
    return str(origin)


def _values_of(area: BuildingArea) -> Typed:
    return Typed({"name": [area.name]})


async def _area_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    area_id: int,
    form: str = "",
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    view, area = await find_area(settings, area_id)
    blank = Typed({"origin": [Origin.QR]})
    named = typed if typed and form == _NAME_FORM else _values_of(area)
    return settings_page(
        request,
        visit,
        "area.html",
        settings,
        refusal=refusal,
        form=form,
        house=view.house,
        area=area,
        areas=view.areas,
        out_of_place=view.out_of_place,
        named=named,
        adding=typed if typed and form == _ADD_FORM else blank,
        edition=edition_shown(
            named, edition_of(area_edition(area)), refusal if form == _NAME_FORM else None
        ),
        origins=list(Origin),
        is_arranged=any(point.position for point in area.points),
    )
