"""The engine that translates nothing."""

import pytest

from sosbox.translation.contract import Pair, TranslationError
from sosbox.translation.none import NoneTranslator


def test_it_has_no_pairs_and_says_so() -> None:
    engine = NoneTranslator()

    health = engine.health()
    assert engine.pairs() == frozenset()
    assert (health.engine, health.is_ready) == ("none", False)
    assert health.problem


def test_whoever_asks_it_all_the_same_is_refused() -> None:
    with pytest.raises(TranslationError):
        NoneTranslator().translate(Pair("es", "en"), ["Hola"])
