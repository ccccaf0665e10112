"""What the box says of a code at a stop, what is still open there, and where to go next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.errors import InvalidFieldsError
from sosbox.pieces.queries import HangingPiece
from sosbox.rounds.rules import (
    Found,
    Reading,
    ScannedPiece,
    StopFinding,
    Verdict,
    check_note,
    judge,
    leads_to,
    next_stop,
    still_open,
)
from tests.support.venue import NOON

HERE, THERE = 1, 2


def hanging(piece_id: int, template: str = "poster-a4", version: int = 1) -> HangingPiece:
    return HangingPiece(
        id=piece_id,
        access_point_id=HERE,
        template=template,
        version=version,
        copies=1,
        printed_at=NOON,
        state="current",
        condition="",
        seen_at=None,
        area_id=1,
        area_name="Recepción",
    )


def scanned(
    piece_id: int, *, point_id: int = HERE, version: int = 1, state: str = "current"
) -> Reading:
    return Reading(point_id, ScannedPiece(piece_id, point_id, "poster-a4", version, state))


def told(finding: Found, piece_id: int | None, template: str = "poster-a4") -> StopFinding:
    return StopFinding(1, HERE, piece_id, None, template, finding, "", False, NOON)


def test_the_piece_that_should_hang_there_is_right() -> None:
    judged = judge(HERE, [hanging(7)], scanned(7))
    assert judged.verdict is Verdict.GOOD
    assert judged.is_right


def test_a_code_without_a_number_leads_to_the_right_place_at_least() -> None:
    judged = judge(HERE, [hanging(7)], Reading(HERE))
    assert judged.verdict is Verdict.UNNUMBERED
    assert judged.is_right


@pytest.mark.parametrize("reading", [scanned(9, point_id=THERE), Reading(THERE)])
def test_what_belongs_to_another_place_is_elsewhere(reading: Reading) -> None:
    judged = judge(HERE, [hanging(7)], reading)
    assert judged.verdict is Verdict.ELSEWHERE
    assert not judged.is_right


def test_of_an_old_piece_the_newest_of_its_kind_is_named() -> None:
    pieces = [hanging(8, version=2), hanging(9, version=3), hanging(10, "label-l7160", version=4)]
    judged = judge(HERE, pieces, scanned(7, state="replaced"))
    assert judged.verdict is Verdict.OLD
    assert judged.newer == pieces[1]


def test_a_piece_that_was_replaced_is_old_even_when_nothing_newer_should_hang() -> None:
    judged = judge(HERE, [], scanned(7, state="replaced"))
    assert (judged.verdict, judged.newer) == (Verdict.OLD, None)


def test_a_piece_that_was_taken_down_should_not_hang_there() -> None:
    judged = judge(HERE, [], scanned(7, state="removed"))
    assert judged.verdict is Verdict.REMOVED
    assert not judged.is_right


def test_a_code_that_is_none_of_ours_is_unknown() -> None:
    assert judge(HERE, [hanging(7)], Reading(None)).verdict is Verdict.UNKNOWN


def test_a_code_that_leads_past_the_box_is_no_good_whatever_it_says() -> None:
    judged = judge(HERE, [hanging(7)], Reading(None, has_own_address=False))
    assert judged.verdict is Verdict.STRANGE_ADDRESS
    assert not judged.is_right


@pytest.mark.parametrize(
    ("url", "address", "expected"),
    [
        ("http://mar.example/p/x?p=1", "http://mar.example", True),
        ("https://MAR.example/p/x", "http://mar.example", True),
        ("http://mar.example:80/p/x", "http://mar.example", True),
        ("http://mar.example:8080/p/x", "http://mar.example", False),
        ("http://mar.example/sos/p/x", "http://mar.example/sos", True),
        ("http://mar.example/p/x", "http://mar.example/sos", False),
        ("http://mar.example/other/p/x", "http://mar.example", False),
        ("http://mar.example.evil/p/x", "http://mar.example", False),
        ("http://evil@mar.example/p/x", "http://mar.example", False),
        ("http://mar.example@evil.example/p/x", "http://mar.example", False),
        ("http://[::1]:8000/p/x", "http://[::1]:8000", True),
    ],
)
def test_only_the_address_of_the_house_is_its_own(url: str, address: str, expected: bool) -> None:
    assert leads_to(url, address) is expected


PIECES = st.builds(
    hanging, st.integers(1, 9), st.sampled_from(["poster-a4", "label-l7160"]), st.integers(1, 4)
)
READINGS = st.builds(
    scanned,
    st.integers(1, 9),
    point_id=st.sampled_from([HERE, THERE]),
    version=st.integers(1, 4),
    state=st.sampled_from(["current", "replaced", "removed"]),
) | st.sampled_from([Reading(None), Reading(HERE), Reading(THERE)])


@given(st.lists(PIECES, max_size=4), READINGS)
def test_only_what_belongs_to_the_place_and_is_the_newest_is_right(
    expected: list[HangingPiece], reading: Reading
) -> None:
    judged = judge(HERE, expected, reading)
    if judged.is_right:
        assert reading.access_point_id == HERE
        assert judged.newer is None
    if judged.newer is not None:
        assert reading.piece is not None
        assert judged.newer.version > reading.piece.version
        assert judged.newer.template == reading.piece.template


# Open pieces --------------------------------------------------------------------------------------


def test_everything_is_open_until_something_is_said_of_it() -> None:
    pieces = [hanging(7), hanging(8, "label-l7160")]
    assert still_open(pieces, []) == pieces
    assert still_open(pieces, [told(Found.TORN, 7)]) == pieces[1:]


def test_an_old_piece_settles_the_newer_one_of_its_kind_alone() -> None:
    pieces = [hanging(8, version=2), hanging(9, "label-l7160")]
    assert still_open(pieces, [told(Found.OLD, 7)]) == pieces[1:]


@pytest.mark.parametrize("piece_id", [5, None])
def test_what_belongs_elsewhere_settles_nothing(piece_id: int | None) -> None:
    pieces = [hanging(7)]
    assert still_open(pieces, [told(Found.ELSEWHERE, piece_id)]) == pieces


# The way ------------------------------------------------------------------------------------------

ORDERS = st.lists(st.integers(1, 50), unique=True, max_size=20)


@given(ORDERS, st.sets(st.integers(1, 50)), st.none() | st.integers(1, 50))
def test_the_way_leads_to_a_stop_that_is_not_settled_yet_if_there_is_another(
    order: list[int], settled: set[int], after: int | None
) -> None:
    ahead = next_stop(order, frozenset(settled), after)
    others = [stop for stop in order if stop not in settled and stop != after]
    assert (ahead in others) if others else ahead is None


def test_the_way_goes_on_in_the_order_of_the_building_and_then_from_its_beginning() -> None:
    assert next_stop([3, 1, 2], frozenset(), None) == 3
    assert next_stop([3, 1, 2], frozenset(), 3) == 1
    assert next_stop([3, 1, 2], frozenset({1}), 3) == 2
    assert next_stop([3, 1, 2], frozenset({1}), 2) == 3


def test_whoever_walks_every_way_gets_through_the_whole_house() -> None:
    order, seen, here = [5, 2, 9, 4], [], None
    while (here := next_stop(order, frozenset(seen), here)) is not None:
        seen.append(here)
    assert seen == order


# Notes --------------------------------------------------------------------------------------------


def test_a_note_is_kept_without_what_nobody_sees() -> None:
    assert check_note("  a corner\x00 is\r\nloose ") == "a corner is\nloose"


def test_a_note_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_note("x" * 501)
    assert "501 characters" in str(refused.value.fields["note"])
