"""One direction: its pipeline, started when it is needed and once more when it has failed."""

import itertools
import threading
from collections.abc import Callable, Sequence

from sosbox.translation.apertium.modes import Mode
from sosbox.translation.apertium.pipeline import Pipeline, PipelineError
from sosbox.translation.apertium.stream import GarbledError, StreamSentence, from_stream, to_stream


class Direction:
    """used_at: when it was last used, by `monotonic`. has_failed: whether it has, that time."""

    def __init__(
        self, mode: Mode, *, program_path: str, timeout_s: float, monotonic: Callable[[], float]
    ) -> None:
        self.mode = mode
        self.used_at = monotonic()
        self.has_failed = False
        self._program_path = program_path
        self._timeout_s = timeout_s
        self._monotonic = monotonic
        self._conversing = threading.Lock()
        self._pipeline: Pipeline | None = None
        self._is_closed = False
        self._numbers = itertools.count()

    @property
    def is_running(self) -> bool:
        return self._pipeline is not None

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """A translation for each. Raises PipelineError when it has failed twice."""
        with self._conversing:
            sent = [to_stream(sentence, next(self._numbers)) for sentence in sentences]
            self.used_at = self._monotonic()
            try:
                translated = iter(self._ask([each for each in sent if each.raw]))
                self.has_failed = False
            except PipelineError:
                self.has_failed = True
                raise
            finally:
                self.used_at = self._monotonic()
        return [next(translated) if each.raw else each.sentence for each in sent]

    def _ask(self, sent: Sequence[StreamSentence]) -> list[str]:
        """What was answered before a failure is kept."""
        answers: list[str] = []
        for is_last_time in (False, True):
            try:
                waiting = sent[len(answers) :]
                raw_answers = self._running().converse([each.raw for each in waiting])
                for each, raw in zip(waiting, raw_answers, strict=True):
                    answers.append(from_stream(each, raw))
                break
            except (PipelineError, GarbledError):
                self._end()
                if is_last_time or self._is_closed:
                    raise PipelineError from None
        return answers

    def _running(self) -> Pipeline:
        if self._is_closed:
            raise PipelineError
        if self._pipeline is None:
            self._pipeline = Pipeline(
                self.mode.stages, program_path=self._program_path, timeout_s=self._timeout_s
            )
        return self._pipeline

    def end_unless_busy(self) -> None:
        """Lets go of the memory; it starts again when it is used."""
        if self._conversing.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._conversing.release()

    def close(self) -> None:
        """Ends it for good; who waits for a translation gets a PipelineError."""
        self._is_closed = True
        pipeline = self._pipeline
        if pipeline is not None:
            pipeline.kill()
        with self._conversing:
            self._end()

    def _end(self) -> None:
        if self._pipeline is not None:
            self._pipeline.end()
            self._pipeline = None
