"""Which rules match a case. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CaseFacts:
    """What rules look at. Later conditions add facts here."""

    case_id: int
    subscriber_id: int
    establishment_id: int
    area_id: int
    access_point_id: int


@dataclass(frozen=True)
class RecipientFacts:
    """A recipient with the addresses that notices go to: (channel, address)."""

    id: int
    name: str
    language: str
    addresses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RuleFacts:
    """A rule as the matcher takes it; an empty condition holds for every case."""

    slug: str
    subscriber_id: int
    establishment_id: int | None
    areas: frozenset[int]
    access_points: frozenset[int]
    recipients: tuple[RecipientFacts, ...] = field(default=())


def matches(rule: RuleFacts, case: CaseFacts) -> bool:
    """Whether all conditions of the rule hold for the case."""
    return (
        rule.subscriber_id == case.subscriber_id
        and rule.establishment_id in (None, case.establishment_id)
        and (not rule.areas or case.area_id in rule.areas)
        and (not rule.access_points or case.access_point_id in rule.access_points)
    )


def recipients_for(rules: Iterable[RuleFacts], case: CaseFacts) -> list[RecipientFacts]:
    """The recipients of all rules that match, each once, in the order of the rules."""
    found: dict[int, RecipientFacts] = {}
    for rule in rules:
        if matches(rule, case):
            for recipient in rule.recipients:
                found.setdefault(recipient.id, recipient)
    return list(found.values())
