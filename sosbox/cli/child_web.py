"""The web process, started by the supervisor, which holds the listening socket."""

import signal
import socket
from argparse import ArgumentParser, Namespace

from sosbox.app import create_app
from sosbox.box import open_box
from sosbox.cli.child_process import WEB, add_child_arguments, begin
from sosbox.cli.command import OK, Command, data_dir_of
from sosbox.jobs.queue import make_queue
from sosbox.lib.restart import ask_for_restart
from sosbox.web_server import run_web_server


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--fd", type=int, required=True)
    add_child_arguments(parser)


def run(arguments: Namespace) -> int:
    # uvicorn stops on SIGTERM and then raises it again for whoever was there before it.
    signal.signal(signal.SIGTERM, _leave)
    begin("web", arguments.lifeline)
    box = open_box(data_dir_of(arguments))
    app = create_app(box, ring=make_queue(box).ring, restart=ask_for_restart)
    run_web_server(app, socket.socket(fileno=arguments.fd))
    return OK


def _leave(*_: object) -> None:
    raise SystemExit(OK)


COMMAND = Command(WEB, "the web process", run, add_arguments)
