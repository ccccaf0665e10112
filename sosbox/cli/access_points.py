"""`sosbox access-points`"""

import json
import sqlite3
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass

from sosbox.cli.command import OK, Command, config_of, database_to_read
from sosbox.cli.data_lock import address_in_use
from sosbox.config import Config

_SQL = """
    SELECT p.code, p.label, a.slug, e.slug, e.base_url, p.token, p.retired_at IS NOT NULL
    FROM access_points p JOIN areas a ON a.id = p.area_id
    JOIN establishments e ON e.id = p.establishment_id ORDER BY e.slug, a.slug, p.code
"""


@dataclass(frozen=True)
class Listed:
    code: str
    label: str
    area: str
    establishment: str
    url: str


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--all", action="store_true", help="the retired ones too")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    with database_to_read(config) as connection:
        listed = list_access_points(connection, config, with_retired=arguments.all)
    if arguments.json:
        print(json.dumps([asdict(point) for point in listed], indent=2, ensure_ascii=False))
    else:
        _print_table(listed)
    return OK


def list_access_points(
    connection: sqlite3.Connection, config: Config, *, with_retired: bool = False
) -> list[Listed]:
    """The access points by establishment, area and code."""
    elsewhere = config.base_url or address_in_use(config.data_dir) or _own_address(config)
    return [
        Listed(code, label, area, house, f"{(base_url or elsewhere).rstrip('/')}/p/{token}")
        for code, label, area, house, base_url, token, is_retired in connection.execute(_SQL)
        if with_retired or not is_retired
    ]


def _own_address(config: Config) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}"


def _print_table(listed: list[Listed]) -> None:
    if not listed:
        print("there are no access points yet: set the box up with `sosbox apply`")
        return
    rows = [("CODE", "LABEL", "AREA", "ESTABLISHMENT", "URL")]
    rows += [(p.code, p.label, p.area, p.establishment, p.url) for p in listed]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[4]]))


COMMAND = Command("access-points", "list the access points and their addresses", run, add_arguments)
