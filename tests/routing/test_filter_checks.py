"""What is typed into the form of a filter, taken or refused beside its field."""

from typing import Any

import pytest

from sosbox.errors import InvalidFieldsError
from sosbox.routing.filter_checks import FilterDraft, check_filter, check_word_list
from sosbox.routing.filters import FilterAction

POINTS = {"R-204": 10, "T-7": 11, "MAR/T-7": 11}


def _check(lists: list[str] | None = None, **typed: str) -> FilterDraft:
    return check_filter(
        {"name": "Casino", "action": "quarantine", **typed},
        lists=lists or [],
        points=POINTS,
        houses=[1],
        languages=["es", "gl", "en"],
    )


def _problems(lists: list[str] | None = None, **typed: str) -> set[str]:
    with pytest.raises(InvalidFieldsError) as caught:
        _check(lists, **typed)
    return set(caught.value.fields)


def test_everything_that_can_be_typed_is_stored_as_the_matcher_reads_it() -> None:
    draft = _check(
        ["en", "es"],
        establishment="1",
        words=" casino \n\n-hotel\ncasino",
        pattern="gratis|free",
        links="2",
        repeated="5",
        same_within_minutes="60",
        similar="90",
        similar_within_minutes="120",
        contacts="spam@example.com\n+34 600 123 456",
        receipts="2df7-k9mx",
        access_points="r-204\nmar/t-7\nT-7",
        burst="5",
        burst_minutes="10",
    )
    assert draft == FilterDraft(
        "Casino",
        FilterAction.QUARANTINE,
        1,
        {
            "words": ["casino", "-hotel"],
            "lists": ["es", "en"],
            "pattern": "gratis|free",
            "links": 2,
            "repeated": 5,
            "same_within_minutes": 60,
            "similar": 90,
            "similar_within_minutes": 120,
            "contacts": ["spam@example.com", "+34 600 123 456"],
            "receipts": ["2DF7-K9MX"],
            "access_points": [10, 11],
            "burst": 5,
            "burst_minutes": 10,
        },
    )


def test_what_is_left_open_is_not_stored() -> None:
    assert _check(links="1").conditions == {"links": 1}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"links": "0"}, "links"),
        ({"links": "many"}, "links"),
        ({"links": "1.5"}, "links"),
        ({"links": "-1"}, "links"),
        ({"repeated": "2"}, "repeated"),
        ({"same_within_minutes": "100000"}, "same_within_minutes"),
        ({"similar": "49", "similar_within_minutes": "10"}, "similar"),
        ({"similar": "90"}, "similar_within_minutes"),
        ({"similar_within_minutes": "10"}, "similar"),
        ({"burst": "5"}, "burst_minutes"),
        ({"burst": "1", "burst_minutes": "10"}, "burst"),
        ({"pattern": "("}, "pattern"),
        ({"pattern": "a" * 501}, "pattern"),
        ({"words": "casino\n!!!"}, "words"),
        ({"words": "x" * 201}, "words"),
        ({"words": "\n".join(map(str, range(501)))}, "words"),
        ({"contacts": "somebody"}, "contacts"),
        ({"receipts": "my case"}, "receipts"),
        ({"access_points": "R-999"}, "access_points"),
        ({"links": "1", "name": ""}, "name"),
        ({"links": "1", "name": "x" * 61}, "name"),
        ({"links": "1", "action": "drop"}, "action"),
        ({"links": "1", "action": ""}, "action"),
        ({"links": "1", "establishment": "2"}, "establishment"),
        ({}, "conditions"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(typed: dict[str, Any], field: str) -> None:
    assert _problems(**typed) == {field}


def test_a_language_that_nobody_offered_is_refused() -> None:
    assert _problems(["xx"]) == {"lists"}


def test_a_word_list_is_one_word_a_line() -> None:
    assert check_word_list(" tonto \r\n\r\ntonto\nmás que tonto") == ["tonto", "más que tonto"]


def test_an_empty_word_list_is_a_list() -> None:
    assert check_word_list(" \n ") == []


@pytest.mark.parametrize("typed", ["tonto\n...", "x" * 61, "\n".join(map(str, range(2_001)))])
def test_a_word_list_with_something_else_in_it_is_refused(typed: str) -> None:
    with pytest.raises(InvalidFieldsError):
        check_word_list(typed)
