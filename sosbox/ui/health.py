"""Whether the program runs, and whether it can do its work."""

import shutil
import sqlite3
from http import HTTPStatus
from typing import Any

from litestar import HttpMethod, Request, Response, route

from sosbox.db import DB
from sosbox.db.migrations import MIGRATIONS
from sosbox.ui.site import site_of

# With less than this nothing that a guest writes is certain to fit.
MIN_FREE_BYTES = 20_000_000

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_METHODS = [HttpMethod.GET, HttpMethod.HEAD]


@route("/health/live", http_method=_METHODS, include_in_schema=False)
async def health_live() -> Response[str]:
    """Says only that the program runs."""
    return Response("ok", media_type="text/plain", headers=_HEADERS)


@route("/health/ready", http_method=_METHODS, include_in_schema=False)
async def health_ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """200 when guests can be served, else 503 and what is missing."""
    missing = []
    try:
        if not await DB.read(_is_schema_current):
            missing.append("schema")
        if shutil.disk_usage(site_of(request).box.config.data_dir).free < MIN_FREE_BYTES:
            missing.append("disk")
    except (sqlite3.Error, OSError, RuntimeError):
        missing.append("database")
    return Response(
        {"ready": not missing, "missing": missing},
        status_code=HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK,
        media_type="application/json",
        headers=_HEADERS,
    )


def _is_schema_current(connection: sqlite3.Connection) -> bool:
    rows = connection.execute("SELECT id FROM migrations ORDER BY id").fetchall()
    return [row[0] for row in rows] == [migration.id for migration in MIGRATIONS]


HEALTH_ROUTES = (health_live, health_ready)
