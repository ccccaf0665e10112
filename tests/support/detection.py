"""The labelled sentences, and how many of them a detector gets right."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from sosbox.translation.contract import Detected, Detector

SENTENCES = Path(__file__).parents[1] / "translation" / "detection" / "sentences.toml"
TUNING = "tuning"
HELD_OUT = "held_out"


def labelled(part: str) -> Mapping[str, list[str]]:
    """The sentences of a part by their language."""
    sentences: Mapping[str, list[str]] = tomllib.loads(SENTENCES.read_text("utf-8"))[part]
    return sentences


def detected(
    detector: Detector, part: str, page_of: Callable[[str], str] = lambda _language: ""
) -> list[tuple[str, str, Detected]]:
    """Each sentence with its language, and what was found. page_of: the page that the guest sees,
    by the language that they write."""
    return [
        (language, sentence, detector.detect(sentence, page_language=page_of(language)))
        for language, sentences in labelled(part).items()
        for sentence in sentences
    ]


def accuracy(found: list[tuple[str, str, Detected]], language: str = "") -> float:
    """The share that is right, of all or of one language."""
    outcomes = [known == each.language for known, _, each in found if language in ("", known)]
    return sum(outcomes) / len(outcomes)
