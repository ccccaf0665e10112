"""An access point: what it is called, where it is, and what hangs there."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.area_page import read_after
from sosbox.admin.forms import FieldLists, as_id, path_id
from sosbox.admin.piece_words import CONDITION_LABELS, piece_name
from sosbox.admin.places_page import PLACES, find_point, misplaced
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.admin.typed import Typed, edition_shown
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, NotFoundError, SosboxError
from sosbox.lib.edition import edition_of
from sosbox.pieces.actions import remove_pieces
from sosbox.pieces.queries import HangingPiece, pieces_of_points
from sosbox.places.building import BuildingPoint
from sosbox.places.place_actions import bring_point_back, change_point, retire_point
from sosbox.places.series import read_label
from sosbox.ui.pages import see_other


@get("/places/points/{point_id:str}")
async def show_point(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], point_id: FromPath[str]
) -> Response[bytes]:
    return await _point_page(request, visit, path_id(point_id))


@post("/places/points/{point_id:str}")
async def take_point(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    point_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(
            change_point,
            viewer=visit.viewer,
            point_id=path_id(point_id),
            label=_read_label(typed),
            area_id=as_id(typed["area"]) or 0,
            after_id=read_after(typed),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _point_page(request, visit, path_id(point_id), typed, error)
    return see_other(f"{PLACES}/points/{point_id}?done=stored")


@post("/places/points/{point_id:str}/retire")
async def take_retirement(
    visit: NamedDependency[Visit], point_id: FromPath[str]
) -> Response[bytes]:
    await DB.write(retire_point, now=visit.now, viewer=visit.viewer, point_id=path_id(point_id))
    return see_other(f"{PLACES}/points/{point_id}?done=retired")


@post("/places/points/{point_id:str}/return")
async def take_return(visit: NamedDependency[Visit], point_id: FromPath[str]) -> Response[bytes]:
    await DB.write(bring_point_back, viewer=visit.viewer, point_id=path_id(point_id))
    return see_other(f"{PLACES}/points/{point_id}?done=back")


@post("/places/points/{point_id:str}/taken-down")
async def take_pieces_down(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    point_id: FromPath[str],
) -> Response[bytes]:
    """Pieces of this access point that somebody has taken off the wall."""
    point = path_id(point_id)
    await find_point(await read_settings(visit), point)
    chosen = {as_id(text) for text in Typed(lists).all("piece")}
    hanging = {piece.id for piece in await _pieces(point)}
    if not chosen:
        problem = InvalidFieldsError({"piece": SosboxError("Please choose at least one.")})
        return await _point_page(request, visit, point, refusal=problem)
    if not chosen <= hanging:
        raise NotFoundError("There is no such piece.")
    await DB.write(
        remove_pieces,
        visit.box.keys,
        now=visit.now,
        viewer=visit.viewer,
        piece_ids=[piece for piece in chosen if piece is not None],
    )
    return see_other(f"{PLACES}/points/{point_id}?done=taken_down")


def _read_label(typed: Typed) -> str:
    try:
        return read_label(typed["label"])
    except SosboxError as error:
        raise InvalidFieldsError({"label": error}) from None


async def _pieces(point_id: int) -> list[HangingPiece]:
    found = await DB.read(lambda connection: pieces_of_points(connection, [point_id]))
    return found.get(point_id, [])


def _values_of(point: BuildingPoint) -> Typed:
    return Typed({"label": [point.label], "area": [str(point.area_id)]})


async def _point_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    point_id: int,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    view, point = await find_point(settings, point_id)
    area = view.area(point.area_id)
    assert area is not None
    pieces = await _pieces(point_id)
    typed = typed or _values_of(point)
    _ = visit.localizer
    return settings_page(
        request,
        visit,
        "point.html",
        settings,
        refusal=refusal,
        house=view.house,
        area=area,
        areas=view.areas,
        point=point,
        typed=typed,
        edition=edition_shown(typed, edition_of(point), refusal),
        pieces=[piece for piece in pieces if piece.is_current],
        older=[piece for piece in pieces if not piece.is_current],
        misplaced=misplaced(point, pieces),
        piece_name=lambda piece: piece_name(piece, _),
        condition_labels=CONDITION_LABELS,
    )
