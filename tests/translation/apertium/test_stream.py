"""Sentences in Apertium's format: whatever guests type, it comes back and commands nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.translation.apertium.stream import GarbledError, from_stream, to_stream

END = "[][0\n]"


def _there_and_back(sentence: str) -> str:
    sent = to_stream(sentence)
    return from_stream(sent, sent.raw) if sent.raw else sent.sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "No hay agua caliente en la habitación 204.",
        "No hay agua",
        "¿Qué?",
        "sube a / baja de la [planta] {2} ^ $5 <b>ya</b> \\ ~ _ *x #y +z",
        "ana@playa.es",
        "Escriba a ana@playa.es, o a luis.paz@mar.example.",
        "(mire www.playa.es)",
        "https://playa.es/a_b?c=d&e=f#g/h",
        "@",
        "Hab.\t204\n\nagua   fría",
        "水がない 💧👨‍👩‍👧 لا ماء Вода",
        "nunca antes …",
        "Xzqa y ana@mar.es",
        " ".join(f"a{number}@mar.es" for number in range(40)),
        "a" * 100_000,
    ],
)
def test_what_is_not_translated_comes_back_as_it_was(sentence: str) -> None:
    assert _there_and_back(sentence) == sentence


@given(st.text())
def test_no_text_is_lost_on_the_way(sentence: str) -> None:
    def letters(text: str) -> str:
        return re.sub(r"\s", "", to_stream(text).raw.decode())

    if "\0" not in sentence and not any("\ud800" <= sign <= "\udfff" for sign in sentence):
        assert letters(_there_and_back(sentence)) == letters(sentence)


@given(st.text(alphabet="ab @\\[]^$<>{}/~\n\0."))
def test_nothing_that_is_written_ends_a_block_or_opens_a_bracket(sentence: str) -> None:
    raw = to_stream(sentence).raw.decode()
    bare = re.sub(r"\\.", "", raw)

    assert "\0" not in raw
    assert re.fullmatch(r"(?:[^\[\]^$<>{}/@\\]|\[[^\[\]]*\])*", bare)


@pytest.mark.parametrize("sentence", ["", " ", "\n\t", "\0"])
def test_for_a_sentence_without_a_word_nobody_is_asked(sentence: str) -> None:
    assert to_stream(sentence).raw == b""


def test_the_space_around_a_sentence_stays() -> None:
    sent = to_stream("  Hola \n")

    assert from_stream(sent, f"Ola.{END}".encode()) == "  Ola \n"


@pytest.mark.parametrize(("sentence", "is_added"), [("Hola", True), ("Hola.", False)])
def test_a_sentence_that_does_not_end_gets_a_dot_that_goes_again(
    sentence: str, *, is_added: bool
) -> None:
    sent = to_stream(sentence)

    assert sent.raw == f"Hola.{END}".encode()
    assert from_stream(sent, f"Ola.{END}".encode()) == ("Ola" if is_added else "Ola.")


def test_a_dot_that_has_wandered_before_a_space_goes_too() -> None:
    assert from_stream(to_stream("a  del baño"), f"ao do baño.[  ]{END}".encode()) == "ao do baño"


def test_an_address_is_not_translated() -> None:
    sent = to_stream("Vea https://playa.es/hay o escriba a ana@playa.es.")

    assert b"playa" not in sent.raw
    back = sent.raw.replace(b"escriba a", b"escriba a la")
    assert from_stream(sent, back) == "Vea https://playa.es/hay o escriba a la ana@playa.es."


def test_an_address_stays_where_the_translation_has_put_it_whatever_the_case() -> None:
    sent = to_stream("De ana@mar.es")
    word = next(iter(sent.addresses))

    assert from_stream(sent, f"{word.upper()} escribe.{END}".encode()) == "ana@mar.es escribe"


def test_where_an_address_is_lost_the_sentence_is_not_translated() -> None:
    sent = to_stream("Escriba a ana@mar.es")

    assert from_stream(sent, f"Escriba a.{END}".encode()) == "Escriba a ana@mar.es"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Ola",
        b"Ola.[]",
        b"Ola.[][1\n]",
        b"Ola.[][0\n] Ola",
        b"\xff[][0\n]",
        b"^ola<n>$.[][0\n]",
    ],
)
def test_what_is_no_sentence_is_not_taken_for_one(raw: bytes) -> None:
    with pytest.raises(GarbledError):
        from_stream(to_stream("Hola"), raw)
