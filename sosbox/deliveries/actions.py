"""Putting notices into the outbox, in the transaction of what they tell."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sosbox.cases.tables import Case
from sosbox.cases.translations import want_translation
from sosbox.db import Transaction
from sosbox.deliveries.reply_queries import is_sms_guest
from sosbox.deliveries.rules import (
    ACKNOWLEDGE_WITHIN,
    CHANNELS,
    LONGEST_TRANSLATION_WAIT,
    MAY_BE_ACKNOWLEDGED,
    DeliveryEvent,
    DeliveryState,
)
from sosbox.deliveries.tables import Delivery
from sosbox.routing.rules import RecipientFacts, Told

DELIVERY_TOPIC = "deliveries"
# The channel whose notices are acknowledged with a code, for a phone may show no link.
_CODE_CHANNEL = "sms"
# Somebody who has thousands of notices open gets a code that an older one has as well: an answer
# then means the newest.
_MAX_DRAWS = 50


def tell(
    tx: Transaction,
    told: Iterable[Told],
    *,
    now: datetime,
    event: DeliveryEvent,
    case_id: int,
    message_id: int | None = None,
) -> int:
    """Writes a delivery for every address of everybody who is to be told of a case.

    The second channel of a recipient waits, if they want it so, until the case was not opened for
    a while. Nobody gets the same notice twice, even when several recipients share an address. What
    the guest wrote is asked for in the language of each. Returns the number of deliveries.
    """
    seen: set[tuple[str, str]] = set()
    translations = _Translations(tx, now, case_id, message_id)
    for person in told:
        for channel, address, wait in in_order(person.recipient):
            key = (channel, address.lower())
            if key in seen:
                continue
            seen.add(key)
            _add(
                tx,
                now=now,
                next_attempt_at=now + wait,
                awaits_translation=translations.are_waited_for(person.recipient.language),
                is_unless_opened=bool(wait),
                case_id=case_id,
                event=str(event),
                message_id=message_id,
                recipient_id=person.recipient.id,
                channel=channel,
                address=address,
                name=person.recipient.name,
                language=person.recipient.language,
                acknowledge_code=_free_code(tx, now, event, channel, address),
            )
    return len(seen)


def tell_of_house(
    tx: Transaction, told: Iterable[Told], *, now: datetime, event: DeliveryEvent, house_id: int
) -> int:
    """Writes deliveries of a notice that is of no single case, over all channels at once."""
    seen: set[tuple[str, str]] = set()
    for person in told:
        for channel, address, _wait in in_order(person.recipient):
            key = (channel, address.lower())
            if key in seen:
                continue
            seen.add(key)
            _add(
                tx,
                now=now,
                establishment_id=house_id,
                event=str(event),
                recipient_id=person.recipient.id,
                channel=channel,
                address=address,
                name=person.recipient.name,
                language=person.recipient.language,
            )
    return len(seen)


def tell_owners(
    tx: Transaction, *, now: datetime, event: DeliveryEvent, subscriber_id: int, **about: Any
) -> int:
    """Writes an e-mail to every owner of the subscriber; about: `case_id` or `establishment_id`."""
    rows = tx.sql(
        "SELECT id, email, name, language FROM accounts WHERE subscriber_id = ?"
        " AND role = 'owner' AND disabled_at IS NULL ORDER BY id",
        subscriber_id,
    )
    translations = _Translations(tx, now, about.get("case_id"), about.get("message_id"))
    for account_id, email, name, language in rows:
        language = language or _language_of(tx, subscriber_id)
        _add(
            tx,
            now=now,
            event=str(event),
            awaits_translation=translations.are_waited_for(language),
            account_id=account_id,
            channel="email",
            address=email,
            name=name,
            language=language,
            **about,
        )
    return len(rows)


def notify_guest(tx: Transaction, *, now: datetime, case_id: int, message_id: int) -> bool:
    """Sends an answer to the e-mail address that the guest has left, else to the number that they
    have written from by SMS; False when there is neither.

    Either way it is asked for in the language of the guest, who finds it under the receipt.
    """
    case = tx.first(
        Case.select(
            Case.contact_email,
            Case.contact_phone,
            Case.contact_name,
            Case.language,
            Case.guest_language,
        ).where(Case.id == case_id)
    )
    if case is None:
        return False
    language = case["guest_language"] or case["language"]
    awaits = want_translation(tx, now=now, message_id=message_id, language=language)
    channel, address = "email", case["contact_email"]
    if not address and is_sms_guest(tx.connection, case_id):
        # Such a one has no receipt to find the answer under.
        channel, address = "sms", case["contact_phone"]
    if not address:
        return False
    _add(
        tx,
        now=now,
        case_id=case_id,
        event=str(DeliveryEvent.ANSWERED),
        message_id=message_id,
        channel=channel,
        address=address,
        name=case["contact_name"],
        language=language,
        awaits_translation=awaits,
    )
    return True


def use_next_channel(
    tx: Transaction, *, now: datetime, case_id: int | None, recipient_id: int | None
) -> None:
    """A notice has failed: what waits for the recipient on another channel is due at once."""
    rows = tx.sql(
        "UPDATE deliveries SET next_attempt_at = ? WHERE case_id = ? AND recipient_id = ?"
        " AND state = 'pending' AND is_unless_opened AND next_attempt_at > ? RETURNING id",
        now,
        case_id,
        recipient_id,
        now,
    )
    if rows:
        tx.announce(DELIVERY_TOPIC)


def in_order(recipient: RecipientFacts) -> list[tuple[str, str, timedelta]]:
    """The addresses of a recipient with how long each waits for the channels before it."""
    usable = [item for item in recipient.addresses if item[0] in CHANNELS]
    channels = list(dict.fromkeys(channel for channel, _ in usable))
    pause = timedelta(minutes=recipient.next_channel_minutes)
    return [(channel, address, pause * channels.index(channel)) for channel, address in usable]


def _free_code(
    tx: Transaction, now: datetime, event: DeliveryEvent, channel: str, address: str
) -> str:
    """Four digits that no notice to this number waits for; empty where none is asked for."""
    if channel != _CODE_CHANNEL or event not in MAY_BE_ACKNOWLEDGED:
        return ""
    code = ""
    for _ in range(_MAX_DRAWS):
        code = f"{secrets.randbelow(9_000) + 1_000}"
        is_taken = tx.sql(
            "SELECT 1 FROM deliveries WHERE acknowledge_code = ? AND address = ?"
            " AND acknowledged_at IS NULL AND created_at > ?",
            code,
            address,
            now - ACKNOWLEDGE_WITHIN,
        )
        if not is_taken:
            break
    return code


def _language_of(tx: Transaction, subscriber_id: int) -> str:
    rows = tx.sql(
        "SELECT language FROM establishments WHERE subscriber_id = ? ORDER BY id LIMIT 1",
        subscriber_id,
    )
    return rows[0][0] if rows else "en"


class _Translations:
    """Whether a notice of a text has to wait for it in the language of its reader."""

    def __init__(
        self, tx: Transaction, now: datetime, case_id: int | None, message_id: int | None
    ) -> None:
        self._tx = tx
        self._now = now
        self._case_id = case_id
        self._message_id = message_id
        self._known: dict[str, bool] = {}

    def are_waited_for(self, language: str) -> bool:
        if self._case_id is None:
            return False
        if language not in self._known:
            self._known[language] = want_translation(
                self._tx, now=self._now, message_id=self._message(), language=language
            )
        return self._known[language]

    def _message(self) -> int:
        """A notice that is of no message shows the first."""
        if self._message_id is None:
            rows = self._tx.sql("SELECT min(id) FROM messages WHERE case_id = ?", self._case_id)
            self._message_id = int(rows[0][0])
        return self._message_id


def _add(
    tx: Transaction,
    *,
    now: datetime,
    next_attempt_at: datetime | None = None,
    awaits_translation: bool = False,
    **columns: Any,
) -> None:
    next_attempt_at = next_attempt_at or now
    longest = now + LONGEST_TRANSLATION_WAIT
    if awaits_translation := awaits_translation and next_attempt_at < longest:
        # The worker lets it go earlier, as soon as there is a translation or none in time.
        next_attempt_at = longest
    values = {
        "state": str(DeliveryState.PENDING),
        "created_at": now,
        "next_attempt_at": next_attempt_at,
        "awaits_translation": awaits_translation,
        **columns,
    }
    tx.insert(Delivery, **values)
    tx.announce(DELIVERY_TOPIC)
