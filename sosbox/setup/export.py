"""Writes the box as a set-up file that, applied again, changes nothing.

No secrets: neither passwords nor the tokens of access points. Applied to another box, it makes new
tokens, so codes that are printed already do not lead there.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sosbox.setup.checks import SHEETS_WITHOUT_REGION
from sosbox.setup.logo import PNG
from sosbox.setup.tables import TABLES, SetupTable
from sosbox.setup.toml_text import TomlValue, write_tables

Entries = Iterator[dict[str, Any]]

_HEADER = """\
# A box as `sosbox export` has found it; `sosbox apply` reads it.
# Passwords are left out (add password_file), and so are the addresses behind printed codes.
"""


@dataclass(frozen=True)
class Export:
    """The set-up file and the pictures that it names, by file name."""

    text: str
    logos: dict[str, bytes] = field(default_factory=dict)


def export_box(connection: sqlite3.Connection, *, with_logos: bool) -> Export:
    """Reads the whole set-up in an order that depends on nothing but itself.

    with_logos: names the pictures as files beside the set-up file; else they are not mentioned.
    """
    logos: dict[str, bytes] = {}
    entries: list[tuple[str, dict[str, TomlValue]]] = []
    for table in TABLES:
        for found in _READERS[table.name](connection):
            if table.name == "establishment":
                _add_logo(connection, found, logos if with_logos else None)
            entries.append((table.name, _said(table, found)))
    return Export(_HEADER + "\n" + write_tables(entries), logos)


def _said(table: SetupTable, found: dict[str, Any]) -> dict[str, TomlValue]:
    """The keys worth mentioning, in the order of the table."""
    values: dict[str, TomlValue] = {}
    for key in table.keys:
        value = found.get(key.name)
        if value:
            values[key.name] = True if key.is_moment else value
    return values


def _add_logo(
    connection: sqlite3.Connection, found: dict[str, Any], logos: dict[str, bytes] | None
) -> None:
    row = connection.execute(
        "SELECT logo, logo_type FROM establishments WHERE slug = ?", (found["slug"],)
    ).fetchone()
    if logos is None or row[0] is None:
        return
    found["logo"] = f"{found['slug']}{'.png' if row[1] == PNG else '.svg'}"
    logos[found["logo"]] = row[0]


def _rows(connection: sqlite3.Connection, sql: str, *arguments: Any) -> Entries:
    cursor = connection.execute(sql, arguments)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _list(connection: sqlite3.Connection, sql: str, *arguments: Any) -> list[Any]:
    return [row[0] for row in connection.execute(sql, arguments)]


def _subscribers(connection: sqlite3.Connection) -> Entries:
    return _rows(connection, "SELECT * FROM subscribers ORDER BY slug")


def _establishments(connection: sqlite3.Connection) -> Entries:
    sql = """
        SELECT e.slug, s.slug AS subscriber, e.name, e.timezone, e.language, e.guest_languages,
               e.promise_hours, e.base_url, e.official_sheets
        FROM establishments e JOIN subscribers s ON s.id = e.subscriber_id ORDER BY s.slug, e.slug
    """
    for found in _rows(connection, sql):
        found["guest_languages"] = json.loads(found["guest_languages"])
        if found["official_sheets"] == SHEETS_WITHOUT_REGION:
            found["official_sheets"] = True
        yield found


def _areas(connection: sqlite3.Connection) -> Entries:
    return _rows(
        connection,
        "SELECT e.slug AS establishment, a.slug, a.name FROM areas a"
        " JOIN establishments e ON e.id = a.establishment_id ORDER BY e.slug, a.slug",
    )


def _access_points(connection: sqlite3.Connection) -> Entries:
    return _rows(
        connection,
        "SELECT e.slug AS establishment, a.slug AS area, p.code, p.label,"
        " p.retired_at IS NOT NULL AS retired FROM access_points p"
        " JOIN areas a ON a.id = p.area_id JOIN establishments e ON e.id = p.establishment_id"
        " ORDER BY e.slug, a.slug, p.code",
    )


def _recipients(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT r.id, s.slug AS subscriber, r.slug, r.name, r.language FROM recipients r"
        " JOIN subscribers s ON s.id = r.subscriber_id ORDER BY s.slug, r.slug"
    )
    addresses = (
        "SELECT address FROM recipient_addresses WHERE recipient_id = ? AND channel = ? ORDER BY id"
    )
    for found in _rows(connection, sql):
        for channel in ("email", "sms"):
            found[channel] = _list(connection, addresses, found["id"], channel)
        yield found


def _rules(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT r.id, s.slug AS subscriber, r.slug, e.slug AS establishment, r.conditions,"
        " r.disabled_at IS NOT NULL AS disabled FROM rules r"
        " JOIN subscribers s ON s.id = r.subscriber_id"
        " LEFT JOIN establishments e ON e.id = r.establishment_id ORDER BY s.slug, r.slug"
    )
    notify = (
        "SELECT r.slug FROM rule_recipients l JOIN recipients r ON r.id = l.recipient_id"
        " WHERE l.rule_id = ? ORDER BY l.id"
    )
    for found in _rows(connection, sql):
        conditions = json.loads(found["conditions"])
        found["areas"] = _names(connection, _AREA_NAME, conditions.get("areas", ()))
        found["access_points"] = _names(
            connection, _ACCESS_POINT_NAME, conditions.get("access_points", ())
        )
        found["notify"] = _list(connection, notify, found["id"])
        yield found


def _accounts(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT a.id, a.email, a.name, s.slug AS subscriber, a.role,"
        " a.disabled_at IS NOT NULL AS disabled FROM accounts a"
        " JOIN subscribers s ON s.id = a.subscriber_id ORDER BY s.slug, a.email"
    )
    areas = "SELECT area_id FROM account_areas WHERE account_id = ? ORDER BY id"
    for found in _rows(connection, sql):
        found["areas"] = _names(connection, _AREA_NAME, _list(connection, areas, found["id"]))
        yield found


# The plain name where no other establishment of the subscriber has one like it.
_AREA_NAME = """
    SELECT CASE WHEN (SELECT count(*) FROM areas b JOIN establishments f
                      ON f.id = b.establishment_id
                      WHERE f.subscriber_id = e.subscriber_id AND b.slug = a.slug) = 1
           THEN a.slug ELSE e.slug || '/' || a.slug END
    FROM areas a JOIN establishments e ON e.id = a.establishment_id WHERE a.id = ?
"""
_ACCESS_POINT_NAME = """
    SELECT CASE WHEN (SELECT count(*) FROM access_points q JOIN establishments f
                      ON f.id = q.establishment_id
                      WHERE f.subscriber_id = e.subscriber_id AND q.code = p.code) = 1
           THEN p.code ELSE e.slug || '/' || p.code END
    FROM access_points p JOIN establishments e ON e.id = p.establishment_id WHERE p.id = ?
"""


def _names(connection: sqlite3.Connection, sql: str, ids: Iterable[int]) -> list[str]:
    return [name for item in ids for name in _list(connection, sql, item)]


_READERS: dict[str, Callable[[sqlite3.Connection], Entries]] = {
    "subscriber": _subscribers,
    "establishment": _establishments,
    "area": _areas,
    "access_point": _access_points,
    "recipient": _recipients,
    "rule": _rules,
    "account": _accounts,
}
