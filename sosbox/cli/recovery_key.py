"""`sosbox recovery-key`"""

import asyncio
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.backup.key import backup_key, grouped
from sosbox.backup.sheet import recovery_job
from sosbox.backup.tables import note_recovery_sheet
from sosbox.cli.command import (
    OK,
    Command,
    FailedError,
    UsageError,
    config_of,
    database_to_read,
    database_to_write,
    keys_of,
)
from sosbox.db import DB
from sosbox.i18n import LANGUAGES
from sosbox.lib.clock import SystemClock
from sosbox.printing.layout import PrintJob
from sosbox.printing.press import Press, PrintError


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE.pdf", type=Path, help="a sheet to print")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the sheet")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    keys_of(config)
    with database_to_read(config) as connection:
        row = connection.execute("SELECT name FROM subscribers ORDER BY id LIMIT 1").fetchone()
    key = backup_key(config.data_dir)
    out: Path | None = arguments.out
    if out is None:
        print(grouped(key))
        return OK
    now = SystemClock().now()
    job = recovery_job(key, row[0] if row else "", (arguments.language, "en"), now)
    data = asyncio.run(_printed(job))
    try:
        # Whoever reads it can open every backup.
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(
            "{file} cannot be written: {problem}", file=str(out), problem=error.strerror or ""
        ) from None
    with database_to_write(config):
        DB.write_sync(note_recovery_sheet, now)
    print(f"{out}: print it, keep it away from the box, and remove the file")
    return OK


async def _printed(job: PrintJob) -> bytes:
    press = Press()
    try:
        return (await press.print(job)).data
    except PrintError as error:
        raise FailedError(error.message, **error.arguments) from None
    finally:
        await press.close()


COMMAND = Command(
    "recovery-key",
    "show or print the key that opens the backups",
    run,
    add_arguments,
    details="Made when it is first needed, and kept in the data folder. Whoever has it and a\n"
    "backup can read everything; without it no backup can be opened.",
)
