"""`sosbox version`"""

from argparse import Namespace

from sosbox import __version__
from sosbox.cli.command import OK, Command

VERSION_LINE = f"sosbox {__version__}"


def run(_arguments: Namespace) -> int:
    print(VERSION_LINE)
    return OK


COMMAND = Command("version", "print the version", run)
