"""Many access points from a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.errors import InvalidFieldsError
from sosbox.places.series import MAX_SERIES, read_series


def codes(numbers: str, prefix: str = "") -> list[str]:
    return [point.code for point in read_series(prefix=prefix, numbers=numbers, label="")]


def labels(numbers: str, label: str) -> list[str]:
    return [point.label for point in read_series(prefix="R-", numbers=numbers, label=label)]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ("101-103, 201-202", ["101", "102", "103", "201", "202"]),
        ("9 - 11", ["9", "10", "11"]),
        ("1–2;3—4\n7", ["1", "2", "3", "4", "7"]),
        ("008-011", ["008", "009", "010", "011"]),
        ("Lobby", ["Lobby"]),
        ("A-1, B", ["A-1", "B"]),
        (" ,5,, ", ["5"]),
        ("5-5", ["5"]),
    ],
)
def test_numbers_ranges_and_words_are_read(numbers: str, found: list[str]) -> None:
    assert codes(numbers) == found


def test_codes_begin_alike() -> None:
    assert codes("1-2", "HAB-") == ["HAB-1", "HAB-2"]


def test_the_number_goes_where_the_star_is() -> None:
    assert labels("1-2", "Habitación *, norte") == ["Habitación 1, norte", "Habitación 2, norte"]


def test_without_a_star_the_number_stands_behind_the_name_of_several() -> None:
    assert labels("1-2", "Habitación") == ["Habitación 1", "Habitación 2"]
    assert labels("1", "Suite") == ["Suite"]


def test_without_a_name_it_is_the_code() -> None:
    assert labels("1-2", " ") == ["R-1", "R-2"]


def test_a_series_has_an_end() -> None:
    assert len(codes(f"1-{MAX_SERIES}")) == MAX_SERIES
    with pytest.raises(InvalidFieldsError):
        codes(f"1-{MAX_SERIES + 1}")


def test_a_huge_range_is_refused_without_being_counted() -> None:
    with pytest.raises(InvalidFieldsError):
        codes("1-999999999")


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=40))
def test_whatever_is_typed_makes_codes_that_fit_or_is_refused(
    numbers: str, prefix: str, label: str
) -> None:
    try:
        points = read_series(prefix=prefix, numbers=numbers, label=label)
    except InvalidFieldsError:
        return
    assert 0 < len(points) <= MAX_SERIES
    assert len({point.code for point in points}) == len(points)
    for point in points:
        assert 0 < len(point.code) <= 32
        assert point.label
        assert "/" not in point.code
