"""What is known of a model, and how that is kept beside it.

The file is written by the box and read again later, from a disk that others can write to: what is
not as it was written is no model.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sosbox.translation.contract import Pair

ABOUT_FILE = "about.json"
FORMAT = 1
MAX_ABOUT_BYTES = 200_000

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,30}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Sample:
    """A fixed sentence, what the model made of it, and the guards that this fails."""

    source: str
    translation: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What a model did on this box.

    memory_mb: what it takes while it is loaded; working_mb: besides, while it translates.
    """

    sentences_per_second: float
    memory_mb: int
    samples: tuple[Sample, ...]
    working_mb: int = 0

    @property
    def num_failed(self) -> int:
        return sum(bool(sample.flags) for sample in self.samples)


@dataclass(frozen=True)
class StoredFile:
    """A file of a model as it was when it was added."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Model:
    """One version of a pair.

    size_bytes: on the disk; sha256: of the file that it came in. licence: empty if the package does
    not say it; attribution: what its authors have written about it, in their words.
    """

    pair: Pair
    version: str
    folder: Path
    size_bytes: int
    sha256: str
    licence: str
    attribution: str
    added_at: datetime
    trial: Trial
    files: Mapping[str, StoredFile] = field(default_factory=dict, repr=False)

    @property
    def sentences_per_second(self) -> float:
        return self.trial.sentences_per_second

    @property
    def memory_mb(self) -> int:
        return self.trial.memory_mb

    @property
    def samples(self) -> tuple[Sample, ...]:
        return self.trial.samples


class NoModelError(ValueError):
    """A folder does not hold a model that was added here."""


def write_about(model: Model) -> str:
    """The content of the file beside a model."""
    content = {
        "format": FORMAT,
        "pair": str(model.pair),
        "version": model.version,
        "size_bytes": model.size_bytes,
        "sha256": model.sha256,
        "licence": model.licence,
        "attribution": model.attribution,
        "added_at": model.added_at.isoformat(),
        "trial": asdict(model.trial),
        "files": {name: asdict(file) for name, file in model.files.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def read_about(folder: Path) -> Model:
    """The model in a folder. Raises NoModelError."""
    try:
        with (folder / ABOUT_FILE).open("rb") as file:
            content = file.read(MAX_ABOUT_BYTES + 1)
        if len(content) > MAX_ABOUT_BYTES:
            raise NoModelError(ABOUT_FILE)
        return _model(folder, json.loads(content))
    except (OSError, ValueError, RecursionError) as error:
        raise NoModelError(type(error).__name__) from None


def _model(folder: Path, content: Any) -> Model:
    about = _Fields(content)
    if about.whole("format") != FORMAT:
        raise ValueError("format")
    added_at = datetime.fromisoformat(about.text("added_at"))
    if added_at.tzinfo is None:
        raise ValueError("added_at")
    return Model(
        pair=Pair.parse(about.text("pair")),
        version=_matching(VERSION, about.text("version")),
        folder=folder,
        size_bytes=about.whole("size_bytes"),
        sha256=_matching(_SHA256, about.text("sha256")),
        licence=about.text("licence"),
        attribution=about.text("attribution"),
        added_at=added_at,
        trial=trial_from(about.value("trial")),
        files={name: _file(name, each) for name, each in about.items("files")},
    )


def trial_from(content: Any) -> Trial:
    """The results of a trial, from JSON. Raises ValueError."""
    fields = _Fields(content)
    return Trial(
        sentences_per_second=fields.number("sentences_per_second"),
        memory_mb=fields.whole("memory_mb"),
        samples=tuple(_sample(each) for each in fields.listed("samples")),
        working_mb=fields.whole("working_mb"),
    )


def _sample(content: Any) -> Sample:
    fields = _Fields(content)
    flags = fields.listed("flags")
    if not all(isinstance(flag, str) for flag in flags):
        raise ValueError("flags")
    return Sample(fields.text("source"), fields.text("translation"), tuple(flags))


def _file(name: str, content: Any) -> StoredFile:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError("files")
    fields = _Fields(content)
    return StoredFile(fields.whole("size_bytes"), _matching(_SHA256, fields.text("sha256")))


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(pattern.pattern)
    return text


class _Fields:
    """A JSON object whose values are of the kind that is asked for, or ValueError is raised."""

    def __init__(self, content: Any) -> None:
        if not isinstance(content, dict):
            raise ValueError("no object")
        self._content = content

    def value(self, name: str) -> Any:
        if name not in self._content:
            raise ValueError(name)
        return self._content[name]

    def text(self, name: str) -> str:
        value = self.value(name)
        if not isinstance(value, str):
            raise ValueError(name)
        return value

    def whole(self, name: str) -> int:
        value = self.value(name)
        # Not isinstance: True is an int.
        if type(value) is not int or value < 0:
            raise ValueError(name)
        return value

    def number(self, name: str) -> float:
        value = self.value(name)
        if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
            raise ValueError(name)
        return float(value)

    def listed(self, name: str) -> list[Any]:
        value = self.value(name)
        if not isinstance(value, list):
            raise ValueError(name)
        return value

    def items(self, name: str) -> list[tuple[str, Any]]:
        value = self.value(name)
        if not isinstance(value, dict):
            raise ValueError(name)
        return list(value.items())
