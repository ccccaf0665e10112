"""Rounds: where to walk, what is left to be put right, what was found before."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import ROOT, Visit
from sosbox.admin.forms import FieldLists, as_id
from sosbox.admin.rendering import console_page
from sosbox.admin.round_words import (
    FOUND_BUTTONS,
    FOUND_LABELS,
    REPAIR_LABELS,
    VERDICT_ADVICE,
    VERDICT_LABELS,
    RoundWords,
)
from sosbox.admin.settings_context import REFUSALS, field_errors
from sosbox.admin.typed import Typed
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.pieces.templates import load_templates
from sosbox.printing.template import each_size
from sosbox.rounds.actions import start_round
from sosbox.rounds.queries import (
    NotedFinding,
    RoundView,
    Stop,
    WalkHouse,
    count_findings,
    load_area_names,
    load_houses,
    load_repairs,
    load_rounds,
    load_stops,
)
from sosbox.rounds.rules import Found
from sosbox.rounds.silence import SilentPoint, load_silent_points
from sosbox.ui.pages import see_other

ROUNDS = f"{ROOT}/rounds"


@dataclass(frozen=True)
class Progress:
    """How far a round is that somebody walks."""

    stops: list[Stop]

    @property
    def num_settled(self) -> int:
        return sum(stop.is_settled for stop in self.stops)

    @property
    def num_left(self) -> int:
        return len(self.stops) - self.num_settled


@dataclass(frozen=True)
class PastRound:
    """A round as the list of all shows it."""

    round: RoundView
    counts: Counter[Found]
    areas: list[str]


@dataclass(frozen=True)
class _Desk:
    houses: list[WalkHouse]
    progress: dict[int, Progress]
    past: list[PastRound]
    repairs: list[NotedFinding]
    silent: list[SilentPoint]


@get("/")
async def show_rounds(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _page(request, visit)


@post("/")
async def take_start(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    house_id = as_id(typed["house"]) or 0
    areas = [as_id(text) or 0 for text in typed.all("area")]
    try:
        if not areas:
            raise InvalidFieldsError({"area": SosboxError("Please choose at least one area.")})
        round_id = await DB.write(
            start_round, now=visit.now, viewer=visit.viewer, house_id=house_id, area_ids=areas
        )
    except REFUSALS as error:
        return await _page(request, visit, typed, error)
    return see_other(f"{ROUNDS}/{round_id}/walk")


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    viewer, now = visit.viewer, visit.now

    def load(connection: sqlite3.Connection) -> _Desk:
        houses = load_houses(connection, viewer)
        rounds = load_rounds(connection, viewer)
        counts = count_findings(connection, [each.id for each in rounds])
        names: dict[int, str] = {}
        for house_id in {each.house_id for each in rounds}:
            names |= load_area_names(connection, house_id)
        return _Desk(
            houses=houses,
            progress={
                house.id: Progress(load_stops(connection, viewer, house.open_round))
                for house in houses
                if house.open_round is not None
            },
            past=[
                PastRound(
                    each,
                    counts.get(each.id, Counter()),
                    [names[area] for area in names if area in each.area_ids],
                )
                for each in rounds
                if not (each.is_open and each.account_id == viewer.account_id)
            ],
            repairs=load_repairs(connection, viewer),
            silent=load_silent_points(
                connection,
                now=now,
                subscriber_id=viewer.subscriber_id,
                area_ids=viewer.area_ids,
            ),
        )

    return await rounds_page(
        request,
        visit,
        "rounds.html",
        refusal=refusal,
        desk=await DB.read(load),
        typed=typed,
    )


async def rounds_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    template: str,
    *,
    refusal: SosboxError | None = None,
    zone: ZoneInfo | None = None,
    **context: Any,
) -> Response[bytes]:
    """A page about rounds. refusal: why a form on it was not taken; zone: of the house that it is
    about."""
    subscriber_id = visit.viewer.subscriber_id
    templates = await DB.read(lambda connection: load_templates(connection, subscriber_id))
    return console_page(
        request,
        visit,
        template,
        status=HTTPStatus.OK if refusal is None else refusal.status,
        refusal=None if isinstance(refusal, InvalidFieldsError) else refusal,
        errors=field_errors(refusal),
        zone=zone,
        tell=RoundWords(visit.localizer, zone or visit.zone, each_size(templates)),
        FOUND_LABELS=FOUND_LABELS,
        FOUND_BUTTONS=FOUND_BUTTONS,
        REPAIR_LABELS=REPAIR_LABELS,
        VERDICT_LABELS=VERDICT_LABELS,
        VERDICT_ADVICE=VERDICT_ADVICE,
        Found=Found,
        **context,
    )
