"""Marking cases that concern the staff itself. Runs inside `DB.write`."""

from datetime import datetime

from sosbox.cases.staff_actions import load_case_for
from sosbox.cases.tables import Case
from sosbox.db import Transaction
from sosbox.errors import ForbiddenError
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import Event, account_actor
from sosbox.staff.rules import Role, Viewer
from sosbox.staff.tables import Account


def set_sensitive(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    is_sensitive: bool,
) -> None:
    """Shows the case to owner and manager alone, or to everybody responsible again.

    Whoever may answer may mark it, although they do not see it any more then; only those who see it
    may take the mark away. An agent who had taken the case has it no longer. Raises NotFoundError,
    ForbiddenError.
    """
    case = load_case_for(tx, viewer, case_id)
    viewer.require_write()
    if not is_sensitive and not viewer.may_see_sensitive:
        raise ForbiddenError("Only the owner or a manager can do this.")
    if bool(case["is_sensitive"]) is is_sensitive:
        return
    actor = account_actor(viewer.account_id)
    append(
        tx,
        keys,
        at=now,
        event=Event.SENSITIVITY_CHANGED,
        case_id=case_id,
        actor=actor,
        is_sensitive=is_sensitive,
    )
    tx.run(Case.update({Case.is_sensitive: is_sensitive}).where(Case.id == case_id))
    if is_sensitive and _is_agents(tx, case["assignee_id"]):
        append(
            tx,
            keys,
            at=now,
            event=Event.ASSIGNED,
            case_id=case_id,
            actor=actor,
            assignee=None,
        )
        tx.run(Case.update({Case.assignee_id: None}).where(Case.id == case_id))


def _is_agents(tx: Transaction, account_id: int | None) -> bool:
    if account_id is None:
        return False
    account = tx.first(Account.select(Account.role).where(Account.id == account_id))
    return account is not None and account["role"] == Role.AGENT
