"""The press, started by whoever prints or reads pictures."""

from argparse import Namespace

from sosbox.cli.command import Command
from sosbox.printing.press import PRESS
from sosbox.printing.press_process import run_press


def run(_arguments: Namespace) -> int:
    return run_press()


COMMAND = Command(PRESS, "the press", run)
