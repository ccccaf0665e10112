"""What was printed: how far it is, its files, and what has become of it."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File, Stream

from sosbox.admin.access import BACKGROUND, Visit
from sosbox.admin.forms import path_id
from sosbox.admin.print_page import RUNS, ask_for_runs, to_runs
from sosbox.admin.rendering import console_page
from sosbox.admin.run_files import (
    MEDIA_TYPES,
    MissingFileError,
    archive,
    archive_name,
    name_of,
    path_of,
)
from sosbox.admin.run_words import RunWords
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError
from sosbox.pieces.actions import discard_run
from sosbox.pieces.queries import hanging_of_runs
from sosbox.pieces.runs import Run, RunRequest, load_batch, load_run_for, load_runs
from sosbox.pieces.templates import load_templates
from sosbox.printing.template import each_size
from sosbox.staff.queries import account_names
from sosbox.ui.pages import SECURITY_HEADERS, see_other

_MAX_SHOWN = 40


@dataclass(frozen=True)
class Batch:
    """Runs that somebody has asked for at once. who: empty for the command line."""

    runs: tuple[Run, ...]
    who: str

    @property
    def first(self) -> Run:
        return self.runs[0]

    @property
    def has_archive(self) -> bool:
        """Whether there are several files, and all are there."""
        return len(self.runs) > 1 and all(run.file for run in self.runs)


@get("/print/runs")
async def show_runs(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _page(request, visit, await _newest(visit))


@get("/print/runs/live", opt=BACKGROUND)
async def show_runs_live(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _live(request, visit, await _newest(visit))


@get("/print/runs/{run_id:str}")
async def show_run(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], run_id: FromPath[str]
) -> Response[bytes]:
    """A run, and those that were asked for with it."""
    return await _page(request, visit, await _batch(visit, path_id(run_id)), path_id(run_id))


@get("/print/runs/{run_id:str}/live", opt=BACKGROUND)
async def show_run_live(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], run_id: FromPath[str]
) -> Response[bytes]:
    return await _live(request, visit, await _batch(visit, path_id(run_id)))


@get("/print/runs/{run_id:str}/file")
async def send_file(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], run_id: FromPath[str]
) -> Response[Any]:
    run = await _run(visit, path_id(run_id))
    try:
        path = await asyncio.to_thread(path_of, visit.box.config, run)
    except MissingFileError as error:
        return await _page(request, visit, await _batch(visit, run.id), run.id, error)
    name = name_of(run, await _slug_of_house(visit, run), visit.zone)
    return File(
        path,
        filename=name,
        content_disposition_type="attachment",
        media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        headers=SECURITY_HEADERS,
    )


@get("/print/runs/{run_id:str}/zip")
async def send_archive(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], run_id: FromPath[str]
) -> Response[Any]:
    """The files of all runs that were asked for with this one."""
    runs = await _batch(visit, path_id(run_id))
    slug = await _slug_of_house(visit, runs[0])
    try:
        files = await asyncio.to_thread(_files_of, visit, runs, slug)
    except MissingFileError as error:
        return await _page(request, visit, runs, path_id(run_id), error)
    name = archive_name(runs[0], slug, visit.zone)
    headers = {**SECURITY_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(archive(files), media_type=MEDIA_TYPES[".zip"], headers=headers)


@post("/print/runs/{run_id:str}/again")
async def take_again(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], run_id: FromPath[str]
) -> Response[bytes]:
    """The same once more."""
    run = await _run(visit, path_id(run_id))
    asked = RunRequest(
        establishment_id=run.establishment_id,
        template=run.template,
        access_points=run.access_points,
        options=run.options,
        format=run.format,
        printer=run.printer,
    )
    try:
        return to_runs(await ask_for_runs(visit, [asked]))
    except (*REFUSALS, NotFoundError) as error:
        return await _page(request, visit, await _batch(visit, run.id), run.id, error)


@post("/print/runs/{run_id:str}/unused")
async def take_unused(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], run_id: FromPath[str]
) -> Response[bytes]:
    number = path_id(run_id)
    try:
        await DB.write(
            discard_run, visit.box.keys, now=visit.now, viewer=visit.viewer, run_id=number
        )
    except REFUSALS as error:
        return await _page(request, visit, await _batch(visit, number), number, error)
    return see_other(f"{RUNS}/{number}?done=pieces_unused")


# Reading -----------------------------------------------------------------------------------------


async def _newest(visit: Visit) -> list[Run]:
    return await DB.read(lambda connection: load_runs(connection, visit.viewer, limit=_MAX_SHOWN))


async def _run(visit: Visit, run_id: int) -> Run:
    """Raises NotFoundError."""
    return await DB.read(lambda connection: load_run_for(connection, visit.viewer, run_id))


async def _batch(visit: Visit, run_id: int) -> list[Run]:
    """Raises NotFoundError."""

    def load(connection: sqlite3.Connection) -> list[Run]:
        return load_batch(connection, load_run_for(connection, visit.viewer, run_id))

    return await DB.read(load)


async def _slug_of_house(visit: Visit, run: Run) -> str:
    return (await read_settings(visit)).house(run.establishment_id).slug


def _files_of(visit: Visit, runs: Sequence[Run], house_slug: str) -> list[tuple[str, Path]]:
    """Blocks. Raises NotFoundError."""
    return [(name_of(run, house_slug, visit.zone), path_of(visit.box.config, run)) for run in runs]


# Showing -----------------------------------------------------------------------------------------


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    runs: Sequence[Run],
    run_id: int | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    """run_id: of the one whose page it is; None for the list of all."""
    return settings_page(
        request,
        visit,
        "print_runs.html",
        await read_settings(visit),
        refusal=refusal,
        path=RUNS if run_id is None else f"{RUNS}/{run_id}",
        is_list=run_id is None,
        **await _parts(visit, runs),
    )


async def _live(
    request: Request[Any, Any, Any], visit: Visit, runs: Sequence[Run]
) -> Response[bytes]:
    """The runs for their place on the page that is open."""
    return console_page(request, visit, "print_runs_live.html", **await _parts(visit, runs))


async def _parts(visit: Visit, runs: Sequence[Run]) -> dict[str, Any]:
    names = await account_names(visit.viewer)
    subscriber_id = visit.viewer.subscriber_id
    templates = await DB.read(lambda connection: load_templates(connection, subscriber_id))
    ids = [run.id for run in runs]
    hanging = await DB.read(lambda connection: hanging_of_runs(connection, ids))
    return {
        "batches": [
            Batch(tuple(together), names.get(account_id or 0, ""))
            for (_created, account_id, _house), together in groupby(
                runs, lambda run: (run.created_at, run.account_id, run.establishment_id)
            )
        ],
        "has_open": any(run.is_open for run in runs),
        "hanging": hanging,
        "tell": RunWords(visit.localizer, each_size(templates), visit.zone),
    }
