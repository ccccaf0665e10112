"""What every change of a setting has in common. Runs inside `DB.write`."""

from sosbox.db import Transaction


def note_settings_change(tx: Transaction) -> None:
    """Lets whoever keeps places, recipients or rules in memory read them again."""
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()
