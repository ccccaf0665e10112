"""One round: how far it is while somebody walks it, and what was found once it is signed."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import path_id
from sosbox.admin.rounds_page import ROUNDS, Progress, rounds_page
from sosbox.admin.settings_context import REFUSALS
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.keys import Keys, fingerprint
from sosbox.ledger.queries import digest_of_round
from sosbox.ledger.rules import round_statement
from sosbox.places.logo import Picture
from sosbox.rounds.actions import finish_round, give_round_up
from sosbox.rounds.queries import (
    NotedFinding,
    RoundView,
    count_findings,
    load_area_names,
    load_noted,
    load_photo,
    load_round,
    load_stops,
    settled_ids,
)
from sosbox.rounds.rules import Found, next_stop
from sosbox.ui.pages import see_other
from sosbox.ui.pictures import picture_response

# A photo is nobody else's business.
_CACHE = "no-store"


@dataclass(frozen=True)
class Report:
    """A round with all that was found. is_signed: it is finished, and as it was signed."""

    round: RoundView
    areas: list[str]
    noted: list[NotedFinding]
    counts: Counter[Found]
    progress: Progress
    is_signed: bool


@get("/{round_id:str}")
async def show_round(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], round_id: FromPath[str]
) -> Response[bytes]:
    return await _page(request, visit, path_id(round_id))


@get("/{round_id:str}/walk")
async def show_next(visit: NamedDependency[Visit], round_id: FromPath[str]) -> Response[bytes]:
    """To where the round goes on: the first open stop after the one that was looked at last."""
    report = await load_report(visit, path_id(round_id))
    order = [stop.point.id for stop in report.progress.stops]
    last = report.noted[-1].access_point_id if report.noted else None
    settled = settled_ids(report.progress.stops)
    ahead = next_stop(order, settled, last)
    if ahead is None and last in order and last not in settled:
        ahead = last
    if ahead is None or not report.round.is_open:
        return see_other(f"{ROUNDS}/{report.round.id}")
    return see_other(f"{ROUNDS}/{report.round.id}/stops/{ahead}")


@post("/{round_id:str}/finish")
async def take_finish(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], round_id: FromPath[str]
) -> Response[bytes]:
    number = path_id(round_id)
    try:
        await DB.write(
            finish_round, visit.box.keys, now=visit.now, viewer=visit.viewer, round_id=number
        )
    except REFUSALS as error:
        return await _page(request, visit, number, error)
    return see_other(f"{ROUNDS}/{number}")


@post("/{round_id:str}/give-up")
async def take_give_up(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], round_id: FromPath[str]
) -> Response[bytes]:
    number = path_id(round_id)
    try:
        await DB.write(give_round_up, viewer=visit.viewer, round_id=number)
    except REFUSALS as error:
        return await _page(request, visit, number, error)
    return see_other(f"{ROUNDS}?done=round_given_up")


@get("/{round_id:str}/findings/{finding_id:str}/photo")
async def show_photo(
    visit: NamedDependency[Visit], round_id: FromPath[str], finding_id: FromPath[str]
) -> Response[bytes]:
    number, finding = path_id(round_id), path_id(finding_id)
    viewer = visit.viewer
    photo = await DB.read(lambda connection: load_photo(connection, viewer, number, finding))
    return picture_response(Picture(photo, "image/jpeg"), cache=_CACHE)


async def load_report(visit: Visit, round_id: int) -> Report:
    """Raises NotFoundError."""
    viewer, keys = visit.viewer, visit.box.keys

    def load(connection: sqlite3.Connection) -> Report:
        walked = load_round(connection, viewer, round_id)
        names = load_area_names(connection, walked.house_id)
        digest = digest_of_round(connection, round_id)
        return Report(
            round=walked,
            areas=[names[area] for area in names if area in walked.area_ids],
            noted=load_noted(connection, round_id),
            counts=count_findings(connection, [round_id]).get(round_id, Counter()),
            progress=Progress(load_stops(connection, viewer, walked) if walked.is_open else []),
            is_signed=digest == walked.digest and _is_signed(keys, walked),
        )

    return await DB.read(load)


def _is_signed(keys: Keys, walked: RoundView) -> bool:
    try:
        keys.public_key.verify(walked.signature or b"", round_statement(walked.digest))
    except InvalidSignature:
        return False
    return True


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    round_id: int,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    report = await load_report(visit, round_id)
    walked = report.round
    return await rounds_page(
        request,
        visit,
        "round_open.html" if walked.is_open else "round_done.html",
        refusal=refusal,
        zone=walked.zone,
        report=report,
        round=walked,
        progress=report.progress,
        is_mine=walked.account_id == visit.viewer.account_id and visit.viewer.may_write,
        fingerprint=fingerprint(visit.box.keys.public_key),
    )
