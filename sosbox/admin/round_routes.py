"""Every page about rounds."""

from litestar import Router
from litestar.di import Provide

from sosbox.admin.access import provide_lists
from sosbox.admin.round_page import (
    show_next,
    show_photo,
    show_round,
    take_finish,
    take_give_up,
)
from sosbox.admin.round_stop_page import show_stop, take_finding, take_scan
from sosbox.admin.rounds_page import show_rounds, take_start

ROUNDS_ROUTER = Router(
    "/rounds",
    route_handlers=[
        show_rounds,
        take_start,
        show_round,
        show_next,
        take_finish,
        take_give_up,
        show_photo,
        show_stop,
        take_scan,
        take_finding,
    ],
    dependencies={"lists": Provide(provide_lists, sync_to_thread=False)},
)
