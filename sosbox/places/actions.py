"""What every change of a setting has in common. Runs inside `DB.write`."""

from sosbox.db import Transaction
from sosbox.errors import ConflictError
from sosbox.lib.edition import edition_of


def note_settings_change(tx: Transaction) -> None:
    """Lets whoever keeps places, recipients or rules in memory read them again."""
    tx.sql("UPDATE box SET settings_revision = settings_revision + 1")
    tx.memo.clear()


def require_edition(edition: str, *stored: object) -> None:
    """Raises ConflictError when what is stored is not what the form was made from."""
    if edition != edition_of(*stored):
        raise ConflictError(
            "Somebody else has changed this meanwhile. Nothing was stored: have a look at what"
            " it says now, and store yours again if it is still right."
        )
