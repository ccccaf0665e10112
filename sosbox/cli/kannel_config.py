"""`sosbox kannel-config`"""

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.channels.sms.kannel_config import DEFAULT_DEVICE, as_text, kannel_groups
from sosbox.cli.command import OK, Command, UsageError, config_of, keys_of

# Names that stay the same whatever else is plugged in.
SERIAL_FOLDER = Path("/dev/serial/by-id")

_DEVICE = re.compile(r"/[\w./:+-]+")
_PIN = re.compile(r"\d{4,8}")
_HEAD = """\
# Kannel for this box, written by `sosbox kannel-config`. It holds passwords that the box derives
# from its keys: only the account kannel may read it, and after the keys were replaced it has to be
# written anew. How it is put in place: docs/installer.md, "SMS".

"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--device", metavar="PATH", help="serial port of the modem; else the first that is found"
    )
    parser.add_argument("--pin", metavar="PIN", default="", help="of the SIM, if it asks for one")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    device = arguments.device or found_device(SERIAL_FOLDER)
    if not _DEVICE.fullmatch(device):
        raise UsageError("--device: {device} is no path of a device", device=device)
    if arguments.pin and not _PIN.fullmatch(arguments.pin):
        raise UsageError("--pin: a PIN has four to eight digits")
    groups = kannel_groups(config, keys_of(config), device=device, pin=arguments.pin)
    print(_HEAD + as_text(groups), end="")
    return OK


def found_device(folder: Path) -> str:
    """The first serial port of the machine under a name that stays, else the usual one."""
    return next((str(path) for path in sorted(folder.glob("*"))), DEFAULT_DEVICE)


COMMAND = Command(
    "kannel-config",
    "print a configuration of Kannel that fits this box",
    run,
    add_arguments,
    details="For SMS through a modem of your own. Kannel then listens on this computer alone, knows"
    "\nthe passwords of the box, and hands over reports and messages that come in.",
)
