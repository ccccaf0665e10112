"""Storing rules: what they look at, and whom they tell."""

import json
from collections.abc import Mapping
from typing import Any

from sosbox.db import Transaction
from sosbox.routing.tables import RuleLeftOut, RuleRecipient
from sosbox.setup.document import Entry
from sosbox.setup.files import SetupFiles
from sosbox.setup.keys import as_json
from sosbox.setup.links import Links, replace_links
from sosbox.setup.order import last_position
from sosbox.setup.references import (
    access_points_of,
    areas_of,
    house_of_subscriber,
    recipients_of,
    subscriber_id,
)
from sosbox.setup.rows import Upsert, differing

_LINKS = {
    "notify": Links(RuleRecipient, "rule_id", "recipient_id"),
    "leave_out": Links(RuleLeftOut, "rule_id", "recipient_id"),
}
_PLACES = {"areas": areas_of, "access_points": access_points_of}


def store_rule(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    owner = subscriber_id(tx, entry)
    upsert.find(subscriber_id=owner, slug=entry.values["slug"])
    row = upsert.row or {"establishment_id": None, "conditions": "{}"}
    house_id = row["establishment_id"]
    if "establishment" in entry.values:
        house_id = house_of_subscriber(tx, entry, owner)
        upsert.set("establishment", "establishment_id", house_id)
    before = json.loads(row["conditions"])
    conditions = _conditions(tx, entry, before, owner, house_id)
    for name in differing(before, conditions):
        upsert.set(_key(entry, name), "conditions", as_json(conditions))
    upsert.save(position=last_position(tx, "rules", owner) + 1)
    for key, links in _LINKS.items():
        if key in entry.values:
            replace_links(upsert, key, links, recipients_of(tx, entry, key, subscriber=owner))
    _check_effect(upsert)


# Conditions -------------------------------------------------------------------------------------


def _conditions(
    tx: Transaction, entry: Entry, before: Mapping[str, Any], owner: int, house_id: int | None
) -> dict[str, Any]:
    """The conditions as they are stored; `when` replaces all that were there."""
    when = entry.values.get("when")
    conditions = dict(before if when is None else when)
    for name, find in _PLACES.items():
        if when is not None and name in when and name in entry.values:
            raise entry.error(name, f"stands in when.{name} too: leave one of them out")
        names = entry.values.get(name, (when or {}).get(name))
        if names is not None:
            key = _key(entry, name)
            conditions[name] = sorted(
                find(tx, entry, names, key=key, subscriber=owner, house_id=house_id)
            )
    # An empty list limits nothing; false does.
    conditions = {name: value for name, value in conditions.items() if value not in ([], None)}
    _check_same_house(tx, entry, conditions, house_id)
    return conditions


def _key(entry: Entry, condition: str) -> str:
    """Where the file speaks of the condition."""
    return condition if condition in entry.values else f"when.{condition}"


def _check_same_house(
    tx: Transaction, entry: Entry, conditions: Mapping[str, Any], house_id: int | None
) -> None:
    """A rule for one house with an area of another would never match."""
    if house_id is None:
        return
    for name in _PLACES:
        for item in conditions.get(name, ()):
            rows = tx.sql(f"SELECT establishment_id FROM {name} WHERE id = ?", item)  # noqa: S608
            if rows and rows[0][0] != house_id:
                raise entry.error(_key(entry, name), "some of these are in another establishment")


def _check_effect(upsert: Upsert) -> None:
    """A rule must tell somebody, unless it keeps somebody out of it or says what the case is."""
    ((does_something,),) = upsert.tx.sql(
        "SELECT is_safety OR is_sensitive"
        " OR EXISTS (SELECT 1 FROM rule_recipients l WHERE l.rule_id = r.id)"
        " OR EXISTS (SELECT 1 FROM rule_left_out l WHERE l.rule_id = r.id)"
        " FROM rules r WHERE id = ?",
        upsert.id,
    )
    if does_something:
        return
    entry = upsert.entry
    if "notify" in entry.values:
        raise entry.error("notify", "must not be empty, for this rule does nothing else")
    raise entry.error("notify", f'is missing, and "{entry.name}" does nothing else')
