"""When nobody is behind a post. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from sosbox.routing.hours import MINUTES_A_DAY, Span
from sosbox.routing.rules import Shift

MINUTES_A_WEEK = 7 * MINUTES_A_DAY
_ALL_DAY = Span(0, MINUTES_A_DAY)


class Gap(NamedTuple):
    """Minutes from Monday, 0:00; `end` is the first one that is not of the gap, and lies beyond
    the week when the gap reaches into the next."""

    start: int
    end: int


def weekly_gaps(shifts: Iterable[Shift]) -> list[Gap]:
    """The times of every week of which the rota says nothing, in their order.

    Exceptions by date are left out of account. A shift with nobody in it is no gap: somebody has
    decided so.
    """
    covered = bytearray(MINUTES_A_WEEK)
    for shift in shifts:
        if shift.is_exception:
            continue
        for weekday in shift.schedule.weekdays or range(7):
            for span in shift.schedule.hours or (_ALL_DAY,):
                _cover(covered, weekday * MINUTES_A_DAY, span)
    return _runs(covered)


def _cover(covered: bytearray, midnight: int, span: Span) -> None:
    length = (span.end - span.start - 1) % MINUTES_A_DAY + 1
    for minute in range(midnight + span.start, midnight + span.start + length):
        covered[minute % MINUTES_A_WEEK] = 1


def _runs(covered: bytearray) -> list[Gap]:
    first = covered.find(1)
    if first < 0:
        return [Gap(0, MINUTES_A_WEEK)]
    # From a covered minute on, so that a gap over the end of the week is one.
    turned = covered[first:] + covered[:first] + b"\x01"
    gaps = []
    start = turned.find(0)
    while start >= 0:
        end = turned.find(1, start)
        begin = (start + first) % MINUTES_A_WEEK
        gaps.append(Gap(begin, begin + end - start))
        start = turned.find(0, end)
    return sorted(gaps)
