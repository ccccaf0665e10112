"""Rules, rotas and fallbacks: whether somebody will hear of what a guest writes, at any hour."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sosbox.deliveries.rules import CHANNELS
from sosbox.doctor.finding import Finding, Patient, bad, listed, warning
from sosbox.routing.conditions import CaseFacts
from sosbox.routing.hours import MINUTES_A_DAY, parse_dates
from sosbox.routing.queries import load_rule_sets
from sosbox.routing.rota import Gap, weekly_gaps
from sosbox.routing.rules import RecipientFacts, RuleSet, Told, decide, resolve

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Rules are asked for every hour of the coming week.
_HOURS = [timedelta(hours=number) for number in range(7 * 24)]

RuleSets = dict[int, RuleSet]


def check_routing(patient: Patient) -> Iterator[Finding]:
    """Access points that nobody hears of, always or at some hours."""
    if patient.connection is None:
        return
    moments = [patient.now + hours for hours in _HOURS]
    books = load_rule_sets(patient.connection.execute)
    safe_houses = _houses_with_reachable_fallback(books, moments)
    never: list[str] = []
    sometimes: dict[str, datetime] = {}
    for name, case in _ordinary_cases(patient):
        book, house_id = books[case.subscriber_id], case.establishment_id
        if house_id in safe_houses:
            continue
        silent = [moment for moment in moments if not _is_told(book, case, moment)]
        if len(silent) == len(moments):
            never.append(name)
        elif silent:
            sometimes[name] = silent[0].astimezone(book.houses[house_id].zone)
    if never:
        yield bad(
            "routing.uncovered",
            f"Nobody is told of what guests write at {listed(never)}.",
            "Add a rule that covers them, or a fallback of the establishment, with a recipient who"
            " has an address.",
        )
    if sometimes:
        first = min(sometimes.values())
        yield bad(
            "routing.uncovered-hours",
            f"At some hours nobody is told of what guests write at {listed(list(sometimes))}:"
            f" on {_WEEKDAYS[first.weekday()]} at {first:%H:%M}, for one.",
            "Give the establishment a fallback who can always be reached.",
        )


def _ordinary_cases(patient: Patient) -> Iterator[tuple[str, CaseFacts]]:
    """For every access point the case of a guest who says nothing that a rule waits for."""
    assert patient.connection is not None
    for code, house, origin, language, *ids in patient.connection.execute(
        "SELECT p.code, e.slug, p.origin, e.language, e.subscriber_id, e.id, p.area_id, p.id"
        " FROM access_points p JOIN establishments e ON e.id = p.establishment_id"
        " WHERE p.retired_at IS NULL ORDER BY e.slug, p.code"
    ):
        yield f"{house}/{code}", replace(CaseFacts(0, *ids), language=language, origin=origin)


def _houses_with_reachable_fallback(books: RuleSets, moments: Iterable[datetime]) -> set[int]:
    """Those where no further question is needed: somebody hears of every ordinary case."""
    nobody: frozenset[int] = frozenset()
    found = set()
    for book in books.values():
        for house in book.houses.values():
            wanted = dict.fromkeys(house.fallback, ())
            if all(
                _can_reach(
                    resolve(book, wanted, house.moment(moment), left_out=nobody, allowed=None)
                )
                for moment in moments
            ):
                found.add(house.id)
    return found


def _is_told(book: RuleSet, case: CaseFacts, moment: datetime) -> bool:
    return _can_reach(decide(book, case, moment).told)


def _can_reach(told: Iterable[Told]) -> bool:
    return any(_is_reachable(one.recipient) for one in told)


def _is_reachable(recipient: RecipientFacts) -> bool:
    return any(channel in CHANNELS for channel, _ in recipient.addresses)


# Recipients -------------------------------------------------------------------------------------


def check_fallbacks(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    rows = patient.connection.execute(
        "SELECT slug FROM establishments e WHERE NOT EXISTS (SELECT 1 FROM establishment_recipients"
        " l WHERE l.establishment_id = e.id AND l.purpose = 'fallback') ORDER BY slug"
    ).fetchall()
    if rows:
        yield warning(
            "routing.no-fallback",
            f"{listed([row[0] for row in rows])}: when no rule finds anybody, nobody is told.",
            "Name somebody in fallback of the establishment.",
        )


def check_recipients(patient: Patient) -> Iterator[Finding]:
    """Recipients who are named somewhere and cannot be reached, and posts that nobody is behind."""
    if patient.connection is None:
        return
    books = load_rule_sets(patient.connection.execute)
    unreachable: set[str] = set()
    gaps: dict[str, Gap] = {}
    for book in books.values():
        for recipient_id in _named(book) & set(book.recipients):
            recipient = book.recipients[recipient_id]
            shifts = book.rotas.get(recipient_id, ())
            if _is_reachable(recipient):
                continue
            if not shifts:
                unreachable.add(recipient.name)
            elif found := weekly_gaps(shifts):
                gaps[recipient.name] = found[0]
    if unreachable:
        yield bad(
            "routing.unreachable-recipient",
            f"Notices do not reach {listed(sorted(unreachable))}: they have no address.",
            "Give each recipient who is to be told something an address.",
        )
    if gaps:
        name, gap = min(gaps.items())
        yield warning(
            "routing.rota-gap",
            f"At some hours nobody is behind {listed(sorted(gaps))}: {name},"
            f" {_clock(gap.start)} to {_clock(gap.end)}, for one.",
            "Fill the rota, or give the post an address of its own for these hours.",
        )


def _named(book: RuleSet) -> set[int]:
    """Everybody who is to be told something at some time."""
    named: set[int] = set()
    for rule in book.rules:
        named.update(rule.recipients)
        named.update(item for step in rule.steps for item in step.recipients)
    for house in book.houses.values():
        named.update((*house.fallback, *house.report, *house.digest))
        named.update(item for step in house.steps for item in step.recipients)
    posts = named & set(book.rotas)
    named.update(person for post in posts for shift in book.rotas[post] for person in shift.people)
    return named


def _clock(minute_of_week: int) -> str:
    day, minute = divmod(minute_of_week, MINUTES_A_DAY)
    return f"{_WEEKDAYS[day % 7]} {minute // 60:02}:{minute % 60:02}"


# Rules ------------------------------------------------------------------------------------------


def check_rules(patient: Patient) -> Iterator[Finding]:
    """Rules that are switched on and can never match."""
    if patient.connection is None:
        return
    # A night that began yesterday may not be over.
    yesterday = (patient.now - timedelta(days=1)).date()
    stopped: dict[int, list[int | None]] = {}
    idle = []
    for owner, slug, house_id, text, is_stop in patient.connection.execute(
        "SELECT subscriber_id, slug, establishment_id, conditions, is_stop FROM rules"
        " WHERE disabled_at IS NULL ORDER BY subscriber_id, position, slug"
    ):
        conditions = json.loads(text)
        before = stopped.setdefault(owner, [])
        reason = _why_never(patient.connection.execute, conditions, house_id, yesterday)
        if None in before or (house_id is not None and house_id in before):
            reason = "a rule before it stops everything"
        if reason:
            idle.append(f"{slug} ({reason})")
        elif is_stop and not conditions:
            before.append(house_id)
    if idle:
        yield warning(
            "routing.rule-never-matches",
            f"These rules can never match: {listed(idle)}.",
            "Correct them, or switch them off.",
        )


def _why_never(
    query: Callable[..., Iterable[tuple[Any, ...]]],
    conditions: dict[str, Any],
    house_id: int | None,
    yesterday: date,
) -> str:
    """Empty for a rule that may match."""
    dates = [parse_dates(text) for text in conditions.get("dates", ())]
    if dates and all(last < yesterday for _, last in dates):
        return "its dates are over"
    for name, sql in _PLACES.items():
        ids = conditions.get(name, ())
        houses = {row[0] for item in ids for row in query(sql, (item,))}
        if ids and not houses:
            return "its access points are retired" if name == "access_points" else "no such area"
        if ids and house_id is not None and house_id not in houses:
            return "its places are in another establishment"
    return ""


_PLACES = {
    "areas": "SELECT establishment_id FROM areas WHERE id = ?",
    "access_points": (
        "SELECT establishment_id FROM access_points WHERE id = ? AND retired_at IS NULL"
    ),
}
