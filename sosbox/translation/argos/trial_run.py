"""The trial itself, in its process: loads a model, translates a few sentences, measures."""

import contextlib
import os
import resource
import time
from itertools import pairwise
from pathlib import Path

from sosbox.lib.memory import (
    address_space_bytes,
    give_back,
    peak_bytes,
    resident_bytes,
    share_one_arena,
)
from sosbox.translation import guards
from sosbox.translation.argos.loaded_model import BATCH_SIZE, LoadedModel
from sosbox.translation.argos.model import Sample, Trial
from sosbox.translation.argos.trial_sentences import OTHERS, SENTENCES
from sosbox.translation.contract import Pair

# What is kept of a translation, in letters; one without end is told by its beginning.
_MAX_KEPT = 500
_NUM_ROUNDS = 2

_MB = 1_000_000
# Beyond what the process takes before it loads anything: for what the model needs while it works,
# and for each thread.
_ROOM_BYTES = 700 * _MB
_ROOM_FOR_THREAD_BYTES = 150 * _MB
# It is loaded twice, and takes as much as its files; while it is read, for a moment, twice that.
_ROOM_FACTOR = 5
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
    share_one_arena()
    model = LoadedModel(folder, threads=threads)
    samples = _samples(model, pair)
    many = _many([sample.source for sample in samples], threads)
    give_back()
    at_rest = resident_bytes()
    rate = _sentences_per_second(model, many)
    model.translate(_longer(many))
    working = max(0, peak_bytes() - at_rest)
    # What one more takes: with the first come the libraries.
    other = LoadedModel(folder, threads=threads)
    other.translate(many)
    give_back()
    memory = max(0, resident_bytes() - at_rest)
    return Trial(round(rate, 1), _megabytes(memory), samples, _megabytes(working))


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


def _many(sentences: list[str], threads: int) -> list[str]:
    """As many as all threads translate at once."""
    num = BATCH_SIZE * (threads or os.cpu_count() or 1)
    return (sentences * (num // len(sentences) + 1))[:num]


def _longer(sentences: list[str]) -> list[str]:
    """As long as guests hardly write, so that there is room for those who do."""
    return [f"{first} {second}" for first, second in pairwise([*sentences, sentences[0]])]


def _sentences_per_second(model: LoadedModel, sentences: list[str]) -> float:
    durations = []
    for _ in range(_NUM_ROUNDS):
        started = time.perf_counter()
        model.translate(sentences)
        durations.append(time.perf_counter() - started)
    return len(sentences) / max(min(durations), 1e-6)


def _megabytes(num_bytes: int) -> int:
    return -(-num_bytes // _MB)
