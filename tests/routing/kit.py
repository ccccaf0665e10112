"""Rules, recipients and moments without a database, for the tests of the matcher."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.routing.conditions import CaseFacts, compile_conditions
from sosbox.routing.hours import HouseMoment, house_moment
from sosbox.routing.rules import HouseRules, RecipientFacts, RuleFacts, RuleSet
from sosbox.routing.words import SearchText

MADRID = ZoneInfo("Europe/Madrid")
HOUSE_ID = 10
HOUSE = HouseRules(id=HOUSE_ID, zone=MADRID)
# Reception, floor 2, spa; a room and the pool.
RECEPTION, FLOOR, SPA = 20, 21, 22
ROOM, POOL = 30, 31


def at(text: str, zone: ZoneInfo = MADRID) -> datetime:
    """A moment by the clock on the wall, `2026-12-24 23:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def moment(text: str) -> HouseMoment:
    return house_moment(at(text), MADRID)


def case(text: str = "", **facts: Any) -> CaseFacts:
    """A case of room 204; `text` is what the guest wrote."""
    usual = {
        "case_id": 1,
        "subscriber_id": 1,
        "establishment_id": HOUSE_ID,
        "area_id": FLOOR,
        "access_point_id": ROOM,
        "language": "es",
    }
    return CaseFacts(**{**usual, **facts}, text=SearchText.of(text))


def rule(slug: str, *recipients: RecipientFacts, when: Any = None, **more: Any) -> RuleFacts:
    """`when`: the conditions as they are stored."""
    ids = tuple(recipient.id for recipient in recipients)
    return RuleFacts(slug, ids, compile_conditions(when or {}), **more)


def person(number: int, name: str, *, has_address: bool = True) -> RecipientFacts:
    addresses = (("email", f"{name.lower()}@mar.example"),) if has_address else ()
    return RecipientFacts(number, name.lower(), name, "en", addresses)


def book(
    *rules: RuleFacts, people: tuple[RecipientFacts, ...], house: HouseRules = HOUSE, **more: Any
) -> RuleSet:
    by_id = {recipient.id: recipient for recipient in people}
    return RuleSet(rules=rules, recipients=by_id, houses={house.id: house}, **more)
