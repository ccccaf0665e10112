"""Backups: when one was last proven, a new one at once, and the sheet with the key."""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import Visit
from sosbox.admin.box_access import BOX
from sosbox.admin.forms import Fields
from sosbox.admin.print_previews import press_for
from sosbox.admin.rendering import console_page
from sosbox.backup.key import backup_key
from sosbox.backup.make import folder_for, is_being_made
from sosbox.backup.sheet import recovery_job
from sosbox.backup.tables import BackupState, backup_state, note_recovery_sheet
from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, SosboxError, TooManyError, UnavailableError
from sosbox.lib.own_program import own_command
from sosbox.printing.press import PrintError
from sosbox.staff.login import confirm_password
from sosbox.ui.pages import see_other

PATH = f"{BOX}/backup"
# Made every night; one night may be missed.
_OLD = timedelta(days=2)
_LOOK_AGAIN_S = 5


@dataclass(frozen=True)
class Health:
    """How it stands: "good", "warn" or "bad", for the colour and the sign."""

    state: BackupState
    is_running: bool
    kind: str


@get("/backup")
async def show_backups(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _page(request, visit)


@post("/backup")
async def take_backup(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """Starts one; a process of its own makes it, as the nightly one is made."""
    data_dir = visit.box.config.data_dir
    if not is_being_made(data_dir):
        process = await asyncio.create_subprocess_exec(
            *("nice", "-n", "15", *own_command(), "backup", "--data", str(data_dir)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        waiting = asyncio.create_task(process.wait())
        running = request.app.state.setdefault("backups", set())
        running.add(waiting)
        waiting.add_done_callback(running.discard)
    return see_other(f"{PATH}?begun=1")


@post("/backup/sheet")
async def give_sheet(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], fields: NamedDependency[Fields]
) -> Response[bytes]:
    """The key opens everything: whoever asks for it shows once more who they are."""
    box = visit.box
    try:
        await confirm_password(
            box.keys, box.clock, visit.viewer, fields.get("current_password", "")
        )
    except InvalidFieldsError as error:
        return await _page(request, visit, error.fields, HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyError as error:
        errors = {"current_password": error}
        return await _page(request, visit, errors, HTTPStatus.TOO_MANY_REQUESTS)
    name = await DB.read(lambda connection: _company(connection, visit.viewer.subscriber_id))
    key = await asyncio.to_thread(backup_key, box.config.data_dir)
    job = recovery_job(key, name, (visit.localizer.language, "en"), visit.now)
    try:
        printed = await press_for(request, is_own=False).print(job)
    except PrintError as error:
        raise UnavailableError(error.message, **error.arguments) from None
    await DB.write(note_recovery_sheet, visit.now)
    return Response(
        printed.data,
        media_type="application/pdf",
        headers={
            "Content-Disposition": 'attachment; filename="recovery-sheet.pdf"',
            "Cache-Control": "no-store",
        },
    )


async def backup_health(visit: Visit) -> Health:
    """For this page and for the overview."""
    state = await DB.read(backup_state)
    is_running = await asyncio.to_thread(is_being_made, visit.box.config.data_dir)
    has_failed = state.newest is not None and state.newest.proven_at is None
    is_old = state.proven_at is None or visit.now - state.proven_at > _OLD
    if has_failed or (is_old and state.proven_at is not None):
        return Health(state, is_running, "bad")
    return Health(state, is_running, "warn" if is_old or state.sheet_at is None else "good")


async def _page(
    request: Request[Any, Any, Any],
    visit: Visit,
    errors: Mapping[str, SosboxError] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[bytes]:
    health = await backup_health(visit)
    is_begun = "begun" in request.query_params
    return console_page(
        request,
        visit,
        "backup.html",
        status=status,
        headers={"Refresh": str(_LOOK_AGAIN_S)} if health.is_running and not errors else {},
        health=health,
        state=health.state,
        folder=str(folder_for(visit.box)),
        is_begun=is_begun,
        errors=errors or {},
    )


def _company(connection: sqlite3.Connection, subscriber_id: int) -> str:
    sql = "SELECT name FROM subscribers WHERE id = ?"
    (name,) = connection.execute(sql, (subscriber_id,)).fetchone()
    return str(name)
