"""Phone numbers as people type them."""

import pytest

from sosbox.lib.phone import WrongNumberError, is_same_number, normal_number


@pytest.mark.parametrize(
    "typed",
    [
        "+34 600 123 456",
        "600123456",
        "600 12 34 56",
        "(600) 12-34-56",
        "0034 600 123 456",
        "\u202a+34 600 123 456\u202c",
    ],
)
def test_one_number_has_one_form(typed: str) -> None:
    assert normal_number(typed, "ES") == "+34600123456"


def test_a_number_without_its_country_is_of_the_region() -> None:
    assert normal_number("912 345 678", "PT") == "+351912345678"
    assert normal_number("912 345 678", "ES") == "+34912345678"
    assert normal_number("+351 912 345 678", "ES") == "+351912345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "reception",
        "112",
        "+34 600",
        "+34 600 123 4567",
        "+999 600 123 456",
        "600 123 456 ext 3",
        "tel:+34600123456",
        "6" * 50,
        "+34 600 123 456;+34 600 123 457",
    ],
)
def test_what_no_network_knows_is_no_number(typed: str) -> None:
    with pytest.raises(WrongNumberError):
        normal_number(typed, "ES")


def test_without_a_region_a_number_needs_its_country() -> None:
    assert normal_number("+34600123456", "") == "+34600123456"
    with pytest.raises(WrongNumberError):
        normal_number("600123456", "")


def test_spellings_of_a_number_are_recognised() -> None:
    assert is_same_number("600 123 456", "+34600123456", "ES")
    assert not is_same_number("600 123 456", "+34600123457", "ES")
    assert not is_same_number("Vodafone", "Vodafone", "ES")
