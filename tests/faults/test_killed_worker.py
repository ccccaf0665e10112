"""The worker is killed in every state of a delivery, mail servers go, clocks are set.

Nothing that a guest wrote stays untold, and what may have arrived twice says so.
"""

import asyncio
import random
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sosbox.box import Box
from sosbox.cases.guest_actions import Filing, file_cases
from sosbox.cases.rules import check_guest_form
from sosbox.channels.base import RefusedError, RetryError
from sosbox.config import load_config
from sosbox.db import DB
from sosbox.deliveries.outbox import (
    Claimed,
    claim_due,
    record_failed,
    record_retry,
    record_sent,
    recover_interrupted,
)
from sosbox.dispatch.clock_repairs import bring_back_clocks, move_clocks
from sosbox.dispatch.clocks import run_due_clocks
from sosbox.dispatch.waiting import route_waiting
from sosbox.keys import load_keys
from sosbox.lib.clock import FrozenClock
from sosbox.places.directory import Directory
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.queries import RuleBook
from tests.support.routing import add_recipient, add_step
from tests.support.venue import NOON, TABLE_TOKEN, Venue

GONE = RetryError("Nobody answers.", is_outage=True)
SILENT = RetryError("The other side went silent.", may_have_arrived=True)
REFUSED = RefusedError("This is not an e-mail address.")

_WORK_LEFT = """
    SELECT 1 FROM deliveries WHERE state = 'pending'
    UNION ALL SELECT 1 FROM messages WHERE is_routed = 0
"""


