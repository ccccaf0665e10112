"""The models of a box, as they lie on its disk. Loads none of them and imports nothing that does.

    es-en/000007/   a version of a pair: what was in the package, and `about.json`
    es-en/000006/   the last one before it that was whole
    .staging/       what is being added; `.downloads/`, `incoming/`: files on their way

The highest number is the version that holds. A version comes with the renaming of a folder and goes
with one: whoever reads sees the one before or the one after, whenever the power fails. What else
lies there belongs to somebody else: it is left alone.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from pathlib import Path

from sosbox.i18n import N_
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.model import (
    ABOUT_FILE,
    Model,
    NoModelError,
    StoredFile,
    Trial,
    read_about,
    write_about,
)
from sosbox.translation.contract import Pair

INCOMING = "incoming"
DOWNLOADS = ".downloads"
_STAGING = ".staging"
_LOCK = ".lock"
_BROKEN_FILE = "broken.json"
_OWN_NAMES = frozenset({INCOMING, DOWNLOADS, _STAGING, _LOCK})
_NUM_DIGITS = 6

# How long somebody else may take to add a model before it is given up, seconds; a large model on a
# slow box takes a minute.
LOCK_TIMEOUT_S = 300.0
_LOCK_POLL_S = 0.1
_CHUNK = 1 << 20


class ModelStore:
    """The folder of the models; it may be missing as long as none was added.

    Reading never writes. Everything that changes happens inside `changing`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # Reading -------------------------------------------------------------------------------------

    def models(self) -> list[Model]:
        """The version of each pair that holds, by pair."""
        return [versions[0] for pair in self._pairs() if (versions := self.versions(pair))]

    def versions(self, pair: Pair) -> list[Model]:
        """The version that holds and the one before it, if any."""
        found = []
        for number in sorted(_version_numbers(self._pair_folder(pair)), reverse=True):
            folder = self._pair_folder(pair) / _version_name(number)
            with contextlib.suppress(NoModelError):
                model = read_about(folder)
                if model.pair == pair:
                    found.append(model)
        return found

    def strangers(self) -> list[str]:
        """The names of what lies among the models and is none."""
        strangers = []
        for entry in _entries(self.folder):
            if entry.name in _OWN_NAMES:
                continue
            pair = _pair_named(entry)
            if pair is None:
                strangers.append(entry.name)
                continue
            known = {model.folder.name for model in self.versions(pair)}
            inside = {each.name for each in _entries(Path(entry.path))}
            strangers += [f"{entry.name}/{name}" for name in inside - known]
        return sorted(strangers)

    def revision(self) -> Hashable:
        """Equal to an earlier one as long as no version has come or gone; some ten microseconds
        for each pair."""
        moments = []
        for entry in _entries(self.folder):
            if _pair_named(entry) is not None:
                with contextlib.suppress(OSError):
                    moments.append((entry.name, os.stat(entry.path).st_mtime_ns))  # noqa: PTH116
        return frozenset(moments)

    def is_whole(self, model: Model) -> bool:
        """Whether the files of a model are as they were when it was added; reads all of them."""
        try:
            return bool(model.files) and all(
                _stored_file(model.folder / name) == file for name, file in model.files.items()
            )
        except OSError:
            return False

    def is_broken(self, model: Model) -> bool:
        """Whether it could not be loaded when it was last tried."""
        return (model.folder / _BROKEN_FILE).exists()

    # Writing -------------------------------------------------------------------------------------

    def mark_broken(self, model: Model, *, is_broken: bool) -> None:
        """Remembers whether it can be loaded, for those who only look. Never raises."""
        path = model.folder / _BROKEN_FILE
        with contextlib.suppress(OSError):
            if is_broken:
                path.touch()
            else:
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def changing(self, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator["StoreChange"]:
        """One at a time, whatever process. What an interrupted change has left is cleaned first.

        Raises ModelError when the folder cannot be written or somebody else takes too long.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise not_writable(error) from None
        try:
            _lock(fd, is_cancelled)
            change = StoreChange(self)
            change.tidy()
            try:
                yield change
            finally:
                change.tidy()
        finally:
            os.close(fd)

    # Its folders ---------------------------------------------------------------------------------

    @property
    def staging_folder(self) -> Path:
        return self.folder / _STAGING

    @property
    def downloads_folder(self) -> Path:
        return self.folder / DOWNLOADS

    @property
    def incoming_folder(self) -> Path:
        """Where the console puts what was uploaded."""
        return self.folder / INCOMING

    def _pair_folder(self, pair: Pair) -> Path:
        return self.folder / str(pair)

    def _pairs(self) -> list[Pair]:
        pairs = (_pair_named(entry) for entry in _entries(self.folder))
        return sorted(pair for pair in pairs if pair is not None)


class StoreChange:
    """What may be done while the folder is locked."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store

    def new_folder(self) -> Path:
        """An empty folder on the disk of the models; removed with the change unless it is swapped
        in. Raises OSError."""
        self._store.staging_folder.mkdir(mode=0o700, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._store.staging_folder))

    def swap_in(self, model: Model) -> Model:
        """Makes what lies in `model.folder`, a `new_folder`, the version that holds.

        Returns the model as it lies there now. The version before is kept, if it is whole. Raises
        OSError, and then nothing has changed.
        """
        staged = replace(model, files=_stored_files(model.folder))
        write_durably(staged.folder / ABOUT_FILE, write_about(staged).encode())
        sync_tree(staged.folder)
        before = self._store.versions(model.pair)
        pair_folder = self._store._pair_folder(model.pair)
        pair_folder.mkdir(mode=0o700, exist_ok=True)
        number = max(_version_numbers(pair_folder), default=0) + 1
        place = pair_folder / _version_name(number)
        staged.folder.rename(place)
        # From here on it holds: what fails now is no reason to say that nothing was changed.
        with contextlib.suppress(OSError):
            sync_folder(pair_folder)
            sync_folder(self._store.folder)
        self._keep_one_of(before)
        return replace(staged, folder=place)

    def note_trial(self, model: Model, trial: Trial) -> Model:
        """Replaces what is known of how it does on this box. Raises OSError."""
        tried = replace(model, trial=trial)
        fresh = model.folder / f"{ABOUT_FILE}.new"
        write_durably(fresh, write_about(tried).encode())
        fresh.rename(model.folder / ABOUT_FILE)
        sync_folder(model.folder)
        return tried

    def remove(self, pair: Pair) -> bool:
        """Takes all versions of a pair away; whether there were any. Raises OSError."""
        pair_folder = self._store._pair_folder(pair)
        if not pair_folder.is_dir():
            return False
        pair_folder.rename(self.new_folder() / "removed")
        sync_folder(self._store.folder)
        return True

    def tidy(self) -> None:
        """Removes what an interrupted change has left."""
        shutil.rmtree(self._store.staging_folder, ignore_errors=True)
        for entry in _entries(self._store.folder):
            if _pair_named(entry) is not None:
                with contextlib.suppress(OSError):
                    Path(entry.path).rmdir()  # only if it is empty

    def _keep_one_of(self, before: list[Model]) -> None:
        is_kept = False
        for model in before:
            if is_kept or self._store.is_broken(model) or not self._store.is_whole(model):
                with contextlib.suppress(OSError):
                    model.folder.rename(self.new_folder() / "old")
            else:
                is_kept = True


