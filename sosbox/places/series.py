"""Access points that are added together: "101-128, 201-228" becomes HAB-101 and so on. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sosbox.errors import Problems, SosboxError, too_long
from sosbox.lib.text import one_line

MAX_CODE = 32
MAX_LABEL = 120
MAX_SERIES = 500
# Stands for the number in the label.
STAR = "*"
_SEPARATORS = re.compile(r"[,;\n]")
# "101-128", with any of the strokes that people write between numbers.
_RANGE = re.compile(r"([0-9]{1,9}) ?[-–—] ?([0-9]{1,9})")


class NewPoint(NamedTuple):
    code: str
    label: str


def read_series(*, prefix: str, numbers: str, label: str) -> list[NewPoint]:
    """The access points that somebody means, in the order in which they were written.

    prefix: what all codes begin with; numbers: numbers, ranges and words; label: the number goes
    where its star is, or behind it; empty: the code itself. Raises InvalidFieldsError.
    """
    problems = Problems()
    start = one_line(prefix)
    parts: list[str] = problems.taken("numbers", lambda: _parts(numbers), [])
    pattern = one_line(label)
    if len(parts) > 1 and pattern and STAR not in pattern:
        pattern = f"{pattern} {STAR}"
    points = [
        NewPoint(f"{start}{part}", pattern.replace(STAR, part) or f"{start}{part}")
        for part in parts
    ]
    for point in points:
        if len(point.code) > MAX_CODE:
            problems.add("numbers", too_long(point.code, MAX_CODE))
        if len(point.label) > MAX_LABEL:
            problems.add("label", too_long(point.label, MAX_LABEL))
        if "/" in point.code:
            problems.add("numbers", SosboxError("A code cannot have a “/” in it."))
    problems.refuse()
    return points


def read_label(text: str) -> str:
    """What guests and staff call a place. Raises SosboxError."""
    label = one_line(text)
    if not label:
        raise SosboxError("Please write a name.")
    if len(label) > MAX_LABEL:
        raise too_long(label, MAX_LABEL)
    return label


def _parts(numbers: str) -> list[str]:
    found: list[str] = []
    for text in _SEPARATORS.split(numbers):
        for part in _members(one_line(text)):
            if len(found) == MAX_SERIES:
                raise SosboxError(
                    "These are too many at once: {limit} can be added together.", limit=MAX_SERIES
                )
            found.append(part)
    if not found:
        raise SosboxError("Please write at least one number, or a word.")
    twice = next((part for at, part in enumerate(found) if part in found[:at]), None)
    if twice is not None:
        raise SosboxError("“{code}” stands there twice.", code=twice)
    return found


def _members(part: str) -> Iterator[str]:
    between = _RANGE.fullmatch(part)
    if between is None:
        if part:
            yield part
        return
    first, last = int(between[1]), int(between[2])
    if first > last:
        raise SosboxError("“{range}” runs backwards.", range=part)
    # "001-012" keeps its noughts.
    width = len(between[1])
    for number in range(first, last + 1):
        yield f"{number:0{width}}"
