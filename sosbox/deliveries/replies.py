"""Keeping what comes back by SMS or e-mail, before anything is made of it; inside `DB.write`."""

from datetime import datetime

from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.deliveries.rules import ReplyState
from sosbox.lib.text import clean

MAX_TEXT = 20_000
_MAX_SENDER = 320
_MAX_EXTERNAL_ID = 255


def keep_reply(
    tx: Transaction, *, channel: str, external_id: str, sender: str, text: str, now: datetime
) -> int | None:
    """Keeps an answer for the worker, and returns its id; None when it is there already.

    external_id: what the network or the mail server knows it by; whatever comes twice with the
    same one is kept once. Text beyond `MAX_TEXT` signs is dropped.
    """
    rows = tx.sql(
        "INSERT INTO replies (channel, external_id, sender, text, received_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, external_id) DO NOTHING RETURNING id",
        channel,
        clean(external_id)[:_MAX_EXTERNAL_ID],
        clean(sender)[:_MAX_SENDER],
        clean(text)[:MAX_TEXT],
        now,
        str(ReplyState.WAITING),
    )
    if not rows:
        return None
    tx.announce(DELIVERY_TOPIC)
    return int(rows[0][0])
