"""Storing filters, and the lists of words that replace those that the box brings along."""

import json
from collections.abc import Mapping
from typing import Any

from sosbox.db import Transaction
from sosbox.setup.document import Entry
from sosbox.setup.files import SetupFiles
from sosbox.setup.keys import as_json
from sosbox.setup.order import last_position
from sosbox.setup.references import access_points_of, house_of_subscriber, subscriber_id
from sosbox.setup.rows import Upsert, differing

# Of two numbers that only make sense together.
_PAIRS = {
    "similar": "similar_within_minutes",
    "similar_within_minutes": "similar",
    "burst": "burst_minutes",
    "burst_minutes": "burst",
}


def store_filter(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    owner = subscriber_id(tx, entry)
    upsert.find(subscriber_id=owner, slug=entry.values["slug"])
    upsert.require_all()
    if "establishment" in entry.values:
        house_id = house_of_subscriber(tx, entry, owner)
        upsert.set("establishment", "establishment_id", house_id)
    if "when" in entry.values:
        before = json.loads(upsert.row["conditions"]) if upsert.row else {}
        conditions = _conditions(tx, entry, owner)
        for name in differing(before, conditions):
            upsert.set(f"when.{name}", "conditions", as_json(conditions))
    upsert.save(position=last_position(tx, "filters", owner) + 1)


def store_word_list(upsert: Upsert, _files: SetupFiles) -> None:
    owner = subscriber_id(upsert.tx, upsert.entry)
    upsert.store(subscriber_id=owner, language=upsert.entry.values["language"])


def _conditions(tx: Transaction, entry: Entry, owner: int) -> dict[str, Any]:
    """The conditions as they are stored; those of a file replace all that were there."""
    when: Mapping[str, Any] = entry.values["when"]
    conditions = {name: value for name, value in when.items() if value}
    if not conditions:
        raise entry.error("when", "says nothing to look for")
    for one, other in _PAIRS.items():
        if one in conditions and other not in conditions:
            raise entry.error(f"when.{other}", f"is missing, and there is {one}")
    if "access_points" in conditions:
        conditions["access_points"] = sorted(
            access_points_of(
                tx, entry, when["access_points"], key="when.access_points", subscriber=owner
            )
        )
    return conditions
