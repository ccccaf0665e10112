"""Notices that wait a moment for the text in their reader's language, and are let go."""

import sqlite3
from datetime import datetime, timedelta

from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC


def release_translated(tx: Transaction, *, now: datetime, wait: timedelta) -> int:
    """Lets go of notices whose translation is there, will not come, or has taken too long.

    wait: how long a notice may wait, from when the worker first saw the message. Returns how many
    were let go. Inside `DB.write`.
    """
    rows = tx.sql(_RELEASE, now, now - wait, now, -wait.total_seconds())
    if rows:
        tx.announce(DELIVERY_TOPIC)
    return len(rows)


# What the routing of a message has waited counts for its notices; other notices of it come later.
_RELEASE = """
    UPDATE deliveries SET awaits_translation = 0, next_attempt_at = ?1
    WHERE awaits_translation AND state = 'pending' AND (
        created_at <= ?2
        OR EXISTS (SELECT 1 FROM messages m WHERE m.id = deliveries.message_id
            AND m.route_by <= ?3 AND julianday(m.route_by) >= julianday(created_at) + ?4 / 86400.0)
        OR NOT EXISTS (SELECT 1 FROM translations t WHERE t.state = 'waiting'
            AND t.part = 'text' AND t.language = deliveries.language
            AND t.message_id = coalesce(deliveries.message_id,
                (SELECT min(f.id) FROM messages f WHERE f.case_id = deliveries.case_id)))
    ) RETURNING id
"""


def longest_awaiting(connection: sqlite3.Connection) -> datetime | None:
    """Since when the notice has waited that waits for a translation longest; None: none does."""
    row = connection.execute(
        "SELECT created_at FROM deliveries WHERE awaits_translation AND state = 'pending'"
        " ORDER BY id LIMIT 1"
    ).fetchone()
    return row[0] if row else None
