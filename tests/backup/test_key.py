"""The recovery key, as it is made, printed and typed."""

from pathlib import Path

import pytest

from sosbox.backup.errors import BackupError
from sosbox.backup.key import backup_key, grouped, read_key


def test_it_is_made_once_and_for_the_service_alone(tmp_path: Path) -> None:
    key = backup_key(tmp_path)

    assert str(backup_key(tmp_path)) == str(key)
    assert (tmp_path / "keys" / "backup.key").stat().st_mode & 0o777 == 0o600


def test_it_can_be_typed_from_the_sheet_in_any_case(tmp_path: Path) -> None:
    key = backup_key(tmp_path)

    assert str(read_key(grouped(key).encode())) == str(key)
    assert str(read_key(f"# the hotel\n{grouped(key).lower()}\n".encode())) == str(key)


@pytest.mark.parametrize(
    "typed", [b"", b"hello", b"AGE-SECRET-KEY-1", b"\xff\xfe", b"AGE-SECRET-KEY-1" + b"Q" * 58]
)
def test_what_is_no_key_is_refused_with_what_one_looks_like(typed: bytes) -> None:
    with pytest.raises(BackupError, match="AGE-SECRET-KEY-1"):
        read_key(typed)


def test_one_wrong_letter_is_noticed(tmp_path: Path) -> None:
    text = str(backup_key(tmp_path))
    wrong = text[:-1] + ("Q" if text[-1] != "Q" else "P")

    with pytest.raises(BackupError, match="no recovery key"):
        read_key(wrong.encode())
