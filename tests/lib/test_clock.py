"""The clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sosbox.lib.clock import FrozenClock, SystemClock

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_the_systems_clock_goes_forward_and_says_utc() -> None:
    clock = SystemClock()
    before = clock.now()
    after = clock.now()
    assert before.tzinfo is UTC
    assert timedelta(0) <= after - before


def test_a_frozen_clock_stands_until_it_is_set() -> None:
    clock = FrozenClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.set(NOON + timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "Atlantic/Canary", "Pacific/Auckland"])
def test_a_frozen_clock_says_utc_wherever_it_was_set(zone: str) -> None:
    local = NOON.astimezone(ZoneInfo(zone))
    clock = FrozenClock(local)
    assert (clock.now(), clock.now().tzinfo) == (NOON, UTC)
    clock.set(local + timedelta(minutes=1))
    assert (clock.now().minute, clock.now().tzinfo) == (1, UTC)


def test_a_frozen_clock_set_back_goes_back() -> None:
    clock = FrozenClock(NOON)
    clock.set(NOON - timedelta(days=1))
    assert clock.now() < NOON
