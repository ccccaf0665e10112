"""The press, started by whoever prints or reads pictures."""

from argparse import Namespace

from sosbox.cli.command import Command
from sosbox.lib.memory import share_one_arena
from sosbox.printing.press import PRESS
from sosbox.printing.press_process import run_press


def run(_arguments: Namespace) -> int:
    # What one job has taken is there for the next.
    share_one_arena()
    return run_press()


COMMAND = Command(PRESS, "the press", run)
