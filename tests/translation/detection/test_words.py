"""Words and spellings, each for the languages that have it."""

import pytest

from sosbox.translation.detection.cleaning import words_alone
from sosbox.translation.detection.words import evidence


def _most(text: str) -> str:
    said = evidence(text)
    return max(said, key=lambda language: said[language])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("gl", "moi"),
        ("gl", "unha"),
        ("gl", "hoxe"),
        ("gl", "non graciñas"),
        ("pt", "não"),
        ("pt", "nao"),
        ("pt", "lembrancinha"),
        ("es", "muy"),
        ("ca", "molt"),
        ("ca", "amb"),
        ("eu", "ez"),
        ("it", "gli"),
        ("fr", "très"),
        ("de", "nicht"),
        ("nl", "niet"),
        ("en", "the"),
    ],
)
def test_a_word_speaks_for_its_language(language: str, text: str) -> None:
    assert _most(text) == language


def test_a_word_of_many_languages_says_less_than_one_of_a_single() -> None:
    assert evidence("no")["es"] < evidence("hay")["es"]


def test_accents_and_capitals_make_no_difference() -> None:
    assert evidence("MÁIS TAMÉN") == evidence("mais tamen")


def test_a_word_that_is_repeated_counts_once() -> None:
    assert evidence("moi moi moi moi") == evidence("moi")


@pytest.mark.parametrize("text", ["", "zzz", "123", "???", "房间"])
def test_what_is_in_no_list_says_nothing(text: str) -> None:
    assert evidence(text) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mira https://mar.example/a b", "mira b"),
        ("ana@mar.example, hola", "hola"),
        ("HAB-204 a las 10:30", "a las"),
        ("@hotel #mar wifi_mar", ""),
        ("💧 agua 👨‍👩‍👧fría", "agua fría"),
        ("204号室のお湯", "号室のお湯"),
        ("", ""),
    ],
)
def test_what_is_the_same_in_every_language_is_left_out(text: str, words: str) -> None:
    assert words_alone(text) == words
