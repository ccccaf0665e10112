"""The clocks of a case: started when it is routed, run by the worker until somebody acts.

A clock is a row, so it survives every restart; it holds moments and not pauses, so it costs
nothing while it waits. Who is told is found out when its moment comes: by the rules as they were
when the case came, and the rota as it is now.
"""

import logging
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.cases.rules import STATE_RANKS, State
from sosbox.db import Transaction
from sosbox.deliveries.actions import DELIVERY_TOPIC, tell, tell_owners
from sosbox.deliveries.rules import DeliveryEvent
from sosbox.dispatch.rules import Purpose, Until, first_time, next_time, warning_time
from sosbox.dispatch.tables import Clock
from sosbox.keys import Keys
from sosbox.ledger.actions import append
from sosbox.ledger.rules import SYSTEM, Event
from sosbox.routing.queries import RuleBook, case_facts, load_step
from sosbox.routing.rules import Decision, HouseRules, RuleSet, StepFacts, Told, decide, resolve

# When a clock is looked at again that could not be run.
TROUBLE_PAUSE = timedelta(minutes=10)

_log = logging.getLogger(__name__)
_NEAR = {
    Purpose.PROMISE: DeliveryEvent.PROMISE_SOON,
    Purpose.LEGAL: DeliveryEvent.LEGAL_SOON,
}
_MISSED = {
    Purpose.PROMISE: DeliveryEvent.PROMISE_MISSED,
    Purpose.LEGAL: DeliveryEvent.LEGAL_MISSED,
}


@dataclass(frozen=True)
class _Due:
    """A clock whose moment has come, with the state of its case.

    is_opened: somebody has opened the case since the guest last wrote, or said that they take care
    of it since the clock was started. has_answer: a message to the guest came after that.
    """

    id: int
    case_id: int
    purpose: Purpose
    step_id: int | None
    started_at: datetime
    num_times: int
    subscriber_id: int
    establishment_id: int
    due_at: datetime
    is_resolved: bool
    is_quarantined: bool
    is_safety: bool
    is_answered: bool
    is_opened: bool
    has_answer: bool


def start_clocks(
    tx: Transaction,
    house: HouseRules,
    decision: Decision,
    *,
    case_id: int,
    now: datetime,
    is_first: bool,
) -> None:
    """Starts the steps of the escalation that are not running yet; for a new case its dates too."""
    if is_first:
        _start_deadlines(tx, house, case_id, now)
    running = {
        step_id
        for (step_id,) in tx.sql(
            "SELECT step_id FROM clocks WHERE case_id = ? AND ended_at IS NULL", case_id
        )
    }
    for step in decision.steps:
        if step.id in running:
            continue
        moment = first_time(step, now, house.zone, is_safety=decision.is_safety)
        _start(tx, case_id, Purpose.ESCALATION, now, moment, step_id=step.id)


def start_next_step(tx: Transaction, *, now: datetime, case_id: int) -> bool:
    """Has the next step that was not taken yet taken at once, or when its hours next begin.

    False when there is none.
    """
    rows = tx.sql(_NEXT_STEP, case_id)
    if not rows:
        return False
    clock_id, step_id, zone, is_safety = rows[0]
    step = replace(load_step(tx.sql, step_id), after_minutes=0)
    moment = first_time(step, now, ZoneInfo(zone), is_safety=bool(is_safety))
    tx.sql("UPDATE clocks SET next_at = min(next_at, ?) WHERE id = ?", moment, clock_id)
    tx.announce(DELIVERY_TOPIC)
    return True


# A step that waits for somebody to open the case is over when they take care of it.
_NEXT_STEP = """
    SELECT k.id, k.step_id, e.timezone, c.is_safety FROM clocks k
    JOIN escalation_steps s ON s.id = k.step_id
    JOIN cases c ON c.id = k.case_id
    JOIN establishments e ON e.id = c.establishment_id
    WHERE k.case_id = ? AND k.purpose = 'escalation' AND k.ended_at IS NULL AND k.num_times = 0
        AND NOT (s.until = 'opened' AND coalesce(c.acknowledged_at >= k.started_at, 0))
    ORDER BY k.next_at, k.id LIMIT 1
"""


