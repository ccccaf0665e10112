"""What keeps codes and links from being guessed."""

import time
from collections.abc import Callable

from sosbox.errors import TooManyError
from sosbox.i18n import N_

# With twenty guesses at once and one more every six seconds, going through the codes of a box with
# a million cases would take ten thousand years for an even chance of one hit.
BURST = 20
SECONDS_PER_GUESS = 6.0

WRONG_CODES = N_("Too many wrong codes were entered. Please wait a moment and try again.")
WRONG_LINKS = N_("Too many wrong addresses were opened. Please wait a moment and try again.")


class GuessLimit:
    """A token bucket for the whole box: all guests of a venue may share one address, so that an
    address would not tell the guesser from the others.

    message: the id of what is said when there were too many.
    """

    def __init__(
        self, message: str = WRONG_CODES, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._message = message
        self._now = now
        self._tokens = float(BURST)
        self._filled_at = now()

    def check(self) -> None:
        """Raises TooManyError while the wrong guesses of late are too many."""
        self._fill()
        if self._tokens < 1:
            wait_s = int((1 - self._tokens) * SECONDS_PER_GUESS) + 1
            raise TooManyError(self._message, retry_after_s=wait_s)

    def count_wrong(self) -> None:
        """A code was wrong."""
        self._fill()
        self._tokens -= 1

    def _fill(self) -> None:
        now = self._now()
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) / SECONDS_PER_GUESS)
        self._filled_at = now
