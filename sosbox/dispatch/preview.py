"""“Who gets this now?”: what would become of a message if nobody acted. Nothing is stored.

It asks what the box asks when a message comes: `decide`, `in_order`, `first_time`. Steps that are
taken again are told of once.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sosbox.db import Transaction
from sosbox.deliveries.actions import in_order
from sosbox.dispatch.rules import first_time
from sosbox.routing.conditions import CONDITION_NAMES, CaseFacts
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.filters import MessageFacts, Verdict, judge
from sosbox.routing.hours import HouseMoment
from sosbox.routing.rules import (
    Decision,
    HouseRules,
    RuleFacts,
    RuleSet,
    StepFacts,
    Told,
    decide,
    failing_conditions,
    resolve,
)
from sosbox.routing.words import SearchText

_READING_ORDER = ("establishment", *CONDITION_NAMES)
_MINUTE = timedelta(minutes=1)


class Reached(NamedTuple):
    """Somebody who is told, over what; after_minutes: since the message came."""

    told: Told
    channel: str
    address: str
    after_minutes: int


class Unmatched(NamedTuple):
    """A rule that is not followed.

    failing: the conditions that do not hold, `establishment` among them, in the order in which a
    rule is read; when all hold, `stopped_by` is the slug of the rule before it that says "stop".
    """

    rule: RuleFacts
    failing: tuple[str, ...]
    stopped_by: str


class StepPreview(NamedTuple):
    """A step as it would be taken at a moment (UTC); when it reaches nobody, it is skipped."""

    step: StepFacts
    at: datetime
    after_minutes: int
    reached: tuple[Reached, ...]


@dataclass(frozen=True)
class Preview:
    """`reached`: who is told because the message came; `steps`: who after them, in their order."""

    decision: Decision
    unmatched: tuple[Unmatched, ...]
    reached: tuple[Reached, ...]
    steps: tuple[StepPreview, ...]

    def everybody(self) -> list[Reached]:
        """All who are told, the steps' too, in the order of the minutes."""
        later = (one for step in self.steps for one in step.reached)
        return sorted((*self.reached, *later), key=lambda one: one.after_minutes)


def facts_of_place(
    connection: sqlite3.Connection,
    access_point_id: int,
    *,
    text: str = "",
    kind: str = "unspecified",
    language: str = "",
    origin: str = "",
    is_anonymous: bool = True,
) -> CaseFacts:
    """The facts of a case that would be written there.

    language, origin: empty for those of the establishment and of the access point.
    """
    sql = (
        "SELECT e.subscriber_id, e.id, p.area_id, p.origin, e.language FROM access_points p"
        " JOIN establishments e ON e.id = p.establishment_id WHERE p.id = ?"
    )
    row = connection.execute(sql, (access_point_id,)).fetchone()
    subscriber_id, house_id, area_id, usual_origin, usual_language = row
    return CaseFacts(
        case_id=0,
        subscriber_id=subscriber_id,
        establishment_id=house_id,
        area_id=area_id,
        access_point_id=access_point_id,
        kind=kind,
        language=language or usual_language,
        origin=origin or usual_origin,
        is_anonymous=is_anonymous,
        text=SearchText.of(text),
    )


def judge_text(connection: sqlite3.Connection, case: CaseFacts, text: str) -> Verdict:
    """What filters would say of the text of such a case, if nobody had written before."""
    filters = FilterBook().filters_of(Transaction(connection), case.subscriber_id)
    message = MessageFacts(
        text=text,
        establishment_id=case.establishment_id,
        access_point_id=case.access_point_id,
        reference="",
        contacts=(),
        earlier=lambda _window: (),
    )
    return judge(filters, message)


def preview(book: RuleSet, case: CaseFacts, now: datetime) -> Preview:
    """What would become of a case that came at this moment."""
    decision = decide(book, case, now)
    house = book.houses[case.establishment_id]
    return Preview(
        decision=decision,
        unmatched=tuple(_unmatched(book, decision, case, house.moment(now))),
        reached=_reached(decision.told, 0),
        steps=tuple(_steps(book, house, decision, now)),
    )


def _unmatched(
    book: RuleSet, decision: Decision, case: CaseFacts, moment: HouseMoment
) -> Iterable[Unmatched]:
    matched = {rule.slug for rule in decision.matched}
    last = decision.matched[-1] if decision.matched else None
    for rule in book.rules:
        if rule.slug in matched:
            continue
        failing = sorted(failing_conditions(rule, case, moment), key=_READING_ORDER.index)
        # Only the last one that matched can have said "stop".
        stopped_by = last.slug if last and not failing else ""
        yield Unmatched(rule, tuple(failing), stopped_by)


def _steps(
    book: RuleSet, house: HouseRules, decision: Decision, now: datetime
) -> Iterable[StepPreview]:
    """The steps in the order in which their clocks run out."""
    waiting = sorted(
        (
            (first_time(step, now, house.zone, is_safety=decision.is_safety), step)
            for step in decision.steps
        ),
        key=lambda item: item[0],
    )
    skipped_at: datetime | None = None
    for moment, step in waiting:
        at = moment
        if skipped_at:
            # The step after one that reaches nobody is taken at once, within its hours.
            at_once = replace(step, after_minutes=0)
            is_safety = decision.is_safety
            at = min(at, first_time(at_once, skipped_at, house.zone, is_safety=is_safety))
        told = resolve(
            book,
            {item: () for item in step.recipients if item in book.recipients},
            house.moment(at),
            left_out=decision.left_out,
            allowed=decision.allowed,
        )
        after_minutes = -(-(at - now) // _MINUTE)
        skipped_at = None if told else at
        yield StepPreview(step, at, after_minutes, _reached(told, after_minutes))


def _reached(told: Iterable[Told], after_minutes: int) -> tuple[Reached, ...]:
    """One for each address, each once; those of the first channels first."""
    found: dict[tuple[str, str], Reached] = {}
    for person in told:
        for channel, address, wait in in_order(person.recipient):
            minutes = after_minutes + wait // _MINUTE
            found.setdefault((channel, address.lower()), Reached(person, channel, address, minutes))
    return tuple(found.values())
