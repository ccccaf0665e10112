"""What the names in a set-up file stand for: things of the file itself or of the box."""

from dataclasses import dataclass

from sosbox.db import Transaction
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


def house_of(tx: Transaction, entry: Entry) -> HouseRef:
    """The establishment that the entry names."""
    slug = entry.values["establishment"]
    rows = tx.sql("SELECT id, subscriber_id FROM establishments WHERE slug = ?", slug)
    if not rows:
        raise entry.error("establishment", f'there is no establishment "{slug}"')
    return HouseRef(*rows[0])


def area_in_house(tx: Transaction, entry: Entry, house_id: int) -> int:
    """The area of the house that the entry names."""
    slug = entry.values["area"]
    rows = tx.sql("SELECT id FROM areas WHERE establishment_id = ? AND slug = ?", house_id, slug)
    if not rows:
        house = entry.values["establishment"]
        raise entry.error("area", f'there is no area "{slug}" in "{house}"')
    found: int = rows[0][0]
    return found


def areas_of(tx: Transaction, entry: Entry, subscriber: int, house_id: int | None) -> list[int]:
    """The areas in the list of the entry, `area` or `establishment/area`.

    house_id: when given, only this establishment is looked at, else all of the subscriber.
    """
    sql = (
        "SELECT a.id FROM areas a JOIN establishments e ON e.id = a.establishment_id"
        " WHERE e.subscriber_id = ? AND ? IN (a.slug, e.slug || '/' || a.slug)"
        " AND (? IS NULL OR e.id = ?)"
    )
    return [
        _the_one(entry, "areas", "area", name, tx.sql(sql, subscriber, name, house_id, house_id))
        for name in entry.values["areas"]
    ]


def access_points_of(
    tx: Transaction, entry: Entry, subscriber: int, house_id: int | None
) -> list[int]:
    """The access points in the list of the entry, `code` or `establishment/code`."""
    sql = (
        "SELECT p.id FROM access_points p JOIN establishments e ON e.id = p.establishment_id"
        " WHERE e.subscriber_id = ? AND ? IN (p.code, e.slug || '/' || p.code)"
        " AND (? IS NULL OR e.id = ?)"
    )
    return [
        _the_one(
            entry,
            "access_points",
            "access point",
            name,
            tx.sql(sql, subscriber, name, house_id, house_id),
        )
        for name in entry.values["access_points"]
    ]


def recipients_of(tx: Transaction, entry: Entry, subscriber: int) -> list[int]:
    """The recipients that the rule notifies."""
    sql = "SELECT id FROM recipients WHERE subscriber_id = ? AND slug = ?"
    return [
        _the_one(entry, "notify", "recipient", slug, tx.sql(sql, subscriber, slug))
        for slug in entry.values["notify"]
    ]


def _the_one(entry: Entry, key: str, noun: str, name: str, rows: list[tuple[int]]) -> int:
    if not rows:
        raise entry.error(key, f'there is no {noun} "{name}"')
    if len(rows) > 1:
        raise entry.error(
            key, f'there are {len(rows)} called "{name}": write "establishment/{name}"'
        )
    return rows[0][0]
