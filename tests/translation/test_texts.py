"""Translations of whole texts, whatever the engines do."""

import logging
import re
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbox.translation.contract import Pair, TranslationError, Translator
from sosbox.translation.engine_table import APERTIUM, ARGOS, NONE, EngineTable
from sosbox.translation.glossary import Glossary, Term
from sosbox.translation.texts import Outcome, Text, TextTranslator, Translation
from tests.support.translators import (
    ES_EN,
    ES_GL,
    DigitLosingTranslator,
    EchoTranslator,
    FailingTranslator,
    JunkTranslator,
    ScriptedTranslator,
    SlowTranslator,
    echo,
)

BROKEN = TranslationError("The language package is broken.")


def translator(*engines: Translator, **chosen: str) -> TextTranslator:
    """With a table of an owner who has chosen, for "es_en", this engine."""
    pairs = {Pair.parse(pair.replace("_", "-")): engine for pair, engine in chosen.items()}
    return TextTranslator(engines, lambda: EngineTable(pairs))


def one(
    text: str,
    *engines: Translator,
    pair: Pair = ES_EN,
    glossary: Glossary | None = None,
    names: frozenset[str] = frozenset(),
) -> Translation:
    return translator(*engines).translate([Text(text, pair, glossary or Glossary(), names)])[0]


def two(apertium: Translator, argos: Translator, text: str) -> Translation:
    """Between close languages, for which there are two engines."""
    apertium.name, argos.name = APERTIUM, ARGOS
    return one(text, apertium, argos, pair=ES_GL)


def test_every_sentence_is_translated_and_put_in_its_place() -> None:
    made = one("La ducha gotea. ¿Quién viene?\n\n- Gracias \n", EchoTranslator(ES_EN))

    assert made == Translation(
        Outcome.DONE,
        "La-en ducha-en gotea-en. ¿Quién-en viene-en?\n\n- Gracias-en \n",
        "argos",
    )


def test_what_is_protected_comes_through() -> None:
    made = one(
        "El Sr. García pide la clave Hotel_Mar2024! en Ana Mar, hab. R-204, a las 10.30 😀",
        EchoTranslator(ES_EN),
        names=frozenset({"Ana Mar"}),
    )

    assert made.outcome == Outcome.DONE
    for kept in ("García", "Hotel_Mar2024!", "Ana Mar", "R-204", "10.30", " 😀"):
        assert kept in made.text


def test_the_engine_never_sees_what_is_protected() -> None:
    engine = EchoTranslator(ES_EN)

    one("La clave es Hotel_Mar2024! y el correo ana@mar.es", engine)

    assert engine.sentences == ["La clave es 7301 y el correo 7338"]


def test_the_glossary_holds_in_both_directions() -> None:
    glossary = Glossary((Term("Náutica", {"en": "Nautica Restaurant"}),))
    engine = EchoTranslator(ES_EN, ES_EN.reverse)

    there = one("Cené en la náutica.", engine, glossary=glossary)
    back = one("At the nautica restaurant.", engine, pair=ES_EN.reverse, glossary=glossary)

    assert there.text == "Cené-en en-en la-en Nautica Restaurant."
    assert back.text == "At-es the-es Náutica."


@pytest.mark.parametrize("text", ["", "  \n", "👍", "204", "R-204, 10.30", "https://mar.es", "???"])
def test_a_text_without_words_is_done_without_an_engine(text: str) -> None:
    assert one(text) == Translation(Outcome.DONE, text)


def test_a_term_alone_needs_no_engine() -> None:
    made = one("¡Náutica!", glossary=Glossary((Term("Náutica", {"en": "Nautica"}),)))

    assert made == Translation(Outcome.DONE, "¡Nautica!")


def test_a_text_in_its_own_language_stays_as_it_is() -> None:
    engine = EchoTranslator(ES_EN)

    made = one("Hola.Soy yo", engine, pair=Pair("es", "es"))

    assert made == Translation(Outcome.DONE, "Hola.Soy yo")
    assert engine.calls == []


