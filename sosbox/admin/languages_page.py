"""The languages of the houses, the models and engines of the box, and fixed words.

Models and engines hold for the whole box: only owners change them. What is to be done with models
is asked for with a row; the worker does it.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import BACKGROUND, UPLOAD, Visit, is_same
from sosbox.admin.forms import MAX_BODY_BYTES, FieldLists, Fields, read_fields
from sosbox.admin.model_views import (
    FETCHABLE,
    HouseView,
    Stock,
    house_view,
    load_recipient_languages,
    load_stock,
    missing_models,
)
from sosbox.admin.model_words import ENGINE_LABELS, ModelWords, resumable_fetches
from sosbox.admin.models_upload import (
    FILE_FIELD,
    MAX_UPLOAD_BYTES,
    ReceivedFile,
    check_before,
    drop,
    missing_file,
    receive_files,
    tidy,
)
from sosbox.admin.multipart_forms import BYTES_A_MB, is_multipart, stale_page, uploads_of
from sosbox.admin.rendering import console_page
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed
from sosbox.db import DB, Transaction
from sosbox.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    NotFoundError,
    SosboxError,
)
from sosbox.i18n import LANGUAGES
from sosbox.places.model_jobs import (
    ShownJob,
    load_jobs,
    request_add,
    request_fetch,
    request_remove,
    request_test,
)
from sosbox.places.translation_settings import choose_engine
from sosbox.staff.rules import Role, Viewer
from sosbox.translation.argos.archive import MAX_FILE_BYTES
from sosbox.translation.argos.store import ModelStore
from sosbox.ui.pages import SECURITY_HEADERS, see_other, wants_json
from sosbox.ui.site import site_of

LANGUAGES_PATH = f"{SETTINGS}/languages"


@get("/languages")
async def show_languages(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _page(request, visit)


@get("/languages/live", opt=BACKGROUND)
async def show_models_live(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """The parts that change by themselves, each for its place on the page that is open."""
    return console_page(request, visit, "models_live.html", **await _parts(request, visit))


@post("/languages/add", opt=UPLOAD, request_max_body_size=MAX_UPLOAD_BYTES)
async def take_models(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """Files of models; a script is answered in JSON."""
    try:
        await _receive_models(request, visit)
    except SosboxError as error:
        if wants_json(request):
            return _json(error.status, {"problem": _in_words(error, visit)})
        if isinstance(error, REFUSALS):
            return await _page(request, visit, refusal=error)
        raise
    if wants_json(request):
        return _json(HTTPStatus.CREATED, {})
    return _under_way()


@post("/languages/fetch")
async def take_fetch(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    _require_owner(visit.viewer)
    pairs = list(dict.fromkeys(Typed(lists).all("pairs")))
    try:
        await DB.write(_ask_to_fetch, now=visit.now, viewer=visit.viewer, pairs=pairs)
    except REFUSALS as error:
        return await _page(request, visit, refusal=error)
    return _under_way()


@post("/languages/test")
async def take_test(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    return await _ask_about_model(request, visit, request_test, fields)


@post("/languages/remove")
async def take_model_away(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    return await _ask_about_model(request, visit, request_remove, fields)


@post("/languages/engine")
async def take_engine(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    _require_owner(visit.viewer)
    typed = Typed(lists)
    try:
        await DB.write(
            choose_engine,
            viewer=visit.viewer,
            pair=f"{typed['source']}-{typed['target']}",
            engine=typed["engine"],
        )
    except REFUSALS as error:
        return await _page(request, visit, typed, error)
    return see_other(f"{LANGUAGES_PATH}?done=stored")


async def languages_not_translated(request: Request[Any, Any, Any], visit: Visit) -> list[str]:
    """Languages of the visitor's guests that are not read or not answered."""
    views = await _house_views(request, visit, await load_stock(_store(visit)))
    return list(dict.fromkeys(code for view in views for code in view.untranslated))


# Sending -----------------------------------------------------------------------------------------


async def _receive_models(request: Request[Any, Any, Any], visit: Visit) -> None:
    """Raises SosboxError, and then nothing is left of what was sent."""
    _require_owner(visit.viewer)
    if not is_multipart(request):
        await _refuse_other_form(request, visit)
    folder = _store(visit).incoming_folder
    uploads = uploads_of(request)
    with uploads.one_of(visit.viewer.account_id):
        await asyncio.to_thread(check_before, request, folder)
        await asyncio.to_thread(tidy, folder, {job.file for job in await _jobs(visit)})
        files = await receive_files(
            request, uploads, folder, lambda token: is_same(token, visit.session.csrf_token)
        )
        try:
            now = visit.box.clock.now()
            await DB.write(_ask_to_add, now=now, viewer=visit.viewer, files=files)
        except BaseException:
            drop(files)
            raise


