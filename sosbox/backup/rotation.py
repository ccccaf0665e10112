"""Which backups are kept: seven days, five weeks, twelve months."""

from collections.abc import Callable, Iterable
from datetime import datetime

NUM_DAILY = 7
NUM_WEEKLY = 5
NUM_MONTHLY = 12


def kept(times: Iterable[datetime]) -> set[datetime]:
    """The newest of each of the last days, weeks and months that have any.

    Counted by what is there, not by the calendar: a box that was off for a year loses nothing.
    """
    newest_first = sorted(times, reverse=True)
    return (
        _newest_of_each(newest_first, lambda at: at.date().toordinal(), NUM_DAILY)
        | _newest_of_each(newest_first, lambda at: at.isocalendar()[:2], NUM_WEEKLY)
        | _newest_of_each(newest_first, lambda at: (at.year, at.month), NUM_MONTHLY)
    )


def _newest_of_each(
    newest_first: Iterable[datetime], period_of: Callable[[datetime], object], num: int
) -> set[datetime]:
    found: dict[object, datetime] = {}
    for at in newest_first:
        found.setdefault(period_of(at), at)
    return set(list(found.values())[:num])
