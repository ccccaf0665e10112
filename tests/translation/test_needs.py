"""What a house needs translated, and which models would help."""

from sosbox.translation.contract import Pair
from sosbox.translation.engine_table import APERTIUM, ARGOS, NONE, EngineTable
from sosbox.translation.needs import Offers, Way, missing_models, offers_of, pairs_of_house, ways
from tests.support.translators import EchoTranslator


def _pairs(names: str) -> list[Pair]:
    return [Pair.parse(name) for name in names.split()]


def _way(name: str, offers: Offers, table: EngineTable | None = None) -> Way:
    (way,) = ways(_pairs(name), table or EngineTable(), offers)
    return way


def test_a_house_reads_its_guests_and_answers_them() -> None:
    assert pairs_of_house("es", ["es", "en", "ja"], []) == _pairs("en-es ja-es es-en es-ja")


def test_whoever_is_told_reads_guests_and_house_in_their_language() -> None:
    pairs = pairs_of_house("es", ["es", "en"], ["es", "gl"])

    assert pairs == _pairs("en-es es-en es-gl en-gl")


def test_a_house_of_one_language_needs_nothing() -> None:
    assert pairs_of_house("es", ["es"], ["es"]) == []


def test_a_way_has_the_name_that_translations_carry() -> None:
    offers = {ARGOS: {Pair("es", "en"): (), Pair("ja", "es"): ("en",)}}

    assert _way("es-en", offers).engine == "argos"
    assert _way("ja-es", offers).engine == "argos, en"


def test_the_first_engine_that_can_is_taken() -> None:
    offers = {ARGOS: {Pair("es", "gl"): ("en",)}, APERTIUM: {Pair("es", "gl"): ()}}

    assert _way("es-gl", offers).engine == "apertium"
    assert _way("es-gl", {ARGOS: offers[ARGOS]}).engine == "argos, en"


def test_a_model_from_or_to_english_is_missed_by_itself() -> None:
    assert _way("ja-en", {}) == Way(Pair("ja", "en"), "", tuple(_pairs("ja-en")))


def test_two_models_over_english_are_missed_or_the_one_that_is_not_there() -> None:
    assert _way("ja-es", {}).missing == tuple(_pairs("ja-en en-es"))
    offers: Offers = {ARGOS: {Pair("en", "es"): ()}}
    assert _way("ja-es", offers).missing == tuple(_pairs("ja-en"))


def test_nothing_is_missed_where_the_owner_wants_no_model() -> None:
    pair = Pair("ja", "es")
    for engine in (NONE, APERTIUM):
        assert _way("ja-es", {}, EngineTable({pair: engine})) == Way(pair, "")


def test_what_is_missed_by_several_is_named_once() -> None:
    found = ways(_pairs("ja-es zh-es es-ja"), EngineTable(), {})

    assert missing_models(found) == _pairs("ja-en en-es zh-en es-en en-ja")


def test_engines_are_asked_for_their_ways() -> None:
    translators = [
        EchoTranslator(Pair("es", "en"), name=ARGOS, over="fr"),
        EchoTranslator(name=APERTIUM),
    ]

    assert offers_of(translators) == {ARGOS: {Pair("es", "en"): ("fr",)}, APERTIUM: {}}
