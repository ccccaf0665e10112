"""What the processes under the supervisor have in common."""

import contextlib
import logging
import os
import resource
import sys
import threading
from argparse import ArgumentParser

# The commands that the supervisor calls.
WEB = "_web"
WORKER = "_worker"


def add_child_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--lifeline", type=int, required=True)


def begin(name: str, lifeline: int) -> None:
    """Logs to stderr under a name, and ends at once when the supervisor has ended."""
    logging.basicConfig(
        level=logging.WARNING,
        format=f"%(asctime)s {name} %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("sosbox").setLevel(logging.INFO)
    threading.Thread(target=_die_with, args=(lifeline,), name="lifeline", daemon=True).start()
    _allow_open_files()


def _die_with(lifeline: int) -> None:
    # Nothing is ever written there: reading ends when the last writer, the supervisor, is gone.
    os.read(lifeline, 1)
    os._exit(1)


def _allow_open_files() -> None:
    """As many as the system permits: each waiting guest is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
