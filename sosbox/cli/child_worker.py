"""The worker process, started by the supervisor."""

from argparse import Namespace

from sosbox.box import open_box
from sosbox.cli.child_process import WORKER, add_child_arguments, begin
from sosbox.cli.command import Command, data_dir_of
from sosbox.jobs.worker import run_worker
from sosbox.lib.memory import share_one_arena


def run(arguments: Namespace) -> int:
    # Models come and go here, and take much.
    share_one_arena()
    begin("worker", arguments.lifeline)
    return run_worker(open_box(data_dir_of(arguments)))


COMMAND = Command(WORKER, "the worker process", run, add_child_arguments)
