"""What the names in a set-up file stand for: things of the file itself or of the box."""

from collections.abc import Iterable
from dataclasses import dataclass

from sosbox.db import Transaction
from sosbox.db.transaction import Row
from sosbox.setup.document import Entry


@dataclass(frozen=True)
class HouseRef:
    id: int
    subscriber_id: int


def subscriber_id(tx: Transaction, entry: Entry) -> int:
    """The subscriber that the entry names. Raises SetupError, like everything here."""
    slug = entry.values["subscriber"]
    rows = tx.sql("SELECT id FROM subscribers WHERE slug = ?", slug)
    if not rows:
        raise entry.error("subscriber", f'there is no subscriber "{slug}"')
    found: int = rows[0][0]
    return found


def owner_of(tx: Transaction, entry: Entry, row: Row | None) -> int:
    """The subscriber of an entry that is named without it, and so can never change it.

    row: the stored one, if there is one.
    """
    if row is None:
        return subscriber_id(tx, entry)
    owner: int = row["subscriber_id"]
    if "subscriber" in entry.values and subscriber_id(tx, entry) != owner:
        raise entry.error("subscriber", f"{entry.name} belongs to another subscriber already")
    return owner


def house_of(tx: Transaction, entry: Entry) -> HouseRef:
    """The establishment that the entry names."""
    slug = entry.values["establishment"]
    rows = tx.sql("SELECT id, subscriber_id FROM establishments WHERE slug = ?", slug)
    if not rows:
        raise entry.error("establishment", f'there is no establishment "{slug}"')
    return HouseRef(*rows[0])


def house_of_subscriber(tx: Transaction, entry: Entry, owner: int) -> int | None:
    """The establishment of the subscriber that the entry is limited to; None for an empty one."""
    if not entry.values["establishment"]:
        return None
    house = house_of(tx, entry)
    if house.subscriber_id != owner:
        slug = entry.values["establishment"]
        raise entry.error("establishment", f'"{slug}" belongs to another subscriber')
    return house.id


def area_in_house(tx: Transaction, entry: Entry, house_id: int) -> int:
    """The area of the house that the entry names."""
    slug = entry.values["area"]
    rows = tx.sql("SELECT id FROM areas WHERE establishment_id = ? AND slug = ?", house_id, slug)
    if not rows:
        house = entry.values["establishment"]
        raise entry.error("area", f'there is no area "{slug}" in "{house}"')
    found: int = rows[0][0]
    return found


def areas_of(
    tx: Transaction,
    entry: Entry,
    names: Iterable[str],
    *,
    key: str,
    subscriber: int,
    house_id: int | None = None,
) -> list[int]:
    """The areas that a key of the entry lists, `area` or `establishment/area`.

    house_id: when given, only this establishment is looked at, else all of the subscriber.
    """
    sql = (
        "SELECT a.id FROM areas a JOIN establishments e ON e.id = a.establishment_id"
        " WHERE e.subscriber_id = ? AND ? IN (a.slug, e.slug || '/' || a.slug)"
        " AND (? IS NULL OR e.id = ?)"
    )
    return [
        _the_one(entry, key, "area", name, tx.sql(sql, subscriber, name, house_id, house_id))
        for name in names
    ]


def access_points_of(
    tx: Transaction,
    entry: Entry,
    names: Iterable[str],
    *,
    key: str,
    subscriber: int,
    house_id: int | None = None,
) -> list[int]:
    """The access points that a key of the entry lists, `code` or `establishment/code`."""
    sql = (
        "SELECT p.id FROM access_points p JOIN establishments e ON e.id = p.establishment_id"
        " WHERE e.subscriber_id = ? AND ? IN (p.code, e.slug || '/' || p.code)"
        " AND (? IS NULL OR e.id = ?)"
    )
    return [
        _the_one(
            entry, key, "access point", name, tx.sql(sql, subscriber, name, house_id, house_id)
        )
        for name in names
    ]


def recipients_of(tx: Transaction, entry: Entry, key: str, *, subscriber: int) -> list[int]:
    """The recipients that a key of the entry lists."""
    return [recipient_of(tx, entry, key, slug, subscriber=subscriber) for slug in entry.values[key]]


def recipient_of(tx: Transaction, entry: Entry, key: str, slug: str, *, subscriber: int) -> int:
    sql = "SELECT id FROM recipients WHERE subscriber_id = ? AND slug = ?"
    return _the_one(entry, key, "recipient", slug, tx.sql(sql, subscriber, slug))


def rule_of(tx: Transaction, entry: Entry, *, subscriber: int) -> int:
    """The rule that the entry names."""
    slug = entry.values["rule"]
    sql = "SELECT id FROM rules WHERE subscriber_id = ? AND slug = ?"
    return _the_one(entry, "rule", "rule", slug, tx.sql(sql, subscriber, slug))


def _the_one(entry: Entry, key: str, noun: str, name: str, rows: list[tuple[int]]) -> int:
    if not rows:
        raise entry.error(key, f'there is no {noun} "{name}"')
    if len(rows) > 1:
        raise entry.error(
            key, f'there are {len(rows)} called "{name}": write "establishment/{name}"'
        )
    return rows[0][0]
