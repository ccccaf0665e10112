"""What happens when nobody acts: adding, replacing and removing steps. Runs inside `DB.write`."""

from datetime import datetime
from typing import NamedTuple

from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, Problems
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.routing.actions import (
    as_json,
    open_settings,
    replace_links,
    require_known,
)
from sosbox.routing.drafts import StepDraft
from sosbox.routing.problems import too_many
from sosbox.routing.settings import Settings, StepSettings
from sosbox.routing.tables import EscalationRecipient, EscalationStep
from sosbox.staff.rules import Viewer

# Of an establishment or of a rule.
MAX_STEPS = 50

_OWN = "establishment_id IS ? AND rule_id IS ? AND retired_at IS NULL"


class _Owner(NamedTuple):
    """Whose a step is; one of the two is None."""

    house_id: int | None
    rule_id: int | None


def add_step(
    tx: Transaction,
    *,
    viewer: Viewer,
    draft: StepDraft,
    house_id: int | None = None,
    rule_id: int | None = None,
) -> int:
    """A step of an establishment or of a rule; returns its id.

    Raises NotFoundError, ForbiddenError, InvalidFieldsError.
    """
    settings = open_settings(tx, viewer)
    if rule_id is not None:
        settings.rule(rule_id)
        own = settings.steps_of_rule(rule_id)
    else:
        own = settings.steps_of_house(settings.house(house_id or 0).id)
    if len(own) >= MAX_STEPS:
        raise InvalidFieldsError({"recipients": too_many(MAX_STEPS)})
    _check(settings, draft)
    owner = _Owner(None, rule_id) if rule_id is not None else _Owner(house_id, None)
    step_id = _store(tx, draft, owner, _last_position(tx, owner) + 1)
    note_settings_change(tx)
    return step_id


def change_step(
    tx: Transaction,
    *,
    now: datetime,
    viewer: Viewer,
    step_id: int,
    draft: StepDraft,
    edition: str,
) -> int:
    """Replaces the step and returns the new one's id; clocks that run go on with the old one.

    Raises NotFoundError, ForbiddenError, InvalidFieldsError; ConflictError when it has changed
    meanwhile.
    """
    settings = open_settings(tx, viewer)
    step = settings.step(step_id)
    require_edition(edition, step)
    _check(settings, draft)
    if _draft_of(step) == draft:
        return step_id
    position = _retire(tx, now, step_id)
    new_id = _store(tx, draft, _Owner(step.house_id, step.rule_id), position)
    note_settings_change(tx)
    return new_id


def remove_step(
    tx: Transaction, *, now: datetime, viewer: Viewer, step_id: int, edition: str
) -> None:
    """Clocks that run go on with it. Raises NotFoundError, ForbiddenError, ConflictError."""
    settings = open_settings(tx, viewer)
    step = settings.step(step_id)
    require_edition(edition, step)
    position = _retire(tx, now, step_id)
    # Numbered without gaps, as set-up files number them.
    tx.sql(
        f"UPDATE escalation_steps SET position = position - 1 WHERE {_OWN} AND position > ?",  # noqa: S608
        *_Owner(step.house_id, step.rule_id),
        position,
    )
    note_settings_change(tx)


def _check(settings: Settings, draft: StepDraft) -> None:
    problems = Problems()
    require_known(problems, "recipients", draft.recipients, settings.recipients)
    problems.refuse()


def _draft_of(step: StepSettings) -> StepDraft:
    return StepDraft(
        after_minutes=step.after_minutes,
        until=step.until,
        recipients=step.recipients,
        repeat_minutes=step.repeat_minutes,
        max_times=step.max_times,
        hours=step.hours,
    )


def _retire(tx: Transaction, now: datetime, step_id: int) -> int:
    """Returns the position that is free then."""
    tx.sql("UPDATE escalation_steps SET retired_at = ? WHERE id = ?", now, step_id)
    position: int = tx.sql("SELECT position FROM escalation_steps WHERE id = ?", step_id)[0][0]
    return position


def _last_position(tx: Transaction, owner: _Owner) -> int:
    sql = f"SELECT coalesce(max(position), 0) FROM escalation_steps WHERE {_OWN}"  # noqa: S608
    position: int = tx.sql(sql, *owner)[0][0]
    return position


def _store(tx: Transaction, draft: StepDraft, owner: _Owner, position: int) -> int:
    step_id = tx.insert(
        EscalationStep,
        establishment_id=owner.house_id,
        rule_id=owner.rule_id,
        position=position,
        after_minutes=draft.after_minutes,
        until=draft.until,
        repeat_minutes=draft.repeat_minutes,
        max_times=draft.max_times,
        hours=as_json(draft.hours),
    )
    replace_links(tx, EscalationRecipient, {"step_id": step_id}, draft.recipients)
    return step_id
