"""Who is told of a case. Pure.

Rules are looked at in their order; all that match are followed, up to one that says "stop". Who is
complained about is left out, posts become the people behind them, and when nobody is left the
establishment's fallback is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sosbox.routing.conditions import CaseFacts, Condition
from sosbox.routing.hours import (
    HolidayCheck,
    HouseMoment,
    Schedule,
    Span,
    house_moment,
    is_no_holiday,
)


@dataclass(frozen=True)
class RecipientFacts:
    """A person or post with the addresses that notices go to: (channel, address).

    next_channel_minutes: how long nobody must have opened the case before the next channel is
    used; 0: all at once.
    """

    id: int
    slug: str
    name: str
    language: str
    addresses: tuple[tuple[str, str], ...]
    next_channel_minutes: int = 0


class Shift(NamedTuple):
    """Who is behind a post and when; with dates it is an exception, which goes before the rest."""

    schedule: Schedule
    people: tuple[int, ...]

    @property
    def is_exception(self) -> bool:
        return bool(self.schedule.dates)


@dataclass(frozen=True)
class StepFacts:
    """A step of an escalation. minutes: since the case came; hours: when it may be taken."""

    id: int
    after_minutes: int
    until: str
    recipients: tuple[int, ...]
    repeat_minutes: int = 0
    max_times: int = 1
    hours: tuple[Span, ...] = ()


@dataclass(frozen=True)
class RuleFacts:
    """A rule as the matcher takes it; without conditions it matches every case."""

    slug: str
    recipients: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()
    establishment_id: int | None = None
    left_out: frozenset[int] = frozenset()
    steps: tuple[StepFacts, ...] = ()
    is_stop: bool = False
    is_safety: bool = False
    is_sensitive: bool = False


@dataclass(frozen=True)
class HouseRules:
    """What an establishment has settled for all of its cases."""

    id: int
    zone: ZoneInfo
    language: str = "en"
    is_holiday: HolidayCheck = is_no_holiday
    fallback: tuple[int, ...] = ()
    report: tuple[int, ...] = ()
    digest: tuple[int, ...] = ()
    steps: tuple[StepFacts, ...] = ()
    promise_warning_minutes: int = 240
    legal_warning_days: int = 3
    digest_at: str = ""

    def moment(self, now: datetime) -> HouseMoment:
        return house_moment(now, self.zone, self.is_holiday)


@dataclass(frozen=True)
class RuleSet:
    """Everything that a subscriber has settled about who is told.

    confidants: the recipients who may be told of sensitive cases, for an account of the owner or a
    manager has their e-mail address.
    """

    rules: tuple[RuleFacts, ...] = ()
    recipients: Mapping[int, RecipientFacts] = field(default_factory=dict)
    rotas: Mapping[int, tuple[Shift, ...]] = field(default_factory=dict)
    houses: Mapping[int, HouseRules] = field(default_factory=dict)
    confidants: frozenset[int] = frozenset()


class Told(NamedTuple):
    """Somebody to tell; `post` is the one that they are behind, `rules` those that name them."""

    recipient: RecipientFacts
    post: RecipientFacts | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """What the rules say of a case at a moment.

    left_out: ids of those who must not be told. allowed: for a sensitive case the ids of those who
    may be told at all, else None. is_fallback: no rule found anybody.
    """

    matched: tuple[RuleFacts, ...]
    told: tuple[Told, ...]
    left_out: frozenset[int]
    allowed: frozenset[int] | None
    is_fallback: bool
    is_safety: bool
    is_sensitive: bool
    steps: tuple[StepFacts, ...]


def failing_conditions(rule: RuleFacts, case: CaseFacts, moment: HouseMoment) -> list[str]:
    """The names of the conditions that do not hold, in no order that means anything."""
    failing = [item.name for item in rule.conditions if not item.holds(case, moment)]
    return failing if _is_of_house(rule, case) else ["establishment", *failing]


def matches(rule: RuleFacts, case: CaseFacts, moment: HouseMoment) -> bool:
    """Whether all conditions of the rule hold for the case."""
    return _is_of_house(rule, case) and all(item.holds(case, moment) for item in rule.conditions)


def matching_rules(
    rules: Iterable[RuleFacts], case: CaseFacts, moment: HouseMoment
) -> tuple[RuleFacts, ...]:
    """Those that match, in their order, up to the first that says "stop"."""
    matched = []
    for rule in rules:
        if matches(rule, case, moment):
            matched.append(rule)
            if rule.is_stop:
                break
    return tuple(matched)


def decide(book: RuleSet, case: CaseFacts, now: datetime) -> Decision:
    """Who is told of the case at this moment, and by which steps if nobody acts."""
    house = book.houses[case.establishment_id]
    moment = house.moment(now)
    matched = matching_rules(book.rules, case, moment)
    left_out = frozenset().union(*(rule.left_out for rule in matched))
    is_sensitive = case.is_sensitive or any(rule.is_sensitive for rule in matched)
    allowed = _allowed(book, matched) if is_sensitive else None

    wanted: dict[int, list[str]] = {}
    for rule in matched:
        for recipient_id in rule.recipients:
            wanted.setdefault(recipient_id, []).append(rule.slug)
    told = resolve(book, wanted, moment, left_out=left_out, allowed=allowed)
    is_fallback = not told
    if is_fallback:
        fallback = dict.fromkeys(house.fallback, ())
        told = resolve(book, fallback, moment, left_out=left_out, allowed=allowed)
    if not told and allowed is not None:
        confidants = dict.fromkeys(sorted(book.confidants), ())
        told = resolve(book, confidants, moment, left_out=left_out, allowed=None)
    own_steps = tuple(step for rule in matched for step in rule.steps)
    return Decision(
        matched=matched,
        told=told,
        left_out=left_out,
        allowed=allowed,
        is_fallback=is_fallback,
        is_safety=any(rule.is_safety for rule in matched),
        is_sensitive=is_sensitive,
        steps=own_steps or house.steps,
    )


def resolve(
    book: RuleSet,
    wanted: Mapping[int, Sequence[str]],
    moment: HouseMoment,
    *,
    left_out: frozenset[int],
    allowed: frozenset[int] | None,
) -> tuple[Told, ...]:
    """The people behind the recipients at this moment, each once; only those who have an address.

    wanted: the slugs of the rules by the id of the recipient whom they name.
    """
    found: dict[int, Told] = {}
    for recipient_id, rules in wanted.items():
        post_or_person = book.recipients[recipient_id]
        for person_id in _people_behind(book, recipient_id, moment, left_out):
            is_allowed = allowed is None or bool(allowed & {recipient_id, person_id})
            person = book.recipients[person_id]
            if not person.addresses or not is_allowed:
                continue
            post = None if person_id == recipient_id else post_or_person
            before = found.get(person_id)
            named = before.rules if before else ()
            more = tuple(slug for slug in rules if slug not in named)
            found[person_id] = Told(person, before.post if before else post, (*named, *more))
    return tuple(found.values())


def on_duty(shifts: Sequence[Shift], moment: HouseMoment) -> tuple[int, ...] | None:
    """Who is behind a post; None when the rota says nothing of this moment.

    Exceptions by date go before what holds every week; of several shifts at once, all hold.
    """
    holding = [shift for shift in shifts if shift.schedule.holds(moment)]
    exceptions = [shift for shift in holding if shift.is_exception]
    chosen = exceptions or holding
    if not chosen:
        return None
    return tuple(dict.fromkeys(person for shift in chosen for person in shift.people))


def _people_behind(
    book: RuleSet, recipient_id: int, moment: HouseMoment, left_out: frozenset[int]
) -> list[int]:
    """The post itself when nobody is behind it, but never for somebody who is left out: they may
    read what comes to the post."""
    if recipient_id in left_out:
        return []
    people = on_duty(book.rotas.get(recipient_id, ()), moment)
    if not people:
        return [recipient_id]
    return [person for person in people if person not in left_out]


def _allowed(book: RuleSet, matched: Iterable[RuleFacts]) -> frozenset[int]:
    named = (recipient for rule in matched if rule.is_sensitive for recipient in rule.recipients)
    return book.confidants.union(named)


def _is_of_house(rule: RuleFacts, case: CaseFacts) -> bool:
    return rule.establishment_id in (None, case.establishment_id)
