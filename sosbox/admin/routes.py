"""Every page of the console."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import Provide

from sosbox.admin.access import ROOT, provide_fields, provide_visit, require_session
from sosbox.admin.account_page import (
    end_one,
    end_others,
    show_account,
    take_language,
    take_password,
)
from sosbox.admin.acknowledge_page import ACKNOWLEDGE_ROUTES
from sosbox.admin.box_routes import BOX_ROUTER
from sosbox.admin.case_forms import (
    send_again,
    take_answer,
    take_assignee,
    take_note,
    take_outcome,
    take_state,
)
from sosbox.admin.case_holds import take_hold, take_sensitivity
from sosbox.admin.case_page import show_case
from sosbox.admin.errors import CONSOLE_EXCEPTION_HANDLERS
from sosbox.admin.events_page import stream_events
from sosbox.admin.forms import MAX_BODY_BYTES
from sosbox.admin.inbox_page import show_inbox, show_list
from sosbox.admin.login_page import log_out, show_login, take_login
from sosbox.admin.preview_page import preview_answer, preview_outcome
from sosbox.admin.quarantine_page import show_quarantine, take_quarantine
from sosbox.admin.replies_page import show_replies, take_decision, take_reply
from sosbox.admin.round_routes import ROUNDS_ROUTER
from sosbox.admin.settings_routes import SETTINGS_ROUTER
from sosbox.admin.translations_page import show_translations, take_guest_language
from sosbox.errors import NotFoundError


@get("/{rest:path}")
async def show_nothing(request: Request[Any, Any, Any]) -> Response[bytes]:  # noqa: ARG001
    """Addresses that no page has, answered in the look of the console."""
    raise NotFoundError("There is no such page.")


_INSIDE = Router(
    "/",
    route_handlers=[
        show_inbox,
        show_list,
        show_case,
        show_translations,
        take_guest_language,
        take_answer,
        preview_answer,
        take_note,
        take_assignee,
        take_state,
        take_outcome,
        preview_outcome,
        send_again,
        take_hold,
        take_sensitivity,
        show_quarantine,
        take_quarantine,
        take_decision,
        show_replies,
        take_reply,
        stream_events,
        show_account,
        take_language,
        take_password,
        end_others,
        end_one,
        log_out,
        ROUNDS_ROUTER,
        BOX_ROUTER,
        SETTINGS_ROUTER,
        show_nothing,
    ],
    guards=[require_session],
    dependencies={
        "visit": Provide(provide_visit, sync_to_thread=False),
        "fields": Provide(provide_fields, sync_to_thread=False),
    },
)
_OUTSIDE = Router("/", route_handlers=[show_login, take_login])

ADMIN_ROUTES = (
    Router(
        ROOT,
        route_handlers=[_INSIDE, _OUTSIDE],
        exception_handlers=dict(CONSOLE_EXCEPTION_HANDLERS),
        request_max_body_size=MAX_BODY_BYTES,
        include_in_schema=False,
    ),
    *ACKNOWLEDGE_ROUTES,
)
