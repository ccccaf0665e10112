"""The daily digest of an establishment: what nobody has answered yet."""

from datetime import datetime

from sosbox.db import Transaction
from sosbox.deliveries.actions import tell_of_house, tell_owners
from sosbox.deliveries.rules import DeliveryEvent
from sosbox.routing.queries import RuleBook
from sosbox.routing.rules import HouseRules, RuleSet, resolve

_HAS_NEWS = """
    SELECT 1 WHERE EXISTS (
        SELECT 1 FROM cases WHERE establishment_id = ? AND answered_at IS NULL AND state_rank < 2
            AND NOT is_quarantined AND NOT is_sensitive)
"""


def send_due_digests(tx: Transaction, rule_book: RuleBook, *, now: datetime) -> int:
    """Puts the digest of every house whose hour has come into the outbox, once a day.

    A day on which nothing is unanswered has none. Returns how many houses that were.
    """
    due = [
        (subscriber_id, rules, house)
        for subscriber_id, rules in rule_book.all(tx).items()
        for house in rules.houses.values()
        if house.digest_at and is_after(house.digest_at, house, now)
    ]
    return sum(_send(tx, now, *item) for item in due)


def is_after(digest_at: str, house: HouseRules, now: datetime) -> bool:
    """Whether the hour of the house, `08:00`, has come today."""
    hour, _, minute = digest_at.partition(":")
    return house.moment(now).minute >= int(hour) * 60 + int(minute)


def _send(
    tx: Transaction, now: datetime, subscriber_id: int, rules: RuleSet, house: HouseRules
) -> bool:
    today = house.moment(now).day.isoformat()
    is_new = tx.sql(
        "UPDATE establishments SET digest_sent_on = ? WHERE id = ? AND digest_sent_on <> ?"
        " RETURNING id",
        today,
        house.id,
        today,
    )
    if not is_new or not tx.sql(_HAS_NEWS, house.id):
        return False
    told = resolve(
        rules,
        dict.fromkeys(house.digest or house.report, ()),
        house.moment(now),
        left_out=frozenset(),
        allowed=None,
    )
    event = DeliveryEvent.DIGEST
    if told:
        tell_of_house(tx, told, now=now, event=event, house_id=house.id)
    else:
        tell_owners(
            tx, now=now, event=event, subscriber_id=subscriber_id, establishment_id=house.id
        )
    return True
