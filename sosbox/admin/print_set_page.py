"""Everything for a whole house in one go: for each area what is to be printed for it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, as_id, read_query_lists
from sosbox.admin.print_offer import Offer, load_offer
from sosbox.admin.print_page import ask_for_runs, to_runs
from sosbox.admin.print_words import PrintWords
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.admin.typed import Typed
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.i18n import N_
from sosbox.pieces.rules import RunOptions
from sosbox.pieces.runs import RunRequest
from sosbox.places.building import BuildingArea

# What most houses hang up, as far as there is such a template.
_USUAL = (
    "leaflet-a5",
    "poster-a4",
    "tent-a6",
    "card-85x55",
    "sticker-round-60",
    "coaster-95",
    "label-l7160",
)
# An area with so many access points is one of rooms, and each gets a leaflet; in any other one
# posters are seen by everybody.
_MANY = 6
_FOR_ROOMS = "leaflet-a5"
_FOR_ALL = "poster-a4"
_NOTHING = N_("Please choose at least one piece for one area.")


@get("/print/set")
async def show_set(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    offer = await _offer(visit, Typed(read_query_lists(request)))
    suggested = {_field(area): [_suggestion(area)] for area in offer.areas}
    return await _page(request, visit, offer, Typed({**suggested, "copies": ["1"]}))


@post("/print/set")
async def take_set(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    offer = await _offer(visit, typed)
    try:
        return to_runs(await ask_for_runs(visit, _requests(offer, typed)))
    except REFUSALS as error:
        return await _page(request, visit, offer, typed, error)


def _requests(offer: Offer, typed: Typed) -> list[RunRequest]:
    """One for each kind of piece, its access points in the order of the building. Raises
    InvalidFieldsError."""
    requests = []
    for size in _offered(offer):
        points = tuple(
            point.id
            for area in offer.areas
            if typed.has(_field(area), size)
            for point in area.points
        )
        if points:
            requests.append(RunRequest(offer.house.id, size, points, RunOptions(), "pdf"))
    if not requests:
        raise InvalidFieldsError({"set": SosboxError(_NOTHING)})
    return requests


async def _offer(visit: Visit, typed: Typed) -> Offer:
    """Raises NotFoundError."""
    house_id = as_id(typed["house"])
    return await DB.read(
        lambda connection: load_offer(connection, visit.viewer.subscriber_id, house_id)
    )


def _offered(offer: Offer) -> list[str]:
    return [size for size in _USUAL if size in offer.sizes]


def _suggestion(area: BuildingArea) -> str:
    return _FOR_ROOMS if len(area.points) >= _MANY else _FOR_ALL


def _field(area: BuildingArea) -> str:
    return f"for_{area.id}"


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    offer: Offer,
    typed: Typed,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    return settings_page(
        request,
        visit,
        "print_set.html",
        await read_settings(visit),
        refusal=refusal,
        offer=offer,
        offered=[(size, offer.sizes[size]) for size in _offered(offer)],
        areas=[(area, _field(area)) for area in offer.areas if area.points],
        typed=typed,
        tell=PrintWords(visit.localizer, offer.sizes),
    )
