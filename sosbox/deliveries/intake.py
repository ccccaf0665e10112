"""What guests and staff set in motion: the case and the notices about it, in one transaction."""

from datetime import datetime

from sosbox.cases import actions as cases
from sosbox.cases.actions import Filed
from sosbox.cases.rules import GuestForm
from sosbox.db import Transaction
from sosbox.deliveries.actions import notify, notify_guest
from sosbox.deliveries.rules import DeliveryEvent
from sosbox.keys import Keys
from sosbox.places.directory import Place
from sosbox.routing.queries import RuleBook
from sosbox.routing.rules import CaseFacts
from sosbox.staff.rules import Viewer


def take_in(
    tx: Transaction,
    keys: Keys,
    rule_book: RuleBook,
    *,
    now: datetime,
    place: Place,
    form: GuestForm,
    submission_id: str,
    language: str,
) -> Filed:
    """Files a case and tells the recipients of its rules."""
    filed = cases.file_case(
        tx,
        keys,
        now=now,
        place=place,
        form=form,
        submission_id=submission_id,
        language=language,
    )
    if filed.message_id is not None:
        event = DeliveryEvent.FILED if filed.is_new_case else DeliveryEvent.GUEST_WROTE
        house = place.house
        facts = CaseFacts(
            filed.case_id, house.subscriber_id, house.id, place.area_id, place.access_point_id
        )
        notify(
            tx,
            rule_book,
            now=now,
            case_id=filed.case_id,
            event=event,
            message_id=filed.message_id,
            facts=facts,
        )
    return filed


def take_in_more(
    tx: Transaction,
    keys: Keys,
    rule_book: RuleBook,
    *,
    now: datetime,
    case_id: int,
    text: str,
    language: str,
    submission: bytes,
) -> None:
    """Adds what the guest wrote under the receipt and tells the recipients."""
    message_id = cases.guest_write(
        tx,
        keys,
        now=now,
        case_id=case_id,
        text=text,
        language=language,
        submission=submission,
    )
    if message_id is not None:
        event = DeliveryEvent.GUEST_WROTE
        notify(tx, rule_book, now=now, case_id=case_id, event=event, message_id=message_id)


def take_in_reminder(
    tx: Transaction, keys: Keys, rule_book: RuleBook, *, now: datetime, case_id: int
) -> bool:
    """The guest says that nobody has answered; False when the time for that has not come."""
    if not cases.remind(tx, keys, now=now, case_id=case_id):
        return False
    event = DeliveryEvent.REMINDED
    notify(tx, rule_book, now=now, case_id=case_id, event=event, message_id=None)
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
    message_id = cases.resolve(
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
    message_id = cases.answer(
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
