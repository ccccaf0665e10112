"""Reading what the matcher needs: the rules of a subscriber, the facts of a case."""

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.db import DB, Transaction
from sosbox.places.holidays import holiday_check
from sosbox.routing.conditions import CaseFacts, compile_conditions
from sosbox.routing.hours import parse_dates, parse_schedule
from sosbox.routing.rules import (
    HouseRules,
    RecipientFacts,
    RuleFacts,
    RuleSet,
    Shift,
    StepFacts,
)
from sosbox.routing.words import SearchText

# Runs a select and returns its rows: `tx.sql`, or `execute` of a connection.
Query = Callable[..., Iterable[tuple[Any, ...]]]
Links = dict[int, list[int]]


class RuleBook:
    """The rules in memory, read again in the first transaction after a setting has changed.

    Used inside `DB.write` alone, so by one at a time.
    """

    def __init__(self) -> None:
        self._revision = -1
        self._rule_sets: dict[int, RuleSet] = {}

    def rules_of(self, tx: Transaction, subscriber_id: int) -> RuleSet:
        return self.all(tx)[subscriber_id]

    def all(self, tx: Transaction) -> dict[int, RuleSet]:
        """By the id of the subscriber."""
        revision = tx.memo.get("settings revision")
        if revision is None:
            revision = tx.sql("SELECT settings_revision FROM box")[0][0]
            tx.memo["settings revision"] = revision
        if revision != self._revision:
            self._rule_sets = load_rule_sets(tx.sql)
            self._revision = revision
        return self._rule_sets


def load_rule_sets(query: Query) -> dict[int, RuleSet]:
    """What every subscriber has settled, by its id; rules that are switched off are left out."""
    steps_of_houses, steps_of_rules = _load_steps(query)
    rules = _load_rules(query, steps_of_rules)
    recipients = _load_recipients(query)
    rotas = _load_rotas(query)
    houses = _load_houses(query, steps_of_houses)
    confidants = {row[0] for row in query(_CONFIDANTS)}
    return {
        subscriber_id: RuleSet(
            rules=tuple(rules.get(subscriber_id, ())),
            recipients=recipients.get(subscriber_id, {}),
            rotas=rotas,
            houses=houses.get(subscriber_id, {}),
            confidants=frozenset(confidants & set(recipients.get(subscriber_id, {}))),
        )
        for (subscriber_id,) in query("SELECT id FROM subscribers")
    }


def _load_recipients(query: Query) -> dict[int, dict[int, RecipientFacts]]:
    addresses: dict[int, list[tuple[str, str]]] = {}
    for recipient_id, channel, address in query(
        "SELECT recipient_id, channel, address FROM recipient_addresses ORDER BY id"
    ):
        addresses.setdefault(recipient_id, []).append((channel, address))
    found: dict[int, dict[int, RecipientFacts]] = {}
    for subscriber_id, recipient_id, slug, name, language, channels, minutes in query(
        "SELECT subscriber_id, id, slug, name, language, channels, next_channel_minutes"
        " FROM recipients WHERE retired_at IS NULL ORDER BY slug"
    ):
        order = json.loads(channels)
        own = sorted(
            addresses.get(recipient_id, ()),
            key=lambda item: order.index(item[0]) if item[0] in order else len(order),
        )
        recipient = RecipientFacts(recipient_id, slug, name, language, tuple(own), minutes)
        found.setdefault(subscriber_id, {})[recipient_id] = recipient
    return found


def _load_rotas(query: Query) -> dict[int, tuple[Shift, ...]]:
    people = _links(query, "SELECT shift_id, recipient_id FROM rota_people ORDER BY id")
    found: dict[int, tuple[Shift, ...]] = {}
    for shift_id, post_id, weekdays, dates, hours in query(
        "SELECT id, recipient_id, weekdays, dates, hours FROM rota_shifts ORDER BY id"
    ):
        schedule = parse_schedule(json.loads(weekdays), json.loads(dates), json.loads(hours))
        shift = Shift(schedule, tuple(people.get(shift_id, ())))
        found[post_id] = (*found.get(post_id, ()), shift)
    return found


def _load_steps(query: Query) -> tuple[dict[int, list[StepFacts]], dict[int, list[StepFacts]]]:
    """The steps of establishments and those of rules, by the id of their owner."""
    recipients = _links(
        query, "SELECT step_id, recipient_id FROM escalation_recipients ORDER BY id"
    )
    of_houses: dict[int, list[StepFacts]] = {}
    of_rules: dict[int, list[StepFacts]] = {}
    for row in query(f"{_STEPS} WHERE retired_at IS NULL ORDER BY after_minutes, position, id"):
        step = _step(row, recipients)
        house_id, rule_id = row[6:8]
        owner, found = (rule_id, of_rules) if rule_id else (house_id, of_houses)
        found.setdefault(owner, []).append(step)
    return of_houses, of_rules


def load_step(query: Query, step_id: int) -> StepFacts:
    """A step, also one that was replaced since a clock has begun to run with it."""
    recipients = _links(
        query,
        "SELECT step_id, recipient_id FROM escalation_recipients WHERE step_id = ? ORDER BY id",
        step_id,
    )
    (row,) = query(f"{_STEPS} WHERE id = ?", step_id)
    return _step(row, recipients)


_STEPS = """
    SELECT id, after_minutes, until, repeat_minutes, max_times, hours, establishment_id, rule_id
    FROM escalation_steps
"""


