"""Printing: what, for which places, and how; its picture; and asking for it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import BACKGROUND, Visit
from sosbox.admin.forms import FieldLists, as_id, read_query_lists
from sosbox.admin.print_offer import (
    AT_ADDRESS,
    PRINTER,
    Choice,
    Offer,
    first_choice,
    house_of_area,
    load_offer,
    read_choice,
    requests_of,
)
from sosbox.admin.print_previews import OvertakenError, press_for, previews_of
from sosbox.admin.print_printers import offered_printers
from sosbox.admin.print_words import PrintWords
from sosbox.admin.rendering import console_page
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed
from sosbox.db import DB, Transaction
from sosbox.errors import ConflictError, InvalidFieldsError, NotFoundError, Problems, SosboxError
from sosbox.i18n import N_
from sosbox.pieces.material import (
    NO_ADDRESS,
    PREVIEW_DOTS,
    as_sample_picture,
    load_preview_job,
    load_sample_job,
)
from sosbox.pieces.rules import RunOptions, is_of_house
from sosbox.pieces.runs import RunRequest, request_run
from sosbox.pieces.templates import FoundTemplate, load_files
from sosbox.places.addresses import settled_address
from sosbox.places.branding import load_branding
from sosbox.printing.layout import PrintJob
from sosbox.printing.paper import Paper
from sosbox.printing.template import FORMATS, Size
from sosbox.staff.rules import Viewer
from sosbox.ui.pages import SECURITY_HEADERS, see_other

PRINT = f"{SETTINGS}/print"
RUNS = f"{PRINT}/runs"
# In an address that carries choices; without it nobody has chosen anything yet.
_CHOSEN = "chosen"
_PNG = "image/png"
_NO_PLACE = N_("Please choose a place between 1 and {num}.")
_NO_POINTS = N_("There is no access point yet. Please add one first, under Access points.")


@dataclass(frozen=True)
class Look:
    """What is shown of a choice: its picture, or why there is none.

    width, height: of the picture, in dots; 0 where that depends on what stands on it.
    num_pages: of the size that is shown.
    """

    choice: Choice
    problem: SosboxError | None
    width: int
    height: int
    num_pieces: int
    num_pages: int

    @property
    def is_sample(self) -> bool:
        """Whether nobody has said yet for which places."""
        return self.num_pieces == 0


@get("/print")
async def show_print(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _page(request, visit, Typed(read_query_lists(request)))


@get("/print/live", opt=BACKGROUND)
async def show_look_live(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """The picture and what is said about it, for its place on the page that is open."""
    choice = await _choice(visit, Typed(read_query_lists(request)), Problems())
    look = await _look(request, visit, choice)
    return console_page(request, visit, "print_live.html", **_look_context(visit, look))


@get("/print/preview", opt=BACKGROUND)
async def show_preview(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """The first page of what would be printed, as a PNG."""
    choice = await _choice(visit, Typed(read_query_lists(request)), Problems())
    return _picture(await _drawn(request, visit, choice))


@get("/print/templates/{template:str}/preview", opt=BACKGROUND)
async def show_sample(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], template: FromPath[str]
) -> Response[bytes]:
    """What a template looks like in the colours of a house, as a small PNG."""
    house_id = as_id(Typed(read_query_lists(request))["house"])
    now = visit.now

    def load(connection: sqlite3.Connection) -> PrintJob:
        offer = load_offer(connection, visit.viewer.subscriber_id, house_id)
        found = offer.templates.get(template)
        if found is None:
            raise NotFoundError("There is no such template.")
        size = next(iter(found.sizes.values()))
        files = load_files(connection, visit.viewer.subscriber_id, found)
        return load_sample_job(
            connection,
            visit.box.config,
            FoundTemplate(found, size, files),
            establishment_id=offer.house.id,
            now=now,
        )

    job = as_sample_picture(await DB.read(load))
    press = press_for(request, is_own=job.template.is_own)
    return _picture(await previews_of(request).sample(press, job))


@post("/print")
async def take_print(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    problems = Problems()
    try:
        choice = await _choice(visit, typed, problems)
        printers = await offered_printers(await read_settings(visit))
        requests = requests_of(choice, printers, problems)
        problems.refuse()
        run_ids = await ask_for_runs(visit, requests)
    except REFUSALS as error:
        return await _page(request, visit, typed, error)
    return to_runs(run_ids)


async def ask_for_runs(visit: Visit, requests: Sequence[RunRequest]) -> list[int]:
    """All of them, or none. Raises InvalidFieldsError, ConflictError, NotFoundError."""
    await DB.read(lambda connection: _require_address(connection, visit, requests))
    now = visit.box.clock.now()
    return await DB.write(_request_runs, now=now, viewer=visit.viewer, requests=requests)


def to_runs(run_ids: Sequence[int]) -> Response[bytes]:
    """To the page of what was just asked for."""
    return see_other(f"{RUNS}/{run_ids[0]}?done=print_asked")


def _request_runs(
    tx: Transaction, *, now: datetime, viewer: Viewer, requests: Sequence[RunRequest]
) -> list[int]:
    return [request_run(tx, now=now, viewer=viewer, request=request) for request in requests]


def _require_address(
    connection: sqlite3.Connection, visit: Visit, requests: Sequence[RunRequest]
) -> None:
    """Without the address of the box no code leads anywhere. Raises ConflictError."""
    for house_id in {request.establishment_id for request in requests if request.access_points}:
        branding = load_branding(connection, house_id)
        if not settled_address(visit.box.config, branding.base_url):
            raise ConflictError(NO_ADDRESS)


# Choosing ----------------------------------------------------------------------------------------


async def _choice(visit: Visit, typed: Typed, problems: Problems) -> Choice:
    """Raises NotFoundError."""
    subscriber_id = visit.viewer.subscriber_id
    area_id = as_id(typed["area"]) if typed["area"] else None

    def load(connection: sqlite3.Connection) -> Offer:
        house_id = as_id(typed["house"])
        if area_id is not None:
            house_id = house_of_area(connection, subscriber_id, area_id)
        return load_offer(connection, subscriber_id, house_id)

    offer = await DB.read(load)
    chosen = typed if typed[_CHOSEN] else first_choice(offer, typed)
    return read_choice(chosen, offer, problems)


# Looking -----------------------------------------------------------------------------------------


async def _look(
    request: Request[Any, Any, Any], visit: Visit, choice: Choice, *, is_drawn: bool = True
) -> Look:
    """is_drawn: whether the picture is made now, which shows what is wrong with it."""
    problem: SosboxError | None = None
    if is_drawn and choice.looked_at is not None:
        try:
            await _drawn(request, visit, choice)
        except OvertakenError:
            raise
        except SosboxError as error:
            problem = error
    if choice.looked_at is None:
        return Look(choice, problem, 0, 0, 0, 0)
    template, size = choice.looked_at
    options = choice.options_for(choice.looked_at)
    paper = options.paper_of(size) if _has_place(options, size) else size.paper
    num_places = 1 if is_of_house(template) else len(choice.points)
    num_pieces = num_places * options.copies
    width, height = _dots_of(paper)
    return Look(choice, problem, width, height, num_pieces, paper.num_pages(num_pieces))


def _has_place(options: RunOptions, size: Size) -> bool:
    """Whether the first label that is to be used is on the sheet at all."""
    return options.start <= size.paper.num_places


def _dots_of(paper: Paper) -> tuple[int, int]:
    dots_per_mm = PREVIEW_DOTS / max(paper.page_width, paper.page_height)
    return round(paper.page_width * dots_per_mm), round(paper.page_height * dots_per_mm)


async def _drawn(request: Request[Any, Any, Any], visit: Visit, choice: Choice) -> bytes:
    """Raises NotFoundError, PrintError and what else `load_preview_job` raises."""
    if choice.looked_at is None:
        raise NotFoundError("There is no such template.")
    template, size = choice.looked_at
    if not choice.points_to_show and not is_of_house(template):
        raise ConflictError(_NO_POINTS)
    options = choice.options_for((template, size))
    if not _has_place(options, size):
        raise ConflictError(_NO_PLACE, num=size.paper.num_places)

    def load(connection: sqlite3.Connection) -> PrintJob:
        return load_preview_job(
            connection,
            visit.box.config,
            subscriber_id=visit.viewer.subscriber_id,
            establishment_id=choice.offer.house.id,
            template=size.id,
            access_points=choice.points_to_show,
            options=options,
            now=visit.now,
        )

    job = await DB.read(load)
    press = press_for(request, is_own=template.is_own)
    return await previews_of(request).picture(press, job, account_id=visit.viewer.account_id)


def _picture(data: bytes) -> Response[bytes]:
    return Response(data, media_type=_PNG, headers=SECURITY_HEADERS)


# Showing -----------------------------------------------------------------------------------------


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    typed: Typed,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    problems = Problems()
    choice = await _choice(visit, typed, problems)
    settings = await read_settings(visit)
    is_chosen = bool(typed[_CHOSEN])
    if is_chosen and refusal is None and problems.fields:
        refusal = InvalidFieldsError(problems.fields)
    # Whoever has just opened the page sees it at once; its picture follows.
    is_drawn = is_chosen and refusal is None
    try:
        look = await _look(request, visit, choice, is_drawn=is_drawn)
    except OvertakenError:
        # In another tab; this one is a page all the same, and asks for its picture by itself.
        look = await _look(request, visit, choice, is_drawn=False)
    return settings_page(
        request,
        visit,
        "print.html",
        settings,
        refusal=refusal,
        offer=choice.offer,
        typed=typed if is_chosen else first_choice(choice.offer, typed),
        printers=await offered_printers(settings),
        formats=FORMATS,
        PRINTER=PRINTER,
        AT_ADDRESS=AT_ADDRESS,
        **_look_context(visit, look),
    )


def _look_context(visit: Visit, look: Look) -> dict[str, Any]:
    return {
        "look": look,
        "choice": look.choice,
        "tell": PrintWords(visit.localizer, look.choice.offer.sizes),
    }
