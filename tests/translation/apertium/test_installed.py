"""Debian's own Apertium, as `make test` installs it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosbox.translation.apertium.engine import PACKAGES, ApertiumTranslator
from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import APERTIUM_FIRST
from tests.support.apertium import ES_GL, IS_INSTALLED

ENSURE = Path(__file__).parents[3] / "installer" / "ensure-apertium"


@pytest.fixture(scope="module")
def engine() -> Iterator[ApertiumTranslator]:
    if not IS_INSTALLED:
        missing = "Apertium is not installed: installer/ensure-apertium does it"
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)
    engine = ApertiumTranslator(timeout_s=60)
    yield engine
    engine.close()


def _translated(engine: ApertiumTranslator, pair: str, sentence: str) -> str:
    (translated,) = engine.translate(Pair.parse(pair), [sentence])
    return translated


def test_the_pairs_for_which_it_is_the_first_choice_are_there(engine: ApertiumTranslator) -> None:
    assert engine.pairs() >= APERTIUM_FIRST
    assert engine.health().problem == ""


def test_what_the_box_names_is_what_the_tests_install() -> None:
    assert f'packages="{" ".join(PACKAGES)}"' in ENSURE.read_text("utf-8")


@pytest.mark.parametrize(
    ("pair", "sentence", "expected"),
    [
        (
            "es-gl",
            "No hay agua caliente en la habitación 204.",
            "Non hai auga quente na habitación 204.",
        ),
        (
            "gl-es",
            "Xa chamamos ao fontaneiro, virá ás 10:30",
            "Ya llamamos al fontanero, vendrá a las 10:30",
        ),
        ("es-ca", "Necesitamos dos toallas", "Necessitem dues tovalloles"),
        ("es-pt", "Mañana vendrá el técnico", "Amanhã virá o técnico"),
        ("pt-gl", "Não há água quente no quarto 12", "Non hai auga quente no cuarto 12"),
    ],
)
def test_sentences_of_a_hotel_are_translated(
    engine: ApertiumTranslator, pair: str, sentence: str, expected: str
) -> None:
    assert _translated(engine, pair, sentence) == expected


@pytest.mark.parametrize("pair", sorted(map(str, APERTIUM_FIRST)))
def test_words_that_it_does_not_know_carry_no_mark(engine: ApertiumTranslator, pair: str) -> None:
    translated = _translated(engine, pair, "Blorfa zurkt en 2204-X, (Zworp) Hildegard!")

    assert "blorfa" in translated.lower()
    assert not set(translated) & set("*#@/^$<>")


@pytest.mark.parametrize("pair", sorted(map(str, APERTIUM_FIRST)))
@pytest.mark.parametrize(
    "sentence",
    [
        "Escriba a ana@playa.es",
        "Vea https://playa.es/hay_agua?y=1&o=[2]",
        "a@b @ @@ www.playa.es",
    ],
)
def test_addresses_come_through(engine: ApertiumTranslator, pair: str, sentence: str) -> None:
    translated = _translated(engine, pair, sentence)

    for word in sentence.split():
        if "." in word:
            assert word in translated


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.text(
            alphabet=st.sampled_from(
                "aeosldn áñç.,;:!?¿'\"()[]{}<>^$\\/@#*+~_-=&%|\n\t\x1f\x85 水 💧07"
            ),
            max_size=40,
        )
        | st.text(max_size=40),
        max_size=8,
    )
)
def test_whatever_is_typed_each_sentence_gets_its_own_answer(
    engine: ApertiumTranslator, sentences: list[str]
) -> None:
    together = engine.translate(ES_GL, sentences)
    for sentence, translated in zip(sentences, together, strict=True):
        assert engine.translate(ES_GL, [sentence]) == [translated]
        for sign in "*#@^$<>[]{}\\":
            assert translated.count(sign) == sentence.count(sign)