class Worker(RuleBasedStateMachine):
    """Steps of the worker in any order, with the plug pulled between any two of them."""

    made: tuple[Path, Venue]

    def __init__(self) -> None:
        super().__init__()
        folder, self.venue = self.made
        self.data_dir = Path(mkdtemp()) / "data"
        shutil.copytree(folder, self.data_dir)
        self.clock = FrozenClock(NOON)
        config = load_config(self.data_dir, {})
        self.box = Box(config=config, keys=load_keys(self.data_dir), clock=self.clock)
        DB.open(config.database_path)
        self.place = asyncio.run(Directory().place(TABLE_TOKEN))
        self.rng = random.Random(1)
        self.num_filed = 0
        self.claimed: list[Claimed] = []
        # What stood in the mailboxes: the delivery, and whether the copy said what it may be.
        self.arrived: list[tuple[int, bool]] = []
        self.refused: set[int] = set()
        self.is_server_gone = False
        self._boot()

    @initialize()
    def have_an_escalation(self) -> None:
        def arrange(tx: Any) -> None:
            marta = add_recipient(tx, self.venue, "marta", email="marta@mar.example")
            add_step(tx, marta, house_id=self.venue.house_id, after=30, repeat=30, times=2)

        DB.write_sync(arrange)

    # What happens around the worker --------------------------------------------------------------

    @rule()
    def a_guest_writes(self) -> None:
        self.num_filed += 1
        assert self.place is not None
        form = check_guest_form(text=f"The soup is cold, again ({self.num_filed})")
        filing = Filing(self.clock.now(), self.place, form, str(self.num_filed), "en")
        DB.write_sync(file_cases, self.box.keys, [filing])

    @rule(minutes=st.sampled_from([1, 7, 45, 600]))
    def time_passes(self, minutes: int) -> None:
        self.clock.set(self.clock.now() + timedelta(minutes=minutes))

    @rule(is_gone=st.booleans())
    def the_mail_server_comes_or_goes(self, is_gone: bool) -> None:
        self.is_server_gone = is_gone

    @rule(days=st.sampled_from([-400, -1, 2]))
    def the_clock_is_set_while_it_runs(self, days: int) -> None:
        by = timedelta(days=days)
        self.clock.set(self.clock.now() + by)
        DB.write_sync(move_clocks, by)

    # What the worker does ------------------------------------------------------------------------

    @rule()
    def it_dispatches(self) -> None:
        now = self.clock.now()
        DB.write_sync(
            route_waiting, self.box.keys, self.rule_book, self.filter_book, now=now, limit=5
        )
        DB.write_sync(run_due_clocks, self.box.keys, self.rule_book, now=now, limit=5)

    @rule(limit=st.integers(1, 3))
    def it_claims(self, limit: int) -> None:
        self.claimed += DB.write_sync(claim_due, now=self.clock.now(), channel="email", limit=limit)

    @precondition(lambda self: self.claimed)
    @rule(outcome=st.sampled_from(["taken", "taken", "silent", "refused"]))
    def it_sends_and_records(self, outcome: str) -> None:
        delivery = self.claimed.pop(0)
        self._record(delivery, self._attempt(delivery, outcome))

    @precondition(lambda self: self.claimed)
    @rule(has_arrived=st.booleans())
    def it_is_killed_while_it_sends(self, has_arrived: bool) -> None:
        if has_arrived and not self.is_server_gone:
            self._arrive(self.claimed[0])
        self.it_is_killed()

    @rule()
    def it_is_killed(self) -> None:
        self.claimed = []
        self._boot()

    @rule(days=st.sampled_from([-400, -1, 3]))
    def it_is_killed_and_the_clock_is_set_meanwhile(self, days: int) -> None:
        self.clock.set(self.clock.now() + timedelta(days=days))
        self.it_is_killed()

    # What must hold ------------------------------------------------------------------------------

    @invariant()
    def nobody_has_two_copies_of_which_none_is_marked(self) -> None:
        unmarked = Counter(delivery for delivery, is_marked in self.arrived if not is_marked)
        assert [delivery for delivery, num in unmarked.items() if num > 1] == []

    def teardown(self) -> None:
        try:
            self._let_it_work_undisturbed()
            self._nothing_is_untold()
        finally:
            DB.close()
            shutil.rmtree(self.data_dir.parent)

    def _let_it_work_undisturbed(self) -> None:
        self.is_server_gone = False
        self.it_is_killed()
        for _ in range(200):
            self.it_dispatches()
            self.it_claims(limit=20)
            while self.claimed:
                self.it_sends_and_records("taken")
            self.nobody_has_two_copies_of_which_none_is_marked()
            if not self._query(_WORK_LEFT):
                return
            self.time_passes(45)

    def _nothing_is_untold(self) -> None:
        assert self._query("SELECT count(*) FROM cases") == [(self.num_filed,)]
        assert self._query("SELECT id FROM messages WHERE is_routed = 0") == []
        untold = "SELECT id FROM cases c WHERE NOT EXISTS (SELECT 1 FROM deliveries d"
        assert self._query(f"{untold} WHERE d.case_id = c.id AND d.event = 'filed')") == []
        arrived = {delivery for delivery, _ in self.arrived}
        for delivery, state in self._query("SELECT id, state FROM deliveries"):
            if delivery in self.refused:
                assert state == "failed" or delivery in arrived
            else:
                assert (state, delivery in arrived) == ("sent", True)

    # ---------------------------------------------------------------------------------------------

    def _boot(self) -> None:
        self.rule_book, self.filter_book = RuleBook(), FilterBook()
        DB.write_sync(recover_interrupted, now=self.clock.now())
        DB.write_sync(bring_back_clocks, now=self.clock.now())

    def _attempt(self, delivery: Claimed, outcome: str) -> Exception | None:
        if self.is_server_gone:
            return GONE
        if outcome == "refused":
            self.refused.add(delivery.id)
            return REFUSED
        self._arrive(delivery)
        return SILENT if outcome == "silent" else None

    def _arrive(self, delivery: Claimed) -> None:
        sql = "SELECT is_possible_duplicate FROM deliveries WHERE id = ?"
        self.arrived.append((delivery.id, bool(self._query(sql, delivery.id)[0][0])))

    def _record(self, delivery: Claimed, problem: Exception | None) -> None:
        now, keys = self.clock.now(), self.box.keys
        if isinstance(problem, RetryError):
            DB.write_sync(
                record_retry, keys, now=now, delivery=delivery, error=problem, rng=self.rng
            )
        elif isinstance(problem, RefusedError):
            DB.write_sync(record_failed, keys, now=now, delivery=delivery, error=problem)
        else:
            DB.write_sync(record_sent, keys, now=now, delivery=delivery)

    def _query(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return DB.write_sync(lambda tx: tx.sql(sql, *arguments))


def test_whenever_the_worker_is_killed_nothing_stays_untold(
    made_folder: tuple[Path, Venue],
) -> None:
    machine = type("WorkerHere", (Worker,), {"made": made_folder})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
