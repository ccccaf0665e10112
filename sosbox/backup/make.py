"""Makes a backup while guests write, and proves it before it counts."""

import errno
import fcntl
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sosbox import __version__
from sosbox.backup.archive import entry_of, pack
from sosbox.backup.errors import BackupError
from sosbox.backup.key import KEY_FILE, backup_key
from sosbox.backup.manifest import Manifest, Witness, may_hold
from sosbox.backup.prove import DATABASE, bring_back, counts
from sosbox.backup.rotation import kept
from sosbox.box import Box
from sosbox.cases.receipts import ReceiptFacts, write_receipt
from sosbox.db.engine import connect
from sosbox.i18n import N_, localizer
from sosbox.keys import Keys, fingerprint
from sosbox.translation.argos.store import ModelStore

ENDING = ".sosbox-backup"
LOCK_FILE = "backup.lock"
_PATIENCE_S = 0.5
_LOOK_AGAIN_S = 0.02
_DRAFT = ".part"
_TIME = "%Y%m%dT%H%M%SZ"
_FOLDERS = ("", "keys", "tls")


@dataclass(frozen=True)
class MadeBackup:
    """seconds: that it took with its proof; num_removed: older ones that had had their time."""

    file: Path
    num_bytes: int
    seconds: float
    manifest: Manifest
    num_removed: int


def folder_for(box: Box, chosen: Path | None = None) -> Path:
    """Where backups go: what was chosen, else `backup_dir`, else a folder of the data folder."""
    named = chosen or (Path(box.config.backup_dir) if box.config.backup_dir else None)
    return named or box.config.data_dir / "backups"


def make_backup(box: Box, folder: Path) -> MadeBackup:
    """Raises BackupError; then nothing of it is left, and older backups are as they were.

    The scratch copy takes as much room in the data folder as the database, twice for a moment.
    """
    begun = time.monotonic()
    data_dir = box.config.data_dir
    # Whoever only looks whether one is being made has the lock for a moment.
    with _one_at_a_time(data_dir, patience_s=_PATIENCE_S), _said_in_words(folder):
        if folder == data_dir / "backups":
            folder.mkdir(mode=0o700, exist_ok=True)
        _refuse_missing(folder)
        now = box.clock.now()
        name = f"{_prefix(box.keys)}{now.astimezone(UTC).strftime(_TIME)}{ENDING}"
        draft = folder / f"{name}{_DRAFT}"
        key = backup_key(data_dir)
        try:
            with _scratch(data_dir) as scratch:
                manifest = _collect(box, scratch, now)
                pack(scratch, manifest, draft, key)
            with _scratch(data_dir) as scratch:
                bring_back(draft, key, scratch)
            draft.rename(folder / name)
            _sync(folder)
        finally:
            draft.unlink(missing_ok=True)
        num_removed = _rotate(folder, box.keys)
        size = (folder / name).stat().st_size
    return MadeBackup(folder / name, size, time.monotonic() - begun, manifest, num_removed)


def is_being_made(data_dir: Path) -> bool:
    """Whether one is under way, by whoever started it."""
    try:
        with _one_at_a_time(data_dir):
            return False
    except BackupError:
        return True


def is_on_disk_of_data(data_dir: Path, folder: Path) -> bool:
    """Whether both would be lost together. Raises OSError."""
    return data_dir.stat().st_dev == folder.stat().st_dev


# What goes in -------------------------------------------------------------------------------------


def _collect(box: Box, scratch: Path, now: datetime) -> Manifest:
    data_dir = box.config.data_dir
    with closing(connect(box.config.database_path, is_read_only=True)) as source:
        _copy_database(source, scratch / DATABASE)
    names = [DATABASE]
    for name in _settings_of(data_dir):
        (scratch / name).parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(data_dir / name, scratch / name)
        names.append(name)
    with closing(connect(scratch / DATABASE, is_read_only=True)) as copy:
        ids = [row[0] for row in copy.execute("SELECT id FROM migrations ORDER BY id")]
        found = counts(copy)
    return Manifest(
        program=__version__,
        migrations=ids,
        box=fingerprint(box.keys.public_key),
        made_at=now,
        entries=[entry_of(scratch, name) for name in names],
        counts=found,
        models=_models(box.config.models_dir),
        witness=_witness(box.keys, now),
    )


