"""Reading what is given to a command line by line."""

import sys
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO, NamedTuple

from sosbox.cli.command import UsageError

MAX_LINE_BYTES = 100_000
# Lines that are worked on at once when nobody waits for each: the more, the faster.
_BATCH_SIZE = 100


class Line(NamedTuple):
    """A line of the input without its end. `number`: 1 for the first."""

    number: int
    text: str


def batches_of_input() -> Iterator[list[Line]]:
    """The lines of the standard input: at a terminal one by one, else many at once.

    Raises UsageError, which names the line, for one that is not UTF-8 or is too long; what stands
    before it has come by then.
    """
    return batches_of(sys.stdin.buffer, 1 if sys.stdin.isatty() else _BATCH_SIZE)


def batches_of(stream: BinaryIO, size: int) -> Iterator[list[Line]]:
    """`batches_of_input` for a stream, `size` lines at once."""
    batch: list[Line] = []
    for number in count(1):
        try:
            text = _read(stream, number)
        except UsageError:
            if batch:
                yield batch
            raise
        if text is not None:
            batch.append(Line(number, text))
        if batch and (text is None or len(batch) == size):
            yield batch
            batch = []
        if text is None:
            return


def _read(stream: BinaryIO, number: int) -> str | None:
    """None at the end."""
    raw = stream.readline(MAX_LINE_BYTES + 1)
    if not raw:
        return None
    if len(raw) > MAX_LINE_BYTES:
        raise UsageError(
            "line {number} is longer than {limit} bytes", number=number, limit=MAX_LINE_BYTES
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("line {number} is not UTF-8", number=number) from None
    if number == 1:
        text = text.removeprefix("\ufeff")
    return text.rstrip("\r\n")
