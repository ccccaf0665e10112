"""The rules in their order, each read as one sentence."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import Fields, path_id
from sosbox.admin.settings_context import SETTINGS, read_settings, settings_page
from sosbox.db import DB
from sosbox.errors import ConflictError, SosboxError, UnavailableError
from sosbox.lib.edition import edition_of
from sosbox.routing.rule_actions import delete_rule, move_rule, switch_rule
from sosbox.ui.pages import see_other

_PATH = f"{SETTINGS}/rules"


@get("/rules")
async def show_rules(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _rules_page(request, visit)


@post("/rules/{rule_id:str}/move")
async def take_rule_move(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    rule_id: FromPath[str],
) -> Response[bytes]:
    try:
        await DB.write(
            move_rule,
            viewer=visit.viewer,
            rule_id=path_id(rule_id),
            is_up=fields.get("direction") == "up",
            edition=fields.get("edition", ""),
        )
    except (ConflictError, UnavailableError) as error:
        return await _rules_page(request, visit, error)
    return see_other(f"{_PATH}?done=moved#rule-{path_id(rule_id)}")


@post("/rules/{rule_id:str}/switch")
async def take_rule_switch(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    rule_id: FromPath[str],
) -> Response[bytes]:
    is_on = fields.get("on") == "1"
    try:
        await DB.write(
            switch_rule, now=visit.now, viewer=visit.viewer, rule_id=path_id(rule_id), is_on=is_on
        )
    except UnavailableError as error:
        return await _rules_page(request, visit, error)
    done = "switched_on" if is_on else "switched_off"
    return see_other(f"{_PATH}?done={done}#rule-{path_id(rule_id)}")


@post("/rules/{rule_id:str}/delete")
async def take_rule_away(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    fields: NamedDependency[Fields],
    rule_id: FromPath[str],
) -> Response[bytes]:
    try:
        await DB.write(
            delete_rule,
            now=visit.now,
            viewer=visit.viewer,
            rule_id=path_id(rule_id),
            edition=fields.get("edition", ""),
        )
    except (ConflictError, UnavailableError) as error:
        return await _rules_page(request, visit, error)
    return see_other(f"{_PATH}?done=deleted")


async def _rules_page(
    request: Request[Any, Any, Any], visit: Visit, refusal: SosboxError | None = None
) -> Response[bytes]:
    settings = await read_settings(visit)
    return settings_page(
        request,
        visit,
        "rules.html",
        settings,
        refusal=refusal,
        order=edition_of(*settings.rules),
        editions={rule.id: edition_of(rule) for rule in settings.rules.values()},
    )
