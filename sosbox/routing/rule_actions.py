"""Adding, changing, ordering, switching and deleting rules. Runs inside `DB.write`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, Problems, SosboxError
from sosbox.lib.slugs import new_slug
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.routing.actions import (
    as_json,
    open_settings,
    replace_links,
    require_known,
)
from sosbox.routing.problems import too_many
from sosbox.routing.rule_drafts import RuleDraft
from sosbox.routing.settings import RuleSettings, Settings
from sosbox.routing.tables import Rule, RuleLeftOut, RuleRecipient
from sosbox.staff.rules import Viewer

# What the matcher is measured with; a house has a dozen.
MAX_RULES = 1_000


def add_rule(tx: Transaction, *, viewer: Viewer, draft: RuleDraft) -> int:
    """Adds it after all others and returns its id. Raises ForbiddenError, InvalidFieldsError."""
    settings = open_settings(tx, viewer)
    if len(settings.rules) >= MAX_RULES:
        raise InvalidFieldsError({"recipients": too_many(MAX_RULES)})
    _check(settings, draft)
    slugs = {rule.slug for rule in settings.rules.values()}
    rule_id = tx.insert(
        Rule,
        subscriber_id=viewer.subscriber_id,
        slug=new_slug(_name_of(settings, draft), slugs, otherwise="rule"),
        position=_next_position(tx, viewer),
        **_columns(draft),
    )
    _store_links(tx, rule_id, draft)
    note_settings_change(tx)
    return rule_id


def change_rule(
    tx: Transaction, *, viewer: Viewer, rule_id: int, draft: RuleDraft, edition: str
) -> None:
    """Raises NotFoundError, ForbiddenError, InvalidFieldsError; ConflictError when it has changed
    meanwhile."""
    settings = open_settings(tx, viewer)
    require_edition(edition, settings.rule(rule_id))
    _check(settings, draft)
    columns: dict[Any, Any] = _columns(draft)
    tx.run(Rule.update(columns).where(Rule.id == rule_id))
    _store_links(tx, rule_id, draft)
    note_settings_change(tx)


def move_rule(tx: Transaction, *, viewer: Viewer, rule_id: int, is_up: bool, edition: str) -> None:
    """Lets the rule and its neighbour change places; the first stays first.

    edition: of the ids in their order. Raises NotFoundError, ForbiddenError, ConflictError.
    """
    settings = open_settings(tx, viewer)
    settings.rule(rule_id)
    order = list(settings.rules)
    require_edition(edition, *order)
    place = order.index(rule_id)
    other = place + (-1 if is_up else 1)
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    _store_order(tx, order)


def switch_rule(
    tx: Transaction, *, now: datetime, viewer: Viewer, rule_id: int, is_on: bool
) -> None:
    """Raises NotFoundError, ForbiddenError."""
    rule = open_settings(tx, viewer).rule(rule_id)
    if rule.is_disabled is is_on:
        disabled_at = None if is_on else now
        tx.run(Rule.update({Rule.disabled_at: disabled_at}).where(Rule.id == rule_id))
        note_settings_change(tx)


def delete_rule(
    tx: Transaction, *, now: datetime, viewer: Viewer, rule_id: int, edition: str
) -> None:
    """Raises NotFoundError, ForbiddenError; ConflictError when it has changed meanwhile."""
    settings = open_settings(tx, viewer)
    rule = settings.rule(rule_id)
    require_edition(edition, rule)
    _let_go_of_steps(tx, now, rule, settings)
    tx.sql("DELETE FROM rule_recipients WHERE rule_id = ?", rule_id)
    tx.sql("DELETE FROM rule_left_out WHERE rule_id = ?", rule_id)
    tx.sql("DELETE FROM rules WHERE id = ?", rule_id)
    note_settings_change(tx)


def _let_go_of_steps(
    tx: Transaction, now: datetime, rule: RuleSettings, settings: Settings
) -> None:
    """Steps that clocks have run with are kept, retired, with an establishment."""
    unused = "SELECT id FROM escalation_steps s WHERE s.rule_id = ? AND NOT EXISTS"
    unused += " (SELECT 1 FROM clocks c WHERE c.step_id = s.id)"
    tx.sql(f"DELETE FROM escalation_recipients WHERE step_id IN ({unused})", rule.id)  # noqa: S608
    tx.sql(f"DELETE FROM escalation_steps WHERE id IN ({unused})", rule.id)  # noqa: S608
    tx.sql(
        "UPDATE escalation_steps SET rule_id = NULL, establishment_id = ?,"
        " retired_at = coalesce(retired_at, ?) WHERE rule_id = ?",
        rule.house_id or next(iter(settings.houses), None),
        now,
        rule.id,
    )


def _check(settings: Settings, draft: RuleDraft) -> None:
    """Whether everything that the rule names is there. Raises InvalidFieldsError."""
    problems = Problems()
    areas, points = draft.conditions.get("areas", ()), draft.conditions.get("access_points", ())
    require_known(problems, "recipients", draft.recipients, settings.recipients)
    require_known(problems, "left_out", draft.left_out, settings.recipients)
    require_known(problems, "areas", areas, settings.areas)
    require_known(problems, "access_points", points, settings.points)
    if draft.house_id is not None:
        require_known(problems, "house_id", [draft.house_id], settings.houses)
    problems.refuse()
    _check_places(settings, draft.house_id, areas, points)


def _check_places(
    settings: Settings, house_id: int | None, areas: Iterable[int], points: Iterable[int]
) -> None:
    problems = Problems()
    elsewhere = SosboxError("Some of these are in another establishment.")
    if house_id is not None:
        if any(settings.areas[area].house_id != house_id for area in areas):
            problems.add("areas", elsewhere)
        if any(settings.points[point].house_id != house_id for point in points):
            problems.add("access_points", elsewhere)
    if areas and any(settings.points[point].area_id not in set(areas) for point in points):
        problems.add(
            "access_points",
            SosboxError(
                "Please choose either whole areas or single places: all conditions of a rule must"
                " hold, and nothing is in both. For the rest make a second rule."
            ),
        )
    problems.refuse()


def _columns(draft: RuleDraft) -> dict[str, Any]:
    return {
        "establishment_id": draft.house_id,
        "conditions": as_json(draft.conditions),
        "is_stop": draft.is_stop,
        "is_safety": draft.is_safety,
        "is_sensitive": draft.is_sensitive,
    }


def _store_links(tx: Transaction, rule_id: int, draft: RuleDraft) -> None:
    replace_links(tx, RuleRecipient, {"rule_id": rule_id}, draft.recipients)
    replace_links(tx, RuleLeftOut, {"rule_id": rule_id}, draft.left_out)


def _store_order(tx: Transaction, order: Iterable[int]) -> None:
    for position, rule_id in enumerate(order, 1):
        tx.run(Rule.update({Rule.position: position}).where(Rule.id == rule_id))
    note_settings_change(tx)


def _next_position(tx: Transaction, viewer: Viewer) -> int:
    sql = "SELECT coalesce(max(position), 0) + 1 FROM rules WHERE subscriber_id = ?"
    position: int = tx.sql(sql, viewer.subscriber_id)[0][0]
    return position


def _name_of(settings: Settings, draft: RuleDraft) -> str:
    """Where the rule is about and who is told: enough to know it again by its slug."""
    areas = [settings.areas[area].name for area in draft.conditions.get("areas", ())]
    points = [settings.points[point].code for point in draft.conditions.get("access_points", ())]
    words = list(draft.conditions.get("words", ()))
    recipients = settings.names_of(draft.recipients or draft.left_out)
    return " ".join([*(areas or points or words)[:1], *recipients[:1]])
