"""`sosbox receipt verify`"""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.cases.receipts import MAX_RECEIPT_BYTES, verify_receipt
from sosbox.cli.command import OK, Command, UsageError, config_of, keys_of
from sosbox.config import DATA_DIR_VARIABLE


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the receipt, receipt.txt")


def run(arguments: Namespace) -> int:
    path: Path = arguments.file
    try:
        with path.open("rb") as file:
            data = file.read(MAX_RECEIPT_BYTES + 1)
    except OSError as error:
        raise UsageError(
            "{file} cannot be read: {problem}", file=str(path), problem=error.strerror or ""
        ) from None
    # Only a box that was named is compared with: a receipt can be checked anywhere.
    is_box_named = "data" in arguments or DATA_DIR_VARIABLE in os.environ
    public_key = keys_of(config_of(arguments)).public_key if is_box_named else None
    receipt = verify_receipt(data, public_key)
    print("the receipt is right: not one byte of it was changed since it was signed")
    print(f"signed with the key {receipt.fingerprint}")
    if public_key is not None:
        print("which is the key of this box")
    return OK


COMMAND = Command(
    "receipt verify",
    "check a signed receipt, offline",
    run,
    add_arguments,
    details="With --data it must also have been signed with the key of that box; without, compare\n"
    "the key that is printed with the one that the establishment makes known.",
)
