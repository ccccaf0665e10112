"""`sosbox create-account`"""

import getpass
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import Any

from sosbox.cli.command import (
    OK,
    Command,
    FailedError,
    UsageError,
    config_of,
    database_to_read,
    database_to_write,
)
from sosbox.db import DB, Transaction
from sosbox.lib.clock import SystemClock
from sosbox.setup.apply import apply_document
from sosbox.setup.checks import WrongValueError
from sosbox.setup.document import Document, SetupError, check_document
from sosbox.setup.files import SetupFiles, check_password, read_setup_files
from sosbox.staff.passwords import hash_password
from sosbox.staff.rules import Role


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help="what they log in with")
    parser.add_argument("--name", required=True)
    parser.add_argument("--subscriber", required=True, help="short name of the subscriber")
    parser.add_argument("--role", required=True, choices=[str(role) for role in Role])
    parser.add_argument(
        "--area",
        action="append",
        default=[],
        help="an area that an agent sees: its short name or establishment/area; repeatable",
    )
    parser.add_argument(
        "--password-file", type=Path, metavar="F", help="read the password there, do not ask"
    )


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    try:
        document = _document(arguments)
        with database_to_read(config) as connection:
            files = read_setup_files(document, Path.cwd(), connection)
        (account,) = document.entries["account"]
        if arguments.password_file is None:
            files = SetupFiles({}, {account.name: hash_password(_ask_password())})
        with database_to_write(config):
            DB.write_sync(_create, document, files, SystemClock().now())
    except SetupError as error:
        option = _OPTIONS.get(error.key, error.key)
        raise UsageError("--{option}: {problem}", option=option, problem=error.problem) from None
    print(f"{account.name} can log in now")
    return OK


_OPTIONS = {"areas": "area", "password_file": "password-file"}


def _document(arguments: Namespace) -> Document:
    account: dict[str, Any] = {
        "email": arguments.email,
        "name": arguments.name,
        "subscriber": arguments.subscriber,
        "role": arguments.role,
        "areas": arguments.area,
    }
    if arguments.password_file is not None:
        account["password_file"] = str(arguments.password_file)
    return check_document({"account": [account]})


def _create(tx: Transaction, document: Document, files: SetupFiles, now: datetime) -> None:
    (account,) = document.entries["account"]
    if tx.sql("SELECT 1 FROM accounts WHERE email = ?", account.name):
        raise FailedError("there is an account {email} already", email=account.name)
    apply_document(tx, document, files, now=now)


def _ask_password() -> str:
    try:
        password = check_password(getpass.getpass("Password: "))
    except WrongValueError as error:
        raise UsageError("{problem}", problem=str(error)) from None
    except EOFError:
        raise UsageError("no password was given") from None
    if getpass.getpass("The same again: ") != password:
        raise UsageError("the two passwords are not the same")
    return password


COMMAND = Command("create-account", "add somebody who may log in", run, add_arguments)
