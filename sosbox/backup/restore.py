"""Brings a box back from a backup.

Everything is unpacked and looked at in a folder of its own inside the data folder; until that has
passed nothing else is touched. Then what was there is put aside and what came back is moved to its
place, the database last. A power cut in that moment leaves the folder `restoring`, and a box that
finds it does not start, but says what to do.
"""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from pyrage import x25519

from sosbox.backup.errors import BackupError
from sosbox.backup.key import KEY_FILE
from sosbox.backup.manifest import Manifest
from sosbox.backup.prove import DATABASE, bring_back
from sosbox.i18n import N_
from sosbox.keys import make_key_file

_SCRATCH = "restore-scratch"
UNFINISHED = "restoring"
# What a box is; its locks, backups and models stay where they are.
_OF_A_BOX = (
    *(DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "queue.db", "queue.db-wal", "queue.db-shm"),
    *("keys", "tls", "prints", "sosbox.toml", "console.toml"),
)


def restore(
    sealed: Path, key: x25519.Identity, data_dir: Path, *, replaces: bool = False
) -> tuple[Manifest, Path | None]:
    """Returns what came back, and where what was there before now lies, if anything was.

    replaces: whether a box may be there already. Nobody may be using the folder meanwhile.
    Raises BackupError, and OSError for a disk that fails; then nothing has changed.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = [name for name in _OF_A_BOX if (data_dir / name).exists()]
    if there and not replaces:
        raise BackupError(
            N_("There is a box in {folder} already ({name}). With --replace it is put aside."),
            folder=str(data_dir),
            name=there[0],
        )
    scratch = data_dir / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        manifest = bring_back(sealed, key, scratch)
        # The sheet in the safe stays good.
        (scratch / "keys" / KEY_FILE).unlink(missing_ok=True)
        make_key_file(scratch / "keys" / KEY_FILE, f"{key}\n".encode())
        _give_to_owner_of(data_dir, scratch)
        aside = _swap(data_dir, scratch, there)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return manifest, aside


def refuse_unfinished(data_dir: Path) -> None:
    """Raises BackupError for a folder in which a restore was broken off."""
    if (data_dir / UNFINISHED).exists():
        raise BackupError(
            N_("Bringing back a backup was broken off in {folder}: run `sosbox restore` again."),
            folder=str(data_dir),
        )


def _swap(data_dir: Path, scratch: Path, there: list[str]) -> Path | None:
    unfinished = data_dir / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    scratch.rename(unfinished)
    _sync(data_dir)
    aside = None
    if there:
        aside = data_dir / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        aside.mkdir(mode=0o700)
        for name in there:
            (data_dir / name).rename(aside / name)
        _give_to_owner_of(data_dir, aside)
    # A box is there once its database is.
    for path in sorted(unfinished.iterdir(), key=lambda path: path.name == DATABASE):
        path.rename(data_dir / path.name)
    _sync(data_dir)
    unfinished.rmdir()
    return aside


def _give_to_owner_of(data_dir: Path, folder: Path) -> None:
    """Whoever calls is often root; the service is not."""
    owner = data_dir.stat()
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
