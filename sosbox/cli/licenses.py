"""`sosbox licenses`: under what terms all that is inside may be used."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import sosbox
from sosbox.cli.command import OK, Command, FailedError, UsageError
from sosbox.lib.components import (
    BILL_OF_MATERIALS,
    INDEX,
    Component,
    installed_components,
    load_components,
)

# The build puts it there; without one, what is installed beside us is asked.
FOLDER = Path(sosbox.__file__).parent / "licenses"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="of one of them, all its texts")
    parser.add_argument("--all", action="store_true", help="all texts of all of them")
    parser.add_argument("--sbom", action="store_true", help="the bill of materials (CycloneDX)")


def run(arguments: Namespace) -> int:
    if arguments.sbom:
        sys.stdout.write(_bill_of_materials())
        return OK
    components = _components()
    if arguments.name is not None:
        wanted = arguments.name.lower()
        components = [each for each in components if each.name.lower() == wanted]
        if not components:
            raise UsageError('nothing of the name "{name}" is inside', name=arguments.name)
    if arguments.all or arguments.name is not None:
        for component in components:
            _print_texts(component)
        return OK
    width = max(len(f"{each.name} {each.version}") for each in components)
    for each in components:
        print(f"{f'{each.name} {each.version}':{width}}  {each.license}")
    return OK


def _components() -> list[Component]:
    if (FOLDER / INDEX).exists():
        return load_components(FOLDER)
    return installed_components("sosbox")


def _bill_of_materials() -> str:
    try:
        return (FOLDER / BILL_OF_MATERIALS).read_text("utf-8")
    except FileNotFoundError:
        raise FailedError(
            "the bill of materials is made with the program (make appliance): this one runs from"
            " its source"
        ) from None


def _print_texts(component: Component) -> None:
    print(f"## {component.name} {component.version}: {component.license}\n")
    for name, text in component.texts.items():
        print(f"# {name}\n\n{text.strip()}\n")


COMMAND = Command(
    "licenses",
    "show what is inside and under what terms",
    run,
    add_arguments,
)
