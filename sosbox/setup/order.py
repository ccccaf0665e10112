"""Rules and filters are looked at in an order: that of the file, for those that it names."""

from collections.abc import Iterable

from sosbox.db import Transaction
from sosbox.setup.references import subscriber_id
from sosbox.setup.rows import Upsert


def order_as_in_file(tx: Transaction, table: str, upserts: Iterable[Upsert]) -> None:
    """Deals the places of those that are named out again, in the order of the file.

    The others keep their places. table: has a position, and a slug within its subscriber.
    """
    of_owner: dict[int, list[Upsert]] = {}
    for upsert in upserts:
        of_owner.setdefault(subscriber_id(tx, upsert.entry), []).append(upsert)
    for owner, named in of_owner.items():
        _order_those_of(tx, table, owner, named)


def _order_those_of(tx: Transaction, table: str, owner: int, named: list[Upsert]) -> None:
    rows = tx.sql(
        f"SELECT id FROM {table} WHERE subscriber_id = ? ORDER BY position, slug",  # noqa: S608
        owner,
    )
    before = [row[0] for row in rows]
    by_id = {upsert.id: upsert for upsert in named}
    in_file = iter(named)
    after = [next(in_file).id if row_id in by_id else row_id for row_id in before]
    if after == before:
        return
    for position, (was, row_id) in enumerate(zip(before, after, strict=True), start=1):
        tx.sql(f"UPDATE {table} SET position = ? WHERE id = ?", position, row_id)  # noqa: S608
        if was != row_id:
            by_id[row_id].changed.append("order")


def last_position(tx: Transaction, table: str, owner: int) -> int:
    """0 when there is none yet."""
    rows = tx.sql(
        f"SELECT coalesce(max(position), 0) FROM {table} WHERE subscriber_id = ?",  # noqa: S608
        owner,
    )
    return int(rows[0][0])