def test_sentences_of_all_texts_go_in_one_call_for_each_pair_and_each_but_once() -> None:
    engine = EchoTranslator(ES_EN, ES_EN.reverse)
    texts = [
        Text("Hola. Estoy en R-204.", ES_EN),
        Text("Thanks.", ES_EN.reverse),
        Text("Hola. Estoy en R-305. Hola.", ES_EN),
    ]

    made = translator(engine).translate(texts)

    assert engine.calls == [
        (ES_EN, ("Hola.", "Estoy en 7301.")),
        (ES_EN.reverse, ("Thanks.",)),
    ]
    assert [translation.text for translation in made] == [
        "Hola-en. Estoy-en en-en R-204.",
        "Thanks-es.",
        "Hola-en. Estoy-en en-en R-305. Hola-en.",
    ]


def test_nothing_to_translate_asks_nobody() -> None:
    engine = EchoTranslator(ES_EN)

    assert translator(engine).translate([]) == []
    assert engine.calls == []


def test_the_languages_in_between_are_named() -> None:
    assert one("Hola amigos", EchoTranslator(ES_EN, over="fr")).engine == "argos, fr"


def test_japanese_is_put_together_without_spaces_and_taken_apart_without() -> None:
    es_ja = Pair("es", "ja")
    there = ScriptedTranslator({"Sucia.": "汚い。", "Nadie.": "誰も。"}.__getitem__, es_ja)
    back = ScriptedTranslator({"汚い。": "Sucia.", "誰も。": "Nadie."}.__getitem__, es_ja.reverse)

    assert one("Sucia. Nadie.", there, pair=es_ja).text == "汚い。誰も。"
    assert one("汚い。誰も。", back, pair=es_ja.reverse).text == "Sucia. Nadie."


def test_a_text_of_any_size_is_translated() -> None:
    engine = EchoTranslator(ES_EN)

    made = one("La cama está rota, " * 2_000, engine)

    assert made.outcome == Outcome.DONE
    assert made.text.count("cama-en") == 2_000
    assert max(map(len, engine.sentences)) <= 400


# Pairs and engines


def test_a_pair_that_no_engine_offers_is_unavailable() -> None:
    engine = EchoTranslator(ES_GL)

    assert one("Hola amigos", engine) == Translation(Outcome.UNAVAILABLE)
    assert engine.calls == []


def test_a_pair_that_the_owner_has_switched_off_is_unavailable() -> None:
    texts = translator(EchoTranslator(ES_EN), es_en=NONE)

    assert texts.translate([Text("Hola amigos", ES_EN)]) == [Translation(Outcome.UNAVAILABLE)]
    assert not texts.can(ES_EN)


def test_an_engine_that_is_not_here_is_passed_over() -> None:
    assert one("Hola amigos", EchoTranslator(ES_GL), pair=ES_GL).engine == "argos"


def test_an_unavailable_pair_does_not_hold_up_another() -> None:
    made = translator(EchoTranslator(ES_EN)).translate(
        [Text("Hola amigos", ES_GL), Text("Hola amigos", ES_EN)]
    )

    assert [translation.outcome for translation in made] == [Outcome.UNAVAILABLE, Outcome.DONE]


def test_it_tells_what_it_can_do() -> None:
    texts = translator(EchoTranslator(ES_EN), EchoTranslator(ES_GL, name=APERTIUM))

    assert texts.can(ES_EN)
    assert texts.can(ES_GL)
    assert texts.can(Pair("es", "es"))
    assert not texts.can(ES_EN.reverse)


def test_the_table_is_asked_anew_so_that_the_owner_may_change_it() -> None:
    chosen = {ES_EN: NONE}
    texts = TextTranslator([EchoTranslator(ES_EN)], lambda: EngineTable(chosen))
    assert not texts.can(ES_EN)

    chosen[ES_EN] = ARGOS

    assert texts.can(ES_EN)


def test_an_engine_that_cannot_say_what_it_offers_offers_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Speechless(EchoTranslator):
        def pairs(self) -> frozenset[Pair]:
            raise RuntimeError("disk")

    assert one("Hola amigos", Speechless(ES_EN)).outcome == Outcome.UNAVAILABLE
    assert "RuntimeError" in caplog.text


