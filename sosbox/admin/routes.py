"""Every page of the console."""

from litestar.types import ControllerRouterHandler

ADMIN_ROUTES: tuple[ControllerRouterHandler, ...] = ()
