"""Translations of whole texts, made of sentences: protected, guarded, put together again."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sosbox.translation import guards
from sosbox.translation.contract import Pair, TranslationError, Translator
from sosbox.translation.engine_table import EngineTable
from sosbox.translation.glossary import EMPTY_GLOSSARY, Glossary
from sosbox.translation.protection import Protected, Protector
from sosbox.translation.sentences import Sentences, split

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """PARTIAL: some sentences stand as they were written; FAILED: all of them would, so there is no
    translation; UNAVAILABLE: nothing here translates this pair."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Text:
    """What is to be translated.

    names: of people, houses, areas, places: they come through as they are.
    """

    text: str
    pair: Pair
    glossary: Glossary = EMPTY_GLOSSARY
    names: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Translation:
    """What became of it. `text` is empty unless DONE or PARTIAL.

    engine: who has translated, with the languages in between: "argos", "argos, en"; where two have
    helped each other, "apertium + argos"; empty: nobody, as for a text without words.
    flags: the names of the guards that a sentence has failed, sorted, each once.
    """

    outcome: Outcome
    text: str = ""
    engine: str = ""
    flags: tuple[str, ...] = ()


class TextTranslator:
    """Translates many texts at once; blocks, so for threads. May be called by several at once.

    table: which engine translates what, asked anew for every call.
    """

    def __init__(self, translators: Sequence[Translator], table: Callable[[], EngineTable]) -> None:
        self._translators = {translator.name: translator for translator in translators}
        self._table = table

    def can(self, pair: Pair) -> bool:
        """Whether an engine that is allowed to offers this pair now."""
        return pair.source == pair.target or bool(self._engines_for(pair, self._table()))

    def translate(self, texts: Sequence[Text]) -> list[Translation]:
        """One translation for each text, in their order. Never raises for what an engine does."""
        table = self._table()
        jobs = [_Job(text) for text in texts]
        waiting: dict[Pair, list[_Job]] = {}
        for job in jobs:
            if job.open_lines():
                waiting.setdefault(job.pair, []).append(job)
        for pair, jobs_of_pair in waiting.items():
            engines = self._engines_for(pair, table)
            for job in jobs_of_pair:
                job.is_available = bool(engines)
            for engine in engines:
                _translate_with(engine, pair, jobs_of_pair)
        return [job.translation() for job in jobs]

    def _engines_for(self, pair: Pair, table: EngineTable) -> list[Translator]:
        """Those that the table names for the pair and that offer it, the first choice first."""
        named = (self._translators.get(name) for name in table.engines_for(pair))
        return [engine for engine in named if engine is not None and _offers(engine, pair)]


@dataclass(slots=True)
class _Line:
    """A sentence on its way. `text`: its translation, None as long as there is none."""

    source: Protected
    text: str | None = None
    failed: frozenset[str] = frozenset()


class _Job:
    """A text on its way."""

    def __init__(self, text: Text) -> None:
        self._original = text.text
        self.pair = text.pair
        self.is_available = True
        self._sentences = Sentences((), (text.text,))
        self._lines: list[_Line] = []
        self._engines: dict[str, None] = {}
        if text.pair.source != text.pair.target:
            self._sentences = split(text.text, text.pair.source)
            protector = Protector(text.pair, text.glossary, text.names)
            self._lines = [_Line(protector.protect(it)) for it in self._sentences.sentences]

    def open_lines(self) -> list[_Line]:
        """The sentences that still have to be translated."""
        return [line for line in self._lines if line.text is None and line.source.has_words]

    def take(self, answers: dict[str, str], label: str) -> None:
        """Takes over the answers that pass the guards; the others stay open."""
        for line in self.open_lines():
            answer = answers.get(line.source.text)
            if answer is None:
                continue
            restored = line.source.restore(answer)
            failed = guards.check(line.source.bare, restored.bare, self.pair)
            if not restored.is_whole:
                failed |= {guards.PROTECTED}
            if failed:
                line.failed |= failed
            else:
                line.text = restored.text
                self._engines[label] = None

    def translation(self) -> Translation:
        still_open = self.open_lines()
        if still_open and not self.is_available:
            return Translation(Outcome.UNAVAILABLE)
        flags = tuple(sorted({flag for line in still_open for flag in line.failed}))
        engine = " + ".join(self._engines)
        if still_open and not engine:
            return Translation(Outcome.FAILED, flags=flags)
        text = self._original
        if self._lines:
            text = self._sentences.translated([_final(line) for line in self._lines], self.pair)
        outcome = Outcome.PARTIAL if still_open else Outcome.DONE
        return Translation(outcome, text, engine, flags)


def _final(line: _Line) -> str:
    if line.text is not None:
        return line.text
    # What stands as it was written keeps its own words, terms of the glossary included.
    return line.source.original if line.source.has_words else line.source.unchanged()


def _offers(engine: Translator, pair: Pair) -> bool:
    try:
        return pair in engine.pairs()
    except Exception as error:
        _log.warning("%s does not say what it translates: %s", engine.name, type(error).__name__)
        return False


def _label(engine: Translator, pair: Pair) -> str:
    """The engine with the languages in between: "argos, en"."""
    try:
        return ", ".join((engine.name, *engine.via(pair)))
    except Exception as error:
        _log.warning("%s does not say its way: %s", engine.name, type(error).__name__)
        return engine.name


def _translate_with(engine: Translator, pair: Pair, jobs: Iterable[_Job]) -> None:
    """Has one engine translate all that is still open, in one call."""
    waiting = [job for job in jobs if job.open_lines()]
    if not waiting:
        return
    answers = _ask(
        engine, pair, [[line.source.text for line in job.open_lines()] for job in waiting]
    )
    if answers:
        label = _label(engine, pair)
        for job in waiting:
            job.take(answers, label)


def _ask(engine: Translator, pair: Pair, batch: Sequence[Sequence[str]]) -> dict[str, str]:
    """Sentence -> translation, for the sentences of several texts; without those that failed."""
    try:
        return _answers(engine, pair, [sentence for text in batch for sentence in text])
    except TranslationError as error:
        _log_failure(engine, pair, error)
        return {}
    except Exception as error:
        _log_failure(engine, pair, error)
    if len(batch) == 1:
        return {}
    # One text may have broken it; the others are not to wait for that.
    answers: dict[str, str] = {}
    for text in batch:
        try:
            answers |= _answers(engine, pair, [it for it in text if it not in answers])
        except TranslationError as error:
            _log_failure(engine, pair, error)
            break
        except Exception as error:
            _log_failure(engine, pair, error)
    return answers


def _answers(engine: Translator, pair: Pair, sentences: Iterable[str]) -> dict[str, str]:
    """What the engine says to each sentence, each asked once. Raises what the engine raises, and
    ValueError for an answer that is none."""
    asked = list(dict.fromkeys(sentences))
    if not asked:
        return {}
    answers = engine.translate(pair, asked)
    if not isinstance(answers, list | tuple) or len(answers) != len(asked):
        raise ValueError("not one answer for each sentence")
    return {
        sentence: " ".join(answer.splitlines()).strip() if isinstance(answer, str) else ""
        for sentence, answer in zip(asked, answers, strict=True)
    }


def _log_failure(engine: Translator, pair: Pair, error: Exception) -> None:
    # The text of the error may hold what somebody wrote.
    _log.warning("%s could not translate %s: %s", engine.name, pair, type(error).__name__)
