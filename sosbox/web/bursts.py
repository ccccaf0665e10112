"""Noticing that very many messages come from one access point, and the puzzle that is set then.

Kept in memory by the web process. Nobody is turned away, and no address is looked at: while a burst
lasts, what comes without a solution is taken as always and waits in quarantine.

The puzzle is stateless. A challenge is signed for an access point until it expires; what has to be
found are numbers whose SHA-256, together with challenge and submission, begins with zeros. So each
submission needs work of its own. It is split into parts, because the time that one large puzzle
takes is a matter of luck.
"""

import hashlib
import hmac
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from sosbox.keys import Keys

WINDOW_S = 10 * 60.0
# 16 times 2**12 tries on average: one second of a slow phone, while its owner is typing.
NUM_PARTS = 16
ZERO_BITS = 12
# A page that was opened longer ago has to be loaded again for its message not to wait.
CHALLENGE_LIFETIME = timedelta(hours=2)

_MAX_CHALLENGE = 60
_MAX_NONCE_DIGITS = 10


class Bursts:
    """Counts the messages of the last ten minutes by access point; `limit` 0: never too many.

    Each access point costs the memory of `limit` numbers at most.
    """

    def __init__(self, limit: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._now = now
        self._moments: dict[int, deque[float]] = {}
        # Those of one moment are counted as they come: none slips through beside the others.
        self._num_coming: dict[int, int] = {}

    def begin(self, access_point_id: int) -> None:
        """A message has come and is being stored; `end` has to follow."""
        self._num_coming[access_point_id] = self._num_coming.get(access_point_id, 0) + 1

    def end(self, access_point_id: int, *, is_new: bool) -> None:
        """It was stored, or not: what was refused or had been stored before does not count."""
        self._num_coming[access_point_id] -= 1
        if not (is_new and self._limit):
            return
        moments = self._moments.get(access_point_id)
        if moments is None:
            moments = self._moments[access_point_id] = deque(maxlen=self._limit)
        moments.append(self._now())

    def is_over(self, access_point_id: int) -> bool:
        """Whether a message needs a solution now."""
        return self._has_come(access_point_id, self._limit)

    def is_near(self, access_point_id: int) -> bool:
        """Whether pages carry the puzzle: from half of the limit on, so that those who are typing
        when it is reached have solved it."""
        return self._has_come(access_point_id, (self._limit + 1) // 2)

    def _has_come(self, access_point_id: int, num: int) -> bool:
        if not self._limit:
            return False
        num_stored = num - self._num_coming.get(access_point_id, 0)
        if num_stored <= 0:
            return True
        moments = self._moments.get(access_point_id)
        if moments is None or len(moments) < num_stored:
            return False
        return moments[-num_stored] > self._now() - WINDOW_S


def new_challenge(keys: Keys, access_point_id: int, *, now: datetime) -> str:
    """What a page of this access point has to solve."""
    expires = int((now + CHALLENGE_LIFETIME).timestamp())
    return f"{expires}.{keys.puzzle_mac(access_point_id, expires)}"


def is_solved(
    keys: Keys,
    access_point_id: int,
    submission_id: str,
    *,
    challenge: str,
    solution: str,
    now: datetime,
) -> bool:
    """Whether the solution fits this submission at this access point."""
    if not _is_ours(keys, access_point_id, challenge, now):
        return False
    seed = hashlib.sha256(f"{challenge}.{submission_id}".encode()).digest()
    nonces = solution.split(".", NUM_PARTS)
    return len(nonces) == NUM_PARTS and all(
        _fits(seed, part, nonce) for part, nonce in enumerate(nonces)
    )


def _is_ours(keys: Keys, access_point_id: int, challenge: str, now: datetime) -> bool:
    expires, _, mac = challenge[:_MAX_CHALLENGE].partition(".")
    if not (expires.isascii() and expires.isdigit() and mac.isascii()):
        return False
    expected = keys.puzzle_mac(access_point_id, int(expires))
    return hmac.compare_digest(mac, expected) and now.timestamp() < int(expires)


def _fits(seed: bytes, part: int, nonce: str) -> bool:
    if not (nonce.isascii() and nonce.isdigit() and len(nonce) <= _MAX_NONCE_DIGITS):
        return False
    number = int(nonce)
    if number >= 2**32:
        return False
    digest = hashlib.sha256(seed + bytes([part]) + number.to_bytes(4, "big")).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - ZERO_BITS) == 0