def run_due_clocks(
    tx: Transaction, keys: Keys, rule_book: RuleBook, *, now: datetime, limit: int
) -> int:
    """Does what the clocks say whose moment has come; returns how many there were, at most
    `limit`."""
    due = [_due(row) for row in tx.sql(_DUE, now, limit)]
    for clock in due:
        try:
            with tx.savepoint():
                _run(tx, keys, rule_book.rules_of(tx, clock.subscriber_id), now, clock)
        except sqlite3.OperationalError:
            raise
        except Exception as error:
            # It must not hold up the others.
            _log.error("trouble with a clock: %s", type(error).__name__)
            _go_on(tx, clock.id, now, clock.num_times, now + TROUBLE_PAUSE)
    return len(due)


def next_clock(connection: sqlite3.Connection) -> datetime | None:
    """When the next clock has something to do; None when none is running."""
    row = connection.execute(
        "SELECT next_at FROM clocks WHERE ended_at IS NULL ORDER BY next_at LIMIT 1"
    ).fetchone()
    return row[0] if row else None


_DUE = """
    SELECT k.id, k.case_id, k.purpose, k.step_id, k.started_at, k.num_times, c.subscriber_id,
           c.establishment_id,
           CASE k.purpose WHEN 'legal' THEN c.legal_due_at ELSE c.promise_due_at END
               AS "due_at [timestamptz]",
           c.state_rank, c.is_quarantined, c.is_safety, c.answered_at IS NOT NULL,
           NOT c.is_unread OR coalesce(c.acknowledged_at >= k.started_at, 0),
           EXISTS (SELECT 1 FROM messages m WHERE m.case_id = c.id AND m.direction = 'to_guest'
                   AND m.created_at >= k.started_at)
    FROM clocks k JOIN cases c ON c.id = k.case_id
    WHERE k.ended_at IS NULL AND k.next_at <= ? ORDER BY k.next_at, k.id LIMIT ?
"""


def _due(row: tuple[Any, ...]) -> _Due:
    clock_id, case_id, purpose, *rest = row
    is_resolved = rest[6] == STATE_RANKS[State.RESOLVED]
    flags = (is_resolved, *map(bool, rest[7:]))
    return _Due(clock_id, case_id, Purpose(purpose), *rest[:6], *flags)


def _run(tx: Transaction, keys: Keys, rules: RuleSet, now: datetime, clock: _Due) -> None:
    if clock.is_resolved or clock.is_quarantined:
        _end(tx, clock.id, now)
    elif clock.purpose is Purpose.ESCALATION:
        _run_step(tx, keys, rules, now, clock)
    elif clock.is_answered:
        _end(tx, clock.id, now)
    elif clock.num_times == 0 and now < clock.due_at:
        _warn(tx, keys, rules, now, clock)
    else:
        _report(tx, keys, rules, now, clock)


# Escalation -------------------------------------------------------------------------------------


def _run_step(tx: Transaction, keys: Keys, rules: RuleSet, now: datetime, clock: _Due) -> None:
    assert clock.step_id is not None
    step = load_step(tx.sql, clock.step_id)
    if _is_over(Until(step.until), clock):
        _end(tx, clock.id, now)
        return
    house = rules.houses[clock.establishment_id]
    told = _people_of(tx, rules, clock, step, now)
    data = {"step": step.id, "after_minutes": step.after_minutes, "until": step.until}
    if not told:
        _tell_ledger(tx, keys, now, clock, Event.ESCALATION_SKIPPED, **data)
        _end(tx, clock.id, now)
        start_next_step(tx, now=now, case_id=clock.case_id)
        return
    tell(tx, told, now=now, event=DeliveryEvent.ESCALATED, case_id=clock.case_id)
    num_times = clock.num_times + 1
    recipients = [person.recipient.id for person in told]
    _tell_ledger(
        tx, keys, now, clock, Event.ESCALATED, **data, time=num_times, recipients=recipients
    )
    moment = next_time(step, now, num_times, house.zone, is_safety=clock.is_safety)
    _go_on(tx, clock.id, now, num_times, moment)


