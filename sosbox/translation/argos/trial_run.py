"""The trial itself, in its process: loads a model, translates a few sentences, measures."""

import contextlib
import os
import resource
import time
from pathlib import Path

from sosbox.lib.memory import address_space_bytes, give_back, resident_bytes
from sosbox.translation import guards
from sosbox.translation.argos.loaded_model import LoadedModel
from sosbox.translation.argos.model import Sample, Trial
from sosbox.translation.argos.trial_sentences import OTHERS, SENTENCES
from sosbox.translation.contract import Pair

# What is kept of a translation, in letters; one without end is told by its beginning.
_MAX_KEPT = 500
# Sentences that the speed is measured with, at once.
_NUM_MEASURED = 64
_NUM_ROUNDS = 2

_MB = 1_000_000
# Beyond what the process takes before it loads anything: for what the model needs while it works,
# and for each thread.
_ROOM_BYTES = 700 * _MB
_ROOM_FOR_THREAD_BYTES = 150 * _MB
# A model in memory takes as much as its files; while it is read, for a moment, twice.
_ROOM_FACTOR = 3
_MAX_CPU_S = 600


def limit_process(folder: Path, threads: int) -> None:
    """Keeps this process from taking what others need, whatever the files in the folder make it do.

    To be called when all is imported.
    """
    model_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    room = _ROOM_BYTES + _ROOM_FACTOR * model_bytes
    room += (threads or os.cpu_count() or 1) * _ROOM_FOR_THREAD_BYTES
    limits = {
        resource.RLIMIT_AS: address_space_bytes() + room,
        resource.RLIMIT_CPU: _MAX_CPU_S,
        resource.RLIMIT_CORE: 0,
        # It has nothing to write but its answer.
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, limit in limits.items():
        # A system may forbid it; the time limit of the parent holds all the same.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))
    # When memory is short this process goes, and not the one that serves guests.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def run_trial(folder: Path, pair: Pair, *, threads: int) -> Trial:
    """Raises whatever loading or translating does."""
    before = resident_bytes()
    model = LoadedModel(folder, threads=threads)
    samples = _samples(model, pair)
    rate = _sentences_per_second(model, [sample.source for sample in samples])
    give_back()
    memory = max(0, resident_bytes() - before)
    return Trial(round(rate, 1), -(-memory // _MB), samples)


def _samples(model: LoadedModel, pair: Pair) -> tuple[Sample, ...]:
    sources = SENTENCES.get(pair.source)
    if sources is None:
        # Names and figures look the same in many languages: there is nothing to judge.
        sources, texts = OTHERS, model.translate(OTHERS)
        return tuple(
            Sample(source, text[:_MAX_KEPT]) for source, text in zip(sources, texts, strict=True)
        )
    return tuple(
        Sample(source, text[:_MAX_KEPT], tuple(sorted(guards.check(source, text, pair))))
        for source, text in zip(sources, model.translate(sources), strict=True)
    )


def _sentences_per_second(model: LoadedModel, sentences: list[str]) -> float:
    many = (sentences * (_NUM_MEASURED // len(sentences) + 1))[:_NUM_MEASURED]
    durations = []
    for _ in range(_NUM_ROUNDS):
        started = time.perf_counter()
        model.translate(many)
        durations.append(time.perf_counter() - started)
    return len(many) / max(min(durations), 1e-6)
