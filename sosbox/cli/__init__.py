"""The command line: one module per command, listed here."""

import os
import sqlite3
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence

from sosbox.cli.access_points import COMMAND as ACCESS_POINTS
from sosbox.cli.apply import COMMAND as APPLY
from sosbox.cli.backup import COMMAND as BACKUP
from sosbox.cli.child_try_model import COMMAND as CHILD_TRY_MODEL
from sosbox.cli.child_web import COMMAND as CHILD_WEB
from sosbox.cli.child_worker import COMMAND as CHILD_WORKER
from sosbox.cli.command import FAILED, WRONG_USAGE, Command
from sosbox.cli.config import COMMAND as CONFIG
from sosbox.cli.create_account import COMMAND as CREATE_ACCOUNT
from sosbox.cli.demo import COMMAND as DEMO
from sosbox.cli.detect import COMMAND as DETECT
from sosbox.cli.doctor import COMMAND as DOCTOR
from sosbox.cli.export import COMMAND as EXPORT
from sosbox.cli.healthcheck import COMMAND as HEALTHCHECK
from sosbox.cli.kannel_config import COMMAND as KANNEL_CONFIG
from sosbox.cli.ledger import COMMAND as LEDGER
from sosbox.cli.licenses import COMMAND as LICENSES
from sosbox.cli.migrate import COMMAND as MIGRATE
from sosbox.cli.models import COMMANDS as MODELS
from sosbox.cli.print_pieces import COMMAND as PRINT
from sosbox.cli.receipt import COMMAND as RECEIPT
from sosbox.cli.recovery_key import COMMAND as RECOVERY_KEY
from sosbox.cli.restore import COMMAND as RESTORE
from sosbox.cli.route import COMMAND as ROUTE
from sosbox.cli.serve import COMMAND as SERVE
from sosbox.cli.sms_address import COMMAND as SMS_ADDRESS
from sosbox.cli.translate import COMMAND as TRANSLATE
from sosbox.cli.version import COMMAND as VERSION
from sosbox.cli.version import VERSION_LINE
from sosbox.cli.webhook_secret import COMMAND as WEBHOOK_SECRET
from sosbox.errors import ConfigError, SosboxError

COMMANDS: tuple[Command, ...] = (
    SERVE,
    DEMO,
    APPLY,
    EXPORT,
    ACCESS_POINTS,
    PRINT,
    ROUTE,
    CREATE_ACCOUNT,
    DOCTOR,
    CONFIG,
    HEALTHCHECK,
    MIGRATE,
    BACKUP,
    RESTORE,
    RECOVERY_KEY,
    *MODELS,
    LEDGER,
    RECEIPT,
    WEBHOOK_SECRET,
    KANNEL_CONFIG,
    SMS_ADDRESS,
    DETECT,
    TRANSLATE,
    LICENSES,
    VERSION,
)
# What the program starts by itself; nobody types these.
CHILD_COMMANDS: tuple[Command, ...] = (
    CHILD_WEB,
    CHILD_WORKER,
    CHILD_TRY_MODEL,
)

_GROUP_HELP = {
    "models": "look after what the box translates with",
    "ledger": "check the record of everything that happened",
    "receipt": "check a receipt that a guest has kept",
}
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """The console script; returns the exit code: 0 fine, 1 failed, 2 wrong usage or set-up."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Whatever a command writes is of guests or of keys: for the account of the service alone.
    os.umask(0o077)
    words = sys.argv[1:] if argv is None else list(argv)
    is_child = bool(words) and words[0].startswith("_")
    parser = make_parser(CHILD_COMMANDS if is_child else COMMANDS)
    return _run(parser.parse_args(words))


def _run(arguments: Namespace) -> int:
    command: Command = arguments.command
    try:
        code = command.run(arguments)
        sys.stdout.flush()
        return code
    except ConfigError as error:
        return _fail(str(error), WRONG_USAGE)
    except SosboxError as error:
        return _fail(str(error), FAILED)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fail(f"{place}{error.strerror or error}", FAILED)
    except sqlite3.DatabaseError as error:
        return _fail(f"the database cannot be used: {error}", FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", _INTERRUPTED)


def _fail(message: str, code: int) -> int:
    print(f"sosbox: {message}", file=sys.stderr)
    return code


def make_parser(commands: Sequence[Command]) -> ArgumentParser:
    """The parser for a table of commands."""
    shared = ArgumentParser(add_help=False)
    shared.add_argument(
        "--data",
        metavar="DIR",
        default=SUPPRESS,
        help="the data folder of the box (SOSBOX_DATA)",
    )
    parser = ArgumentParser(
        prog="sosbox",
        description="A venue's own channel with its guests, on one small computer.",
        parents=[shared],
    )
    parser.add_argument("--version", action="version", version=VERSION_LINE)
    top = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    groups = {}
    for command in commands:
        group_name, _, last_word = command.name.rpartition(" ")
        parent = top
        if group_name:
            if group_name not in groups:
                group = top.add_parser(
                    group_name, help=_GROUP_HELP[group_name], description=_GROUP_HELP[group_name]
                )
                groups[group_name] = group.add_subparsers(metavar="COMMAND", required=True)
            parent = groups[group_name]
        own = parent.add_parser(
            last_word,
            help=command.help,
            description=f"{command.help}\n\n{command.details}".strip(),
            parents=[shared],
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.add_arguments(own)
        own.set_defaults(command=command)
    return parser