def _is_over(until: Until, clock: _Due) -> bool:
    if until is Until.OPENED:
        return clock.is_opened or clock.has_answer
    return until is Until.ANSWERED and clock.has_answer


def _people_of(
    tx: Transaction, rules: RuleSet, clock: _Due, step: StepFacts, now: datetime
) -> tuple[Told, ...]:
    """Who is behind the step now, but for those whom the rules have left out of the case."""
    decision = decide(rules, case_facts(tx, clock.case_id), clock.started_at)
    house = rules.houses[clock.establishment_id]
    wanted = {item: () for item in step.recipients if item in rules.recipients}
    return resolve(
        rules,
        wanted,
        house.moment(now),
        left_out=decision.left_out,
        allowed=decision.allowed,
    )


# The dates of a case ----------------------------------------------------------------------------


def _start_deadlines(tx: Transaction, house: HouseRules, case_id: int, now: datetime) -> None:
    rows = tx.sql("SELECT filed_at, promise_due_at, legal_due_at FROM cases WHERE id = ?", case_id)
    filed_at, promise_due_at, legal_due_at = rows[0]
    for purpose, due_at in ((Purpose.PROMISE, promise_due_at), (Purpose.LEGAL, legal_due_at)):
        _start(tx, case_id, purpose, now, warning_time(purpose, filed_at, due_at, house))


def _warn(tx: Transaction, keys: Keys, rules: RuleSet, now: datetime, clock: _Due) -> None:
    decision = decide(rules, case_facts(tx, clock.case_id), now)
    tell(tx, decision.told, now=now, event=_NEAR[clock.purpose], case_id=clock.case_id)
    _tell_ledger(tx, keys, now, clock, Event.DEADLINE_NEAR, deadline=str(clock.purpose))
    _go_on(tx, clock.id, now, 1, clock.due_at)


def _report(tx: Transaction, keys: Keys, rules: RuleSet, now: datetime, clock: _Due) -> None:
    """Tells those who are to know of a missed date; without any, the owners."""
    facts = case_facts(tx, clock.case_id)
    decision = decide(rules, facts, now)
    house = rules.houses[clock.establishment_id]
    told = resolve(
        rules,
        dict.fromkeys(house.report, ()),
        house.moment(now),
        left_out=decision.left_out,
        allowed=decision.allowed,
    )
    event = _MISSED[clock.purpose]
    if told:
        tell(tx, told, now=now, event=event, case_id=clock.case_id)
    else:
        tell_owners(
            tx, now=now, event=event, subscriber_id=clock.subscriber_id, case_id=clock.case_id
        )
    _tell_ledger(tx, keys, now, clock, Event.DEADLINE_MISSED, deadline=str(clock.purpose))
    _end(tx, clock.id, now)


# Rows -------------------------------------------------------------------------------------------


def _start(
    tx: Transaction,
    case_id: int,
    purpose: Purpose,
    now: datetime,
    next_at: datetime,
    step_id: int | None = None,
) -> None:
    tx.insert(
        Clock,
        case_id=case_id,
        purpose=str(purpose),
        step_id=step_id,
        started_at=now,
        last_at=now,
        next_at=next_at,
        num_times=0,
    )


def _go_on(
    tx: Transaction, clock_id: int, now: datetime, num_times: int, next_at: datetime | None
) -> None:
    tx.sql(
        "UPDATE clocks SET num_times = ?, last_at = ?, next_at = coalesce(?, next_at),"
        " ended_at = ? WHERE id = ?",
        num_times,
        now,
        next_at,
        None if next_at else now,
        clock_id,
    )


def _end(tx: Transaction, clock_id: int, now: datetime) -> None:
    tx.sql("UPDATE clocks SET ended_at = ? WHERE id = ?", now, clock_id)


def _tell_ledger(
    tx: Transaction, keys: Keys, now: datetime, clock: _Due, event: Event, **data: object
) -> None:
    append(tx, keys, at=now, event=event, case_id=clock.case_id, actor=SYSTEM, **data)
