"""When a notice is tried again and when it is given up. Pure."""

import random
from datetime import datetime, timedelta
from enum import StrEnum

# The first retry comes soon (a mail server that restarts), later ones ever more rarely.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
# Share of the pause by which it may be longer or shorter, so that what failed together does not
# come back together.
JITTER = 0.2

# Channels that this version can send over. Addresses for others are kept until it can.
CHANNELS = frozenset({"email"})


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class DeliveryEvent(StrEnum):
    """What a notice tells."""

    FILED = "filed"
    GUEST_WROTE = "guest_wrote"
    REMINDED = "reminded"
    ANSWERED = "answered"


def next_attempt(
    now: datetime, created_at: datetime, num_attempts: int, *, rng: random.Random
) -> datetime | None:
    """When to try again after `num_attempts` failures; None when three days are over."""
    pause = min(FIRST_PAUSE * 2 ** min(num_attempts - 1, 20), LONGEST_PAUSE)
    moment = now + pause * (1 + JITTER * (2 * rng.random() - 1))
    return moment if moment < created_at + GIVE_UP_AFTER else None
