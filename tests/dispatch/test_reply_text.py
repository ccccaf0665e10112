"""Answers to notices as they are typed on a phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.dispatch.reply_text import read_words


@pytest.mark.parametrize(
    "text",
    [
        "OK 4217",
        "4217",
        "ok4217",
        "Ok. 4217!",
        "vale 4217",
        "  Vale, 4217. ",
        "Sí 4217",
        "OK\n4217",
        "\U0001f44d 4217",
        "ok 4217 \U0001f44d\U0001f3fb",
        "Recibido: 4217",
        "٤٢١٧",
    ],
)
def test_a_code_alone_says_that_somebody_takes_care(text: str) -> None:
    words = read_words(text)

    assert words.code == "4217"
    assert words.is_consent_alone
    assert words.must_be_code


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("OK 4217 we are coming", "we are coming"),
        ("4217: we are coming", "we are coming"),
        ("Vale 4217, ¿qué toallas?", "¿qué toallas?"),
        ("4217\nPaco goes up\nin ten minutes", "Paco goes up\nin ten minutes"),
        ("ok 4217 - 2 towels", "2 towels"),
    ],
)
def test_what_follows_the_code_is_a_message(text: str, rest: str) -> None:
    words = read_words(text)

    assert (words.code, words.rest) == ("4217", rest)
    assert not words.is_consent_alone


@pytest.mark.parametrize("text", ["OK", "ok.", "Vale", "vale!", "Sí", "\U0001f44d", "Voy", "yes "])
def test_consent_needs_no_code(text: str) -> None:
    words = read_words(text)

    assert words.is_consent_alone
    assert not words.code


@pytest.mark.parametrize(
    "text",
    [
        "We are coming",
        "OK, we are coming",
        "okra is off the menu",
        "Voyager",
        "Si no hay toallas, avisad",
        "204 is ready",
        "42175 is ready",
        "4217bis is ready",
        "0421 is ready",
        "Room 4217 is ready",
        "+34 600 123 456",
        "no",
    ],
)
def test_all_else_is_a_message_as_it_stands(text: str) -> None:
    words = read_words(text)

    assert words.rest == text
    assert not words.code
    assert not words.is_consent_alone


def test_digits_with_words_behind_them_may_be_a_price() -> None:
    assert not read_words("1200 euros").must_be_code
    assert read_words("ok 1200 euros").must_be_code


@pytest.mark.parametrize("text", ["", "  ", "...", "?", "\u200b"])
def test_what_says_nothing_is_no_consent(text: str) -> None:
    words = read_words(text)

    assert (words.code, words.rest) == ("", "")
    assert not words.is_consent_alone


@given(st.text(max_size=300))
def test_any_text_can_be_taken_apart(text: str) -> None:
    words = read_words(text)

    assert words.code == "" or (words.code.isascii() and len(words.code) == 4)
    assert words.rest in text


@pytest.mark.parametrize("piece", ["ok ", "\n", "4217 ", "-", "oko"])
def test_a_text_made_to_keep_the_box_busy_is_read_all_the_same(piece: str) -> None:
    read_words(piece * 20_000)
