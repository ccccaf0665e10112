"""Engines that translate by rule, and engines that misbehave, for tests that need no model."""

import re
import threading
from collections.abc import Callable, Iterable, Sequence

from sosbox.translation.contract import Health, Pair, TranslationError

ES_EN = Pair("es", "en")
ES_GL = Pair("es", "gl")

# What each word gets behind it, so that it can be seen that it was translated, and in letters of
# the target, so that a translation looks like one.
MARKS = {"ja": "語", "zh": "语", "ru": "й", "ar": "ع"}

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")


def echo(sentence: str, target: str) -> str:
    """Every word marked with its target: "Sucia." is "Sucia-en." in English."""
    mark = MARKS.get(target, f"-{target}")
    return _WORD.sub(lambda word: word.group() + mark, sentence)


class EchoTranslator:
    """Marks every word; what it was asked is in `calls`.

    over: the language in between that it says it needs, for all pairs.
    """

    def __init__(self, *pairs: Pair, name: str = "argos", over: str = "") -> None:
        self.name = name
        self.over = over
        self.offered = frozenset(pairs)
        self.calls: list[tuple[Pair, tuple[str, ...]]] = []
        self.is_closed = False

    @property
    def sentences(self) -> list[str]:
        """All that it was asked, one after the other."""
        return [sentence for _, sentences in self.calls for sentence in sentences]

    def pairs(self) -> frozenset[Pair]:
        return self.offered

    def via(self, pair: Pair) -> tuple[str, ...]:
        return (self.over,) if self.over else ()

    def translate(self, pair: Pair, sentences: Sequence[str]) -> list[str]:
        self.calls.append((pair, tuple(sentences)))
        return self.answer(pair, list(sentences))

    def answer(self, pair: Pair, sentences: list[str]) -> list[str]:
        if pair not in self.offered:
            raise TranslationError("This language is not translated here.")
        return [self.word(pair, sentence) for sentence in sentences]

    def word(self, pair: Pair, sentence: str) -> str:
        return echo(sentence, pair.target)

    def health(self) -> Health:
        return Health(self.name, is_ready=True)

    def close(self) -> None:
        self.is_closed = True


class ScriptedTranslator(EchoTranslator):
    """Says what the test says, sentence by sentence."""

    def __init__(self, say: Callable[[str], str], *pairs: Pair, name: str = "argos") -> None:
        super().__init__(*pairs, name=name)
        self.say = say

    def word(self, pair: Pair, sentence: str) -> str:
        return self.say(sentence)


class FailingTranslator(EchoTranslator):
    """Raises `error` whenever it is asked, or only for sentences with one of `poison` in them."""

    def __init__(
        self, error: Exception, *pairs: Pair, name: str = "argos", poison: Iterable[str] = ()
    ) -> None:
        super().__init__(*pairs, name=name)
        self.error = error
        self.poison = tuple(poison)

    def answer(self, pair: Pair, sentences: list[str]) -> list[str]:
        said = "\n".join(sentences)
        if not self.poison or any(word in said for word in self.poison):
            raise self.error
        return super().answer(pair, sentences)


class JunkTranslator(EchoTranslator):
    """Answers with what `junk` makes of the list of right answers: too few, None, numbers …"""

    def __init__(
        self, junk: Callable[[list[str]], object], *pairs: Pair, name: str = "argos"
    ) -> None:
        super().__init__(*pairs, name=name)
        self.junk = junk

    def answer(self, pair: Pair, sentences: list[str]) -> list[str]:
        return self.junk(super().answer(pair, sentences))  # type: ignore[return-value]


class DigitLosingTranslator(EchoTranslator):
    """Marks every word and loses every number, as a model does that has never seen them."""

    def word(self, pair: Pair, sentence: str) -> str:
        return _NUMBER.sub("", super().word(pair, sentence))


class SlowTranslator(EchoTranslator):
    """Waits for `release` before it answers; `asked` is set while somebody waits.

    Gives up after `patience_s`, so that a test that fails does not hang.
    """

    def __init__(self, *pairs: Pair, name: str = "argos", patience_s: float = 30) -> None:
        super().__init__(*pairs, name=name)
        self.asked = threading.Event()
        self.release = threading.Event()
        self.patience_s = patience_s

    def answer(self, pair: Pair, sentences: list[str]) -> list[str]:
        self.asked.set()
        if not self.release.wait(self.patience_s):
            raise TranslationError("The translation took too long.")
        return super().answer(pair, sentences)
