"""Identifiers that people read, type, scan or must not guess."""

import re
from datetime import timedelta

import pytest

from sosbox.lib.ids import is_slug, new_access_point_token, new_reference
from tests.support.venue import NOON


def test_tokens_are_short_and_without_signs_that_print_confuses() -> None:
    for token in {new_access_point_token() for _ in range(200)}:
        assert re.fullmatch(r"[2-9a-z]{12}", token)
        assert not set(token) & set("01iluov")


def test_references_are_two_groups_of_four_signs_that_can_be_said() -> None:
    for reference in {new_reference(NOON) for _ in range(200)}:
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", reference)


def test_none_comes_twice() -> None:
    assert len({new_access_point_token() for _ in range(500)}) == 500
    assert len({new_reference(NOON) for _ in range(500)}) == 500


def test_every_sign_of_the_alphabets_is_used() -> None:
    assert len(set("".join(new_access_point_token() for _ in range(300)))) == 29
    assert len(set("".join(new_reference(NOON)[3:] for _ in range(300)))) == 33


@pytest.mark.parametrize("slug", ["a", "7", "hotel-mar", "a--b", "a" * 64])
def test_a_short_name_of_lower_case_letters_digits_and_hyphens_is_a_slug(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "text",
    ["", "-", "-a", "a-", "Hotel", "hotel mar", "hotel_mar", "año", "a/b", "..", "a\n", "a" * 65],
)
def test_anything_else_is_no_slug(text: str) -> None:
    assert not is_slug(text)


def test_references_sort_by_the_day_and_last_for_a_century() -> None:
    days = [NOON + timedelta(days=number) for number in (0, 1, 31, 1_000, 25_000)]
    references = [new_reference(day) for day in days]

    assert references == sorted(references)
    assert len({reference[:3] for reference in references}) == len(days)
