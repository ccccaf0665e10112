"""What every engine that translates has to keep.

An engine joins with a kit: something that it can translate with, and that can be taken from it.
They are in `tests/contracts/translator_kits/`.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sosbox.i18n import LANGUAGES
from sosbox.translation.contract import Pair, TranslationError, Translator
from sosbox.translation.engine_table import ENGINES, NONE
from sosbox.translation.registry import TRANSLATOR_FACTORIES
from tests.contracts.translator_kits import TRANSLATOR_KITS
from tests.contracts.translator_kits.base import TranslatorKit

# None of the engines has it in these tests.
UNKNOWN = Pair("nl", "ja")
NUM_THREADS = 8
NUM_OF_BATCH = 200

EVERY_SCRIPT = [
    "No hay agua en el baño",
    "Der Kühlschrank hört nicht auf",
    "В ванной нет воды",
    "浴室没有水",
    "お風呂の水が出ません",
    "لا يوجد ماء في الحمام",
    "Δεν υπάρχει νερό",
    "뜨거운 물이 안 나와요",
    "ห้องน้ำไม่มีน้ำ",
    "स्नानघर में पानी नहीं है",
    "💧👨‍👩‍👧🏳️‍🌈",
    "e\u0301 a\u030a \u200b\u200d\ufeff\u00ad",
    "\x07\x1b[31m\x7f\x85\u2028",
    "^agua<n>$ [b] {c} \\ / @ # * ~ % $1 {} <pad> </s> ▁ @@",
]


@pytest.fixture(params=TRANSLATOR_KITS)
def any_kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TranslatorKit]:
    kit = TRANSLATOR_KITS[request.param](tmp_path)
    yield kit
    kit.end()


@pytest.fixture(params=[name for name in TRANSLATOR_KITS if name != NONE])
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TranslatorKit]:
    """One of an engine that translates."""
    kit = TRANSLATOR_KITS[request.param](tmp_path)
    yield kit
    kit.end()


def _translate(kit: TranslatorKit, sentences: list[str]) -> list[str]:
    assert kit.pair is not None
    return kit.translator.translate(kit.pair, sentences)


# All engines --------------------------------------------------------------------------------------


def test_every_engine_is_held_to_this_contract() -> None:
    # The second kit of an engine says after its name what is different.
    names = {name.partition(" ")[0] for name in TRANSLATOR_KITS}
    assert names == set(TRANSLATOR_FACTORIES) == set(ENGINES)


def test_its_name_is_the_one_that_the_table_has(any_kit: TranslatorKit) -> None:
    assert any_kit.translator.name in TRANSLATOR_FACTORIES
    assert any_kit.translator.health().engine == any_kit.translator.name


def test_its_pairs_are_between_languages_of_the_box(any_kit: TranslatorKit) -> None:
    for pair in any_kit.translator.pairs():
        assert {pair.source, pair.target, *any_kit.translator.via(pair)} <= set(LANGUAGES)
        assert pair.source != pair.target
        assert not {pair.source, pair.target} & set(any_kit.translator.via(pair))


def test_a_pair_that_it_does_not_have_is_refused(any_kit: TranslatorKit) -> None:
    assert UNKNOWN not in any_kit.translator.pairs()
    with pytest.raises(TranslationError) as caught:
        any_kit.translator.translate(UNKNOWN, ["secret"])

    assert "secret" not in str(caught.value)


def test_closing_twice_does_no_harm(any_kit: TranslatorKit) -> None:
    any_kit.translator.close()
    any_kit.translator.close()

    assert any_kit.translator.health().engine == any_kit.translator.name


# Engines that translate ---------------------------------------------------------------------------


def test_each_sentence_gets_its_translation_in_their_order(kit: TranslatorKit) -> None:
    translated = _translate(kit, list(kit.examples))

    assert len(translated) == len(kit.examples)
    for found, expected in zip(translated, kit.examples.values(), strict=True):
        assert expected in found


def test_alone_a_sentence_is_translated_as_among_others(kit: TranslatorKit) -> None:
    together = _translate(kit, list(kit.examples))

    assert [_translate(kit, [sentence])[0] for sentence in kit.examples] == together


def test_no_sentences_are_no_translations(kit: TranslatorKit) -> None:
    assert _translate(kit, []) == []


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_a_sentence_without_words_takes_nobodys_place(kit: TranslatorKit, empty: str) -> None:
    example, expected = next(iter(kit.examples.items()))

    before, translated, after = _translate(kit, [empty, example, empty])
    assert expected in translated
    assert (before.strip(), after.strip()) == ("", "")


def test_a_long_sentence_is_one_sentence(kit: TranslatorKit) -> None:
    example = next(iter(kit.examples))
    words = example.rstrip(".?")
    long = ", ".join([words] * (500 // len(words) + 1))[:500]

    (translated,) = _translate(kit, [long])
    assert translated.strip()


def test_many_at_once_keep_their_places(kit: TranslatorKit) -> None:
    examples = list(kit.examples.items())
    batch = [examples[number % len(examples)] for number in range(NUM_OF_BATCH)]
    translated = _translate(kit, [sentence for sentence, _ in batch])

    assert len(translated) == NUM_OF_BATCH
    for found, (_, expected) in zip(translated, batch, strict=True):
        assert expected in found


def test_whatever_script_and_signs_come_each_gets_an_answer(kit: TranslatorKit) -> None:
    example, expected = next(iter(kit.examples.items()))
    mixed = [each for sentence in EVERY_SCRIPT for each in (sentence, example)]
    translated = _translate(kit, mixed)

    assert len(translated) == len(mixed)
    assert all(isinstance(found, str) for found in translated)
    assert all(expected in found for found in translated[1::2])


def test_many_threads_get_what_they_have_asked_for(kit: TranslatorKit) -> None:
    examples = list(kit.examples.items())

    def ask(number: int) -> bool:
        sentence, expected = examples[number % len(examples)]
        return all(expected in found for found in _translate(kit, [sentence] * 3))

    with ThreadPoolExecutor(NUM_THREADS) as pool:
        assert all(pool.map(ask, range(NUM_THREADS * 5)))


def test_all_is_well_before_the_first_sentence_and_after_it(kit: TranslatorKit) -> None:
    assert kit.pair in kit.translator.pairs()
    before = kit.translator.health()
    _translate(kit, list(kit.examples))
    after = kit.translator.health()

    assert (before.is_ready, before.problem) == (True, "")
    assert (after.is_ready, after.problem) == (True, "")


# What goes wrong ----------------------------------------------------------------------------------


def test_without_what_it_needs_it_says_so_and_comes_back(kit: TranslatorKit) -> None:
    sentences = list(kit.examples)
    expected = _translate(kit, sentences)
    kit.break_down()
    with pytest.raises(TranslationError) as caught:
        _translate(kit, sentences)
    assert not kit.translator.health().is_ready
    assert not any(sentence in str(caught.value) for sentence in sentences)

    kit.recover()
    assert _translate(kit, sentences) == expected
    assert kit.translator.health().is_ready


def test_what_works_for_it_may_be_ended_between_two_sentences(kit: TranslatorKit) -> None:
    sentences = list(kit.examples)
    expected = _translate(kit, sentences)
    kit.interrupt()

    assert _translate(kit, sentences) == expected


def test_once_closed_it_translates_nothing_more(kit: TranslatorKit) -> None:
    _translate(kit, list(kit.examples))
    kit.translator.close()

    with pytest.raises(TranslationError):
        _translate(kit, list(kit.examples))


def test_whoever_translates_while_it_is_closed_gets_an_answer_or_an_error(
    kit: TranslatorKit,
) -> None:
    sentences = list(kit.examples) * 50
    expected = _translate(kit, sentences)
    has_begun = threading.Event()

    def go_on() -> list[str]:
        outcomes = []
        for _ in range(20):
            has_begun.set()
            outcomes.append(_outcome(kit.translator, kit.pair, sentences))
        return outcomes

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(go_on) for _ in range(2)]
        has_begun.wait()
        kit.translator.close()
        outcomes = {outcome for each in both for outcome in each.result()}

    assert outcomes <= {"refused", "\n".join(expected)}


def _outcome(translator: Translator, pair: Pair | None, sentences: list[str]) -> str:
    assert pair is not None
    try:
        return "\n".join(translator.translate(pair, sentences))
    except TranslationError:
        return "refused"
