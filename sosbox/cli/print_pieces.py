"""`sosbox print`: pieces of paper from the command line, as the console prints them."""

import asyncio
import json
import signal
import sqlite3
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sosbox.box import Box
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
from sosbox.errors import InvalidFieldsError
from sosbox.jobs.printer import carry_out
from sosbox.pieces.rules import RunOptions, RunState, is_of_house
from sosbox.pieces.runs import Run, RunRequest, begin_own_run
from sosbox.pieces.templates import find_template, load_templates
from sosbox.places.building import BuildingPoint, load_building
from sosbox.printing.press import Press
from sosbox.printing.template import FORMATS

_BAR = 30
# What a name may end in without being part of it.
_ENDINGS = {f".{name}" for name in (*FORMATS, "zip")}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="name the templates and their sizes")
    parser.add_argument("--json", action="store_true", help="the list for programs")
    parser.add_argument("--template", metavar="NAME", help="a template with its size: poster-a4")
    parser.add_argument(
        "--access-point", metavar="CODE", nargs="+", default=[], help="for these access points"
    )
    parser.add_argument("--area", metavar="SLUG", nargs="+", default=[], help="for these areas")
    parser.add_argument("--all", action="store_true", help="for all access points of the house")
    parser.add_argument(
        "--establishment", metavar="SLUG", help="the house, where there are several"
    )
    parser.add_argument("--format", choices=FORMATS, default="pdf", help="pdf unless it is named")
    parser.add_argument("--languages", metavar="CODES", default="", help="es,en,fr: six at most")
    parser.add_argument("--start", metavar="N", type=int, default=1, help="begin at this label")
    parser.add_argument("--copies", metavar="N", type=int, default=1, help="of each piece")
    parser.add_argument(
        "--print-shop", action="store_true", help="with bleed and marks for the knife"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="where the file goes")


def run(arguments: Namespace) -> int:
    config = config_of(arguments)
    with database_to_read(config) as connection:
        house_id, subscriber_id = _house(connection, arguments.establishment)
        if arguments.list:
            _print_list(connection, subscriber_id, as_json=arguments.json)
            return OK
        request = _request(connection, arguments, house_id, subscriber_id)
    out: Path | None = arguments.out
    if out is None:
        raise UsageError("say with --out where the file goes")
    if not out.parent.is_dir():
        raise UsageError("there is no folder {folder}", folder=out.parent)
    box = Box(config=config, keys=keys_of(config))
    with database_to_write(config):
        try:
            done = asyncio.run(_printed(box, request))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
    if done.state is not RunState.DONE:
        raise FailedError(done.message, **done.arguments)
    kept = config.prints_dir / done.file
    if out.suffix in _ENDINGS:
        out = out.with_suffix("")
    out = out.with_name(out.name + kept.suffix)
    out.write_bytes(kept.read_bytes())
    print(f"{out}: {_counted(done.num_pages, 'page')}, {_counted(_num_pieces(done), 'piece')}")
    return OK


async def _printed(box: Box, request: RunRequest) -> Run:
    press = Press()
    this = asyncio.current_task()
    assert this is not None
    # Ctrl-C cancels it as well; what is broken off has failed, and its numbers are given anew.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    try:
        run_id = await DB.write(begin_own_run, now=box.clock.now(), request=request)
        return await carry_out(box, press, run_id, on_progress=_show)
    except InvalidFieldsError as error:
        problem = next(iter(error.fields.values()))
        raise UsageError(problem.message, **problem.arguments) from None
    finally:
        _end_line()
        await press.close()


def _house(connection: sqlite3.Connection, slug: str | None) -> tuple[int, int]:
    """The ids of the house and of its company. Raises UsageError."""
    rows = connection.execute(
        "SELECT id, subscriber_id, slug FROM establishments WHERE slug = coalesce(?, slug)", (slug,)
    ).fetchall()
    if len(rows) == 1:
        return rows[0][0], rows[0][1]
    if slug is not None:
        raise UsageError('there is no establishment "{slug}"', slug=slug)
    if not rows:
        raise UsageError("there is no establishment yet: set the box up with `sosbox apply`")
    names = ", ".join(sorted(row[2] for row in rows))
    raise UsageError("say with --establishment for which house: {names}", names=names)


def _request(
    connection: sqlite3.Connection, arguments: Namespace, house_id: int, subscriber_id: int
) -> RunRequest:
    if arguments.template is None:
        raise UsageError("say with --template what is to be printed; --list names the templates")
    found = find_template(connection, subscriber_id, arguments.template)
    points = () if is_of_house(found.template) else _points(connection, arguments, house_id)
    languages = tuple(code for code in arguments.languages.split(",") if code)
    return RunRequest(
        establishment_id=house_id,
        template=arguments.template,
        access_points=points,
        options=RunOptions(languages, arguments.start, arguments.copies, arguments.print_shop),
        format=arguments.format,
    )


def _points(connection: sqlite3.Connection, arguments: Namespace, house_id: int) -> tuple[int, ...]:
    """In the order of the building. Raises UsageError."""
    building = load_building(connection, house_id)
    known: dict[str, BuildingPoint] = {p.code: p for area in building for p in area.points}
    slugs = {area.slug for area in building}
    for code in arguments.access_point:
        if code not in known:
            raise UsageError('there is no access point "{code}" in use', code=code)
    for slug in arguments.area:
        if slug not in slugs:
            raise UsageError('there is no area "{slug}"', slug=slug)
    chosen = [
        point.id
        for area in building
        for point in area.points
        if arguments.all or area.slug in arguments.area or point.code in arguments.access_point
    ]
    if not chosen:
        raise UsageError("say with --access-point, --area or --all for which access points")
    return tuple(chosen)


def _print_list(connection: sqlite3.Connection, subscriber_id: int, *, as_json: bool) -> None:
    listed = [
        (size_id, template)
        for template in load_templates(connection, subscriber_id).values()
        for size_id in template.sizes
    ]
    if as_json:
        facts = [
            {
                "template": size_id,
                "name": template.name,
                "about": template.about,
                "formats": list(template.formats),
                "languages": template.languages,
            }
            for size_id, template in listed
        ]
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    width = max(len(size_id) for size_id, _template in listed)
    for size_id, template in listed:
        print(f"{size_id:{width}}  {template.name}. {template.about}")


def _num_pieces(run: Run) -> int:
    return max(1, len(run.access_points)) * run.options.copies


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _show(part: float) -> None:
    if sys.stderr.isatty():
        filled = round(part * _BAR)
        bar = "█" * filled + "·" * (_BAR - filled)
        print(f"\r{bar} {part:4.0%}", end="", file=sys.stderr, flush=True)


def _end_line() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


COMMAND = Command(
    "print",
    "print access points: posters, leaflets, labels, tickets",
    run,
    add_arguments,
    details="Pieces come in the order of the building. Every QR code is read before the file is\n"
    "written; pictures of several pages come as a ZIP. What was printed has a version and a date,\n"
    "which the console shows with its access point.",
)
