"""Setting up who is told, as the tests of routing and of clocks need it."""

import json
from datetime import datetime
from typing import Any

from sosbox.box import Box
from sosbox.db import DB, Transaction
from sosbox.dispatch.clocks import run_due_clocks
from sosbox.routing.queries import RuleBook
from tests.support.venue import Venue


def add_recipient(
    tx: Transaction, venue: Venue, slug: str, *, next_channel_minutes: int = 0, **addresses: str
) -> int:
    """A recipient who reads English, with one address for each channel that is named."""
    (row,) = tx.sql(
        "INSERT INTO recipients (subscriber_id, slug, name, language, next_channel_minutes)"
        " VALUES (?, ?, ?, 'en', ?) RETURNING id",
        venue.subscriber_id,
        slug,
        slug.title(),
        next_channel_minutes,
    )
    for channel, address in addresses.items():
        tx.sql(
            "INSERT INTO recipient_addresses (recipient_id, channel, address) VALUES (?, ?, ?)",
            row[0],
            channel,
            address,
        )
    _changed(tx)
    return int(row[0])


def add_rule(
    tx: Transaction,
    venue: Venue,
    slug: str,
    *recipients: int,
    left_out: tuple[int, ...] = (),
    flags: tuple[str, ...] = (),
    **conditions: Any,
) -> int:
    """A rule after all others. flags: is_stop, is_safety, is_sensitive."""
    (row,) = tx.sql(
        "INSERT INTO rules (subscriber_id, slug, conditions, position)"
        " VALUES (?, ?, ?, (SELECT max(position) + 1 FROM rules)) RETURNING id",
        venue.subscriber_id,
        slug,
        json.dumps(conditions),
    )
    for flag in flags:
        tx.sql(f"UPDATE rules SET {flag} = 1 WHERE id = ?", row[0])
    for table, ids in (("rule_recipients", recipients), ("rule_left_out", left_out)):
        for recipient in ids:
            tx.sql(f"INSERT INTO {table} (rule_id, recipient_id) VALUES (?, ?)", row[0], recipient)
    _changed(tx)
    return int(row[0])


def add_step(
    tx: Transaction,
    *recipients: int,
    house_id: int | None = None,
    rule_id: int | None = None,
    after: int = 10,
    until: str = "answered",
    repeat: int = 0,
    times: int = 1,
    hours: tuple[str, ...] = (),
) -> int:
    """A step of an escalation; after and repeat in minutes."""
    (row,) = tx.sql(
        "INSERT INTO escalation_steps (establishment_id, rule_id, position, after_minutes, until,"
        " repeat_minutes, max_times, hours) VALUES (?, ?, 0, ?, ?, ?, ?, ?) RETURNING id",
        house_id,
        rule_id,
        after,
        until,
        repeat,
        times,
        json.dumps(hours),
    )
    for recipient in recipients:
        tx.sql(
            "INSERT INTO escalation_recipients (step_id, recipient_id) VALUES (?, ?)",
            row[0],
            recipient,
        )
    _changed(tx)
    return int(row[0])


def add_shift(tx: Transaction, post: int, *people: int, **schedule: list[str]) -> int:
    """schedule: weekdays, dates, hours."""
    texts = [json.dumps(schedule.get(name, [])) for name in ("weekdays", "dates", "hours")]
    (row,) = tx.sql(
        "INSERT INTO rota_shifts (recipient_id, weekdays, dates, hours) VALUES (?, ?, ?, ?)"
        " RETURNING id",
        post,
        *texts,
    )
    for person in people:
        tx.sql("INSERT INTO rota_people (shift_id, recipient_id) VALUES (?, ?)", row[0], person)
    _changed(tx)
    return int(row[0])


def set_house(tx: Transaction, venue: Venue, **columns: Any) -> None:
    for name, value in columns.items():
        tx.sql(f"UPDATE establishments SET {name} = ? WHERE id = ?", value, venue.house_id)
    _changed(tx)


def add_for_house(tx: Transaction, venue: Venue, purpose: str, *recipients: int) -> None:
    """purpose: fallback, report, digest."""
    for recipient in recipients:
        tx.sql(
            "INSERT INTO establishment_recipients (establishment_id, recipient_id, purpose)"
            " VALUES (?, ?, ?)",
            venue.house_id,
            recipient,
            purpose,
        )
    _changed(tx)


def recipient_id(tx: Transaction, slug: str) -> int:
    return int(tx.sql("SELECT id FROM recipients WHERE slug = ?", slug)[0][0])


async def run_clocks(box: Box, now: datetime) -> int:
    """What the worker does when the moment of a clock has come."""
    return await DB.write(run_due_clocks, box.keys, RuleBook(), now=now, limit=100)


async def told(event: str) -> list[str]:
    """The addresses of the notices of an event, in the order of their writing."""
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT address FROM deliveries WHERE event = ? ORDER BY id", (event,)
        ).fetchall()
    )
    return [address for (address,) in rows]


def _changed(tx: Transaction) -> None:
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()
