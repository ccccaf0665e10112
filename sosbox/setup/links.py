"""Lists of other things that a row is tied to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from piccolo.table import Table

from sosbox.setup.rows import Upsert


@dataclass(frozen=True)
class Links:
    """A table that ties a row, `owner`, to others; `fixed`: further columns and their values."""

    table: type[Table]
    owner: str
    other: str
    fixed: Mapping[str, str] = field(default_factory=dict)


def replace_links(upsert: Upsert, key: str, links: Links, wanted: list[int]) -> None:
    """Ties the row of the entry to these and no others, in this order."""
    tx, name = upsert.tx, links.table._meta.tablename
    columns: dict[str, Any] = {links.owner: upsert.id, **links.fixed}
    where = " AND ".join(f"{column} = ?" for column in columns)
    rows = tx.sql(
        f"SELECT {links.other} FROM {name} WHERE {where} ORDER BY id",  # noqa: S608 - our names
        *columns.values(),
    )
    if [row[0] for row in rows] == wanted:
        return
    tx.sql(f"DELETE FROM {name} WHERE {where}", *columns.values())  # noqa: S608 - our names
    for other in wanted:
        tx.insert(links.table, **columns, **{links.other: other})
    upsert.changed.append(key)
