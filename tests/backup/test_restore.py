"""A box comes back whole, or nothing changes."""

import io
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from sosbox.backup import restore as restoring
from sosbox.backup.archive import entry_of, pack, unpack
from sosbox.backup.errors import BackupError
from sosbox.backup.key import backup_key
from sosbox.backup.make import make_backup
from sosbox.backup.manifest import Manifest
from sosbox.backup.restore import refuse_unfinished, restore
from sosbox.box import Box
from sosbox.cases.receipts import verify_receipt
from sosbox.keys import load_keys


@pytest.fixture
def sealed(lived_in: Box, stick: Path) -> Path:
    return make_backup(lived_in, stick).file


@pytest.fixture
def key(lived_in: Box) -> x25519.Identity:
    return backup_key(lived_in.config.data_dir)


@pytest.fixture
def repacked(
    sealed: Path, key: x25519.Identity, tmp_path: Path
) -> Callable[[Callable[[Manifest, Path], Manifest]], Path]:
    """The backup once more, after something was changed by somebody who has the key."""

    def repack(change: Callable[[Manifest, Path], Manifest]) -> Path:
        folder = tmp_path / "inside"
        folder.mkdir()
        manifest = change(unpack(sealed, key, folder), folder)
        pack(folder, manifest, tmp_path / "changed", key)
        return tmp_path / "changed"

    return repack


def test_receipts_and_links_of_before_are_right_afterwards(
    lived_in: Box, sealed: Path, key: x25519.Identity, new_box: Path
) -> None:
    link = lived_in.keys.receipt_token("1234567890123456")
    manifest, _aside = restore(sealed, key, new_box)
    keys = load_keys(new_box)

    assert keys.receipt_code_from_token(link) == "1234567890123456"
    assert "backup" in verify_receipt(manifest.witness.receipt, keys.public_key).text


def test_the_recovery_sheet_stays_good(sealed: Path, key: x25519.Identity, new_box: Path) -> None:
    restore(sealed, key, new_box)

    assert str(backup_key(new_box)) == str(key)


def test_a_box_that_is_there_is_put_aside_when_that_is_wanted(
    lived_in: Box, sealed: Path, key: x25519.Identity, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    shutil.copytree(lived_in.config.data_dir, there)
    (there / "sosbox.toml").write_text('smtp_host = "old.example"\n')
    _manifest, aside = restore(sealed, key, there, replaces=True)

    assert aside is not None
    assert (aside / "sosbox.toml").exists()
    assert not (there / "sosbox.toml").exists()
    assert load_keys(there).public_key == lived_in.keys.public_key


def test_a_backup_of_an_older_schema_is_brought_to_this_one(
    sealed: Path,
    key: x25519.Identity,
    new_box: Path,
    repacked: Callable[[Callable[[Manifest, Path], Manifest]], Path],
) -> None:
    def older(manifest: Manifest, folder: Path) -> Manifest:
        with closing(sqlite3.connect(folder / "sosbox.db")) as connection:
            connection.execute("DROP TABLE backups")
            connection.execute("ALTER TABLE box DROP COLUMN recovery_sheet_at")
            connection.execute("DELETE FROM migrations WHERE id = '0005_backup'")
            connection.commit()
        return _counted_anew(replace(manifest, migrations=manifest.migrations[:4]), folder)

    restore(repacked(older), key, new_box)

    with closing(sqlite3.connect(new_box / "sosbox.db")) as connection:
        assert connection.execute("SELECT count(*) FROM backups").fetchone() == (0,)


def _counted_anew(manifest: Manifest, folder: Path) -> Manifest:
    return replace(manifest, entries=[entry_of(folder, each.name) for each in manifest.entries])


# Refusals ----------------------------------------------------------------------------------------


def _refused(sealed: Path, key: x25519.Identity, folder: Path, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        restore(sealed, key, folder)
    assert list(folder.iterdir()) == []


def test_another_key_is_refused(sealed: Path, new_box: Path) -> None:
    _refused(sealed, x25519.Identity.generate(), new_box, "does not open")


@pytest.mark.parametrize("share", [0, 0.001, 0.02, 0.5, 0.9999])
def test_a_file_that_is_cut_off_is_refused(
    sealed: Path, key: x25519.Identity, new_box: Path, share: float
) -> None:
    content = sealed.read_bytes()
    sealed.write_bytes(content[: int(len(content) * share)])

    _refused(sealed, key, new_box, "cut off")


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_flipped_bit_is_found(
    sealed: Path, key: x25519.Identity, new_box: Path, place: float
) -> None:
    content = bytearray(sealed.read_bytes())
    content[int(len(content) * place)] ^= 4
    sealed.write_bytes(content)

    _refused(sealed, key, new_box, "damaged|does not open|no backup")


def test_what_is_no_backup_is_refused(key: x25519.Identity, new_box: Path) -> None:
    _refused(Path(__file__), key, new_box, "no backup of sosbox")


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest, _: replace(manifest, format=2, program="9.0"),
        lambda manifest, _: replace(
            manifest, migrations=[*manifest.migrations, "0099_future"], program="9.0"
        ),
    ],
)
def test_one_of_a_newer_version_is_refused_with_its_version(
    key: x25519.Identity,
    new_box: Path,
    repacked: Callable[[Callable[[Manifest, Path], Manifest]], Path],
    change: Callable[[Manifest, Path], Manifest],
) -> None:
    _refused(repacked(change), key, new_box, r"newer version \(9.0\)")


