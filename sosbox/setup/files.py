"""The files that a set-up file names: pictures and passwords, read before anything is written."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sosbox.errors import SosboxError
from sosbox.places.logo import MAX_BYTES, Picture, read_picture
from sosbox.setup.checks import WrongValueError
from sosbox.setup.document import Document, Entry
from sosbox.staff.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, is_password

T = TypeVar("T")

# The keys that name pictures, by their table. Each is a column, its type in another one.
PICTURE_KEYS: Mapping[str, tuple[str, ...]] = {
    "subscriber": ("logo", "service_logo"),
    "establishment": ("logo",),
}
_MAX_PASSWORD_FILE_BYTES = 4096


@dataclass(frozen=True)
class SetupFiles:
    """What the named files hold.

    pictures: by table, name of the entry and key; password_hashes: by the address of the account,
    only for those whose password is not the stored one.
    """

    pictures: Mapping[tuple[str, str, str], Picture]
    password_hashes: Mapping[str, str]


def read_setup_files(
    document: Document, folder: Path, connection: sqlite3.Connection
) -> SetupFiles:
    """Reads pictures and passwords; takes about 50 ms for each password.

    folder: where relative paths begin. Raises SetupError.
    """
    pictures = {
        (table, entry.name, key): _read(entry, key, folder, MAX_BYTES, read_picture)
        for table, keys in PICTURE_KEYS.items()
        for entry in document.entries.get(table, ())
        for key in keys
        if key in entry.values
    }
    hashes = {}
    for entry in document.entries.get("account", ()):
        if "password_file" in entry.values:
            password = _read_password(entry, folder)
            if not is_password(_stored_hash(connection, entry.name), password):
                hashes[entry.name] = hash_password(password)
    return SetupFiles(pictures, hashes)


def check_password(password: str) -> str:
    """The password, if it will do. Raises WrongValueError."""
    if len(password) < MIN_LENGTH:
        raise WrongValueError(f"the password must have at least {MIN_LENGTH} characters")
    if len(password) > MAX_LENGTH:
        raise WrongValueError(f"the password must have at most {MAX_LENGTH} characters")
    return password


def _read_password(entry: Entry, folder: Path) -> str:
    def read(data: bytes) -> str:
        # Editors end a file with a line end; a password does not.
        return check_password(data.decode("utf-8").rstrip("\r\n"))

    return _read(entry, "password_file", folder, _MAX_PASSWORD_FILE_BYTES, read)


def _read(entry: Entry, key: str, folder: Path, max_bytes: int, convert: Callable[[bytes], T]) -> T:
    path = folder / entry.values[key]
    try:
        with path.open("rb") as file:
            return convert(file.read(max_bytes + 1))
    except OSError as error:
        raise entry.error(key, f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise entry.error(key, f"{path} is not written in UTF-8") from None
    except (WrongValueError, SosboxError) as error:
        raise entry.error(key, str(error)) from None


def _stored_hash(connection: sqlite3.Connection, email: str) -> str:
    row = connection.execute(
        "SELECT password_hash FROM accounts WHERE email = ?", (email,)
    ).fetchone()
    return str(row[0]) if row else ""
