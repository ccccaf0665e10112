"""`sosbox migrate`"""

from argparse import Namespace

from sosbox.box import open_box
from sosbox.cli.command import OK, Command, data_dir_of, require_keys_of_database
from sosbox.db.migrations import MIGRATIONS
from sosbox.db.migrations import migrate as migrate_database


def run(arguments: Namespace) -> int:
    data_dir = data_dir_of(arguments)
    require_keys_of_database(data_dir)
    applied = migrate_database(open_box(data_dir).config.database_path, MIGRATIONS)
    for migration_id in applied:
        print(f"applied {migration_id}")
    if not applied:
        print("the database is up to date")
    return OK


COMMAND = Command(
    "migrate",
    "make the database or bring it to this version",
    run,
    details="`sosbox serve` does this by itself.",
)
