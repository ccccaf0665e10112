"""The composition root: explicit lists of routes, channels, tasks and migrations."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from sosbox.admin.box_drafts import OptionDrafts
from sosbox.admin.live import console_lifespan
from sosbox.admin.multipart_forms import Uploads
from sosbox.admin.print_previews import Previews
from sosbox.admin.routes import ADMIN_ROUTES
from sosbox.box import Box
from sosbox.db import DB
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.pieces.runs import PRINT_TOPIC
from sosbox.places.translation_settings import TRANSLATION_TOPIC
from sosbox.printing.press import Press
from sosbox.ui.assets import serve_asset
from sosbox.ui.health import HEALTH_ROUTES
from sosbox.ui.limits import WRONG_LINKS, GuessLimit
from sosbox.ui.site import Site
from sosbox.web.bursts import Bursts
from sosbox.web.demo_mail import DEMO_ROUTES
from sosbox.web.errors import GUEST_EXCEPTION_HANDLERS
from sosbox.web.routes import GUEST_ROUTES

ROUTES: tuple[ControllerRouterHandler, ...] = (
    serve_asset,
    *HEALTH_ROUTES,
    *GUEST_ROUTES,
    *ADMIN_ROUTES,
    *DEMO_ROUTES,
)


def create_app(
    box: Box,
    *,
    ring: Callable[[], None] | None = None,
    restart: Callable[[], bool] = lambda: False,
) -> Litestar:
    """The web application of a box.

    ring: called after every commit that left something to the worker, to wake it.
    restart: has the box started anew in a moment; says whether anybody is there to do it.
    """

    press, own_press = Press(), Press()

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        is_ours = not DB.is_open
        if is_ours:
            DB.open(box.config.database_path)
        if ring is not None:
            for topic in (DELIVERY_TOPIC, TRANSLATION_TOPIC, PRINT_TOPIC):
                DB.listen(topic, ring)
            # What an earlier process committed and could not ring for any more.
            ring()
        try:
            yield
        finally:
            await press.close()
            await own_press.close()
            if is_ours:
                DB.close()

    return Litestar(
        list(ROUTES),
        lifespan=[lifespan, console_lifespan],
        state=State(
            {
                "site": Site(box),
                "guess_limit": GuessLimit(),
                "link_limit": GuessLimit(WRONG_LINKS),
                "bursts": Bursts(box.config.burst_limit),
                "uploads": Uploads(),
                "restart": restart,
                # Tells this process from the one after a restart.
                "boot": secrets.token_hex(8),
                "option_drafts": OptionDrafts(),
                # For previews and photos; what is printed is the worker's.
                "press": press,
                "own_press": own_press,
                "previews": Previews(),
            }
        ),
        exception_handlers=dict(GUEST_EXCEPTION_HANDLERS),
        openapi_config=None,
        logging_config=None,
    )
