"""Writes the box as a set-up file that, applied again, changes nothing.

No secrets: neither passwords nor the tokens of access points. Applied to another box, it makes new
tokens, so codes that are printed already do not lead there.
"""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sosbox.places.logo import PNG
from sosbox.setup.checks import SHEETS_WITHOUT_REGION
from sosbox.setup.export_rows import AREA_NAME, Entries, listed, names, rows
from sosbox.setup.export_rules import (
    escalations,
    filters,
    recipients,
    rotas,
    rules,
    word_lists,
)
from sosbox.setup.files import PICTURE_KEYS
from sosbox.setup.keys import Key, SetupTable
from sosbox.setup.store_places import PURPOSES
from sosbox.setup.tables import TABLES
from sosbox.setup.toml_text import TomlValue, write_tables

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
            for key in PICTURE_KEYS.get(table.name, ()):
                _add_picture(connection, table, found, key, logos if with_logos else None)
            entries.append((table.name, _said(table, found)))
    return Export(_HEADER + "\n" + write_tables(entries), logos)


def _said(table: SetupTable, found: dict[str, Any]) -> dict[str, TomlValue]:
    """The keys worth mentioning, in the order of the table."""
    values: dict[str, TomlValue] = {}
    for key in table.keys:
        value = found.get(key.name)
        if value is None or (value == key.default and table.owner):
            continue
        # What is empty goes without saying, unless a new entry would get something else.
        if value or key.is_required or key.default not in (None, value):
            values[key.name] = _value(key, value)
    return values


def _value(key: Key, value: Any) -> TomlValue:
    if key.keys:
        return {inner.name: value[inner.name] for inner in key.keys if inner.name in value}
    said: TomlValue = True if key.is_moment else value
    return said


# Behind the slug of an entry, so that no two pictures have one name: no slug has a "_".
_PICTURE_NAMES = {
    ("establishment", "logo"): "",
    ("subscriber", "logo"): "_company",
    ("subscriber", "service_logo"): "_service",
}


def _add_picture(
    connection: sqlite3.Connection,
    table: SetupTable,
    found: dict[str, Any],
    key: str,
    logos: dict[str, bytes] | None,
) -> None:
    data, media_type = connection.execute(
        f"SELECT {key}, {key}_type FROM {table.stored_in._meta.tablename}"  # noqa: S608 - our names
        " WHERE slug = ?",
        (found["slug"],),
    ).fetchone()
    if logos is None or data is None:
        return
    ending = ".png" if media_type == PNG else ".svg"
    found[key] = f"{found['slug']}{_PICTURE_NAMES[table.name, key]}{ending}"
    logos[found[key]] = data


def _subscribers(connection: sqlite3.Connection) -> Entries:
    sql = """
        SELECT slug, name, legal_name, address, website, phone, email, color, accent_color,
               print_texts, service_name, service_website
        FROM subscribers ORDER BY slug
    """
    for found in rows(connection, sql):
        found["print_texts"] = json.loads(found["print_texts"])
        yield found


def _establishments(connection: sqlite3.Connection) -> Entries:
    sql = """
        SELECT e.slug, s.slug AS subscriber, e.name, e.timezone, e.language, e.guest_languages,
               e.promise_hours, e.base_url, e.official_sheets, e.digest_at, e.holiday_region,
               e.holidays, e.promise_warning_minutes, e.legal_warning_days,
               e.trusts_replies AS trust_replies, e.color, e.accent_color, e.website,
               e.print_texts, e.print_languages, e.wifi_name, e.wifi_password, e.id
        FROM establishments e JOIN subscribers s ON s.id = e.subscriber_id ORDER BY s.slug, e.slug
    """
    for found in rows(connection, sql):
        for key in ("guest_languages", "holidays", "print_texts", "print_languages"):
            found[key] = json.loads(found[key])
        if found["official_sheets"] == SHEETS_WITHOUT_REGION:
            found["official_sheets"] = True
        for key, purpose in PURPOSES.items():
            found[key] = listed(connection, _RECIPIENTS_OF_HOUSE, found["id"], purpose)
        yield found


_RECIPIENTS_OF_HOUSE = """
    SELECT r.slug FROM establishment_recipients l JOIN recipients r ON r.id = l.recipient_id
    WHERE l.establishment_id = ? AND l.purpose = ? ORDER BY l.id
"""


def _areas(connection: sqlite3.Connection) -> Entries:
    return rows(
        connection,
        "SELECT e.slug AS establishment, a.slug, a.name, a.position FROM areas a"
        " JOIN establishments e ON e.id = a.establishment_id ORDER BY e.slug, a.slug",
    )


def _access_points(connection: sqlite3.Connection) -> Entries:
    return rows(
        connection,
        "SELECT e.slug AS establishment, a.slug AS area, p.code, p.label, p.position,"
        " p.origin, p.retired_at IS NOT NULL AS retired FROM access_points p"
        " JOIN areas a ON a.id = p.area_id JOIN establishments e ON e.id = p.establishment_id"
        " ORDER BY e.slug, a.slug, p.code",
    )


def _accounts(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT a.id, a.email, a.name, s.slug AS subscriber, a.role,"
        " a.disabled_at IS NOT NULL AS disabled FROM accounts a"
        " JOIN subscribers s ON s.id = a.subscriber_id ORDER BY s.slug, a.email"
    )
    areas = "SELECT area_id FROM account_areas WHERE account_id = ? ORDER BY id"
    for found in rows(connection, sql):
        found["areas"] = names(connection, AREA_NAME, listed(connection, areas, found["id"]))
        yield found


def _glossary(connection: sqlite3.Connection) -> Entries:
    sql = (
        "SELECT e.slug AS establishment, g.term, g.translations FROM glossary_terms g"
        " JOIN establishments e ON e.id = g.establishment_id ORDER BY e.slug, g.term"
    )
    for found in rows(connection, sql):
        found["translations"] = json.loads(found["translations"])
        yield found


def _engines(connection: sqlite3.Connection) -> Entries:
    return rows(
        connection,
        'SELECT source AS "from", target AS "to", engine FROM translation_engines'
        " ORDER BY source, target",
    )


_READERS: dict[str, Callable[[sqlite3.Connection], Entries]] = {
    "subscriber": _subscribers,
    "establishment": _establishments,
    "area": _areas,
    "access_point": _access_points,
    "recipient": recipients,
    "rota": rotas,
    "rule": rules,
    "escalation": escalations,
    "filter": filters,
    "word_list": word_lists,
    "glossary": _glossary,
    "translation": _engines,
    "account": _accounts,
}
