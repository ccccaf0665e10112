"""What the code on a piece says, and what a scan makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.pieces.codes import Scanned, piece_id_of, piece_number, piece_url, read_url

IDS = st.integers(0, 32**10 - 1)


@given(IDS)
def test_every_number_is_read_as_the_piece_that_it_was_made_for(piece_id: int) -> None:
    number = piece_number(piece_id)

    assert piece_id_of(number) == piece_id
    assert piece_id_of(number.upper()) == piece_id
    assert not set("ilou") & set(number)


@pytest.mark.parametrize("number", ["", "7k!", "o1", "1" * 11, "٣", "-1", " 7k"])
def test_what_is_no_number_of_a_piece_is_none(number: str) -> None:
    assert piece_id_of(number) is None


@given(IDS)
def test_the_address_of_a_piece_leads_to_its_place_and_names_the_piece(piece_id: int) -> None:
    url = piece_url("http://192.168.1.10:8080/p/k7m2x9q4abcd", piece_id)

    assert read_url(url) == Scanned("k7m2x9q4abcd", piece_id)


def test_a_code_from_a_screen_names_no_piece() -> None:
    assert read_url("https://sos.example/p/abc") == Scanned("abc", None)


def test_a_reference_beside_the_piece_does_no_harm() -> None:
    assert read_url("https://sos.example/hotel/p/abc?r=12&p=7k&lang=es") == Scanned("abc", 243)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WIFI:T:WPA;S:Guests;P:olas;;",
        "https://sos.example/t/abc",
        "https://sos.example/p/",
        "https://sos.example/p/a b",
        "ftp://sos.example/p/abc",
        "http://[::1/p/abc",
        "https://sos.example/p/abc?" + "x" * 600,
    ],
)
def test_codes_of_others_are_none_of_ours(text: str) -> None:
    assert read_url(text) is None


@given(st.text(max_size=600))
def test_whatever_was_scanned_is_read_without_an_error(text: str) -> None:
    found = read_url(text)

    assert found is None or found.token