async def _refuse_other_form(request: Request[Any, Any, Any], visit: Visit) -> None:
    """Raises ForbiddenError, or InvalidFieldsError for a form of ours without a file."""
    is_small = (request.content_length or 0) <= MAX_BODY_BYTES
    fields = await read_fields(request) if is_small and request.content_length else {}
    if is_same(fields.get("csrf", ""), visit.session.csrf_token):
        raise missing_file()
    raise stale_page()


def _ask_to_add(
    tx: Transaction, *, now: datetime, viewer: Viewer, files: Sequence[ReceivedFile]
) -> None:
    for file in files:
        request_add(tx, now=now, viewer=viewer, file=file.path.name, sent_as=file.sent_as)


def _json(status: HTTPStatus, content: dict[str, str]) -> Response[bytes]:
    body = json.dumps(content).encode()
    return Response(
        body, status_code=status, media_type="application/json", headers=SECURITY_HEADERS
    )


def _in_words(error: SosboxError, visit: Visit) -> str:
    if isinstance(error, InvalidFieldsError):
        error = error.fields.get(FILE_FIELD, error)
    return visit.localizer.error(error)


# Asking ------------------------------------------------------------------------------------------


async def _ask_about_model(
    request: Request[Any, Any, Any], visit: Visit, ask: Callable[..., int], fields: Fields
) -> Response[bytes]:
    try:
        await DB.write(ask, now=visit.now, viewer=visit.viewer, pair=fields.get("pair", ""))
    except InvalidFieldsError:
        raise NotFoundError("There is no such model.") from None
    except REFUSALS as error:
        return await _page(request, visit, refusal=error)
    return _under_way()


def _ask_to_fetch(tx: Transaction, *, now: datetime, viewer: Viewer, pairs: Sequence[str]) -> None:
    """Raises ForbiddenError, InvalidFieldsError, ConflictError if nothing is new in it."""
    known = {str(pair) for pair in FETCHABLE}
    if not pairs or not known.issuperset(pairs):
        raise InvalidFieldsError({"pairs": SosboxError("Please choose at least one.")})
    conflicts = []
    for pair in pairs:
        try:
            request_fetch(tx, now=now, viewer=viewer, pair=pair)
        except ConflictError as error:
            conflicts.append(error)
    if len(conflicts) == len(pairs):
        raise conflicts[0]


def _require_owner(viewer: Viewer) -> None:
    if viewer.role is not Role.OWNER:
        raise ForbiddenError("Models and engines are for owners: they hold for the whole box.")


def _under_way() -> Response[bytes]:
    return see_other(f"{LANGUAGES_PATH}?done=model_job#jobs")


# Showing -----------------------------------------------------------------------------------------


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    parts = await _parts(request, visit)
    missing = missing_models(parts["houses"])
    return settings_page(
        request,
        visit,
        "languages.html",
        await read_settings(visit),
        refusal=refusal,
        typed=typed or Typed({"source": ["es"], "target": ["en"]}),
        missing=missing,
        fetchable=FETCHABLE,
        chosen=sorted(parts["stock"].table.chosen.items()),
        engine_labels=ENGINE_LABELS,
        languages=list(LANGUAGES),
        max_bytes=MAX_FILE_BYTES,
        max_mb=visit.localizer.number(MAX_FILE_BYTES // BYTES_A_MB),
        **parts,
    )


async def _parts(request: Request[Any, Any, Any], visit: Visit) -> dict[str, Any]:
    """What the page shows and fetches again while something is under way."""
    stock = await load_stock(_store(visit))
    jobs = await _jobs(visit)
    return {
        "stock": stock,
        "models": stock.models,
        "houses": await _house_views(request, visit, stock),
        "jobs": jobs,
        "has_open_jobs": any(job.is_open for job in jobs),
        "resumable": resumable_fetches(jobs),
        "tell": ModelWords(visit.localizer, visit.zone),
        "may_change_box": visit.viewer.role is Role.OWNER,
    }


async def _house_views(
    request: Request[Any, Any, Any], visit: Visit, stock: Stock
) -> list[HouseView]:
    owner = visit.viewer.subscriber_id
    read_by_staff = await DB.read(lambda connection: load_recipient_languages(connection, owner))
    return [
        house_view(house, stock, read_by_staff)
        for house in await site_of(request).directory.houses()
        if house.subscriber_id == owner
    ]


async def _jobs(visit: Visit) -> list[ShownJob]:
    now = visit.box.clock.now()
    return await DB.read(lambda connection: load_jobs(connection, now=now))


def _store(visit: Visit) -> ModelStore:
    return ModelStore(visit.box.config.models_dir)