def test_an_engine_that_cannot_say_its_way_is_named_alone() -> None:
    class Wayless(EchoTranslator):
        def via(self, pair: Pair) -> tuple[str, ...]:
            raise RuntimeError("disk")

    assert one("Hola amigos", Wayless(ES_EN)).engine == "argos"


def test_the_first_engine_of_the_table_is_asked_alone_when_it_can() -> None:
    apertium, argos = EchoTranslator(ES_GL), EchoTranslator(ES_GL)

    assert two(apertium, argos, "Hola amigos").engine == "apertium"
    assert argos.calls == []


def test_the_next_engine_is_asked_when_the_first_cannot() -> None:
    made = two(FailingTranslator(BROKEN, ES_GL), EchoTranslator(ES_GL), "Hola amigos")

    assert made == Translation(Outcome.DONE, "Hola-gl amigos-gl", "argos")


def test_the_next_engine_is_asked_when_the_first_does_not_offer_the_pair() -> None:
    assert two(EchoTranslator(ES_EN), EchoTranslator(ES_GL), "Hola amigos").engine == "argos"


def test_the_next_engine_tries_the_sentences_that_failed_and_no_others() -> None:
    argos = EchoTranslator(ES_GL)

    made = two(DigitLosingTranslator(ES_GL), argos, "Hola amigos. Son 204 camas.")

    assert argos.sentences == ["Son 204 camas."]
    assert made == Translation(
        Outcome.DONE, "Hola-gl amigos-gl. Son-gl 204 camas-gl.", "apertium + argos"
    )


def test_what_both_engines_get_wrong_stands_as_it_was_written() -> None:
    made = two(
        DigitLosingTranslator(ES_GL),
        ScriptedTranslator(lambda said: f"<unk> {said}", ES_GL),
        "Hola amigos. Son 204 camas.",
    )

    assert made == Translation(
        Outcome.PARTIAL,
        "Hola-gl amigos-gl. Son 204 camas.",
        "apertium",
        ("digits", "marks"),
    )


# Sentences that fail


def test_a_sentence_that_fails_a_guard_stands_as_it_was_written() -> None:
    made = one("Hola amigos. Son 204 camas. Gracias a todos.", DigitLosingTranslator(ES_EN))

    assert made == Translation(
        Outcome.PARTIAL,
        "Hola-en amigos-en. Son 204 camas. Gracias-en a-en todos-en.",
        "argos",
        ("digits",),
    )


def test_a_text_of_which_no_sentence_passes_has_no_translation() -> None:
    made = one("Son 204 camas. Son 3 mesas.", DigitLosingTranslator(ES_EN))

    assert made == Translation(Outcome.FAILED, "", "", ("digits",))


def test_what_is_not_words_does_not_make_a_failure_partial() -> None:
    assert one("204. Son 3 mesas.", DigitLosingTranslator(ES_EN)).outcome == Outcome.FAILED


def test_a_term_stays_in_the_language_of_a_sentence_that_failed() -> None:
    made = one(
        "Hola amigos. Mesa 3 en la Náutica.",
        DigitLosingTranslator(ES_EN),
        glossary=Glossary((Term("Náutica", {"en": "Nautica"}),)),
    )

    assert made.text == "Hola-en amigos-en. Mesa 3 en la Náutica."


@pytest.mark.parametrize(
    ("say", "flags"),
    [
        (lambda said: said.replace("7301", ""), ("protected",)),
        (lambda said: f"the key, {said} 7301", ("protected",)),
        (lambda said: said.replace("7301", "7302"), ("digits", "protected")),
        (lambda said: said.replace("7301", "73 01 00"), ("digits",)),
        (lambda _: "The key", ("protected",)),
        (lambda _: "7301", ("empty",)),
        (lambda _: "", ("empty", "protected")),
    ],
)
def test_a_password_that_does_not_come_back_once_is_never_shown_wrong(
    say: Callable[[str], str], flags: tuple[str, ...]
) -> None:
    engine = ScriptedTranslator(lambda said: say(echo(said, "en")), ES_EN)

    made = one("La clave es Hotel_Mar2024!", engine)

    assert (made.outcome, made.text) == (Outcome.FAILED, "")
    assert set(flags) <= set(made.flags)


