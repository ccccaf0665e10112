"""How far something is, passed on now and then."""

import time
from collections.abc import Callable

# How often progress is written, seconds: each time is a commit.
PROGRESS_EVERY_S = 1.0


class Progress:
    """Passes progress on, in whole percent and not too often."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._told = 0
        self._told_at = time.monotonic()

    def note(self, part: float) -> None:
        """part: 0 to 1."""
        percent = min(99, int(part * 100))
        now = time.monotonic()
        if percent > self._told and now - self._told_at >= PROGRESS_EVERY_S:
            self._told, self._told_at = percent, now
            self._tell(percent)
