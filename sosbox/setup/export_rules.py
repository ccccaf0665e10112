"""Reading recipients, rotas, rules, escalations and filters for an export."""

import json
import sqlite3
from typing import Any

from sosbox.deliveries.rules import CHANNELS
from sosbox.setup.export_rows import ACCESS_POINT_NAME, AREA_NAME, Entries, listed, names, rows


def recipients(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT r.id, s.slug AS subscriber, r.slug, r.name, r.language, r.channels,"
        " r.next_channel_minutes FROM recipients r"
        " JOIN subscribers s ON s.id = r.subscriber_id WHERE r.retired_at IS NULL"
        " ORDER BY s.slug, r.slug"
    )
    addresses = (
        "SELECT address FROM recipient_addresses WHERE recipient_id = ? AND channel = ? ORDER BY id"
    )
    for found in rows(connection, sql):
        found["channels"] = json.loads(found["channels"])
        for channel in CHANNELS:
            found[channel] = listed(connection, addresses, found["id"], channel)
        yield found


def rotas(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT t.id, s.slug AS subscriber, r.slug AS recipient, t.weekdays AS weekday, t.hours,"
        " t.dates AS date FROM rota_shifts t JOIN recipients r ON r.id = t.recipient_id"
        " JOIN subscribers s ON s.id = r.subscriber_id ORDER BY s.slug, r.slug, t.id"
    )
    people = (
        "SELECT r.slug FROM rota_people p JOIN recipients r ON r.id = p.recipient_id"
        " WHERE p.shift_id = ? ORDER BY p.id"
    )
    for found in rows(connection, sql):
        for key in ("weekday", "hours", "date"):
            found[key] = json.loads(found[key])
        found["who"] = listed(connection, people, found["id"])
        yield found


def rules(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT r.id, s.slug AS subscriber, r.slug, e.slug AS establishment, r.conditions,"
        " r.is_stop AS stop, r.is_safety AS safety, r.is_sensitive AS sensitive,"
        " r.disabled_at IS NOT NULL AS disabled FROM rules r"
        " JOIN subscribers s ON s.id = r.subscriber_id"
        " LEFT JOIN establishments e ON e.id = r.establishment_id"
        " ORDER BY s.slug, r.position, r.slug"
    )
    recipients_of = (
        "SELECT r.slug FROM {} l JOIN recipients r ON r.id = l.recipient_id"
        " WHERE l.rule_id = ? ORDER BY l.id"
    )
    for found in rows(connection, sql):
        found["when"] = _when(connection, json.loads(found["conditions"]))
        for key, table in (("notify", "rule_recipients"), ("leave_out", "rule_left_out")):
            found[key] = listed(connection, recipients_of.format(table), found["id"])
        yield found


def filters(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT f.id, s.slug AS subscriber, f.slug, e.slug AS establishment, f.conditions,"
        " f.action, f.disabled_at IS NOT NULL AS disabled FROM filters f"
        " JOIN subscribers s ON s.id = f.subscriber_id"
        " LEFT JOIN establishments e ON e.id = f.establishment_id"
        " ORDER BY s.slug, f.position, f.slug"
    )
    for found in rows(connection, sql):
        found["when"] = _when(connection, json.loads(found["conditions"]))
        yield found


def word_lists(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT s.slug AS subscriber, w.language, w.words FROM word_lists w"
        " JOIN subscribers s ON s.id = w.subscriber_id ORDER BY s.slug, w.language"
    )
    for found in rows(connection, sql):
        found["words"] = json.loads(found["words"])
        yield found


def _when(connection: sqlite3.Connection, conditions: dict[str, Any]) -> dict[str, Any]:
    for name, sql in (("areas", AREA_NAME), ("access_points", ACCESS_POINT_NAME)):
        if name in conditions:
            conditions[name] = sorted(names(connection, sql, conditions[name]))
    return conditions


def escalations(connection: sqlite3.Connection) -> Entries:
    sql = """
        SELECT t.id, h.slug AS establishment, s.slug AS subscriber, r.slug AS rule,
               t.after_minutes, t.until, t.repeat_minutes, t.max_times, t.hours
        FROM escalation_steps t LEFT JOIN establishments h ON h.id = t.establishment_id
        LEFT JOIN rules r ON r.id = t.rule_id LEFT JOIN subscribers s ON s.id = r.subscriber_id
        WHERE t.retired_at IS NULL ORDER BY h.slug, s.slug, r.slug, t.position, t.id
    """
    notify = (
        "SELECT r.slug FROM escalation_recipients l JOIN recipients r ON r.id = l.recipient_id"
        " WHERE l.step_id = ? ORDER BY l.id"
    )
    for found in rows(connection, sql):
        found["hours"] = json.loads(found["hours"])
        if not found["repeat_minutes"]:
            del found["max_times"]
        found["notify"] = listed(connection, notify, found["id"])
        yield found
