"""What hangs at a stop of a round, and what is still to be looked at there. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sosbox.errors import InvalidFieldsError, too_long
from sosbox.lib.text import clean
from sosbox.pieces.queries import HangingPiece
from sosbox.pieces.rules import PieceState

MAX_NOTE = 500


class Found(StrEnum):
    """How a piece was found, as `RoundFinding` holds it."""

    GOOD = "good"
    TORN = "torn"
    STAINED = "stained"
    MISSING = "missing"
    OLD = "old"
    ELSEWHERE = "elsewhere"


# What a round says about the condition of a piece that belongs where it was looked for.
CONDITIONS = frozenset({Found.GOOD, Found.TORN, Found.STAINED, Found.MISSING})


class Verdict(StrEnum):
    """What the box says of a code that was scanned at a stop.

    UNNUMBERED: it leads to the right place, but not which piece it is. REMOVED: this piece was
    taken down, as far as the box knew. STRANGE_ADDRESS: it looks like one of ours and leads past
    the box.
    """

    GOOD = "good"
    UNNUMBERED = "unnumbered"
    ELSEWHERE = "elsewhere"
    OLD = "old"
    REMOVED = "removed"
    UNKNOWN = "unknown"
    STRANGE_ADDRESS = "strange_address"


@dataclass(frozen=True)
class ScannedPiece:
    """A piece that was scanned, wherever it belongs."""

    id: int
    access_point_id: int
    template: str
    version: int
    state: str


@dataclass(frozen=True)
class Reading:
    """What a code leads to. access_point_id: None for one that is none of ours; piece: None where
    the code does not say which, or says one that is not of this access point; has_own_address:
    whether guests who scan it come to the box, as far as it knows its address."""

    access_point_id: int | None
    piece: ScannedPiece | None = None
    has_own_address: bool = True


@dataclass(frozen=True)
class Judgement:
    """reading: what was judged; newer: what should hang there in place of an old piece."""

    verdict: Verdict
    reading: Reading
    newer: HangingPiece | None = None

    @property
    def is_right(self) -> bool:
        return self.verdict in {Verdict.GOOD, Verdict.UNNUMBERED}


@dataclass(frozen=True)
class StopFinding:
    """What was noted at a stop; `piece_id` and `found_id` as `RoundFinding` has them."""

    id: int
    access_point_id: int
    piece_id: int | None
    found_id: int | None
    template: str
    finding: Found
    note: str
    has_photo: bool
    found_at: datetime


def judge(stop_id: int, expected: Iterable[HangingPiece], reading: Reading) -> Judgement:
    """Whether what was scanned is what should hang at a stop.

    stop_id: the access point where the person stands; expected: the pieces that should hang there.
    """
    piece = reading.piece
    if not reading.has_own_address:
        return Judgement(Verdict.STRANGE_ADDRESS, reading)
    if reading.access_point_id is None:
        return Judgement(Verdict.UNKNOWN, reading)
    if reading.access_point_id != stop_id:
        return Judgement(Verdict.ELSEWHERE, reading)
    if piece is None:
        return Judgement(Verdict.UNNUMBERED, reading)
    newer = _newest_after(piece, expected)
    if piece.state == PieceState.REMOVED:
        return Judgement(Verdict.REMOVED, reading, newer)
    if piece.state == PieceState.REPLACED or newer is not None:
        return Judgement(Verdict.OLD, reading, newer)
    return Judgement(Verdict.GOOD, reading)


def leads_to(url: str, address: str) -> bool:
    """Whether the address of a page is one below that of a house, "http://sos.hotel.example"."""
    page, own = urlsplit(url), urlsplit(address)
    is_same_host = _host(page.netloc) == _host(own.netloc)
    return is_same_host and page.path.startswith(f"{own.path}/p/")


def _host(netloc: str) -> str:
    """With its port where that is not the usual one."""
    return re.sub(r":(80|443)?$", "", netloc.lower())


def _newest_after(piece: ScannedPiece, expected: Iterable[HangingPiece]) -> HangingPiece | None:
    later = [
        each
        for each in expected
        if each.template == piece.template and each.version > piece.version
    ]
    return max(later, key=lambda each: each.version, default=None)


def still_open(
    expected: Iterable[HangingPiece], findings: Sequence[StopFinding]
) -> list[HangingPiece]:
    """The pieces of a stop that nobody has said anything about in this round.

    Where an old piece hangs, the newer one of its kind does not: one look settles both.
    """
    told = {finding.piece_id for finding in findings}
    old = {finding.template for finding in findings if finding.finding is Found.OLD}
    return [piece for piece in expected if piece.id not in told and piece.template not in old]


def next_stop(order: Sequence[int], settled: frozenset[int], after: int | None) -> int | None:
    """Where to go: the first stop that is not settled, in the order of the building, from the one
    after `after` on and then from the beginning. None when all are settled, or only `after` is
    not."""
    start = order.index(after) + 1 if after in order else 0
    ahead = [*order[start:], *order[:start]]
    return next((stop for stop in ahead if stop not in settled and stop != after), None)


def check_note(text: str) -> str:
    """A note as it is kept. Raises InvalidFieldsError."""
    note = clean(text)
    if len(note) > MAX_NOTE:
        raise InvalidFieldsError({"note": too_long(note, MAX_NOTE)})
    return note
