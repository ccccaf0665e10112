"""`sosbox serve`"""

import logging
import os
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from sosbox.cli.addresses import guest_url, listen_on, local_url, port_number, url_of
from sosbox.cli.child_process import WEB, WORKER
from sosbox.cli.command import OK, Command, config_of, made_box
from sosbox.cli.data_lock import DataLock, data_lock
from sosbox.cli.healthcheck import is_ready, is_serving
from sosbox.cli.service_watch import watched_by
from sosbox.cli.supervisor import ChildSpec, Supervisor
from sosbox.jobs.worker import is_beating, is_working
from sosbox.lib.service_manager import ServiceManager


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", metavar="H", help="address to listen on (SOSBOX_HOST)")
    parser.add_argument(
        "--port", metavar="P", type=port_number, help="port to listen on; 0: any (SOSBOX_PORT)"
    )


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    host = config.host if arguments.host is None else arguments.host
    port = config.port if arguments.port is None else arguments.port
    with data_lock(config.data_dir) as lock, listen_on(host, port) as listening:
        made_box(config.data_dir)
        address = url_of(host, port_of(listening))
        supervise(
            config.data_dir,
            lock,
            listening,
            host=host,
            environ=os.environ,
            on_ready=lambda: print(f"sosbox is ready: {address}", flush=True),
        )
    return OK


def port_of(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


def supervise(
    data_dir: Path,
    lock: DataLock,
    listening: socket.socket,
    *,
    host: str,
    environ: Mapping[str, str],
    on_ready: Callable[[], None],
) -> None:
    """Runs web and worker until this process is told to stop."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    port = port_of(listening)
    shared = ["--data", str(data_dir), "--lifeline", "{lifeline}"]
    fd = listening.fileno()
    lock.announce(guest_url(host, port))
    url = local_url(host, port)
    manager = ServiceManager(environ)
    with watched_by(
        manager, what_fails=lambda: _what_fails(url, data_dir), address=guest_url(host, port)
    ) as on_stopping:
        Supervisor(
            [
                ChildSpec("web", [WEB, *shared, "--fd", str(fd)], (fd, lock.fd)),
                ChildSpec("worker", [WORKER, *shared], (lock.fd,)),
            ],
            {
                **environ,
                "SOSBOX_DATA": str(data_dir),
                # Where it really listens, for the links that the children write.
                "SOSBOX_HOST": host,
                "SOSBOX_PORT": str(port),
            },
            is_ready=lambda: is_ready(url) and is_working(data_dir),
            on_ready=on_ready,
            on_stopping=on_stopping,
        ).run()


def _what_fails(url: str, data_dir: Path) -> str:
    """What only a new start would help, for `systemctl status`; empty when nothing does."""
    if not is_serving(url):
        return "the web process or its database does not answer"
    return "" if is_beating(data_dir) else "the worker does not work"


COMMAND = Command(
    "serve",
    "run the box: web pages and worker",
    run,
    add_arguments,
    details="Makes or migrates the database first. Stops on SIGTERM and SIGINT.",
)
