"""Brings the box in line with a set-up file, inside one `DB.write`: all of it or nothing.

What the file does not mention stays as it is, and applying it again changes nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosbox.db import Transaction
from sosbox.lib.ids import new_access_point_token
from sosbox.places.tables import Establishment
from sosbox.routing.tables import RecipientAddress, RuleRecipient
from sosbox.setup.document import Document, Entry
from sosbox.setup.files import SetupFiles
from sosbox.setup.references import (
    access_points_of,
    area_in_house,
    areas_of,
    house_of,
    recipients_of,
    subscriber_id,
)
from sosbox.setup.rows import Upsert, differing
from sosbox.staff.rules import Role
from sosbox.staff.tables import AccountArea


@dataclass(frozen=True)
class Change:
    """What became of one entry.

    keys: those whose values were not the stored ones; empty for an entry that is new.
    """

    table: str
    name: str
    is_new: bool
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.is_new:
            return f"added {self.table} {self.name}"
        return f"changed {self.table} {self.name}: {', '.join(self.keys)}"


def apply_document(
    tx: Transaction, document: Document, files: SetupFiles, *, now: datetime
) -> list[Change]:
    """Stores the entries and returns what was added or changed. Raises SetupError."""
    changes = []
    for entry in document:
        upsert = Upsert(tx, entry, now)
        _STORERS[entry.table.name](upsert, files)
        if upsert.is_new or upsert.changed:
            changes.append(
                Change(
                    entry.table.name,
                    entry.name,
                    upsert.is_new,
                    () if upsert.is_new else tuple(upsert.changed),
                )
            )
    if changes:
        tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
        tx.memo.clear()
    return changes


def _store_subscriber(upsert: Upsert, _files: SetupFiles) -> None:
    upsert.store(slug=upsert.entry.values["slug"])


def _store_establishment(upsert: Upsert, files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    upsert.find(slug=entry.values["slug"])
    upsert.require_all()
    owner = _owner(upsert)
    upsert.save(subscriber_id=owner)
    logo = files.logos.get(entry.name)
    if logo is not None and (upsert.row or {}).get("logo") != logo.data:
        tx.run(
            Establishment.update(
                {Establishment.logo: logo.data, Establishment.logo_type: logo.type}
            ).where(Establishment.id == upsert.id)
        )
        upsert.changed.append("logo")


def _store_area(upsert: Upsert, _files: SetupFiles) -> None:
    house = house_of(upsert.tx, upsert.entry)
    upsert.store(establishment_id=house.id, slug=upsert.entry.values["slug"])


def _store_access_point(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    house = house_of(tx, entry)
    upsert.find(establishment_id=house.id, code=entry.values["code"])
    upsert.require_all()
    if "area" in entry.values:
        upsert.set("area", "area_id", area_in_house(tx, entry, house.id))
    if upsert.is_new:
        upsert.save(label=entry.values["code"], token=new_access_point_token())
    else:
        upsert.save()


def _store_recipient(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    owner = subscriber_id(tx, entry)
    upsert.store(subscriber_id=owner, slug=entry.values["slug"])
    for channel in ("email", "sms"):
        if channel not in entry.values:
            continue
        rows = tx.sql(
            "SELECT address FROM recipient_addresses WHERE recipient_id = ? AND channel = ?"
            " ORDER BY id",
            upsert.id,
            channel,
        )
        if [row[0] for row in rows] == entry.values[channel]:
            continue
        tx.sql(
            "DELETE FROM recipient_addresses WHERE recipient_id = ? AND channel = ?",
            upsert.id,
            channel,
        )
        for address in entry.values[channel]:
            tx.insert(RecipientAddress, recipient_id=upsert.id, channel=channel, address=address)
        upsert.changed.append(channel)


def _store_rule(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    owner = subscriber_id(tx, entry)
    upsert.find(subscriber_id=owner, slug=entry.values["slug"])
    upsert.require_all()
    row = upsert.row or {"establishment_id": None, "conditions": "{}"}
    house_id = row["establishment_id"]
    if "establishment" in entry.values:
        house_id = _house_of_rule(tx, entry, owner)
        upsert.set("establishment", "establishment_id", house_id)
    conditions = json.loads(row["conditions"])
    before = dict(conditions)
    if "areas" in entry.values:
        conditions["areas"] = sorted(areas_of(tx, entry, owner, house_id))
    if "access_points" in entry.values:
        conditions["access_points"] = sorted(access_points_of(tx, entry, owner, house_id))
    conditions = {name: value for name, value in conditions.items() if value}
    _check_same_house(tx, entry, conditions, house_id)
    for name in differing(before, conditions):
        upsert.set(name, "conditions", _as_json(conditions))
    upsert.save()
    if "notify" in entry.values:
        recipients = recipients_of(tx, entry, owner)
        _replace_links(upsert, "notify", _RULE_LINKS, recipients)


def _store_account(upsert: Upsert, files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    upsert.find(email=entry.values["email"])
    upsert.require_all()
    owner = _owner(upsert)
    role = entry.values.get("role") or (upsert.row or {})["role"]
    if entry.values.get("areas") and role != Role.AGENT:
        raise entry.error("areas", f"only an agent is limited to areas, not {role}")
    if entry.name in files.password_hashes:
        upsert.set("password_file", "password_hash", files.password_hashes[entry.name])
    upsert.save(subscriber_id=owner, created_at=upsert.now)
    if role != Role.AGENT:
        _replace_links(upsert, "areas", _ACCOUNT_LINKS, [])
    elif "areas" in entry.values:
        _replace_links(upsert, "areas", _ACCOUNT_LINKS, areas_of(tx, entry, owner, None))
    if {"password_file", "disabled"} & set(upsert.changed):
        # Whoever is logged in with the old password is so no longer.
        tx.sql(
            "UPDATE sessions SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL",
            upsert.now,
            upsert.id,
        )


_STORERS: Mapping[str, Callable[[Upsert, SetupFiles], None]] = {
    "subscriber": _store_subscriber,
    "establishment": _store_establishment,
    "area": _store_area,
    "access_point": _store_access_point,
    "recipient": _store_recipient,
    "rule": _store_rule,
    "account": _store_account,
}


def _owner(upsert: Upsert) -> int:
    """The subscriber of an entry that is named without it, and so can never change it."""
    entry, tx = upsert.entry, upsert.tx
    if upsert.row is None:
        return subscriber_id(tx, entry)
    owner: int = upsert.row["subscriber_id"]
    if "subscriber" in entry.values and subscriber_id(tx, entry) != owner:
        raise entry.error("subscriber", f"{entry.name} belongs to another subscriber already")
    return owner


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
    for key, table in (("areas", "areas"), ("access_points", "access_points")):
        for item in conditions.get(key, ()):
            rows = tx.sql(f"SELECT establishment_id FROM {table} WHERE id = ?", item)  # noqa: S608
            if rows and rows[0][0] != house_id:
                raise entry.error(key, "some of these are in another establishment")


@dataclass(frozen=True)
class _Links:
    """A table that ties one row to several others."""

    table: type[RuleRecipient] | type[AccountArea]
    owner: str
    other: str


_RULE_LINKS = _Links(RuleRecipient, "rule_id", "recipient_id")
_ACCOUNT_LINKS = _Links(AccountArea, "account_id", "area_id")


def _replace_links(upsert: Upsert, key: str, links: _Links, wanted: list[int]) -> None:
    tx, name = upsert.tx, links.table._meta.tablename
    rows = tx.sql(
        f"SELECT {links.other} FROM {name} WHERE {links.owner} = ? ORDER BY id",  # noqa: S608
        upsert.id,
    )
    if [row[0] for row in rows] == wanted:
        return
    tx.sql(f"DELETE FROM {name} WHERE {links.owner} = ?", upsert.id)  # noqa: S608
    for other in wanted:
        tx.insert(links.table, **{links.owner: upsert.id, links.other: other})
    upsert.changed.append(key)


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
