"""Adding a model from a file: judged, unpacked, tried, and only then swapped in.

Whatever is wrong with the file, the models of the box are as they were, byte for byte.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sosbox.i18n import N_
from sosbox.translation.argos.archive import SPARE_BYTES, Archive, cannot_read, open_archive
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.manifest import (
    METADATA_FILE,
    README_FILE,
    Manifest,
    needed_files,
    read_manifest,
)
from sosbox.translation.argos.model import Model, Trial
from sosbox.translation.argos.store import (
    ModelStore,
    StoreChange,
    not_writable,
    sha256_of,
    write_durably,
)
from sosbox.translation.argos.trial import TryModel
from sosbox.translation.contract import Pair

# More of the fixed sentences than this must not fail the guards.
MAX_FAILED_SHARE = 0.5
# Parts of the work, of 1.
_READ, _UNPACKED, _TRIED = 0.1, 0.5, 0.95
_MB = 1_000_000


@dataclass(frozen=True)
class Watcher:
    """Whoever waits for something that takes long.

    on_progress: called with the part that is done, 0 to 1. is_cancelled: asked now and then; if so,
    CancelledError is raised.
    """

    on_progress: Callable[[float], None] = lambda _part: None
    is_cancelled: Callable[[], bool] = lambda: False


NOBODY = Watcher()


@dataclass(frozen=True)
class Added:
    """`before`: the model that it has replaced; is_new: False if this very file was there."""

    model: Model
    before: Model | None
    is_new: bool = True


class ModelAdder:
    """Adds models to a store, and tries those that are there.

    memory_limit_mb: a model that takes more could never be used.
    """

    def __init__(self, store: ModelStore, try_model: TryModel, *, memory_limit_mb: int) -> None:
        self._store = store
        self._try_model = try_model
        self._memory_limit_mb = memory_limit_mb

    def add(self, path: Path, *, now: datetime, watcher: Watcher = NOBODY) -> Added:
        """Adds the model in a file, which is only read; takes seconds. Raises ModelError."""
        with open_archive(path) as archive:
            manifest = read_manifest(archive)
            names = needed_files(archive)
            sha256 = _sha256_of(path, watcher)
            watcher.on_progress(_READ)
            with self._store.changing(watcher.is_cancelled) as change:
                before = next(iter(self._store.versions(manifest.pair)), None)
                if before is not None and before.sha256 == sha256 and self._is_sound(before):
                    return Added(before, None, is_new=False)
                try:
                    folder = self._unpack(archive, manifest, names, change, watcher)
                    trial = self._tried(folder, manifest, watcher)
                    watcher.on_progress(_TRIED)
                    model = _model(manifest, folder, sha256, now, trial)
                    return Added(change.swap_in(model), before)
                except OSError as error:
                    raise not_writable(error) from None

    def try_again(self, model: Model, *, watcher: Watcher = NOBODY) -> Model:
        """Tries a model that is there, and keeps what comes of it.

        Raises ModelError if it cannot be loaded; one that writes nonsense stays.
        """
        try:
            trial = self._try_model(model.folder, model.pair, watcher.is_cancelled)
        except CancelledError:
            raise
        except ModelError:
            self._store.mark_broken(model, is_broken=True)
            raise
        self._store.mark_broken(model, is_broken=False)
        with self._store.changing(watcher.is_cancelled) as change:
            if model not in self._store.versions(model.pair):
                raise ModelError(N_("The model was replaced or removed meanwhile."))
            try:
                return change.note_trial(model, trial)
            except OSError as error:
                raise not_writable(error) from None

    def _is_sound(self, model: Model) -> bool:
        return not self._store.is_broken(model) and self._store.is_whole(model)

    def _unpack(
        self,
        archive: Archive,
        manifest: Manifest,
        names: list[str],
        change: StoreChange,
        watcher: Watcher,
    ) -> Path:
        """The files that the model needs, in a folder. Raises ModelError, OSError."""
        needed_bytes = sum(archive.entries[name].size_bytes for name in names)
        check_room(self._store.folder, needed_bytes)
        folder = change.new_folder()
        num_written = 0

        def on_bytes(num: int) -> None:
            nonlocal num_written
            num_written += num
            part = num_written / max(needed_bytes, 1)
            watcher.on_progress(_READ + (_UNPACKED - _READ) * part)

        for name in names:
            target = folder / name
            target.parent.mkdir(mode=0o700, exist_ok=True)
            archive.unpack(name, target, on_bytes=on_bytes, is_cancelled=watcher.is_cancelled)
        write_durably(folder / METADATA_FILE, manifest.metadata())
        write_durably(folder / README_FILE, manifest.attribution.encode())
        return folder

    def _tried(self, folder: Path, manifest: Manifest, watcher: Watcher) -> Trial:
        """Raises ModelError for a model that is no use here."""
        trial = self._try_model(folder, manifest.pair, watcher.is_cancelled)
        needed_mb = trial.memory_mb + trial.working_mb
        if needed_mb > self._memory_limit_mb:
            raise ModelError(
                N_("The model takes {needed} MB of memory, and all together may take {limit} MB."),
                needed=needed_mb,
                limit=self._memory_limit_mb,
            )
        if trial.num_failed > MAX_FAILED_SHARE * len(trial.samples):
            raise ModelError(
                N_("The model writes nonsense: of {total} sentences, {num} came out wrong."),
                num=trial.num_failed,
                total=len(trial.samples),
            )
        return trial


def remove_model(store: ModelStore, pair: Pair, *, watcher: Watcher = NOBODY) -> None:
    """Takes a model away, with the version before it. Raises ModelError if there is none."""
    with store.changing(watcher.is_cancelled) as change:
        try:
            was_there = change.remove(pair)
        except OSError as error:
            raise not_writable(error) from None
    if not was_there:
        raise ModelError(N_("There is no model for {pair}."), pair=str(pair))


def _model(manifest: Manifest, folder: Path, sha256: str, now: datetime, trial: Trial) -> Model:
    return Model(
        pair=manifest.pair,
        version=manifest.version,
        folder=folder,
        size_bytes=sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()),
        sha256=sha256,
        licence=manifest.licence,
        attribution=manifest.attribution,
        added_at=now,
        trial=trial,
    )


def _sha256_of(path: Path, watcher: Watcher) -> str:
    try:
        return sha256_of(path, watcher.is_cancelled)
    except OSError as error:
        raise cannot_read(error) from None


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raises ModelError when the disk would be full afterwards, OSError."""
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes + SPARE_BYTES > free_bytes:
        raise ModelError(
            N_("There is too little room on the disk: {needed} MB are needed, {free} MB are free."),
            needed=(needed_bytes + SPARE_BYTES) // _MB,
            free=free_bytes // _MB,
        )
