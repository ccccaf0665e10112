"""What only those may see and do who look after the box itself."""

from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sosbox.admin.access import ROOT, Visit
from sosbox.errors import ForbiddenError

BOX = f"{ROOT}/box"


def require_box_owner(
    connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
) -> None:
    """A guard, after `require_session`. Raises ForbiddenError."""
    visit: Visit = cast(Request[Any, Any, Any], connection).state.visit
    if not visit.is_box_owner:
        raise ForbiddenError("This is for the owner who looks after the box.")
