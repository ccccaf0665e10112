"""When a notice is tried again."""

import random
from datetime import timedelta

from sosbox.deliveries.rules import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    JITTER,
    LONGEST_PAUSE,
    MIN_ATTEMPTS,
    next_attempt,
)
from tests.support.venue import NOON


def test_pauses_double_from_seconds_to_an_hour() -> None:
    rng = random.Random(1)
    for num_attempts in range(1, 40):
        moment = next_attempt(NOON, NOON, num_attempts, rng=rng)
        assert moment is not None
        plain = min(FIRST_PAUSE * 2 ** (num_attempts - 1), LONGEST_PAUSE)
        assert plain * (1 - JITTER) <= moment - NOON <= plain * (1 + JITTER)


def test_what_failed_together_does_not_come_back_together() -> None:
    rng = random.Random(1)
    moments = {next_attempt(NOON, NOON, 5, rng=rng) for _ in range(50)}

    assert len(moments) == 50


def test_it_is_tried_for_three_days_and_no_longer() -> None:
    rng = random.Random(1)
    last, num_attempts = NOON, 1
    while moment := next_attempt(last, NOON, num_attempts, rng=rng):
        last = moment
        num_attempts += 1

    assert GIVE_UP_AFTER - 2 * LONGEST_PAUSE < last - NOON < GIVE_UP_AFTER
    assert 70 < num_attempts < 110


def test_a_notice_that_is_too_old_is_given_up() -> None:
    created_at = NOON - timedelta(days=3)

    assert next_attempt(NOON, created_at, MIN_ATTEMPTS, rng=random.Random(1)) is None


def test_a_notice_that_is_old_and_was_hardly_tried_is_not_given_up() -> None:
    """The box was switched off over a long weekend, or its clock was wrong."""
    created_at = NOON - timedelta(days=400)
    moment = next_attempt(NOON, created_at, MIN_ATTEMPTS - 1, rng=random.Random(1))

    assert moment is not None
    assert moment > NOON
