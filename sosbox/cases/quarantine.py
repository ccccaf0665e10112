"""Putting cases into quarantine and letting them out. Every function runs inside `DB.write`."""

from sosbox.cases.rules import State, state_rank
from sosbox.db import Transaction


def quarantine_case(tx: Transaction, case_id: int) -> None:
    """Takes the case out of the inbox and of everything that counts."""
    _set(tx, case_id, is_quarantined=True)


def release_case(tx: Transaction, case_id: int) -> None:
    """Puts the case where its state belongs."""
    _set(tx, case_id, is_quarantined=False)


def _set(tx: Transaction, case_id: int, *, is_quarantined: bool) -> None:
    ((state,),) = tx.sql("SELECT state FROM cases WHERE id = ?", case_id)
    tx.sql(
        "UPDATE cases SET is_quarantined = ?, state_rank = ? WHERE id = ?",
        is_quarantined,
        state_rank(State(state), is_quarantined=is_quarantined),
        case_id,
    )
