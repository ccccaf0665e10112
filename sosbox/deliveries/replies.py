"""Keeping what comes back by SMS or e-mail, before anything is made of it; inside `DB.write`."""

import sqlite3
from datetime import datetime

from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC
from sosbox.deliveries.rules import ReplyState
from sosbox.lib.text import clean

# Of what is kept; a guest is sent less.
MAX_TEXT = 20_000
MAX_STRAYS = 200
_MAX_SENDER = 320
_MAX_EXTERNAL_ID = 255


def keep_reply(
    tx: Transaction,
    *,
    channel: str,
    external_id: str,
    sender: str,
    text: str,
    now: datetime,
    delivery_id: int | None = None,
    reason: str = "",
    is_dropped: bool = False,
) -> int | None:
    """Keeps an answer for the worker, and returns its id; None when it is there already.

    external_id: what the network or the mail server knows it by; whatever comes twice with the
    same one is kept once. Text beyond `MAX_TEXT` signs is dropped. delivery_id: of the notice that
    it answers, where its address says so. reason: a message id, why the text is not to be trusted
    as it stands, or, when it is_dropped, why nothing is to be made of it.
    """
    rows = tx.sql(
        "INSERT INTO replies (channel, external_id, sender, text, received_at, state, reason,"
        " delivery_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (channel, external_id) DO NOTHING RETURNING id",
        channel,
        clean(external_id)[:_MAX_EXTERNAL_ID],
        clean(sender)[:_MAX_SENDER],
        clean(text)[:MAX_TEXT],
        now,
        str(ReplyState.DROPPED if is_dropped else ReplyState.WAITING),
        reason,
        delivery_id,
    )
    if not rows:
        return None
    tx.announce(DELIVERY_TOPIC)
    return int(rows[0][0])


def are_strays_too_many(connection: sqlite3.Connection) -> bool:
    """Whether so many e-mails that answer nothing wait for somebody that no more can be kept."""
    (num,) = connection.execute(
        "SELECT count(*) FROM replies WHERE channel = 'email' AND delivery_id IS NULL"
        " AND state IN ('waiting', 'unassigned')"
    ).fetchone()
    return int(num) >= MAX_STRAYS
