"""`sosbox backup` and `sosbox restore`, as whoever keeps the box types them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sosbox.cli.data_lock import data_lock
from tests.cli.conftest import Command, Typed


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def sealed(sosbox: Command, data_dir: Path, stick: Path) -> Path:
    assert sosbox("backup", "--to", stick, "--data", data_dir).code == 0
    (file,) = stick.iterdir()
    return file


@pytest.fixture
def key_file(sealed: Path, data_dir: Path) -> Path:
    return data_dir / "keys" / "backup.key"


def _outcomes(data_dir: Path) -> list[tuple[bool, str]]:
    with closing(sqlite3.connect(data_dir / "sosbox.db")) as connection:
        return connection.execute(
            "SELECT proven_at IS NOT NULL, message FROM backups ORDER BY id"
        ).fetchall()


def test_a_backup_says_what_it_holds_and_that_it_was_proven(
    sosbox: Command, data_dir: Path, stick: Path
) -> None:
    made = sosbox("backup", "--to", stick, "--data", data_dir)

    assert made.code == 0
    assert "brought back and proven" in made.out
    assert "0 cases" in made.out
    assert _outcomes(data_dir) == [(True, "")]


def test_without_a_place_it_goes_beside_the_box_and_says_so(
    sosbox: Command, data_dir: Path
) -> None:
    made = sosbox("backup", "--data", data_dir)

    assert "same disk" in made.out
    assert len(list((data_dir / "backups").iterdir())) == 1


def test_the_place_can_be_an_option(
    sosbox: Command, data_dir: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOSBOX_BACKUP_DIR", str(stick))
    sosbox("backup", "--data", data_dir)

    assert len(list(stick.iterdir())) == 1


def test_a_failure_is_said_and_remembered(sosbox: Command, data_dir: Path, tmp_path: Path) -> None:
    failed = sosbox("backup", "--to", tmp_path / "gone", "--data", data_dir)

    assert failed.code == 1
    assert "plugged in" in failed.err
    (outcome,) = _outcomes(data_dir)
    assert not outcome[0]
    assert "plugged in" in outcome[1]


def test_a_folder_without_a_box_has_nothing_to_back_up(sosbox: Command, tmp_path: Path) -> None:
    failed = sosbox("backup", "--data", tmp_path / "nowhere")

    assert failed.code == 2
    assert not (tmp_path / "nowhere").exists()


def test_a_box_comes_back_with_the_key_from_a_file(
    sosbox: Command, sealed: Path, key_file: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    back = sosbox("restore", sealed, "--key-file", key_file, "--data", new)

    assert back.code == 0
    assert f"is back in {new}" in back.out
    assert sosbox("ledger", "verify", "--data", new).code == 0


def test_a_box_comes_back_with_the_key_as_it_is_typed(
    sosbox: Command, typed: Typed, sealed: Path, key_file: Path, tmp_path: Path
) -> None:
    typed(key_file.read_bytes().lower())

    assert sosbox("restore", sealed, "--data", tmp_path / "new").code == 0


def test_what_was_there_is_put_aside_and_named(
    sosbox: Command, sealed: Path, key_file: Path, data_dir: Path
) -> None:
    key = key_file.read_bytes()
    refused = sosbox("restore", sealed, "--key-file", key_file, "--data", data_dir)
    back = sosbox("restore", sealed, "--key-file", key_file, "--replace", "--data", data_dir)

    assert refused.code == 1
    assert "--replace" in refused.err
    (aside,) = data_dir.glob("before-restore-*")
    assert str(aside) in back.out
    assert key_file.read_bytes() == key


def test_a_running_box_is_not_restored_under_its_feet(
    sosbox: Command, sealed: Path, key_file: Path, data_dir: Path
) -> None:
    with data_lock(data_dir):
        refused = sosbox("restore", sealed, "--key-file", key_file, "--replace", "--data", data_dir)

    assert refused.code == 1
    assert "serves from" in refused.err
    assert not list(data_dir.glob("before-restore-*"))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"hello", "no recovery key"), (b"", "no recovery key")],
)
def test_a_key_that_is_none_is_refused(
    sosbox: Command, sealed: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "key").write_bytes(content)
    refused = sosbox("restore", sealed, "--key-file", tmp_path / "key", "--data", tmp_path / "new")

    assert refused.code == 1
    assert words in refused.err


def test_files_that_are_not_there_are_named(sosbox: Command, sealed: Path, tmp_path: Path) -> None:
    no_backup = sosbox("restore", tmp_path / "none", "--data", tmp_path / "new")
    no_key = sosbox("restore", sealed, "--key-file", tmp_path / "none", "--data", tmp_path / "new")

    assert (no_backup.code, no_key.code) == (2, 2)
    assert "none" in no_backup.err
    assert "none" in no_key.err


def test_a_box_whose_restore_was_broken_off_does_not_start(sosbox: Command, data_dir: Path) -> None:
    (data_dir / "restoring").mkdir()
    refused = sosbox("migrate", "--data", data_dir)
    served = sosbox("serve", "--port", "0", "--data", data_dir)

    assert refused.code != 0
    assert served.code != 0
    assert "sosbox restore" in served.err
