"""Storing recipients with their addresses."""

from sosbox.deliveries.rules import CHANNELS
from sosbox.routing.tables import RecipientAddress
from sosbox.setup.files import SetupFiles
from sosbox.setup.references import subscriber_id
from sosbox.setup.rows import Upsert


def store_recipient(upsert: Upsert, _files: SetupFiles) -> None:
    entry, tx = upsert.entry, upsert.tx
    owner = subscriber_id(tx, entry)
    upsert.store(subscriber_id=owner, slug=entry.values["slug"])
    for channel in CHANNELS:
        if channel in entry.values:
            _replace_addresses(upsert, channel, entry.values[channel])


def _replace_addresses(upsert: Upsert, channel: str, wanted: list[str]) -> None:
    tx = upsert.tx
    rows = tx.sql(
        "SELECT address FROM recipient_addresses WHERE recipient_id = ? AND channel = ?"
        " ORDER BY id",
        upsert.id,
        channel,
    )
    if [row[0] for row in rows] == wanted:
        return
    tx.sql(
        "DELETE FROM recipient_addresses WHERE recipient_id = ? AND channel = ?",
        upsert.id,
        channel,
    )
    for address in wanted:
        tx.insert(RecipientAddress, recipient_id=upsert.id, channel=channel, address=address)
    upsert.changed.append(channel)