def _step(row: tuple[Any, ...], recipients: Links) -> StepFacts:
    return StepFacts(
        id=row[0],
        after_minutes=row[1],
        until=row[2],
        recipients=tuple(recipients.get(row[0], ())),
        repeat_minutes=row[3],
        max_times=row[4],
        hours=parse_schedule(hours=json.loads(row[5])).hours,
    )


def _load_rules(query: Query, steps: dict[int, list[StepFacts]]) -> dict[int, list[RuleFacts]]:
    recipients = _links(query, "SELECT rule_id, recipient_id FROM rule_recipients ORDER BY id")
    left_out = _links(query, "SELECT rule_id, recipient_id FROM rule_left_out ORDER BY id")
    found: dict[int, list[RuleFacts]] = {}
    for rule_id, subscriber_id, slug, house_id, conditions, *flags in query(
        "SELECT id, subscriber_id, slug, establishment_id, conditions, is_stop, is_safety,"
        " is_sensitive FROM rules WHERE disabled_at IS NULL ORDER BY position, slug"
    ):
        is_stop, is_safety, is_sensitive = map(bool, flags)
        found.setdefault(subscriber_id, []).append(
            RuleFacts(
                slug=slug,
                recipients=tuple(recipients.get(rule_id, ())),
                conditions=compile_conditions(json.loads(conditions)),
                establishment_id=house_id,
                left_out=frozenset(left_out.get(rule_id, ())),
                steps=tuple(steps.get(rule_id, ())),
                is_stop=is_stop,
                is_safety=is_safety,
                is_sensitive=is_sensitive,
            )
        )
    return found


def _load_houses(
    query: Query, steps: dict[int, list[StepFacts]]
) -> dict[int, dict[int, HouseRules]]:
    of_purpose: dict[tuple[int, str], list[int]] = {}
    for house_id, purpose, recipient_id in query(
        "SELECT establishment_id, purpose, recipient_id FROM establishment_recipients ORDER BY id"
    ):
        of_purpose.setdefault((house_id, purpose), []).append(recipient_id)
    found: dict[int, dict[int, HouseRules]] = {}
    for row in query(_HOUSES):
        house_id, subscriber_id, zone, language, region, own_dates = row[:6]
        found.setdefault(subscriber_id, {})[house_id] = HouseRules(
            id=house_id,
            zone=ZoneInfo(zone),
            language=language,
            is_holiday=holiday_check(region, _days(json.loads(own_dates))),
            fallback=tuple(of_purpose.get((house_id, "fallback"), ())),
            report=tuple(of_purpose.get((house_id, "report"), ())),
            digest=tuple(of_purpose.get((house_id, "digest"), ())),
            steps=tuple(steps.get(house_id, ())),
            promise_warning_minutes=row[6],
            legal_warning_days=row[7],
            digest_at=row[8],
        )
    return found


_HOUSES = """
    SELECT id, subscriber_id, timezone, language, holiday_region, holidays,
           promise_warning_minutes, legal_warning_days, digest_at FROM establishments
"""
# Accounts are kept in lower case.
_CONFIDANTS = """
    SELECT DISTINCT d.recipient_id FROM recipient_addresses d
    JOIN recipients r ON r.id = d.recipient_id
    JOIN accounts a ON a.subscriber_id = r.subscriber_id AND a.email = lower(d.address)
    WHERE d.channel = 'email' AND a.role IN ('owner', 'manager') AND a.disabled_at IS NULL
"""


def case_facts(tx: Transaction, case_id: int) -> CaseFacts:
    """The facts of a stored case, with everything that the guest wrote so far.

    What a filter holds back counts only while it is looked at itself.
    """
    row = tx.sql(_FACTS, case_id)[0]
    texts = tx.sql(_TEXTS, case_id, case_id)
    return CaseFacts(
        case_id=row[0],
        subscriber_id=row[1],
        establishment_id=row[2],
        area_id=row[3],
        access_point_id=row[4],
        kind=row[5],
        language=row[6],
        origin=row[7],
        is_anonymous=not any(row[9:]),
        is_sensitive=bool(row[8]),
        text=SearchText.of(*(text for (text,) in texts)),
    )


_TEXTS = """
    SELECT text FROM messages WHERE case_id = ? AND direction = 'from_guest'
        AND (hold NOT IN ('held', 'unwanted') OR NOT is_routed)
    UNION ALL
    SELECT t.text FROM messages m JOIN translations t ON t.message_id = m.id
        WHERE m.case_id = ? AND m.direction = 'from_guest' AND t.text <> ''
        AND (m.hold NOT IN ('held', 'unwanted') OR NOT m.is_routed)
"""
_FACTS = """
    SELECT id, subscriber_id, establishment_id, area_id, access_point_id, kind,
           coalesce(nullif(guest_language, ''), language), origin,
           is_sensitive, contact_name, contact_email, contact_phone FROM cases WHERE id = ?
"""


async def recipient_names(subscriber_id: int) -> dict[int, str]:
    """The names of a subscriber's recipients by id."""
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT id, name FROM recipients WHERE subscriber_id = ?", (subscriber_id,)
        ).fetchall()
    )
    return dict(rows)


def _links(query: Query, sql: str, *arguments: Any) -> Links:
    found: Links = {}
    for owner, other in query(sql, *arguments):
        found.setdefault(owner, []).append(other)
    return found


def _days(texts: Iterable[str]) -> frozenset[date]:
    ranges = map(parse_dates, texts)
    return frozenset(
        first + timedelta(days=number)
        for first, last in ranges
        for number in range((last - first).days + 1)
    )
