"""`sosbox demo`"""

import contextlib
import os
import secrets
import shutil
import sqlite3
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import segno

from sosbox.box import Box
from sosbox.channels.catcher import MailCatcher
from sosbox.cli.access_points import list_access_points
from sosbox.cli.addresses import guest_url, listen_on, port_number
from sosbox.cli.apply import apply_to_box
from sosbox.cli.command import (
    DATABASE_FILE,
    OK,
    Command,
    UsageError,
    data_dir_of,
    database_to_read,
    made_box,
)
from sosbox.cli.data_lock import data_lock
from sosbox.cli.serve import port_of, supervise
from sosbox.config import DATA_DIR_VARIABLE
from sosbox.setup.demo import (
    DEMO_HOUSE,
    DEMO_LOGIN,
    DEMO_LOGO,
    DEMO_PASSWORD_FILE,
    DEMO_PLACE,
    address_document,
    demo_document,
)
from sosbox.translation.argos.errors import ModelError
from sosbox.translation.argos.workshop import make_workshop
from sosbox.translation.phrasebook import PHRASEBOOK_FILES
from sosbox.web.demo_mail import CAUGHT_MAIL_FOLDER

DEFAULT_DATA = ".demo"
_PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet, no secret


@dataclass(frozen=True)
class DemoLinks:
    guest: str
    staff: str
    mail: str
    password: str


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        metavar="H",
        default="0.0.0.0",  # noqa: S104 - phones come in
        help="address to listen on; by default every one of this machine",
    )
    parser.add_argument(
        "--port",
        metavar="P",
        type=port_number,
        default=8080,
        help="port to listen on; 0 takes a free one",
    )


def run(arguments: Namespace) -> int:
    data_dir = _data_dir(arguments)
    _refuse_real_box(data_dir)
    host: str = arguments.host
    with data_lock(data_dir) as lock, listen_on(host, arguments.port) as listening:
        port = port_of(listening)
        links = prepare_demo(data_dir, guest_url(host, port))
        catcher = MailCatcher(data_dir / CAUGHT_MAIL_FOLDER)
        catcher.start()
        try:
            supervise(
                data_dir,
                lock,
                listening,
                host=host,
                environ=_environ(os.environ, catcher.port),
                on_ready=lambda: _announce(guest_url(host, port), links),
            )
        finally:
            catcher.stop()
    return OK


def _data_dir(arguments: Namespace) -> Path:
    if "data" in arguments or os.environ.get(DATA_DIR_VARIABLE):
        return data_dir_of(arguments)
    return Path(DEFAULT_DATA).absolute()


def _refuse_real_box(data_dir: Path) -> None:
    """The demonstration never moves into the folder of a box that is in use."""
    if (data_dir / DATABASE_FILE).exists() and not (data_dir / DEMO_PASSWORD_FILE).exists():
        raise UsageError(
            "{folder} holds a box that is no demonstration: choose another folder with --data",
            folder=str(data_dir),
        )


def prepare_demo(data_dir: Path, base_url: str) -> DemoLinks:
    """Sets the hotel up on the first start, and its address on every start."""
    password = _password(data_dir / DEMO_PASSWORD_FILE)
    box = made_box(data_dir)
    if _is_empty(box):
        shutil.copyfile(DEMO_LOGO, data_dir / DEMO_LOGO.name)
        apply_to_box(box, demo_document(), data_dir)
        _add_phrasebook(box)
    apply_to_box(box, address_document(base_url), data_dir)
    with database_to_read(box.config) as connection:
        guest = _guest_link(connection, box)
    return DemoLinks(guest, f"{base_url}/admin", f"{base_url}/demo/mail", password)


def _add_phrasebook(box: Box) -> None:
    """Two tiny models, so that something is translated. Without them all else works as well."""
    workshop = make_workshop(box.config)
    for file in PHRASEBOOK_FILES:
        with contextlib.suppress(ModelError):
            workshop.adder.add(file, now=box.clock.now())


def _is_empty(box: Box) -> bool:
    with database_to_read(box.config) as connection:
        sql = "SELECT NOT EXISTS (SELECT 1 FROM establishments WHERE slug = ?)"
        return bool(connection.execute(sql, (DEMO_HOUSE,)).fetchone()[0])


def _guest_link(connection: sqlite3.Connection, box: Box) -> str:
    points = [
        point
        for point in list_access_points(connection, box.config)
        if point.establishment == DEMO_HOUSE
    ]
    if not points:
        raise UsageError("every access point of the demonstration is retired: remove its folder")
    points.sort(key=lambda point: point.code != DEMO_PLACE)
    return points[0].url


def _password(path: Path) -> str:
    """The password of all accounts: made on the first start, kept for the next ones."""
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        pass
    password = "-".join(
        "".join(secrets.choice(_PASSWORD_ALPHABET) for _ in range(4)) for _ in range(3)
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    return password


def _environ(environ: Mapping[str, str], smtp_port: int) -> dict[str, str]:
    """All mail goes to the catcher, whatever the environment says."""
    return {
        **environ,
        "SOSBOX_DEMO": "1",
        "SOSBOX_SMTP_HOST": "127.0.0.1",
        "SOSBOX_SMTP_PORT": str(smtp_port),
        "SOSBOX_SMTP_TLS": "none",
        "SOSBOX_SMTP_FROM": "sosbox@mardefora.example",
        "SOSBOX_SMTP_USER": "",
        "SOSBOX_SMTP_PASSWORD": "",
    }


def _announce(address: str, links: DemoLinks) -> None:
    print(f"sosbox is ready: {address}\n")
    segno.make(links.guest, error="m").terminal(sys.stdout, compact=True)
    print("\nScan the code with a phone on the same network, or open the first link.\n")
    print(f"  guest   {links.guest}")
    print(f"  staff   {links.staff}")
    print(f"          user {DEMO_LOGIN}  password {links.password}")
    print("          (manager@…, agent@… and auditor@… have the same password)")
    print(f"  mail    {links.mail}\n")
    print("A tiny phrasebook translates between Spanish and English: try “The shower in room 204")
    print("does not work.” What is not in it comes out as nonsense; real models are added later.\n")
    print("Ctrl-C ends it.", flush=True)


COMMAND = Command(
    "demo",
    "show a hotel with everything set up, and catch its mail",
    run,
    add_arguments,
    details=f"Keeps its data in {DEFAULT_DATA} unless --data says otherwise. No mail leaves this\n"
    "computer. Remove the folder to begin anew.",
)