def not_writable(error: OSError) -> ModelError:
    """Why nothing can be written to the folder of the models."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(N_("The disk is full."))
    return ModelError(
        N_("The folder of the models cannot be written: {problem}"), problem=error.strerror or ""
    )


def write_durably(path: Path, content: bytes) -> None:
    """Writes a file that is on the disk afterwards. Raises OSError."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Has the names in a folder on the disk. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_tree(folder: Path) -> None:
    """`sync_folder` for a folder and all below it."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
    sync_folder(folder)


def sha256_of(path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> str:
    """Raises OSError, CancelledError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if is_cancelled():
                raise CancelledError
    return digest.hexdigest()


def _lock(fd: int, is_cancelled: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LOCK_TIMEOUT_S
    # Whoever works in this process on another thread has an open file of its own: flock tells them
    # apart as it does processes.
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ModelError(
                    N_("Another model is being added or removed just now. Please wait a moment.")
                ) from None
        if is_cancelled():
            raise CancelledError
        time.sleep(_LOCK_POLL_S)


def _stored_files(folder: Path) -> dict[str, StoredFile]:
    return {
        str(path.relative_to(folder)): _stored_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _stored_file(path: Path) -> StoredFile:
    return StoredFile(path.stat().st_size, sha256_of(path))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing if there is none or it may not be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _pair_named(entry: os.DirEntry[str]) -> Pair | None:
    """The pair of a folder that is named for one."""
    with contextlib.suppress(ValueError, OSError):
        pair = Pair.parse(entry.name)
        if entry.is_dir(follow_symlinks=False):
            return pair
    return None


def _version_numbers(pair_folder: Path) -> list[int]:
    names = [entry.name for entry in _entries(pair_folder)]
    return [int(name) for name in names if _is_version_name(name)]


def _is_version_name(name: str) -> bool:
    return len(name) == _NUM_DIGITS and name.isascii() and name.isdigit()


def _version_name(number: int) -> str:
    return f"{number:0{_NUM_DIGITS}}"
