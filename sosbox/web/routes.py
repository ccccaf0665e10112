"""Every page that a guest can open."""

from litestar.types import ControllerRouterHandler

GUEST_ROUTES: tuple[ControllerRouterHandler, ...] = ()
