"""A backup that nobody has ever brought back is a hope: each is brought back and looked at."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pyrage import x25519

from sosbox.backup.archive import unpack
from sosbox.backup.errors import BackupError
from sosbox.backup.manifest import Manifest
from sosbox.cases.receipts import verify_receipt
from sosbox.db.engine import connect
from sosbox.db.migrations import MIGRATIONS, migrate
from sosbox.errors import ConfigError, SosboxError
from sosbox.i18n import N_
from sosbox.keys import Keys, fingerprint, load_keys
from sosbox.ledger.verify import verify_ledger

DATABASE = "sosbox.db"
# Beside their rows going missing, these would be noticed last.
COUNTED = ("cases", "messages", "notes", "ledger", "accounts", "access_points")
_NEEDED = {DATABASE, "keys/box.key", "keys/master.key"}


def bring_back(sealed: Path, key: x25519.Identity, folder: Path) -> Manifest:
    """Unpacks a backup into the empty `folder` and looks at all of it.

    The database and the counts; the whole ledger, with the key that came back; a receipt signed
    before; a private link made before. Raises BackupError.
    """
    manifest = unpack(sealed, key, folder)
    if not {entry.name for entry in manifest.entries} >= _NEEDED:
        raise BackupError(N_("The backup is damaged: its parts do not fit together."))
    _refuse_newer_schema(manifest)
    keys = _keys(folder)
    _check_witness(manifest, keys)
    try:
        with closing(connect(folder / DATABASE, is_read_only=True)) as connection:
            _check_soundness(connection)
        # One of an older version is looked at as it will be used.
        migrate(folder / DATABASE, MIGRATIONS)
        with closing(connect(folder / DATABASE)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            _check_content(connection, manifest, keys)
    except sqlite3.DatabaseError as error:
        raise _unsound(str(error)) from None
    return manifest


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        for table in COUNTED
    }


def _refuse_newer_schema(manifest: Manifest) -> None:
    known = {migration.id for migration in MIGRATIONS}
    if not known.issuperset(manifest.migrations):
        raise BackupError(
            N_("The backup was made by a newer version ({version}): install that one first."),
            version=manifest.program,
        )


def _keys(folder: Path) -> Keys:
    try:
        return load_keys(folder)
    except ConfigError:
        raise BackupError(N_("The backup is damaged: its parts do not fit together.")) from None


def _check_witness(manifest: Manifest, keys: Keys) -> None:
    witness = manifest.witness
    code = keys.receipt_code_from_token(witness.token)
    if code is None or keys.receipt_hash(code).hex() != witness.receipt_hash:
        raise BackupError(N_("With the keys in the backup, receipts could not be found any more."))
    try:
        verify_receipt(witness.receipt, keys.public_key)
    except SosboxError:
        raise BackupError(
            N_("A receipt that was signed before would not be right with the keys in the backup.")
        ) from None
    if fingerprint(keys.public_key) != manifest.box:
        raise BackupError(N_("The keys in the backup are those of another box."))


def _check_soundness(connection: sqlite3.Connection) -> None:
    (first, *_others) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if first != "ok":
        raise _unsound(first)
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise _unsound("foreign_key_check")


def _check_content(connection: sqlite3.Connection, manifest: Manifest, keys: Keys) -> None:
    found = counts(connection)
    for table, num in manifest.counts.items():
        if found.get(table, num) != num:
            raise _unsound(f"{table}: {found[table]} / {num}")
    verdict = verify_ledger(connection, keys.public_key)
    if verdict.problem is not None:
        raise BackupError(
            N_("The ledger in the backup is not whole: {problem}"), problem=verdict.problem.message
        )


def _unsound(problem: str) -> BackupError:
    return BackupError(
        N_("The database in the backup is not sound: {problem}"), problem=problem[:200]
    )
