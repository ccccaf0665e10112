"""`sosbox detect`: which language lines are in."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from sosbox.cli.command import OK, Command
from sosbox.cli.lines import batches_of_input
from sosbox.translation.contract import Detected
from sosbox.translation.registry import make_detector


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: an object a line")


def run(arguments: Namespace) -> int:
    detector = make_detector()
    for batch in batches_of_input():
        for line in batch:
            found = detector.detect(line.text)
            print(_as_json(found) if arguments.json else _as_text(found))
        sys.stdout.flush()
    return OK


def _as_text(found: Detected) -> str:
    return f"{found.language} {found.confidence:.2f}"


def _as_json(found: Detected) -> str:
    return json.dumps({**asdict(found), "confidence": round(found.confidence, 4)})


COMMAND = Command(
    "detect",
    "say which language lines are in",
    run,
    add_arguments,
    details="Reads lines from the standard input and prints for each its language and how sure\n"
    "that is, 0 to 1: from 0.7 on it is to be relied on. No internet is asked.",
)
