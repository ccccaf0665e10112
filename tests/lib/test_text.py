"""Texts as people type them, and as they are kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.lib.text import (
    clean,
    excerpt,
    fold,
    group_digits,
    is_blank,
    is_email,
    is_phone,
    isolated,
)

# Whatever Python can hold, lone surrogates included.
ANYTHING = st.text(st.characters())


@given(ANYTHING)
def test_a_cleaned_text_can_be_stored_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned == cleaned.strip()
    assert not [
        char for char in cleaned if unicodedata.category(char) == "Cc" and char not in "\n\t"
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("  padded \n", "padded"),
        ("a\tb", "a\tb"),
        ("bell\x07 escape\x1b[2J nul\x00 c1\x9b", "bell escape[2J nul c1"),
        ("end\n\ud800", "end"),
        ("\ud83d broken", "broken"),
        ("Señor 👩‍👩‍👧 مرحبا 你好", "Señor 👩‍👩‍👧 مرحبا 你好"),
        ("", ""),
    ],
)
def test_cleaning_takes_away_only_what_no_script_needs(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0\u3000", "\u200b\u200d\ufeff", "\u2028"])
def test_a_text_of_which_nothing_is_seen_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "0", "\u200ba", "👍", "ñ"])
def test_a_text_of_which_something_is_seen_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@given(ANYTHING, st.integers(min_value=1, max_value=200))
def test_an_excerpt_is_one_line_of_the_text_and_never_too_long(text: str, length: int) -> None:
    short = excerpt(text, length)
    assert len(short) <= length
    assert len(short.splitlines()) <= 1
    assert short.removesuffix("…") in text


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("\n \n  The tap drips  \nsince noon", 140, "The tap drips"),
        ("The tap drips", 13, "The tap drips"),
        ("The tap drips", 12, "The tap…"),
        ("Unbreakable", 6, "Unbre…"),
        ("a very-long-word-after-a-short-one", 20, "a very-long-word-af…"),
        (" \n ", 10, ""),
    ],
)
def test_an_excerpt_ends_at_a_word_where_one_is_near(text: str, length: int, expected: str) -> None:
    assert excerpt(text, length) == expected


@given(st.text(st.characters(codec="utf-8")))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE"),
        ("Cafe\u0301", "café"),
        ("Straße", "STRASSE"),
        ("ﬁn", "FIN"),
        ("𝐇𝐞𝐥𝐩", "help"),
        ("ÑANDÚ", "nandu"),
        ("Ωμέγα", "ωμεγα"),
        ("ABC", "abc"),
    ],
)
def test_texts_that_people_take_for_the_same_are_found(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("casa", "caza"), ("й", "j"), ("你", "好"), ("1", "l")])
def test_other_letters_stay_others(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "address",
    [
        "dora@example.com",
        "dora.fernandez@example.com",
        "d+o'r{a}@mail.mar.example",
        "sosbox@localhost",
        f"{'a' * 64}@{'b' * 63}.example",
    ],
)
def test_an_address_that_mail_servers_take_is_one(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dora",
        "@example.com",
        "dora@",
        "dora@@example.com",
        "dora example@example.com",
        "dora@exam ple.com",
        ".dora@example.com",
        "dora.@example.com",
        "do..ra@example.com",
        "dora@-example.com",
        "dora@example-.com",
        "dora@example..com",
        "dora@example.com.",
        "dora@example.com\n",
        "dora@example.com\nBcc: all@example.com",
        "Dora <dora@example.com>",
        "dora@example.com, otto@example.com",
        '"dora"@example.com',
        "dorá@example.com",
        "dora@exámple.com",
        f"{'a' * 65}@example.com",
        f"dora@{'b' * 64}.example",
        f"dora@{'.'.join(['b' * 60] * 4)}.example",
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    assert not is_email(address)


@given(ANYTHING)
def test_no_address_ever_holds_a_space_or_a_line_end(address: str) -> None:
    assert not is_email(address) or (address.isascii() and address.isprintable())
    assert not is_email(address + "\n")


@pytest.mark.parametrize(
    "number",
    ["+34 600 123 456", "981000000", "(0034) 981-000.000", "112 112", "+1/234/567", "٠١٢٣٤٥٦"],
)
def test_a_number_with_the_usual_signs_is_a_phone_number(number: str) -> None:
    assert is_phone(number)


@pytest.mark.parametrize(
    "number",
    ["", "12345", "1234567890123456", "++34600123456", "600 123 456+", "call 600123456", "²²²²²²"],
)
def test_anything_else_is_no_phone_number(number: str) -> None:
    assert not is_phone(number)


@given(st.text("0123456789", max_size=40), st.integers(min_value=1, max_value=8))
def test_grouping_digits_only_adds_spaces(code: str, size: int) -> None:
    grouped = group_digits(code, size)
    assert grouped.replace(" ", "") == code
    assert all(len(group) == size for group in grouped.split(" ")[:-1])


def test_a_receipt_code_is_four_groups_of_four() -> None:
    assert group_digits("1234567890123456") == "1234 5678 9012 3456"


def test_from_right_to_left_what_is_put_in_keeps_its_order() -> None:
    assert isolated("2345-6789", "rtl") == "\u20682345-6789\u2069"


@pytest.mark.parametrize(("text", "direction"), [("2345-6789", "ltr"), ("", "rtl"), ("", "ltr")])
def test_what_cannot_lose_its_order_is_left_alone(text: str, direction: str) -> None:
    assert isolated(text, direction) == text
