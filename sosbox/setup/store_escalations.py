"""Storing escalations: the steps of a house or rule in a file replace all that it had.

A step that is there already keeps its row, and one that goes is retired: clocks run with them.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sosbox.db import Transaction
from sosbox.routing.tables import EscalationRecipient, EscalationStep
from sosbox.setup.changes import Change
from sosbox.setup.document import Entry
from sosbox.setup.keys import as_json
from sosbox.setup.references import house_of, recipients_of, rule_of, subscriber_id


class _Step(NamedTuple):
    after_minutes: int
    until: str
    repeat_minutes: int
    max_times: int
    hours: list[str]
    recipients: list[int]


class _Owner(NamedTuple):
    """Whose steps they are: `column` is that of the house or of the rule."""

    column: str
    id: int
    subscriber_id: int


def store_escalation(tx: Transaction, entries: Sequence[Entry], now: datetime) -> Change | None:
    """Stores the steps of one owner; says what became of them unless they were so already."""
    owner = _owner(tx, entries[0])
    before = _stored(tx, owner)
    free = list(before)
    is_changed = False
    for position, entry in enumerate(entries, start=1):
        wanted = _step(tx, entry, owner)
        kept = next((row for row in free if row[2] == wanted), None)
        if kept is None:
            _insert(tx, owner, position, wanted)
            is_changed = True
            continue
        free.remove(kept)
        step_id, old_position, _ = kept
        if old_position != position:
            tx.sql("UPDATE escalation_steps SET position = ? WHERE id = ?", position, step_id)
            is_changed = True
    for step_id, _, _ in free:
        tx.sql("UPDATE escalation_steps SET retired_at = ? WHERE id = ?", now, step_id)
    if not (is_changed or free):
        return None
    return Change("escalation", entries[0].name, is_new=not before)


def _owner(tx: Transaction, entry: Entry) -> _Owner:
    values = entry.values
    if "establishment" in values:
        for key in ("subscriber", "rule"):
            if key in values:
                raise entry.error(key, "an escalation is of an establishment or of a rule")
        house = house_of(tx, entry)
        return _Owner("establishment_id", house.id, house.subscriber_id)
    if "rule" not in values:
        raise entry.error("establishment", "is missing, and so is the rule")
    if "subscriber" not in values:
        raise entry.error("subscriber", "is missing: whose rule is it?")
    owner = subscriber_id(tx, entry)
    return _Owner("rule_id", rule_of(tx, entry, subscriber=owner), owner)


def _step(tx: Transaction, entry: Entry, owner: _Owner) -> _Step:
    values = entry.values
    max_times = values.get("max_times", 1)
    if values["repeat_minutes"] and "max_times" not in values:
        raise entry.error("max_times", "is missing: how often in all?")
    if max_times > 1 and not values["repeat_minutes"]:
        raise entry.error("repeat_minutes", "is missing: how long after the time before?")
    return _Step(
        values["after_minutes"],
        values["until"],
        values["repeat_minutes"],
        max_times,
        values.get("hours", []),
        recipients_of(tx, entry, "notify", subscriber=owner.subscriber_id),
    )


def _stored(tx: Transaction, owner: _Owner) -> list[tuple[int, int, _Step]]:
    """Id, position and content of the steps that are not retired."""
    rows: list[tuple[Any, ...]] = tx.sql(
        "SELECT id, position, after_minutes, until, repeat_minutes, max_times, hours"  # noqa: S608
        f" FROM escalation_steps WHERE {owner.column} = ? AND retired_at IS NULL"
        " ORDER BY position, id",
        owner.id,
    )
    return [
        (step_id, position, _Step(after, until, repeat, times, json.loads(hours), people))
        for step_id, position, after, until, repeat, times, hours in rows
        for people in [_recipients(tx, step_id)]
    ]


def _recipients(tx: Transaction, step_id: int) -> list[int]:
    rows = tx.sql(
        "SELECT recipient_id FROM escalation_recipients WHERE step_id = ? ORDER BY id", step_id
    )
    return [row[0] for row in rows]


def _insert(tx: Transaction, owner: _Owner, position: int, step: _Step) -> None:
    step_id = tx.insert(
        EscalationStep,
        **{owner.column: owner.id},
        position=position,
        after_minutes=step.after_minutes,
        until=step.until,
        repeat_minutes=step.repeat_minutes,
        max_times=step.max_times,
        hours=as_json(step.hours),
    )
    for recipient in step.recipients:
        tx.insert(EscalationRecipient, step_id=step_id, recipient_id=recipient)
