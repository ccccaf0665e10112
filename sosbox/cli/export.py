"""`sosbox export`"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.cli.command import OK, Command, config_of, database_to_read
from sosbox.setup.export import export_box


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="write there, with the logos beside it, instead of printing",
    )


def run(arguments: Namespace) -> int:
    path: Path | None = arguments.out
    with database_to_read(config_of(arguments)) as connection:
        export = export_box(connection, with_logos=path is not None)
    if path is None:
        print(export.text, end="")
        return OK
    for name, data in export.logos.items():
        path.with_name(name).write_bytes(data)
    path.write_text(export.text, "utf-8")
    return OK


COMMAND = Command(
    "export",
    "write the set-up file of the box",
    run,
    add_arguments,
    details="No secrets: passwords are left out, and so are the tokens in the addresses of access\n"
    "points. Applied to another box the file makes new tokens, so that codes which are printed\n"
    "already do not lead there: move the data folder instead.",
)
