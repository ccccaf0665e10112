"""`sosbox restore`"""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.backup.errors import BackupError
from sosbox.backup.key import MAX_KEY_BYTES, read_key
from sosbox.backup.restore import restore
from sosbox.cli.command import OK, Command, FailedError, UsageError, data_dir_of
from sosbox.cli.data_lock import data_lock


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the backup")
    parser.add_argument(
        "--key-file",
        metavar="F",
        type=Path,
        help="file with the recovery key; else it is asked for",
    )
    parser.add_argument(
        "--replace", action="store_true", help="put the box that is there aside, and keep it"
    )


def run(arguments: Namespace) -> int:
    data_dir = data_dir_of(arguments)
    if not arguments.file.is_file():
        raise UsageError("{file}: there is no such file", file=str(arguments.file))
    try:
        key = read_key(_typed_key(arguments.key_file))
        with data_lock(data_dir):
            manifest, aside = restore(
                arguments.file.absolute(), key, data_dir, replaces=arguments.replace
            )
    except BackupError as error:
        raise FailedError(error.message, **error.arguments) from None
    except OSError as error:
        raise FailedError(
            "{folder} cannot be written: {problem}",
            folder=str(data_dir),
            problem=error.strerror or "",
        ) from None
    print(f"the box of {manifest.made_at:%Y-%m-%d %H:%M} UTC is back in {data_dir}")
    print(", ".join(f"{num} {table}" for table, num in manifest.counts.items()))
    if aside is not None:
        print(f"what was there before lies in {aside}")
    for model in manifest.models:
        print(f"to be added again: the model {model}")
    return OK


def _typed_key(file: Path | None) -> bytes:
    if file is None:
        if not sys.stdin.isatty():
            return sys.stdin.buffer.read(MAX_KEY_BYTES)
        return getpass.getpass("recovery key: ").encode()
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_KEY_BYTES)
    except OSError as error:
        raise UsageError(
            "{file} cannot be read: {problem}", file=str(file), problem=error.strerror or ""
        ) from None


COMMAND = Command(
    "restore",
    "bring a box back from a backup",
    run,
    add_arguments,
    details="The box must not run. Everything is checked before anything is changed.",
)
