"""Translating through the worker: against the library's own way and a bare call; its memory.

The models of full size have made-up weights (`random_model.py`), which cost what real ones cost.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.random_model import hard_link, random_argosmodel, random_package
from benchmarks.sentences import make_messages
from benchmarks.translation_box import TranslatingBox, add_models, translating_box
from sosbox.translation.argos.model import ABOUT_FILE
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from tools.phrasebook_sentences import PHRASEBOOK

# No engine but the one that is measured translates these.
FULL = Pair("en", "gl")
TINY = Pair("en", "es")

NUM_ROUNDS = 5
NUM_OURS = 96
# The library takes its time with each.
NUM_LIBRARY = 12
NUM_SINGLE = 60
NUM_WARM_UP = 6

MEMORY_LIMITS_MB = (400, 600)
MEMORY_LANGUAGES = ("ca", "de", "es", "eu", "fr", "gl", "it", "ja", "nl", "pt", "ru", "zh")


def measure_translate(folder: Path) -> dict[str, float]:
    """In one direction, with the box at its usual settings."""
    full_file = random_argosmodel(str(FULL.source), str(FULL.target), folder)
    packages = _library_packages(folder / "packages")
    with translating_box(folder / "box", [full_file, *PHRASEBOOK_FILES]) as box:
        figures = _throughput(box, packages, FULL, _full_messages(), "translate")
        figures |= _throughput(box, packages, TINY, _tiny_messages(), "translate_tiny")
        figures |= _latency(box, packages / f"translate-{FULL.source}_{FULL.target}-1_0")
    return figures | _memory(folder / "models", full_file)


# Throughput ---------------------------------------------------------------------------------------


def _throughput(
    box: TranslatingBox, packages: Path, pair: Pair, messages: Iterator[str], name: str
) -> dict[str, float]:
    """Messages of three sentences a second, in rounds in turn."""
    ours, library = [], []
    box.translate([next(messages)], pair)  # loads the model
    with _library(packages, pair) as seconds_of_library:
        for _ in range(NUM_ROUNDS):
            texts = [next(messages) for _ in range(NUM_OURS)]
            ours.append(NUM_OURS / box.translate(texts, pair))
            texts = [next(messages) for _ in range(NUM_LIBRARY)]
            library.append(NUM_LIBRARY / seconds_of_library(texts))
    per_second, library_per_second = statistics.median(ours), statistics.median(library)
    return {
        f"{name}_per_s": per_second,
        f"{name}_library_per_s": library_per_second,
        f"{name}_ratio": per_second / library_per_second,
    }


@contextmanager
def _library(packages: Path, pair: Pair) -> Iterator["_Measuring"]:
    """The library, with a home of its own."""
    home = packages.parent / "home"
    home.mkdir(exist_ok=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environ |= {"HOME": str(home), "ARGOS_PACKAGES_DIR": str(packages)}
    with _measuring("benchmarks.argos_library", pair.source, pair.target, environ=environ) as it:
        yield it


def _library_packages(folder: Path) -> Path:
    """The same models, unpacked as the library has them."""
    random_package(FULL.source, FULL.target, folder)
    for path in PHRASEBOOK_FILES:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    return folder


def _full_messages() -> Iterator[str]:
    return iter(make_messages())


def _tiny_messages() -> Iterator[str]:
    draw = random.Random(1)
    while True:
        sentences: list[str] = []
        while len(sentences) < 3:
            pair = PHRASEBOOK.draw(draw, TINY.source, is_held_out=False, noise=False)
            if pair.source.endswith("."):
                sentences.append(pair.source)
        yield " ".join(sentences)


# Latency ------------------------------------------------------------------------------------------


def _latency(box: TranslatingBox, package: Path) -> dict[str, float]:
    """One message at a time: from its row to its stored translation, and a bare call that
    translates the same sentences with the same settings, one after the other."""
    messages = _full_messages()
    ours, bare = [], []
    with _measuring("benchmarks.bare_translation", str(package)) as seconds_of_bare_call:
        for number in range(NUM_WARM_UP + NUM_SINGLE):
            message = next(messages)
            bare_s = seconds_of_bare_call(_sentences(message))
            ours_s = box.translate([message], FULL)
            if number >= NUM_WARM_UP:
                ours.append(ours_s * 1000)
                bare.append(bare_s * 1000)
    bare_ms = statistics.median(bare)
    return {
        "translate_p50_ms": statistics.median(ours),
        "translate_p95_ms": _p95(ours),
        "translate_bare_ms": bare_ms,
        # Says how quiet the machine was.
        "translate_bare_p95_ms": _p95(bare),
        "translate_latency_ratio": _p95(ours) / bare_ms,
    }


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _sentences(message: str) -> list[str]:
    return [f"{sentence}." for sentence in message.removesuffix(".").split(". ")]


# Processes that measure ---------------------------------------------------------------------------


class _Measuring:
    """Asked for texts it answers with the seconds that it took."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    def __call__(self, texts: Sequence[str]) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(texts) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextmanager
def _measuring(
    module: str, *arguments: str, environ: Mapping[str, str] | None = None
) -> Iterator[_Measuring]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
    )
    try:
        yield _Measuring(process)
    finally:
        process.kill()
        process.communicate()


# Memory -------------------------------------------------------------------------------------------


def _memory(folder: Path, full_file: Path) -> dict[str, float]:
    """By how much a process grows that has translated with twelve models."""
    _store_models(ModelStore(folder), full_file)
    peaks = {}
    for limit_mb in MEMORY_LIMITS_MB:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.translation_memory", str(folder), str(limit_mb)],
            check=True,
            capture_output=True,
            text=True,
        )
        figures = json.loads(done.stdout)
        assert figures["num_models"] == len(MEMORY_LANGUAGES)
        peaks[limit_mb] = figures
    small, usual = (peaks[limit_mb] for limit_mb in MEMORY_LIMITS_MB)
    return {
        "translate_memory_mb": small["peak_mb"],
        "translate_memory_rest_mb": small["at_rest_mb"],
        "translate_memory_600_mb": usual["peak_mb"],
    }


def _store_models(store: ModelStore, full_file: Path) -> None:
    """The same files under every name."""
    (model,) = add_models(store, [full_file])
    with store.changing() as change:
        for language in MEMORY_LANGUAGES:
            if language != model.pair.target:
                copy = change.new_folder()
                hard_link(model.folder, copy)
                # It is written anew, and must not be written in all of them.
                (copy / ABOUT_FILE).unlink()
                pair = Pair(model.pair.source, language)
                change.swap_in(replace(model, pair=pair, folder=copy))