def test_placeholders_in_another_order_are_put_back_where_they_are() -> None:
    engine = ScriptedTranslator(lambda _: "At 7338 in 7301", ES_EN)

    assert one("En R-204 desde las 10.30", engine).text == "At 10.30 in R-204"


@pytest.mark.parametrize("output", ["I want\nwater", " I want water \n", "I want\r\nwater"])
def test_line_breaks_that_an_engine_adds_are_taken_away(output: str) -> None:
    assert one("Quiero agua", ScriptedTranslator(lambda _: output, ES_EN)).text == "I want water"


# Engines that fail


def test_a_failing_engine_leaves_no_translation() -> None:
    made = one("Hola amigos", FailingTranslator(BROKEN, ES_EN))

    assert made == Translation(Outcome.FAILED)


def test_an_engine_that_says_it_cannot_is_not_asked_again_for_each_text() -> None:
    engine = FailingTranslator(BROKEN, ES_EN)

    translator(engine).translate([Text("Hola amigos", ES_EN), Text("Gracias a todos", ES_EN)])

    assert len(engine.calls) == 1


def test_one_poisonous_text_does_not_spoil_the_others() -> None:
    engine = FailingTranslator(RuntimeError("crash"), ES_EN, poison=["veneno"])
    texts = ["Hola amigos. Gracias.", "Un veneno raro.", "Adiós amigos. Gracias."]

    made = translator(engine).translate([Text(text, ES_EN) for text in texts])

    assert [translation.outcome for translation in made] == ["done", "failed", "done"]
    assert made[2].text == "Adiós-en amigos-en. Gracias-en."
    assert engine.calls[1:] == [
        (ES_EN, ("Hola amigos.", "Gracias.")),
        (ES_EN, ("Un veneno raro.",)),
        (ES_EN, ("Adiós amigos.",)),
    ]


def test_a_poisonous_text_goes_to_the_next_engine() -> None:
    poisoned = FailingTranslator(ValueError("x"), ES_GL, poison=["veneno"], name=APERTIUM)
    texts = translator(poisoned, EchoTranslator(ES_GL))

    made = texts.translate([Text("Hola amigos", ES_GL), Text("Un veneno raro", ES_GL)])

    assert [translation.engine for translation in made] == ["apertium", "argos"]


def test_an_engine_that_breaks_for_good_while_texts_go_singly_is_not_asked_on() -> None:
    class Dying(EchoTranslator):
        def answer(self, pair: Pair, sentences: list[str]) -> list[str]:
            raise RuntimeError if len(self.calls) == 1 else BROKEN

    engine = Dying(ES_EN)

    made = translator(engine).translate([Text(f"Hola {word}", ES_EN) for word in "abc"])

    assert {translation.outcome for translation in made} == {Outcome.FAILED}
    assert len(engine.calls) == 2


@pytest.mark.parametrize(
    "junk",
    [
        lambda answers: answers[:-1],
        lambda answers: [*answers, "More"],
        lambda answers: [],
        lambda answers: None,
        lambda answers: "ab",
        lambda answers: 2,
        lambda answers: {"a": "b", "c": "d"},
        lambda answers: [None for _ in answers],
        lambda answers: [3 for _ in answers],
        lambda answers: [b"Hello" for _ in answers],
        lambda answers: ["" for _ in answers],
        lambda answers: [[answer] for answer in answers],
    ],
)
def test_an_answer_that_is_none_is_no_translation(junk: Callable[[list[str]], object]) -> None:
    made = one("Hola amigos. Gracias a todos.", JunkTranslator(junk, ES_EN))

    assert (made.outcome, made.text, made.engine) == (Outcome.FAILED, "", "")


def test_answers_in_a_tuple_will_do() -> None:
    assert one("Hola amigos", JunkTranslator(tuple, ES_EN)).outcome == Outcome.DONE