@pytest.mark.parametrize("name", ["../outside", "/etc/cron.d/x", "keys/../../x.key", "queue.db"])
def test_a_name_that_leads_elsewhere_is_refused(
    sealed: Path, key: x25519.Identity, new_box: Path, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    manifest = unpack(sealed, key, folder)
    content = manifest.to_json().replace(b'"keys/box.key"', f'"{name}"'.encode())
    _seal({"manifest.json": content}, key, tmp_path / "evil")

    _refused(tmp_path / "evil", key, new_box, "do not fit together")


def test_a_link_in_the_place_of_a_file_is_refused(
    sealed: Path, key: x25519.Identity, new_box: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    manifest = unpack(sealed, key, folder)
    link = tarfile.TarInfo("sosbox.db")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    _seal({"manifest.json": manifest.to_json()}, key, tmp_path / "evil", link)

    _refused(tmp_path / "evil", key, new_box, "do not fit together")


def test_files_that_the_manifest_does_not_name_or_misses_are_refused(
    sealed: Path, key: x25519.Identity, new_box: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    content = unpack(sealed, key, folder).to_json()
    _seal({"manifest.json": content, "other": b"x"}, key, tmp_path / "more")
    _seal({"manifest.json": content}, key, tmp_path / "less")

    _refused(tmp_path / "more", key, new_box, "do not fit together")
    _refused(tmp_path / "less", key, new_box, "do not fit together")


def _seal(
    files: dict[str, bytes], key: x25519.Identity, out: Path, *members: tarfile.TarInfo
) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in members:
            tar.addfile(member)
    out.write_bytes(pyrage.encrypt(packed.getvalue(), [key.to_public()]))


def test_a_box_that_is_there_is_not_touched_unasked(
    lived_in: Box, sealed: Path, key: x25519.Identity
) -> None:
    data_dir = lived_in.config.data_dir
    before = sorted(path.name for path in data_dir.iterdir())
    with pytest.raises(BackupError, match="--replace"):
        restore(sealed, key, data_dir)

    assert sorted(path.name for path in data_dir.iterdir()) == before


def test_a_restore_that_was_broken_off_is_noticed_and_can_be_done_again(
    sealed: Path, key: x25519.Identity, new_box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCutError(Exception):
        pass

    def cut(_folder: Path) -> None:
        raise PowerCutError

    monkeypatch.setattr(restoring, "_sync", cut)
    with pytest.raises(PowerCutError):
        restore(sealed, key, new_box)
    with pytest.raises(BackupError, match="run `sosbox restore` again"):
        refuse_unfinished(new_box)
    assert not (new_box / "sosbox.db").exists()

    monkeypatch.undo()
    restore(sealed, key, new_box)
    refuse_unfinished(new_box)
    assert (new_box / "sosbox.db").exists()
