"""How many short sentences are recognized: a figure that must not sink."""

from collections import Counter

import pytest

from sosbox.i18n import LANGUAGES
from sosbox.translation.contract import Detected
from sosbox.translation.detection.langid import RELIABLE, LangidDetector
from tests.support.detection import HELD_OUT, TUNING, accuracy, detected, labelled

GOAL = 0.95
GOAL_GL = 0.85
NUM_AT_LEAST = {"gl": 30, "es": 25, "pt": 20, "ca": 15}

Found = list[tuple[str, str, Detected]]


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector()


@pytest.fixture(scope="module", params=[TUNING, HELD_OUT])
def found(request: pytest.FixtureRequest, detector: LangidDetector) -> Found:
    return detected(detector, request.param)


def test_the_set_is_large_and_has_every_language() -> None:
    tuning, held_out = labelled(TUNING), labelled(HELD_OUT)
    counts = {language: len(tuning[language]) + len(held_out[language]) for language in tuning}

    assert set(tuning) == set(held_out) == set(LANGUAGES)
    assert sum(counts.values()) >= 230
    assert [name for name, num in counts.items() if num < NUM_AT_LEAST.get(name, 12)] == []


def test_its_sentences_are_short_and_none_is_there_twice() -> None:
    all_sentences = [
        sentence
        for part in (TUNING, HELD_OUT)
        for sentences in labelled(part).values()
        for sentence in sentences
    ]

    assert [name for name, num in Counter(map(str.lower, all_sentences)).items() if num > 1] == []
    assert [sentence for sentence in all_sentences if len(sentence.split()) > 15] == []


def test_without_a_page_the_goals_are_met_in_each_part(found: Found) -> None:
    assert accuracy(found) >= GOAL
    assert accuracy(found, "gl") >= GOAL_GL


def test_what_is_said_to_be_reliable_is_right(found: Found) -> None:
    reliable = [each for each in found if each[2].confidence >= RELIABLE]

    assert len(reliable) >= 0.9 * len(found)
    assert accuracy(reliable) >= 0.99


@pytest.mark.parametrize("part", [TUNING, HELD_OUT])
def test_the_page_in_the_language_of_the_guest_helps(detector: LangidDetector, part: str) -> None:
    right = detected(detector, part, lambda language: language)

    assert accuracy(right) >= accuracy(detected(detector, part))


@pytest.mark.parametrize("page", ["es", "gl", "en", "pt"])
@pytest.mark.parametrize("part", [TUNING, HELD_OUT])
def test_a_page_in_another_language_misleads_hardly_anybody(
    detector: LangidDetector, part: str, page: str
) -> None:
    assert accuracy(detected(detector, part, lambda _language: page)) >= GOAL
