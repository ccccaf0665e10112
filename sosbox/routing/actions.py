"""What the actions on settings share. Runs inside `DB.write`.

Every action takes the viewer, checks the right, and finds nothing that is another subscriber's.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from piccolo.table import Table

from sosbox.db import Transaction
from sosbox.errors import Problems, SosboxError
from sosbox.routing.settings import Settings
from sosbox.routing.settings_queries import load_settings
from sosbox.staff.rules import Viewer


def open_settings(tx: Transaction, viewer: Viewer) -> Settings:
    """The settings that the viewer may change. Raises ForbiddenError."""
    viewer.require_configure()
    return load_settings(tx.connection, viewer.subscriber_id)


def require_known(
    problems: Problems, field: str, ids: Iterable[int], known: Mapping[int, Any]
) -> None:
    """Notes a problem when the ids are not all of this subscriber's."""
    if any(each not in known for each in ids):
        problems.add(field, SosboxError("Please choose from the list."))


def replace_links(
    tx: Transaction, table: type[Table], owner: Mapping[str, Any], others: Iterable[int]
) -> None:
    """Ties a row to these recipients and no others, in this order.

    owner: columns that tell whose links they are.
    """
    name = table._meta.tablename
    where = " AND ".join(f'"{column}" = ?' for column in owner)
    tx.sql(f'DELETE FROM "{name}" WHERE {where}', *owner.values())  # noqa: S608
    for other in others:
        tx.insert(table, **owner, recipient_id=other)


def as_json(value: Any) -> str:
    """A list or conditions as they are stored, spelled as set-up files spell them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
