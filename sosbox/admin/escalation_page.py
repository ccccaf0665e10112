"""What happens when nobody acts: the steps of an establishment, and each step by itself."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, as_id, path_id, read_query
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed, edition_shown, hour_values
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError
from sosbox.i18n import N_
from sosbox.lib.edition import edition_of
from sosbox.routing.drafts import StepDraft, check_step
from sosbox.routing.settings import Settings, StepSettings
from sosbox.routing.step_actions import add_step, change_step, remove_step
from sosbox.ui.pages import see_other

UNTIL_LABELS = {
    "opened": N_("nobody has opened the case"),
    "answered": N_("nobody has answered the guest"),
    "resolved": N_("the case is not resolved"),
}
_NEW_VALUES = {"after_minutes": ["15"], "until": ["opened"], "max_times": ["3"]}


@get("/escalation/{house_id:str}")
async def show_escalation(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    settings = await read_settings(visit)
    house = settings.house(path_id(house_id))
    return settings_page(
        request,
        visit,
        "escalation.html",
        settings,
        house=house,
        steps=settings.steps_of_house(house.id),
        rules=[rule for rule in settings.rules.values() if settings.steps_of_rule(rule.id)],
    )


@get("/steps/new")
async def show_new_step(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """`house` or `rule`: whose step it is to be."""
    visit.viewer.require_configure()
    given = read_query(request)
    owner = {"house": [given.get("house", "")], "rule": [given.get("rule", "")]}
    return await _step_page(request, visit, None, Typed({**_NEW_VALUES, **owner}))


@post("/steps/new")
async def take_new_step(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    house_id, rule_id = as_id(typed["house"]), as_id(typed["rule"])
    try:
        await DB.write(
            add_step, viewer=visit.viewer, draft=_read(typed), house_id=house_id, rule_id=rule_id
        )
    except REFUSALS as error:
        return await _step_page(request, visit, None, typed, error)
    return see_other(f"{_owner_path(house_id, rule_id)}?done=stored")


@get("/steps/{step_id:str}")
async def show_step(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], step_id: FromPath[str]
) -> Response[bytes]:
    return await _step_page(request, visit, path_id(step_id))


@post("/steps/{step_id:str}")
async def take_step(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    step_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    step = (await read_settings(visit)).step(path_id(step_id))
    try:
        await DB.write(
            change_step,
            now=visit.now,
            viewer=visit.viewer,
            step_id=step.id,
            draft=_read(typed),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _step_page(request, visit, step.id, typed, error)
    return see_other(f"{_owner_path(step.house_id, step.rule_id)}?done=stored")


@post("/steps/{step_id:str}/remove")
async def take_step_away(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    step_id: FromPath[str],
) -> Response[bytes]:
    step = (await read_settings(visit)).step(path_id(step_id))
    try:
        await DB.write(
            remove_step,
            now=visit.now,
            viewer=visit.viewer,
            step_id=step.id,
            edition=Typed(lists)["edition"],
        )
    except REFUSALS as error:
        return await _step_page(request, visit, step.id, None, error)
    return see_other(f"{_owner_path(step.house_id, step.rule_id)}?done=deleted")


def _read(typed: Typed) -> StepDraft:
    return check_step(
        after_minutes=typed["after_minutes"],
        until=typed["until"],
        recipients=typed.all("recipients"),
        repeat_minutes=typed["repeat_minutes"],
        max_times=typed["max_times"],
        hours=typed.pairs("hours"),
    )


def _values_of(step: StepSettings) -> dict[str, list[str]]:
    return {
        "after_minutes": [str(step.after_minutes)],
        "until": [step.until],
        "recipients": [str(each) for each in step.recipients],
        "repeat_minutes": [str(step.repeat_minutes or "")],
        "max_times": [str(step.max_times) if step.repeat_minutes else "3"],
        **hour_values(step.hours),
    }


def _owner_path(house_id: int | None, rule_id: int | None) -> str:
    if rule_id is not None:
        return f"{SETTINGS}/rules/{rule_id}"
    return f"{SETTINGS}/escalation/{house_id}"


def _owner_ids(
    settings: Settings, step: StepSettings | None, typed: Typed
) -> tuple[int | None, int | None]:
    """Ids of the establishment or the rule. Raises NotFoundError when there is none."""
    if step is not None:
        return step.house_id, step.rule_id
    house_id, rule_id = as_id(typed["house"]), as_id(typed["rule"])
    if rule_id is not None:
        return None, settings.rule(rule_id).id
    if house_id is None:
        raise NotFoundError("There is no such page.")
    return settings.house(house_id).id, None


async def _step_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    step_id: int | None,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    step = None if step_id is None else settings.step(step_id)
    if typed is None:
        typed = Typed(_values_of(step) if step else {})
    house_id, rule_id = _owner_ids(settings, step, typed)
    return settings_page(
        request,
        visit,
        "step.html",
        settings,
        refusal=refusal,
        step=step,
        house=settings.house(house_id) if house_id is not None else None,
        rule=settings.rule(rule_id) if rule_id is not None else None,
        owner_path=_owner_path(house_id, rule_id),
        typed=typed,
        edition=edition_shown(typed, edition_of(step), refusal),
        until_labels=UNTIL_LABELS,
    )
