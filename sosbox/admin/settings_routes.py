"""Every page of the settings. A guard lets nobody in who may not: no page can forget it."""

from typing import Any, cast

from litestar import Request, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from sosbox.admin.access import provide_lists
from sosbox.admin.area_page import (
    show_area,
    take_area,
    take_new_points,
    take_order_by_code,
)
from sosbox.admin.branding_page import (
    show_branding,
    show_company_logo,
    show_service_logo,
    take_branding,
)
from sosbox.admin.escalation_page import (
    show_escalation,
    show_new_step,
    show_step,
    take_new_step,
    take_step,
    take_step_away,
)
from sosbox.admin.filters_page import (
    show_filter,
    show_filters,
    show_new_filter,
    take_filter,
    take_filter_away,
    take_filter_switch,
    take_new_filter,
)
from sosbox.admin.glossary_page import (
    show_glossary,
    show_term,
    take_new_term,
    take_term,
    take_term_away,
)
from sosbox.admin.house_branding_page import (
    show_house_branding,
    show_house_logo,
    take_house_branding,
)
from sosbox.admin.house_page import show_house, take_house
from sosbox.admin.languages_page import (
    show_languages,
    show_models_live,
    take_engine,
    take_fetch,
    take_model_away,
    take_models,
    take_test,
)
from sosbox.admin.places_page import show_new_area, show_places, take_new_area
from sosbox.admin.point_page import (
    show_point,
    take_pieces_down,
    take_point,
    take_retirement,
    take_return,
)
from sosbox.admin.print_routes import PRINT_ROUTES
from sosbox.admin.recipients_page import (
    show_new_recipient,
    show_recipient,
    show_recipients,
    take_new_recipient,
    take_recipient,
    take_recipient_away,
)
from sosbox.admin.rota_page import (
    show_rota,
    show_shift,
    take_new_shift,
    take_shift,
    take_shift_away,
)
from sosbox.admin.rule_form import show_new_rule, show_rule, take_new_rule, take_rule
from sosbox.admin.rules_page import (
    show_rules,
    take_rule_away,
    take_rule_move,
    take_rule_switch,
)
from sosbox.admin.settings_page import show_settings
from sosbox.admin.who_page import show_who
from sosbox.admin.word_lists_page import show_word_list, take_word_list, take_word_list_away
from sosbox.errors import ForbiddenError
from sosbox.staff.rules import Viewer


def require_settings(
    connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
) -> None:
    """After `require_session`: who may see settings, and for every change who may make one.

    Raises ForbiddenError.
    """
    request = cast(Request[Any, Any, Any], connection)
    viewer: Viewer = request.state.visit.viewer
    if not viewer.may_see_settings:
        raise ForbiddenError("Settings are for the owner and the manager.")
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        viewer.require_configure()


SETTINGS_ROUTER = Router(
    "/settings",
    route_handlers=[
        show_settings,
        show_recipients,
        show_new_recipient,
        take_new_recipient,
        show_recipient,
        take_recipient,
        take_recipient_away,
        show_rules,
        show_new_rule,
        take_new_rule,
        show_rule,
        take_rule,
        take_rule_move,
        take_rule_switch,
        take_rule_away,
        show_filters,
        show_new_filter,
        take_new_filter,
        show_filter,
        take_filter,
        take_filter_switch,
        take_filter_away,
        show_word_list,
        take_word_list,
        take_word_list_away,
        show_rota,
        take_new_shift,
        show_shift,
        take_shift,
        take_shift_away,
        show_escalation,
        show_new_step,
        take_new_step,
        show_step,
        take_step,
        take_step_away,
        show_glossary,
        take_new_term,
        show_term,
        take_term,
        take_term_away,
        show_languages,
        show_models_live,
        take_models,
        take_fetch,
        take_test,
        take_model_away,
        take_engine,
        show_house,
        take_house,
        show_places,
        show_new_area,
        take_new_area,
        show_area,
        take_area,
        take_new_points,
        take_order_by_code,
        show_point,
        take_point,
        take_retirement,
        take_return,
        take_pieces_down,
        show_branding,
        take_branding,
        show_company_logo,
        show_service_logo,
        show_house_branding,
        take_house_branding,
        show_house_logo,
        *PRINT_ROUTES,
        show_who,
    ],
    guards=[require_settings],
    dependencies={"lists": Provide(provide_lists, sync_to_thread=False)},
)
