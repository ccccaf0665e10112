"""`sosbox apply`"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.box import Box
from sosbox.cli.command import (
    OK,
    Command,
    UsageError,
    data_dir_of,
    database_to_read,
    database_to_write,
    made_box,
)
from sosbox.db import DB
from sosbox.setup.apply import apply_document
from sosbox.setup.changes import Change
from sosbox.setup.document import Document, SetupError, parse_document
from sosbox.setup.files import read_setup_files
from sosbox.setup.moved_pieces import pieces_in_wrong_places

_MAX_BYTES = 10_000_000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.toml", type=Path, help="the set-up file")


def run(arguments: Namespace) -> int:
    path: Path = arguments.file
    # Everything that can be wrong with the file by itself is found before a box is made.
    document = read_document(path)
    box = made_box(data_dir_of(arguments))
    try:
        changes = apply_to_box(box, document, path.absolute().parent)
    except SetupError as error:
        raise UsageError("{file}: {problem}", file=str(path), problem=str(error)) from None
    for change in changes:
        print(change)
    with database_to_read(box.config) as connection:
        for line in pieces_in_wrong_places(connection, changes):
            print(line)
    if not changes:
        print("nothing to change")
    return OK


def apply_to_box(box: Box, document: Document, folder: Path) -> list[Change]:
    """Applies a document to a box whose schema is current. Raises SetupError.

    folder: where the paths in the document begin.
    """
    with database_to_read(box.config) as connection:
        files = read_setup_files(document, folder, connection)
    with database_to_write(box.config):
        return DB.write_sync(apply_document, document, files, now=box.clock.now())


def read_document(path: Path) -> Document:
    """Reads and checks a set-up file. Raises UsageError."""
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES).decode("utf-8")
        return parse_document(text)
    except OSError as error:
        raise UsageError(
            "{file} cannot be read: {problem}", file=str(path), problem=error.strerror or ""
        ) from None
    except UnicodeDecodeError:
        raise UsageError("{file} is not written in UTF-8", file=str(path)) from None
    except SetupError as error:
        raise UsageError("{file}: {problem}", file=str(path), problem=str(error)) from None


COMMAND = Command(
    "apply",
    "set the box up from a file",
    run,
    add_arguments,
    details="All of the file is applied or nothing. What it does not mention stays as it is, and\n"
    "applying it again changes nothing. Errors name the table, the number of the entry counted\n"
    "from 1, and the key. Paths (logo, service_logo,\n"
    "password_file) begin at the folder of the file.\n"
    "It may be applied while the box is running.",
)
