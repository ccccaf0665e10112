"""Adding a rule and changing one."""

from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, path_id, read_query
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.typed import Typed, date_values, edition_shown, hour_values
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.lib.edition import edition_of
from sosbox.routing.hours import WEEKDAYS
from sosbox.routing.rule_actions import add_rule, change_rule
from sosbox.routing.rule_drafts import RuleDraft, RuleWish, check_rule
from sosbox.routing.settings import PointSettings, RuleSettings, Settings
from sosbox.ui.pages import see_other

_PATH = f"{SETTINGS}/rules"

_YES_OR_NO = {None: "", True: "yes", False: "no"}
# The parts of the form that are folded away while nothing in them is used.
_PARTS = {
    "text": ("kinds", "words", "without_words"),
    "time": ("weekdays", "hours", "dates", "holidays"),
    "writer": ("languages", "anonymous", "origins"),
    "more": ("left_out", "is_sensitive", "is_safety"),
    "points": ("access_points",),
}


@get("/rules/new")
async def show_new_rule(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """`point`: an access point that the rule is to be about."""
    visit.viewer.require_configure()
    point = read_query(request).get("point", "")
    typed = Typed({"access_points": [point]} if point else {})
    return await _form_page(request, visit, None, typed)


@post("/rules/new")
async def take_new_rule(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        rule_id = await DB.write(add_rule, viewer=visit.viewer, draft=_read(typed))
    except REFUSALS as error:
        return await _form_page(request, visit, None, typed, error)
    return see_other(f"{_PATH}?done=stored#rule-{rule_id}")


@get("/rules/{rule_id:str}")
async def show_rule(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], rule_id: FromPath[str]
) -> Response[bytes]:
    return await _form_page(request, visit, path_id(rule_id))


@post("/rules/{rule_id:str}")
async def take_rule(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    rule_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(
            change_rule,
            viewer=visit.viewer,
            rule_id=path_id(rule_id),
            draft=_read(typed),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _form_page(request, visit, path_id(rule_id), typed, error)
    return see_other(f"{_PATH}?done=stored#rule-{path_id(rule_id)}")


def _read(typed: Typed) -> RuleDraft:
    return check_rule(
        RuleWish(
            house_id=typed["house_id"],
            areas=typed.all("areas"),
            access_points=typed.all("access_points"),
            kinds=typed.all("kinds"),
            words=typed["words"],
            without_words=typed["without_words"],
            languages=typed.all("languages"),
            weekdays=typed.all("weekdays"),
            hours=typed.pairs("hours"),
            dates=typed.pairs("dates"),
            holidays=typed["holidays"],
            anonymous=typed["anonymous"],
            origins=typed.all("origins"),
            recipients=typed.all("recipients"),
            left_out=typed.all("left_out"),
            is_stop=bool(typed["is_stop"]),
            is_safety=bool(typed["is_safety"]),
            is_sensitive=bool(typed["is_sensitive"]),
        )
    )


def _values_of(rule: RuleSettings) -> dict[str, list[str]]:
    stored = rule.conditions
    plain = ("areas", "access_points", "kinds", "languages", "weekdays", "origins")
    values = {name: [str(value) for value in stored.get(name, ())] for name in plain}
    values |= {name: [", ".join(stored.get(name, ()))] for name in ("words", "without_words")}
    values |= {name: [_YES_OR_NO[stored.get(name)]] for name in ("holidays", "anonymous")}
    flags = ("is_stop", "is_safety", "is_sensitive")
    return {
        **values,
        **hour_values(stored.get("hours", ())),
        **date_values("dates", stored.get("dates", ())),
        "house_id": [str(rule.house_id or "")],
        "recipients": [str(each) for each in rule.recipients],
        "left_out": [str(each) for each in rule.left_out],
        **{name: ["1"] for name in flags if getattr(rule, name)},
    }


async def _form_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    rule_id: int | None,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    rule = None if rule_id is None else settings.rule(rule_id)
    if typed is None:
        typed = Typed(_values_of(rule) if rule else {})
    return settings_page(
        request,
        visit,
        "rule.html",
        settings,
        refusal=refusal,
        rule=rule,
        typed=typed,
        edition=edition_shown(typed, edition_of(rule), refusal),
        places=_places(settings, typed),
        is_open={part: _is_used(typed, names) for part, names in _PARTS.items()},
        languages=LANGUAGES,
        weekdays=WEEKDAYS,
        steps=settings.steps_of_rule(rule_id) if rule_id is not None else [],
        point_to_try=_point_to_try(settings, rule) if rule else None,
    )


def _is_used(typed: Typed, names: Iterable[str]) -> bool:
    return any(
        any(typed.all(name)) or any(any(pair) for pair in typed.pairs(name)) for name in names
    )


def _point_to_try(settings: Settings, rule: RuleSettings) -> PointSettings | None:
    """Some place that the rule may be about."""
    areas, points = rule.conditions.get("areas"), rule.conditions.get("access_points")
    for point in settings.points.values():
        is_of_house = rule.house_id in {None, point.house_id}
        is_named = (not areas or point.area_id in areas) and (not points or point.id in points)
        if is_of_house and is_named and not point.is_retired:
            return point
    return None


# Of each establishment the areas, of each area the places that can be chosen.
Places = list[tuple[str, list[tuple[int, str, list[PointSettings]]]]]


def _places(settings: Settings, typed: Typed) -> Places:
    """Places that are no more are there only for rules that name them."""
    points: dict[int, list[PointSettings]] = {}
    for point in settings.points.values():
        if not point.is_retired or typed.has("access_points", point.id):
            points.setdefault(point.area_id, []).append(point)
    return [
        (
            house.name,
            [
                (area.id, area.name, points.get(area.id, []))
                for area in settings.areas.values()
                if area.house_id == house.id
            ],
        )
        for house in settings.houses.values()
    ]
