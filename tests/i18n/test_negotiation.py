"""Accept-Language headers, the odd ones most of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.i18n import LANGUAGES, negotiate

OFFERED = ("es", "gl", "en")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gl", "gl"),
        ("GL", "gl"),
        ("es-MX", "es"),
        ("es-419, en;q=0.5", "es"),
        ("de, fr;q=0.9, en;q=0.1", "en"),
        ("en;q=0.3, gl;q=0.8", "gl"),
        ("en, gl", "en"),
        ("en;q=0.5, gl;q=0.5", "en"),
        ("en;Q=0.1, gl;q=0.2", "gl"),
        (" gl ; q = 0.8 , en;q=0.7", "gl"),
        ("de, *;q=0.5, gl;q=0.1", "es"),
        ("gl;q=0.001", "gl"),
        ("en;q=7, gl", "en"),
        ("gl;level=1, en", "gl"),
    ],
)
def test_the_best_language_on_offer_is_found(header: str, expected: str) -> None:
    assert negotiate(header, OFFERED, "es") == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ca-ES-valencia, es;q=0.8", "ca"),
        ("pt-BR", "pt"),
        ("fr-CH, de;q=0.9", "fr"),
        ("de-AT", "de"),
        ("zh-Hant-TW, zh;q=0.9", "zh"),
        ("ar-MA", "ar"),
        ("sv, nl-BE;q=0.5", "nl"),
        ("sv-SE, fi", "es"),
    ],
)
def test_a_phone_from_elsewhere_gets_its_language_where_all_are_on_offer(
    header: str, expected: str
) -> None:
    assert negotiate(header, list(LANGUAGES), "es") == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_found_by_its_own_code(language: str) -> None:
    assert negotiate(language, list(LANGUAGES), "xx") == language


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "*",
        "de, fr",
        "gl;q=0",
        "gl;q=0.0, en;q=-1",
        "gl;q=much",
        "gl;q=",
        "gl;q=nan",
        "gl;q=0,5x",
        "g l",
        ",;,=,;q=1,",
        "-gl",
        "galego",
        "español",
        "gl\x00",
        "*;q=1, gl;q=0.9",
        "x" * 100_000 + ",gl",
    ],
)
def test_what_cannot_be_read_or_offered_leaves_the_default(header: str) -> None:
    assert negotiate(header, OFFERED, "es") == "es"


def test_nothing_on_offer_leaves_the_default() -> None:
    assert negotiate("es, gl", (), "en") == "en"


def test_only_what_is_on_offer_is_chosen() -> None:
    assert negotiate("gl, es;q=0.5", ("es", "en"), "en") == "es"


@given(st.text(st.characters(), max_size=300) | st.text("eslgn-*;q=0.19, ", max_size=300))
def test_any_header_is_answered_with_a_language_on_offer(header: str) -> None:
    assert negotiate(header, OFFERED, "es") in OFFERED
