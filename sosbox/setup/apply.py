"""Brings the box in line with a set-up file, inside one `DB.write`: all of it or nothing.

What the file does not mention stays as it is, and applying it again changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sosbox.db import Transaction
from sosbox.setup.changes import Change
from sosbox.setup.document import Document, Entry
from sosbox.setup.files import SetupFiles
from sosbox.setup.order import order_as_in_file
from sosbox.setup.rows import Upsert
from sosbox.setup.store_accounts import store_account
from sosbox.setup.store_escalations import store_escalation
from sosbox.setup.store_filters import store_filter, store_word_list
from sosbox.setup.store_places import (
    link_establishment,
    store_access_point,
    store_area,
    store_establishment,
    store_subscriber,
)
from sosbox.setup.store_recipients import store_recipient
from sosbox.setup.store_rotas import check_rotas, store_rota
from sosbox.setup.store_rules import store_rule
from sosbox.setup.store_translations import store_engine, store_term

_STORERS: Mapping[str, Callable[[Upsert, SetupFiles], None]] = {
    "subscriber": store_subscriber,
    "establishment": store_establishment,
    "area": store_area,
    "access_point": store_access_point,
    "recipient": store_recipient,
    "rule": store_rule,
    "filter": store_filter,
    "word_list": store_word_list,
    "glossary": store_term,
    "translation": store_engine,
    "account": store_account,
}
# For entries that describe one thing together; None when it was so already.
_GROUP_STORERS: Mapping[str, Callable[[Transaction, Sequence[Entry], datetime], Change | None]] = {
    "rota": store_rota,
    "escalation": store_escalation,
}


def apply_document(
    tx: Transaction, document: Document, files: SetupFiles, *, now: datetime
) -> list[Change]:
    """Stores the entries and returns what was added or changed. Raises SetupError."""
    upserts: dict[str, list[Upsert]] = {name: [] for name in _STORERS}
    for entry in document:
        if entry.table.name in _STORERS:
            upsert = Upsert(tx, entry, now)
            _STORERS[entry.table.name](upsert, files)
            upserts[entry.table.name].append(upsert)
    for upsert in upserts["establishment"]:
        link_establishment(upsert)
    order_as_in_file(tx, "rules", upserts["rule"])
    order_as_in_file(tx, "filters", upserts["filter"])
    changes = [_change(upsert) for of_table in upserts.values() for upsert in of_table]
    for name, store in _GROUP_STORERS.items():
        groups = _by_name(document.entries.get(name, ())).values()
        changes += [store(tx, entries, now) for entries in groups]
    check_rotas(tx, document.entries.get("rota", ()))
    made = [change for change in changes if change is not None]
    if made:
        tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
        tx.memo.clear()
    return made


def _change(upsert: Upsert) -> Change | None:
    if upsert.is_new:
        return Change(upsert.entry.table.name, upsert.entry.name, is_new=True)
    if not upsert.changed:
        return None
    keys = tuple(upsert.changed)
    return Change(upsert.entry.table.name, upsert.entry.name, is_new=False, keys=keys)


def _by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.name, []).append(entry)
    return groups
