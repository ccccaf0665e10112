"""A backup is made while guests write, and is none before it has been brought back."""

import asyncio
import errno
import os
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sosbox.backup import make
from sosbox.backup.archive import pack
from sosbox.backup.errors import BackupError
from sosbox.backup.key import backup_key
from sosbox.backup.make import MadeBackup, make_backup
from sosbox.backup.prove import bring_back
from sosbox.backup.restore import restore
from sosbox.box import Box
from sosbox.keys import load_keys
from sosbox.lib.clock import FrozenClock
from tests.support.filing import file_case
from tests.support.venue import ROOM_TOKEN


def _left_over(box: Box) -> list[str]:
    return [path.name for path in box.config.data_dir.iterdir() if path.name.startswith("backup-")]


def test_a_backup_holds_the_cases_the_keys_and_the_settings(
    lived_in: Box, stick: Path, new_box: Path
) -> None:
    (lived_in.config.data_dir / "sosbox.toml").write_text('smtp_host = "mail.example"\n')
    made = make_backup(lived_in, stick)
    restore(made.file, backup_key(lived_in.config.data_dir), new_box)

    assert made.manifest.counts["cases"] == 2
    assert (new_box / "sosbox.toml").read_text() == 'smtp_host = "mail.example"\n'
    with closing(sqlite3.connect(new_box / "sosbox.db")) as connection:
        texts = connection.execute("SELECT text FROM messages ORDER BY id").fetchall()
    assert texts == [("El grifo gotea",), ("Falta una toalla",)]


def test_nothing_of_it_can_be_read_without_the_key(lived_in: Box, stick: Path) -> None:
    content = make_backup(lived_in, stick).file.read_bytes()

    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"sosbox.db" not in content
    assert b"grifo" not in content


def test_the_key_that_opens_it_is_not_in_it(lived_in: Box, stick: Path, tmp_path: Path) -> None:
    made = make_backup(lived_in, stick)
    (tmp_path / "out").mkdir()
    bring_back(made.file, backup_key(lived_in.config.data_dir), tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out" / "keys").iterdir()) == [
        "box.key",
        "master.key",
    ]


def test_only_the_service_may_read_it_and_no_scratch_is_left(lived_in: Box, stick: Path) -> None:
    made = make_backup(lived_in, stick)

    assert made.file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in stick.iterdir()] == [made.file.name]
    assert _left_over(lived_in) == []


async def test_guests_who_write_meanwhile_are_all_or_not_in_it(
    lived_in: Box, stick: Path, new_box: Path
) -> None:
    stopped = threading.Event()
    made: list[MadeBackup] = []

    def back_up() -> None:
        made.append(make_backup(lived_in, stick))
        stopped.set()

    thread = threading.Thread(target=back_up)
    thread.start()
    number = 0
    while not stopped.is_set():
        number += 1
        await file_case(
            lived_in, f"n {number}", token=ROOM_TOKEN, submission_id=f"m{number}", has_worker=False
        )
        await asyncio.sleep(0)
    thread.join()

    # It has been brought back and verified; the counts are those of one moment.
    assert made[0].manifest.counts["cases"] == made[0].manifest.counts["messages"]
    assert made[0].manifest.counts["cases"] <= number + 2
    restore(made[0].file, backup_key(lived_in.config.data_dir), new_box)


def test_older_ones_go_and_those_of_another_box_stay(
    lived_in: Box, stick: Path, clock: FrozenClock
) -> None:
    other = stick / "sosbox-0000-20200101T000000Z.sosbox-backup"
    other.touch()
    names = []
    for _ in range(9):
        names.append(make_backup(lived_in, stick).file.name)
        clock.set(clock.now() + timedelta(hours=3))

    left = sorted(path.name for path in stick.iterdir())
    assert other.name in left
    assert names[-1] in left
    assert len(left) < len(names)


def test_the_box_may_have_been_given_a_folder_of_its_own(lived_in: Box) -> None:
    folder = lived_in.config.data_dir / "backups"

    assert make_backup(lived_in, folder).file.parent == folder
    assert folder.stat().st_mode & 0o777 == 0o700


# Refusals ----------------------------------------------------------------------------------------


def test_a_stick_that_is_not_plugged_in_is_asked_for(lived_in: Box, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="plugged in"):
        make_backup(lived_in, tmp_path / "media" / "stick")

    assert not (tmp_path / "media").exists()


def test_two_at_once_are_refused(lived_in: Box, stick: Path) -> None:
    with make._one_at_a_time(lived_in.config.data_dir), pytest.raises(BackupError, match="Another"):
        make_backup(lived_in, stick)


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "not enough room"), (errno.EROFS, "cannot be written")]
)
def test_a_disk_that_takes_nothing_leaves_nothing_half_done(
    lived_in: Box, stick: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def packed_half(*arguments: object) -> None:
        pack(*arguments)  # type: ignore[arg-type]
        raise OSError(number, os.strerror(number))

    before = make_backup(lived_in, stick).file.name
    monkeypatch.setattr(make, "pack", packed_half)
    with pytest.raises(BackupError, match=words):
        make_backup(lived_in, stick)

    assert [path.name for path in stick.iterdir()] == [before]
    assert _left_over(lived_in) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_stick_that_is_full_is_told_by_its_name(lived_in: Box, stick: Path) -> None:
    with pytest.raises(BackupError, match="not enough room"):
        _with_full_disk(lived_in, stick)


def _with_full_disk(box: Box, stick: Path) -> None:
    """The draft of the backup leads to a device that is always full."""
    real = os.open

    def opened(path: object, flags: int, *rest: int, **named: int) -> int:
        if str(path).endswith(".part"):
            return real("/dev/full", os.O_WRONLY)
        return real(path, flags, *rest, **named)  # type: ignore[call-overload,no-any-return]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "open", opened)
        make_backup(box, stick)


def test_a_backup_that_cannot_be_brought_back_is_none(
    lived_in: Box, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packed_badly(folder: Path, manifest: object, out: Path, key: object) -> None:
        pack(folder, manifest, out, key)  # type: ignore[arg-type]
        content = bytearray(out.read_bytes())
        content[-100] ^= 1
        out.write_bytes(content)

    monkeypatch.setattr(make, "pack", packed_badly)
    with pytest.raises(BackupError, match="damaged or cut off"):
        make_backup(lived_in, stick)

    assert list(stick.iterdir()) == []


def test_a_ledger_that_was_tampered_with_fails_the_proof(lived_in: Box, stick: Path) -> None:
    with closing(sqlite3.connect(lived_in.config.database_path)) as connection:
        connection.execute("UPDATE messages SET text = 'Todo bien' WHERE id = 1")
        connection.commit()

    with pytest.raises(BackupError, match="ledger in the backup is not whole"):
        make_backup(lived_in, stick)


def test_keys_that_were_swapped_fail_the_proof(lived_in: Box, stick: Path, tmp_path: Path) -> None:
    load_keys(tmp_path / "stranger")
    stranger = (tmp_path / "stranger" / "keys" / "master.key").read_bytes()
    (lived_in.config.data_dir / "keys" / "master.key").write_bytes(stranger)

    with pytest.raises(BackupError, match="receipts could not be found"):
        make_backup(lived_in, stick)
