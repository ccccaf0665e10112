"""What every detector of languages has to keep."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosbox.i18n import LANGUAGES
from sosbox.translation.contract import Detector
from sosbox.translation.detection.langid import LangidDetector

# One that has read its model serves all tests: a detector remembers nothing of what it has seen.
DETECTORS: dict[str, Detector] = {"langid": LangidDetector()}

CLEAR = {
    "es": "No hay agua caliente en el baño y la habitación está muy fría",
    "gl": "Non hai auga quente no baño e a habitación está moi fría",
    "en": "There is no hot water in the bathroom and the room is very cold",
    "ca": "No hi ha aigua calenta al bany i l'habitació és molt freda",
    "eu": "Ez dago ur berorik komunean eta gela oso hotza dago",
    "pt": "Não há água quente na casa de banho e o quarto está muito frio",
    "fr": "Il n'y a pas d'eau chaude dans la salle de bain et la chambre est froide",
    "de": "Im Bad gibt es kein warmes Wasser und das Zimmer ist sehr kalt",
    "it": "Non c'è acqua calda nel bagno e la camera è molto fredda",
    "nl": "Er is geen warm water in de badkamer en de kamer is erg koud",
    "ru": "В ванной нет горячей воды, и в номере очень холодно",
    "zh": "浴室没有热水，房间也很冷",
    "ja": "お風呂のお湯が出なくて、部屋もとても寒いです",
    "ar": "لا يوجد ماء ساخن في الحمام والغرفة باردة جدا",
}


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request: pytest.FixtureRequest) -> Detector:
    return DETECTORS[request.param]


def test_every_language_of_the_box_is_tried_here() -> None:
    assert set(CLEAR) == set(LANGUAGES)


@pytest.mark.parametrize("language", CLEAR)
@pytest.mark.parametrize("page", ["", "es", "ja", "xx"])
def test_a_clear_sentence_is_recognized_on_whatever_page(
    detector: Detector, language: str, page: str
) -> None:
    found = detector.detect(CLEAR[language], page_language=page)

    assert found.language == language
    assert found.confidence >= 0.7


@pytest.mark.parametrize("text", ["", " \n", "💧👍🏽", "204", "???", "https://mar.example/es"])
@pytest.mark.parametrize("page", LANGUAGES)
def test_what_says_nothing_is_taken_to_be_in_the_language_of_the_page(
    detector: Detector, text: str, page: str
) -> None:
    found = detector.detect(text, page_language=page)

    assert (found.language, found.confidence) == (page, 0.0)


@pytest.mark.parametrize(
    "text", ["", "💧", "204", "뜨거운 물이 안 나와요", "Δεν υπάρχει ζεστό νερό"]
)
def test_with_no_page_either_nothing_is_relied_on(detector: Detector, text: str) -> None:
    found = detector.detect(text)

    assert found.language in LANGUAGES
    assert found.confidence == 0.0


@pytest.mark.parametrize("language", CLEAR)
def test_what_may_be_anything_is_taken_to_be_in_the_language_of_the_page(
    detector: Detector, language: str
) -> None:
    assert detector.detect("WIFI", page_language=language).language == language


@pytest.mark.parametrize("page", ["", "es", "ja", "EN", "xx", "\0"])
@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300))
def test_whatever_is_written_gets_a_language_of_the_box(
    detector: Detector, text: str, page: str
) -> None:
    found = detector.detect(text, page_language=page)

    assert found.language in LANGUAGES
    assert 0 <= found.confidence <= 1


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "\ud800\udfff" * 10, "@" * 100_000, "水" * 100_000]
)
def test_texts_that_nobody_writes_do_no_harm(detector: Detector, text: str) -> None:
    assert detector.detect(text).language in LANGUAGES


def test_many_threads_may_ask_at_once(detector: Detector) -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(detector.detect, list(CLEAR.values()) * 20))
    finally:
        sys.setswitchinterval(interval)

    assert [each.language for each in found] == list(CLEAR) * 20