def test_one_junk_answer_leaves_the_others() -> None:
    made = one("Hola amigos. Gracias a todos.", JunkTranslator(lambda it: [it[0], None], ES_EN))

    assert made == Translation(
        Outcome.PARTIAL, "Hola-en amigos-en. Gracias a todos.", "argos", ("empty",)
    )


def test_what_somebody_wrote_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    one("Mi secreto grande", FailingTranslator(RuntimeError("Mi secreto grande"), ES_EN))
    one("Mi secreto grande", FailingTranslator(TranslationError("Mi secreto grande"), ES_EN))

    assert "secreto" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert "es-en" in caplog.text


def test_who_interrupts_the_program_is_heard() -> None:
    class Interrupted(EchoTranslator):
        def answer(self, pair: Pair, sentences: list[str]) -> list[str]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one("Hola amigos", Interrupted(ES_EN))


def test_a_slow_engine_holds_up_nobody_on_another_thread() -> None:
    slow = SlowTranslator(ES_EN)
    texts = translator(slow, EchoTranslator(ES_GL, name=APERTIUM), es_gl=APERTIUM)
    made: list[Translation] = []
    waiting = threading.Thread(
        target=lambda: made.extend(texts.translate([Text("Hola amigos", ES_EN)]))
    )
    waiting.start()
    assert slow.asked.wait(30)

    assert texts.translate([Text("Hola amigos", ES_GL)])[0].outcome == Outcome.DONE
    assert made == []
    slow.release.set()
    waiting.join(30)

    assert made[0].text == "Hola-en amigos-en"


# Any text


WORDS = st.sampled_from(
    [
        *("Hola", "la cama", "está rota", "Sr. García", "R-204", "abc_1", "10.30", "2 toallas"),
        *(". ", ".", "! ", "? ", " ", ", ", "\n", "\r\n", "\n- ", "😀", "7301", "Náutica", "12 €"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=30).map("".join))
TERMS = st.builds(Term, st.text(max_size=8), st.dictionaries(st.just("en"), st.text(max_size=8)))


@given(
    texts=st.lists(TEXTS, max_size=4),
    terms=st.lists(TERMS, max_size=3),
    names=st.frozensets(st.text(max_size=6), max_size=3),
)
def test_whatever_is_written_there_is_one_answer_for_each_text(
    texts: list[str], terms: list[Term], names: frozenset[str]
) -> None:
    made = translator(EchoTranslator(ES_EN)).translate(
        [Text(text, ES_EN, Glossary(tuple(terms)), names) for text in texts]
    )

    assert len(made) == len(texts)
    for text, translation in zip(texts, made, strict=True):
        assert translation.outcome in {Outcome.DONE, Outcome.PARTIAL, Outcome.FAILED}
        assert bool(translation.text) <= (translation.outcome != Outcome.FAILED)
        assert bool(translation.flags) <= (translation.outcome != Outcome.DONE)
        assert not (translation.outcome == Outcome.DONE and text.strip() and not translation.text)


@given(text=TEXTS)
def test_between_close_languages_an_engine_that_changes_nothing_gives_the_text_back(
    text: str,
) -> None:
    made = one(text, ScriptedTranslator(str, ES_GL), pair=ES_GL)

    if made.outcome == Outcome.DONE:
        # Where a space was forgotten after a full stop, there is one now.
        assert made.text.replace(" ", "") == text.replace(" ", "").replace("\u3000", "")
        assert len(made.text.splitlines()) == len(text.splitlines())


@given(text=st.lists(WORDS, max_size=30).map(" ".join))
def test_digits_and_codes_are_those_of_the_text_in_their_order(text: str) -> None:
    made = one(text, EchoTranslator(ES_EN))

    if made.outcome in {Outcome.DONE, Outcome.PARTIAL}:
        assert re.findall(r"\d+", made.text) == re.findall(r"\d+", text)
        assert re.findall("R-204|abc_1|😀", made.text) == re.findall("R-204|abc_1|😀", text)