def _copy_database(source: sqlite3.Connection, target: Path) -> None:
    """One state of it, in one step: in between, whoever writes would have it begin anew. Nobody
    waits for it, for readers and the writer of a WAL do not hinder each other."""
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file, which needs no other beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


def _settings_of(data_dir: Path) -> list[str]:
    """Everything that belongs into a backup beside the database; the key that opens it does not."""
    names = [
        f"{folder}/{path.name}".lstrip("/")
        for folder in _FOLDERS
        for path in sorted((data_dir / folder).glob("*"))
        if path.is_file() and not path.is_symlink()
    ]
    return [name for name in names if may_hold(name) and name not in (DATABASE, f"keys/{KEY_FILE}")]


def _models(folder: Path) -> dict[str, str]:
    """What was there to translate with, by reference: models are fetched anew."""
    return {f"{model.pair} {model.version}": model.sha256 for model in ModelStore(folder).models()}


def _witness(keys: Keys, now: datetime) -> Witness:
    code = f"{secrets.randbelow(10**16):016d}"
    facts = ReceiptFacts(
        reference="backup",
        receipt_code=code,
        establishment="",
        legal_name="",
        address="",
        area="",
        place_label="",
        place_code="",
        filed_at=now,
        promise_due_at=now + timedelta(hours=48),
        legal_due_at=now + timedelta(days=30),
        zone=ZoneInfo("UTC"),
        texts=(),
        remedy="",
        contact="",
    )
    return Witness(
        write_receipt(keys, facts, localizer("en")),
        keys.receipt_token(code),
        keys.receipt_hash(code).hex(),
    )


# Where it goes ------------------------------------------------------------------------------------


def _prefix(keys: Keys) -> str:
    """Several boxes may share a folder: none removes what is another's."""
    return f"sosbox-{fingerprint(keys.public_key)[:4].lower()}-"


def _rotate(folder: Path, keys: Keys) -> int:
    files = {}
    prefix = _prefix(keys)
    for path in folder.glob(f"{prefix}*{ENDING}"):
        try:
            made_at = datetime.strptime(path.name[len(prefix) : -len(ENDING)], _TIME).replace(
                tzinfo=UTC
            )
        except ValueError:
            continue
        files[made_at] = path
    had_their_time = set(files) - kept(files)
    for made_at in had_their_time:
        files[made_at].unlink()
    return len(had_their_time)


def _refuse_missing(folder: Path) -> None:
    if not folder.is_dir():
        raise BackupError(
            N_(
                "The folder for backups {folder} is not there. Is the stick or the disk plugged in?"
            ),
            folder=str(folder),
        )


@contextmanager
def _said_in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise BackupError(N_("There is not enough room for the backup.")) from None
        raise BackupError(
            N_("The backup in {folder} cannot be written: {problem}"),
            folder=str(folder),
            problem=error.strerror or str(error),
        ) from None
    except sqlite3.DatabaseError as error:
        raise BackupError(
            N_("The database cannot be copied: {problem}"), problem=str(error)
        ) from None


@contextmanager
def _one_at_a_time(data_dir: Path, patience_s: float = 0.0) -> Iterator[None]:
    descriptor = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience_s
        while not _is_locked(descriptor):
            if time.monotonic() >= deadline:
                raise BackupError(N_("Another backup is being made at this moment."))
            time.sleep(_LOOK_AGAIN_S)
        yield
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _scratch(data_dir: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="backup-", dir=data_dir) as folder:
        yield Path(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
