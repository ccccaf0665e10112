"""Storing duty rotas: those of a post in a file replace the whole rota that it had."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sosbox.db import Transaction
from sosbox.routing.tables import RotaPerson, RotaShift
from sosbox.setup.changes import Change
from sosbox.setup.document import Entry
from sosbox.setup.keys import as_json
from sosbox.setup.references import recipient_of, recipients_of, subscriber_id


class _StoredShift(NamedTuple):
    weekdays: list[str]
    dates: list[str]
    hours: list[str]
    people: list[int]


def store_rota(tx: Transaction, entries: Sequence[Entry], _now: datetime) -> Change | None:
    """Stores the rota of one post; says what became of it unless it was so already."""
    first = entries[0]
    owner = subscriber_id(tx, first)
    post = recipient_of(tx, first, "recipient", first.values["recipient"], subscriber=owner)
    wanted = [_shift(tx, entry, owner) for entry in entries]
    before = _stored(tx, post)
    if wanted == before:
        return None
    tx.sql("DELETE FROM rota_shifts WHERE recipient_id = ?", post)
    for shift in wanted:
        shift_id = tx.insert(
            RotaShift,
            recipient_id=post,
            weekdays=as_json(shift.weekdays),
            dates=as_json(shift.dates),
            hours=as_json(shift.hours),
        )
        for person in shift.people:
            tx.insert(RotaPerson, shift_id=shift_id, recipient_id=person)
    return Change("rota", first.name, is_new=not before)


def check_rotas(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Whoever is behind a post must be a person: posts behind posts would have no end.

    Called when all rotas are stored. Raises SetupError.
    """
    for entry in entries:
        owner = subscriber_id(tx, entry)
        for person in recipients_of(tx, entry, "who", subscriber=owner):
            if tx.sql("SELECT 1 FROM rota_shifts WHERE recipient_id = ?", person):
                raise entry.error("who", f"{_slug(tx, person)} is a post with a rota of its own")
    for entry in entries:
        owner = subscriber_id(tx, entry)
        post = recipient_of(tx, entry, "recipient", entry.values["recipient"], subscriber=owner)
        rows = tx.sql(
            "SELECT s.recipient_id FROM rota_people p JOIN rota_shifts s ON s.id = p.shift_id"
            " WHERE p.recipient_id = ?",
            post,
        )
        if rows:
            other = _slug(tx, rows[0][0])
            raise entry.error("recipient", f"stands in the rota of {other}, so it is no post")


def _shift(tx: Transaction, entry: Entry, owner: int) -> _StoredShift:
    values = entry.values
    return _StoredShift(
        values.get("weekday", []),
        values.get("date", []),
        values.get("hours", []),
        recipients_of(tx, entry, "who", subscriber=owner),
    )


def _stored(tx: Transaction, post: int) -> list[_StoredShift]:
    rows: list[tuple[Any, ...]] = tx.sql(
        "SELECT id, weekdays, dates, hours FROM rota_shifts WHERE recipient_id = ? ORDER BY id",
        post,
    )
    return [
        _StoredShift(json.loads(days), json.loads(dates), json.loads(hours), _people(tx, shift))
        for shift, days, dates, hours in rows
    ]


def _people(tx: Transaction, shift_id: int) -> list[int]:
    rows = tx.sql("SELECT recipient_id FROM rota_people WHERE shift_id = ? ORDER BY id", shift_id)
    return [row[0] for row in rows]


def _slug(tx: Transaction, recipient_id: int) -> str:
    return str(tx.sql("SELECT slug FROM recipients WHERE id = ?", recipient_id)[0][0])
