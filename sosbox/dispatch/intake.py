"""What guests and staff set in motion: the case, and the work that follows, in one transaction.

For what a guest writes that work is to find out who is to be told. It is left to the worker: a
guest must not wait for rules to be matched, and what the message says may have to be looked at
first.
"""

from collections.abc import Sequence
from datetime import datetime

from sosbox.cases import guest_actions, staff_actions
from sosbox.cases.guest_actions import Filed, Filing
from sosbox.cases.writing import load_case
from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC, notify_guest, tell
from sosbox.deliveries.rules import DeliveryEvent
from sosbox.dispatch.clocks import start_next_step
from sosbox.keys import Keys
from sosbox.routing.queries import RuleBook, case_facts
from sosbox.routing.rules import decide
from sosbox.staff.rules import Viewer


class Intake:
    """Takes in what guests send; for `DB.write_shared`."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def take_in(self, tx: Transaction, filings: Sequence[Filing]) -> list[Filed]:
        """Files cases; the worker tells the recipients of their rules."""
        filed = guest_actions.file_cases(tx, self._keys, filings)
        tx.announce(DELIVERY_TOPIC)
        return filed


def take_in_more(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    case_id: int,
    text: str,
    language: str,
    submission: bytes,
) -> None:
    """Adds what the guest wrote under the receipt; the worker tells the recipients."""
    message_id = guest_actions.guest_write(
        tx,
        keys,
        now=now,
        case_id=case_id,
        text=text,
        language=language,
        submission=submission,
    )
    if message_id is not None:
        tx.announce(DELIVERY_TOPIC)


def take_in_reminder(
    tx: Transaction, keys: Keys, rule_book: RuleBook, *, now: datetime, case_id: int
) -> bool:
    """The guest says that nobody has answered: the next step of the escalation begins at once.

    Nobody is told of a case in quarantine. False when the time for that has not come.
    """
    if not guest_actions.remind(tx, keys, now=now, case_id=case_id):
        return False
    if load_case(tx, case_id)["is_quarantined"]:
        return True
    facts = case_facts(tx, case_id)
    decision = decide(rule_book.rules_of(tx, facts.subscriber_id), facts, now)
    tell(tx, decision.told, now=now, event=DeliveryEvent.REMINDED, case_id=case_id)
    start_next_step(tx, now=now, case_id=case_id)
    return True


def close_case(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    outcome: str,
    seen_version: int,
    language: str,
) -> int:
    """Resolves the case and tells the guest how it ended. Raises StaleCaseError."""
    message_id = staff_actions.resolve(
        tx,
        keys,
        now=now,
        viewer=viewer,
        case_id=case_id,
        outcome=outcome,
        seen_version=seen_version,
        language=language,
    )
    notify_guest(tx, now=now, case_id=case_id, message_id=message_id)
    return message_id


def send_answer(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    case_id: int,
    text: str,
    seen_version: int,
    language: str,
) -> int:
    """Answers the guest, by e-mail too when there is an address. Raises StaleCaseError."""
    message_id = staff_actions.answer(
        tx,
        keys,
        now=now,
        viewer=viewer,
        case_id=case_id,
        text=text,
        seen_version=seen_version,
        language=language,
    )
    notify_guest(tx, now=now, case_id=case_id, message_id=message_id)
    return message_id
