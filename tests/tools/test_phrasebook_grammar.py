"""The sentences that the models of the phrasebook learn: each has one meaning, and some are kept
back."""

import random
import re
from collections.abc import Iterator

import pytest

from tools.phrasebook_grammar import LANGUAGES, Grammar, Kind, Pair, Phrase, capitalized
from tools.phrasebook_sentences import PHRASEBOOK

NUM_DRAWN = 5_000


def _drawn(source: str, *, is_held_out: bool = False, noise: bool = True) -> Iterator[Pair]:
    draw = random.Random(1)
    for _ in range(NUM_DRAWN):
        yield PHRASEBOOK.draw(draw, source, is_held_out=is_held_out, noise=noise)


def _say(sentence: Phrase, *fillings: Phrase, source: str = "es", noise: bool = False) -> Pair:
    grammar = Grammar(
        [Kind(1, [sentence])],
        {"thing": fillings},
        {"room": ["7301"], "time": ["H:M"]},
        openings=[Phrase("", "")],
        endings=[Phrase("", "")],
    )
    pair = grammar.draw(random.Random(4), source, is_held_out=False, noise=noise)
    return Pair(pair.source.strip("¡!."), pair.target.strip("¡!."))


@pytest.mark.parametrize("source", LANGUAGES)
def test_no_sentence_has_two_translations(source: str) -> None:
    meanings: dict[str, str] = {}
    for pair in _drawn(source):
        assert meanings.setdefault(pair.source, pair.target) == pair.target


@pytest.mark.parametrize("source", LANGUAGES)
def test_numbers_stand_in_both_languages(source: str) -> None:
    for pair in _drawn(source):
        numbers = [sorted(re.findall(r"\d+", text)) for text in (pair.source, pair.target)]
        assert numbers[0] == numbers[1]


@pytest.mark.parametrize("source", LANGUAGES)
def test_no_slot_is_left_open(source: str) -> None:
    for pair in _drawn(source):
        assert not set("{}[]|") & set(pair.source + pair.target)


def test_what_is_held_out_is_never_trained_on() -> None:
    trained = {_without_numbers(pair.source) for pair in _drawn("en", noise=False)}
    held_out = {
        _without_numbers(pair.source) for pair in _drawn("en", is_held_out=True, noise=False)
    }
    assert held_out
    assert not trained & held_out


def test_the_same_seed_gives_the_same_sentences() -> None:
    assert list(_drawn("es")) == list(_drawn("es"))


def test_adjectives_and_verbs_follow_the_noun() -> None:
    broken = Phrase("{thing} está[/n] rot[o/a/os/as]", "{thing} [is/are] broken")

    assert _say(broken, Phrase("la luz", "the light", "f")) == Pair(
        "La luz está rota", "The light is broken"
    )
    assert _say(broken, Phrase("las luces", "the lights", "f", is_plural=True)) == Pair(
        "Las luces están rotas", "The lights are broken"
    )
    assert _say(broken, Phrase("los vasos", "the glasses", "m", is_plural=True)).source == (
        "Los vasos están rotos"
    )


def test_other_ways_to_say_it_are_read_and_never_written() -> None:
    thanks = Phrase("gracias|muchas gracias", "thanks|many thanks")
    draw = random.Random(1)
    grammar = Grammar(
        [Kind(1, [thanks])], {}, {}, openings=[Phrase("", "")], endings=[Phrase("", "")]
    )
    pairs = [grammar.draw(draw, "en", is_held_out=False, noise=True) for _ in range(100)]

    assert {pair.source.strip("!.").lower() for pair in pairs} == {"thanks", "many thanks"}
    assert {pair.target.strip("¡!.") for pair in pairs} == {"Gracias"}


def test_times_are_of_the_day() -> None:
    for pair in _drawn("es", noise=False):
        for hour, minute in re.findall(r"(\d+):(\d+)", pair.source):
            assert int(hour) < 24
            assert int(minute) < 60


def test_the_first_letter_is_large_after_an_inverted_mark_too() -> None:
    assert [capitalized(text) for text in ("¿dónde?", "hola", "")] == ["¿Dónde?", "Hola", ""]


def _without_numbers(text: str) -> str:
    """Held out are combinations of words, whatever the numbers in them and the marks around."""
    return re.sub(r"\d[\d:]*", "0", text)
