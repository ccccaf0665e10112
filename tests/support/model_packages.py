"""Packages in the Argos format, sound and not, and stores to put them in."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.model import Model, Sample, Trial
from sosbox.translation.argos.packages import Added, ModelAdder
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.contract import Pair
from sosbox.translation.phrasebook import PHRASEBOOK_FILES

ADDED_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ES_EN_FILE, EN_ES_FILE = PHRASEBOOK_FILES
ES_EN, EN_ES = Pair("es", "en"), Pair("en", "es")
TRIAL = Trial(100.0, 5, (Sample("Hola.", "Hello."), Sample("204.", "")))

Files = dict[str, bytes]


@dataclass
class FakeTrial:
    """Stands for the trial in a child process; says `trial`, or raises `problem`."""

    trial: Trial = TRIAL
    problem: ModelError | None = None
    tried: list[Path] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __call__(self, folder: Path, pair: Pair, is_cancelled: Callable[[], bool]) -> Trial:
        self.tried.append(folder)
        if is_cancelled():
            raise CancelledError
        self.during()
        if self.problem is not None:
            raise self.problem
        return self.trial


def package_files(pair: Pair = ES_EN, version: str = "1.0", **metadata: object) -> Files:
    """What a package holds, below its folder; nothing of it can be loaded."""
    about = {
        "package_version": version,
        "argos_version": "1.9.0",
        "from_code": pair.source,
        "to_code": pair.target,
        **metadata,
    }
    return {
        "metadata.json": json.dumps(about).encode(),
        "README.md": b"# A model\n\nLicence: CC BY 4.0, by somebody.\n",
        "sentencepiece.model": b"pieces",
        "model/config.json": b"{}",
        "model/model.bin": f"weights of {pair} {version}".encode() * 100,
        "model/shared_vocabulary.json": b"[]",
    }


def real_files(path: Path = ES_EN_FILE) -> Files:
    """What one of the phrasebook's packages holds, below its folder."""
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename.partition("/")[2]: archive.read(info)
            for info in archive.infolist()
            if not info.is_dir()
        }


def zipped(files: Mapping[str, bytes], folder: str = "translate-es_en-1_0") -> bytes:
    """A package file. What begins with "/" or ".." is not put into the folder."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}" if folder else name, content)
    return written.getvalue()


def write_package(folder: Path, files: Mapping[str, bytes], name: str = "new") -> Path:
    path = folder / f"{name}.argosmodel"
    path.write_bytes(zipped(files))
    return path


def make_adder(store: ModelStore, trial: FakeTrial | None = None) -> ModelAdder:
    return ModelAdder(store, trial or FakeTrial(), memory_limit_mb=600)


def add_fake(store: ModelStore, pair: Pair = ES_EN, version: str = "1.0") -> Model:
    """A model that the store has and nobody can load."""
    path = store.folder.parent / f"{pair}-{version}.argosmodel"
    path.write_bytes(zipped(package_files(pair, version)))
    added: Added = make_adder(store).add(path, now=ADDED_AT)
    path.unlink()
    return added.model


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder, byte for byte; None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def unpack(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files in a folder, as a package is on the disk."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
