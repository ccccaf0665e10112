"""Templates of an owner's own: taken, tried, replaced and deleted; and those to start from."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import UPLOAD, Visit
from sosbox.admin.multipart_forms import uploads_of
from sosbox.admin.print_page import PRINT
from sosbox.admin.print_previews import press_for
from sosbox.admin.print_words import PrintWords
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.admin.small_uploads import (
    FORM,
    MAX_SMALL_UPLOAD_BYTES,
    SentFile,
    SmallUpload,
    read_small_upload,
)
from sosbox.db import DB
from sosbox.errors import ConflictError, InvalidFieldsError, NotFoundError, SosboxError
from sosbox.i18n import N_
from sosbox.pieces.material import load_sample_job
from sosbox.pieces.own_templates import (
    MAX_ALL_BYTES,
    MAX_PICTURE_BYTES,
    MAX_PICTURES,
    OwnDraft,
    SourceError,
    StoredTemplate,
    add_own_template,
    load_own_templates,
    read_own_draft,
    remove_own_template,
    replace_own_template,
    slug_of,
)
from sosbox.pieces.templates import FoundTemplate
from sosbox.places.branding import load_house_brands
from sosbox.printing.catalogue import built_in_templates
from sosbox.printing.layout import PrintJob
from sosbox.printing.press import PictureError, PrintError
from sosbox.printing.template import KIT, MAX_SOURCE_BYTES, each_size
from sosbox.ui.pages import SECURITY_HEADERS, see_other

TEMPLATES = f"{PRINT}/templates"
# Under this name the kit that all templates work with is downloaded.
_KIT = "kit"
# Longest time for one size of a template that is tried, seconds.
_TRIAL_TIMEOUT_S = 10.0
_WRONG_PICTURE = N_("“{name}”: {problem}")
_NO_FILE = N_("Please choose a file. Its name ends in .typ.")
_NO_HOUSE = N_("There is no establishment yet to try it for.")


@get("/print/templates")
async def show_templates(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _list_page(request, visit)


@post("/print/templates", opt=UPLOAD, request_max_body_size=MAX_SMALL_UPLOAD_BYTES)
async def take_template(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    try:
        upload = await _read_upload(request, visit)
        source = _source_in(upload)
        draft = await _tried(request, visit, slug_of(source.name), source, upload)
        now = visit.box.clock.now()
        await DB.write(add_own_template, now=now, viewer=visit.viewer, draft=draft)
    except REFUSALS as error:
        return await _list_page(request, visit, error)
    return see_other(f"{TEMPLATES}/{draft.slug}?done=template_stored")


@get("/print/templates/{template:str}")
async def show_template(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], template: FromPath[str]
) -> Response[bytes]:
    return await _page(request, visit, await _stored(visit, template))


@post("/print/templates/{template:str}", opt=UPLOAD, request_max_body_size=MAX_SMALL_UPLOAD_BYTES)
async def take_replacement(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], template: FromPath[str]
) -> Response[bytes]:
    refusal: SosboxError | None = None
    upload: SmallUpload | None = None
    try:
        upload = await _read_upload(request, visit)
    except REFUSALS as error:
        refusal = error
    stored = await _stored(visit, template)
    if upload is not None:
        try:
            draft = await _tried(request, visit, stored.slug, _source_in(upload), upload)
            now = visit.box.clock.now()
            await DB.write(replace_own_template, now=now, viewer=visit.viewer, draft=draft)
        except REFUSALS as error:
            refusal = error
    if refusal is not None:
        return await _page(request, visit, stored, refusal)
    return see_other(f"{TEMPLATES}/{stored.slug}?done=template_stored")


@post("/print/templates/{template:str}/delete")
async def take_template_away(
    visit: NamedDependency[Visit], template: FromPath[str]
) -> Response[bytes]:
    await DB.write(remove_own_template, viewer=visit.viewer, slug=template)
    return see_other(f"{TEMPLATES}?done=deleted")


@get("/print/templates/{template:str}/source")
async def send_source(visit: NamedDependency[Visit], template: FromPath[str]) -> Response[bytes]:
    """What a template is made of, as text; under its own name the kit of all of them."""
    built_in = built_in_templates().get(template)
    if template == _KIT:
        source = KIT.read_bytes()
    elif built_in is not None:
        source = built_in.source
    else:
        source = (await _stored(visit, template)).source.encode()
    headers = {"Content-Disposition": f'attachment; filename="{template}.typ"'}
    return Response(
        source, media_type="text/plain; charset=utf-8", headers={**SECURITY_HEADERS, **headers}
    )


# Taking ------------------------------------------------------------------------------------------


async def _read_upload(request: Request[Any, Any, Any], visit: Visit) -> SmallUpload:
    return await read_small_upload(
        request, visit, max_file_bytes=MAX_PICTURE_BYTES, max_files=MAX_PICTURES + 1
    )


def _source_in(upload: SmallUpload) -> SentFile:
    """The file of the template. Raises InvalidFieldsError."""
    for file in upload.files.get("source", ()):
        return file
    raise InvalidFieldsError({"source": SosboxError(_NO_FILE)})


async def _tried(
    request: Request[Any, Any, Any],
    visit: Visit,
    slug: str,
    source: SentFile,
    upload: SmallUpload,
) -> OwnDraft:
    """Draws every size for a room, in a press of its own that can open nothing.

    Raises InvalidFieldsError, ConflictError; then nothing has been stored.
    """
    pictures = [(file.name, file.data) for file in upload.files.get("pictures", ())]
    with uploads_of(request).one_of(visit.viewer.account_id):
        draft = await asyncio.to_thread(read_own_draft, slug, source.data, pictures)
        press = press_for(request, is_own=True)
        for name, picture in draft.files.items():
            try:
                await press.check_logo(picture)
            except PictureError as error:
                problem = visit.localizer.error(error)
                wrong = SosboxError(_WRONG_PICTURE, name=name, problem=problem)
                raise InvalidFieldsError({"pictures": wrong}) from None
        for job in await DB.read(lambda connection: _trial_jobs(connection, visit, draft)):
            try:
                await press.print(job, timeout_s=_TRIAL_TIMEOUT_S)
            except PrintError as error:
                raise InvalidFieldsError({"source": SourceError(error, source.data)}) from None
    return draft


def _trial_jobs(connection: sqlite3.Connection, visit: Visit, draft: OwnDraft) -> list[PrintJob]:
    houses = load_house_brands(connection, visit.viewer.subscriber_id)
    if not houses:
        raise ConflictError(_NO_HOUSE)
    return [
        load_sample_job(
            connection,
            visit.box.config,
            FoundTemplate(draft.template, size, draft.files),
            establishment_id=houses[0].id,
            now=visit.now,
        )
        for size in draft.template.sizes.values()
    ]


# Showing -----------------------------------------------------------------------------------------


async def _stored(visit: Visit, slug: str) -> StoredTemplate:
    """Raises NotFoundError."""
    for stored in await _all_stored(visit):
        if stored.slug == slug:
            return stored
    raise NotFoundError("There is no such template.")


async def _all_stored(visit: Visit) -> Sequence[StoredTemplate]:
    subscriber_id = visit.viewer.subscriber_id
    return await DB.read(lambda connection: load_own_templates(connection, subscriber_id))


async def _list_page(
    request: Request[Any, Any, Any], visit: Visit, refusal: SosboxError | None = None
) -> Response[bytes]:
    return settings_page(
        request,
        visit,
        "print_templates.html",
        await read_settings(visit),
        refusal=refusal,
        stored=await _all_stored(visit),
        built_in=built_in_templates().values(),
        **_context(visit, refusal),
    )


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    stored: StoredTemplate,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    return settings_page(
        request,
        visit,
        "print_template.html",
        await read_settings(visit),
        refusal=refusal,
        stored=stored,
        **_context(visit, refusal),
    )


def _context(visit: Visit, refusal: SosboxError | None) -> Mapping[str, Any]:
    fields = refusal.fields if isinstance(refusal, InvalidFieldsError) else {}
    source = fields.get("source")
    return {
        "tell": PrintWords(visit.localizer, each_size(built_in_templates())),
        "at_fault": source if isinstance(source, SourceError) and source.line else None,
        "form_problem": fields.get(FORM),
        "limits": {
            "source": MAX_SOURCE_BYTES // 1000,
            "picture": MAX_PICTURE_BYTES // 1000,
            "pictures": MAX_PICTURES,
            "all": MAX_ALL_BYTES // 1_000_000,
        },
    }
