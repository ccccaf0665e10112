"""Storing rules: what they look at, whom they tell, and in which order they come."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sosbox.db import Transaction
from sosbox.routing.tables import RuleLeftOut, RuleRecipient
from sosbox.setup.document import Entry
from sosbox.setup.files import SetupFiles
from sosbox.setup.keys import as_json
from sosbox.setup.links import Links, replace_links
from sosbox.setup.references import (
    access_points_of,
    areas_of,
    house_of,
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
        house_id = _house_of_rule(tx, entry, owner)
        upsert.set("establishment", "establishment_id", house_id)
    before = json.loads(row["conditions"])
    conditions = _conditions(tx, entry, before, owner, house_id)
    for name in differing(before, conditions):
        upsert.set(_key(entry, name), "conditions", as_json(conditions))
    upsert.save(position=_last_position(tx, owner) + 1)
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


def _house_of_rule(tx: Transaction, entry: Entry, owner: int) -> int | None:
    if not entry.values["establishment"]:
        return None
    house = house_of(tx, entry)
    if house.subscriber_id != owner:
        slug = entry.values["establishment"]
        raise entry.error("establishment", f'"{slug}" belongs to another subscriber')
    return house.id


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


# Order ------------------------------------------------------------------------------------------


def order_rules(tx: Transaction, upserts: Iterable[Upsert]) -> None:
    """Puts rules into the order of the file; those that it does not name keep their places."""
    of_owner: dict[int, list[Upsert]] = {}
    for upsert in upserts:
        of_owner.setdefault(subscriber_id(tx, upsert.entry), []).append(upsert)
    for owner, named in of_owner.items():
        _order_rules_of(tx, owner, named)


def _order_rules_of(tx: Transaction, owner: int, named: list[Upsert]) -> None:
    rows = tx.sql("SELECT id FROM rules WHERE subscriber_id = ? ORDER BY position, slug", owner)
    before = [row[0] for row in rows]
    by_id = {upsert.id: upsert for upsert in named}
    in_file = iter(named)
    after = [next(in_file).id if rule_id in by_id else rule_id for rule_id in before]
    if after == before:
        return
    for position, (was, rule_id) in enumerate(zip(before, after, strict=True), start=1):
        tx.sql("UPDATE rules SET position = ? WHERE id = ?", position, rule_id)
        if was != rule_id:
            by_id[rule_id].changed.append("order")


def _last_position(tx: Transaction, owner: int) -> int:
    rows = tx.sql("SELECT coalesce(max(position), 0) FROM rules WHERE subscriber_id = ?", owner)
    return int(rows[0][0])
