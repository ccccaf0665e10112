"""What a command is made of, and what all of them share."""

import os
import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sosbox.backup.restore import refuse_unfinished
from sosbox.box import Box, open_box
from sosbox.config import Config, data_dir_from, load_config
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.db.migrations import MIGRATIONS, check_schema, migrate
from sosbox.errors import ConfigError, SosboxError
from sosbox.keys import Keys, load_keys

OK = 0
FAILED = 1
WRONG_USAGE = 2

DATABASE_FILE = "sosbox.db"
KEY_FILES = ("box.key", "master.key")


class UsageError(ConfigError):
    """The command was called in a way that cannot work."""


class FailedError(SosboxError):
    """The command was right and did not succeed."""


@dataclass(frozen=True)
class Command:
    """One row of the table of commands.

    name: one word or two (`ledger verify`); help: one line; details: what `--help` adds.
    """

    name: str
    help: str
    run: Callable[[Namespace], int]
    add_arguments: Callable[[ArgumentParser], None] = lambda _parser: None
    details: str = ""


def data_dir_of(arguments: Namespace) -> Path:
    """The data folder that was asked for: --data, else SOSBOX_DATA, else the usual one."""
    return data_dir_from(getattr(arguments, "data", None), os.environ)


def config_of(arguments: Namespace) -> Config:
    """The options of the box. Raises ConfigError."""
    return load_config(data_dir_of(arguments))


def made_box(data_dir: Path) -> Box:
    """Makes folder, keys and database where they are missing, and brings the schema up to date.

    Raises ConfigError when the database is there and its keys are not: with new ones, every
    receipt that was given out would lose its meaning.
    """
    require_keys_of_database(data_dir)
    box = open_box(data_dir)
    migrate(box.config.database_path, MIGRATIONS)
    return box


def require_keys_of_database(data_dir: Path) -> None:
    """Raises ConfigError for a folder with a database and without its keys, BackupError for one in
    which a restore was broken off."""
    refuse_unfinished(data_dir)
    if (data_dir / DATABASE_FILE).exists():
        _require_keys(data_dir)


def keys_of(config: Config) -> Keys:
    """The keys of a box that is there. Raises ConfigError rather than making new ones."""
    _require_keys(config.data_dir)
    return load_keys(config.data_dir)


@contextmanager
def database_to_read(config: Config) -> Iterator[sqlite3.Connection]:
    """The database as it is at this moment, for a command that changes nothing.

    Raises SchemaError for a database that is not there or of another version.
    """
    check_schema(config.database_path, MIGRATIONS)
    with closing(connect(config.database_path, is_read_only=True)) as connection:
        connection.execute("BEGIN")
        yield connection


@contextmanager
def database_to_write(config: Config) -> Iterator[None]:
    """`DB` open for a command that changes something. Raises SchemaError."""
    check_schema(config.database_path, MIGRATIONS)
    DB.open(config.database_path)
    try:
        yield
    finally:
        DB.close()


def _require_keys(data_dir: Path) -> None:
    for name in KEY_FILES:
        if not (data_dir / "keys" / name).exists():
            raise UsageError(
                "{path} is missing although the database is there: restore it from a backup",
                path=str(data_dir / "keys" / name),
            )
