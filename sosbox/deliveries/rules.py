"""When a notice is tried again and when it is given up. Pure."""

import random
from datetime import datetime, timedelta
from enum import StrEnum

# The first retry comes soon (a mail server that restarts), later ones ever more rarely.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
# A box that was switched off for days, or whose clock was wrong, has not tried for three days.
MIN_ATTEMPTS = 20
# Share of the pause by which it may be longer or shorter, so that what failed together does not
# come back together.
JITTER = 0.2

# Channels that this version can send over, in the order in which they are tried when a recipient
# has not said so.
CHANNELS = ("email", "sms", "webhook", "printer")

# No notice waits longer for its translation, whatever the option says: should nobody let it go, it
# goes by itself.
LONGEST_TRANSLATION_WAIT = timedelta(seconds=60)


class DeliveryState(StrEnum):
    """SKIPPED: not needed any more when its time had come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class ReportState(StrEnum):
    """What the network says of a notice that it has taken; NONE: the channel has no reports.

    NEVER: no report came within the time that one is waited for.
    """

    NONE = ""
    WAITING = "waiting"
    ARRIVED = "arrived"
    FAILED = "failed"
    NEVER = "never"


class ReplyState(StrEnum):
    """What was made of a reply.

    WAITING: nothing yet. TO_CONFIRM: somebody has to say whether the guest may read it. UNASSIGNED:
    nobody knows which case it is of.
    """

    WAITING = "waiting"
    TO_CONFIRM = "to_confirm"
    TAKEN = "taken"
    DROPPED = "dropped"
    UNASSIGNED = "unassigned"


class DeliveryEvent(StrEnum):
    """What a notice tells."""

    FILED = "filed"
    GUEST_WROTE = "guest_wrote"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    PROMISE_SOON = "promise_soon"
    PROMISE_MISSED = "promise_missed"
    LEGAL_SOON = "legal_soon"
    LEGAL_MISSED = "legal_missed"
    DIGEST = "digest"
    ANSWERED = "answered"


# What somebody may answer with "I take care of it", and for how long.
MAY_BE_ACKNOWLEDGED = frozenset(
    {
        DeliveryEvent.FILED,
        DeliveryEvent.GUEST_WROTE,
        DeliveryEvent.REMINDED,
        DeliveryEvent.ESCALATED,
        DeliveryEvent.PROMISE_SOON,
        DeliveryEvent.LEGAL_SOON,
    }
)

ACKNOWLEDGE_WITHIN = timedelta(days=7)

# What a recipient may answer by e-mail, for the guest to read.
MAY_BE_ANSWERED = frozenset(DeliveryEvent) - {DeliveryEvent.DIGEST, DeliveryEvent.ANSWERED}


def next_attempt(
    now: datetime, created_at: datetime, num_attempts: int, *, rng: random.Random
) -> datetime | None:
    """When to try again after `num_attempts` failures; None when three days are over and it was
    tried often enough."""
    pause = min(FIRST_PAUSE * 2 ** min(num_attempts - 1, 20), LONGEST_PAUSE)
    moment = now + pause * (1 + JITTER * (2 * rng.random() - 1))
    is_over = moment >= created_at + GIVE_UP_AFTER and num_attempts >= MIN_ATTEMPTS
    return None if is_over else moment
