"""`sosbox ledger verify`"""

import json
import sys
from argparse import ArgumentParser, Namespace

from sosbox.cli.command import FAILED, OK, Command, config_of, database_to_read, keys_of
from sosbox.keys import fingerprint
from sosbox.ledger.verify import Verdict, verify_ledger


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    with database_to_read(config) as connection:
        key = keys_of(config).public_key
        verdict = verify_ledger(connection, key)
    if arguments.json:
        _print_json(verdict)
    elif verdict.problem is None:
        print(f"the ledger is whole: {verdict.num_entries} entries, {verdict.num_signed} signed")
        print(f"last entry: {verdict.head}")
        print(f"key of the box: {fingerprint(key)}")
    else:
        print(f"sosbox: the ledger is not whole: {verdict.problem.message}", file=sys.stderr)
    return OK if verdict.is_whole else FAILED


def _print_json(verdict: Verdict) -> None:
    problem = verdict.problem
    print(
        json.dumps(
            {
                "ok": verdict.is_whole,
                "entries": verdict.num_entries,
                "signed": verdict.num_signed,
                "head": verdict.head,
                "problem": problem and {"entry": problem.entry_id, "message": problem.message},
            },
            indent=2,
        )
    )


COMMAND = Command(
    "ledger verify",
    "check that nothing in the ledger was changed, removed or added past it",
    run,
    add_arguments,
    details="Reports the first thing that is wrong. Write down the hash of the last entry: it\n"
    "proves later that everything up to then is still there.",
)
