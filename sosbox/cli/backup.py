"""`sosbox backup`"""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.backup.errors import BackupError
from sosbox.backup.make import MadeBackup, folder_for, is_on_disk_of_data, make_backup
from sosbox.backup.tables import BackupRecord, note_backup
from sosbox.box import Box
from sosbox.cli.command import (
    OK,
    Command,
    FailedError,
    config_of,
    database_to_write,
    keys_of,
)
from sosbox.db import DB


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", metavar="DIR", type=Path, help="where to (SOSBOX_BACKUP_DIR)")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    box = Box(config, keys_of(config))
    folder = folder_for(box, arguments.to)
    with database_to_write(config):
        made = _made_and_noted(box, folder.absolute())
    print(f"{made.file}: {made.num_bytes / 1e6:.1f} MB, brought back and proven")
    counted = ", ".join(f"{num} {table}" for table, num in made.manifest.counts.items())
    print(f"{counted}; {made.seconds:.0f} s; {made.num_removed} older ones removed")
    if is_on_disk_of_data(config.data_dir, folder):
        print("it lies on the same disk as the box: whatever takes one takes both")
    return OK


def _made_and_noted(box: Box, folder: Path) -> MadeBackup:
    try:
        made = make_backup(box, folder)
    except BackupError as error:
        failed = BackupRecord(
            made_at=box.clock.now(),
            file="",
            message=error.message,
            arguments=json.dumps(error.arguments),
        )
        DB.write_sync(note_backup, failed)
        raise FailedError(error.message, **error.arguments) from None
    proven = BackupRecord(
        made_at=made.manifest.made_at,
        file=str(made.file),
        num_bytes=made.num_bytes,
        seconds=round(made.seconds),
        proven_at=box.clock.now(),
    )
    DB.write_sync(note_backup, proven)
    return made


COMMAND = Command(
    "backup",
    "make an encrypted backup and prove that it can be brought back",
    run,
    add_arguments,
    details="The box may run meanwhile. Keeps 7 daily, 5 weekly and 12 monthly ones.\n"
    "What opens them is the recovery key: `sosbox recovery-key` prints it.",
)
