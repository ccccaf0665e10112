"""What goes into the program, as a list for people and as one for machines."""

import json
import platform
import sqlite3
import sysconfig
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as BomComponent
from cyclonedx.model.component import ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from sosbox import __version__
from sosbox.lib.components import (
    BILL_OF_MATERIALS,
    Component,
    installed_components,
    store_components,
)

ROOT = Path(__file__).parent.parent.parent
_TEXTS = Path(__file__).parent / "texts"
# Libraries that a library asks for and that sosbox never reaches: they are not compiled in, and one
# of them is not installed. By the names of their releases.
_NOT_SAID = {"huey": "MIT"}
LEFT_OUT = (
    *("minisbd", "faker", "polyfactory", "pydantic", "pydantic-core", "annotated-types", "black"),
    *("onnxruntime", "email-validator", "typing-inspection", "pathspec", "pytokens"),
    *("mypy-extensions", "platformdirs", "flit-core"),
)


def write_inside(folder: Path) -> list[Component]:
    """Writes both lists into `folder`; returns the components."""
    folder.mkdir(parents=True)
    components = components_inside()
    store_components(components, folder)
    (folder / BILL_OF_MATERIALS).write_text(_bill(components), "utf-8")
    return components


def components_inside() -> list[Component]:
    """Raises LookupError for one of which no licence is known."""
    libraries = [each for each in installed_components("sosbox", LEFT_OUT) if each.name != "sosbox"]
    found = [_own(), *map(_completed, libraries), *_engines()]
    for component in found:
        if not component.license or not component.texts:
            raise LookupError(
                f"{component.name}: no licence is known; see installer/appliance/texts"
            )
    return found


def is_library(component: Component) -> bool:
    """Whether it was installed as a release of its own."""
    return component.name not in {"sosbox", "Python", "SQLite", "Noto fonts", "Nuitka runtime"}


def _own() -> Component:
    text = (ROOT / "LICENSE").read_text("utf-8")
    return Component("sosbox", __version__, "EUPL-1.2", {"LICENSE": text})


def _completed(component: Component) -> Component:
    """Some releases have forgotten to say theirs, or the text of it."""
    file = _TEXTS / f"{component.name}.txt"
    texts = {"LICENSE": _read(file)} if file.exists() else {}
    return replace(
        component,
        license=component.license or _NOT_SAID.get(component.name, ""),
        texts=component.texts or texts,
    )


def _engines() -> list[Component]:
    """What no library brings: the language, the database, the fonts, the compiler's runtime."""
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    fonts = ROOT / "sosbox" / "printing" / "fonts" / "OFL.txt"
    nuitka = metadata.distribution("nuitka")
    runtime = next(file for file in nuitka.files or () if file.name == "LICENSE-RUNTIME.txt")
    return [
        Component("Python", platform.python_version(), "PSF-2.0", {"LICENSE": _read(python)}),
        Component(
            "SQLite",
            sqlite3.sqlite_version,
            "blessing",
            {"LICENSE": "The authors of SQLite have given it to the public domain.\n"},
        ),
        Component("Noto fonts", "2", "OFL-1.1", {"OFL": _read(fonts)}),
        Component(
            "Nuitka runtime",
            nuitka.version,
            "AGPL-3.0-only WITH Nuitka-Runtime-Library-Exception",
            {"LICENSE-RUNTIME": runtime.read_text("utf-8")},
        ),
    ]


def _read(file: Path) -> str:
    return file.read_text("utf-8")


def _bill(components: list[Component]) -> str:
    """CycloneDX 1.6, without the moment and the serial number that would differ between builds."""
    own, *others = (_bom_component(each) for each in components)
    own.type = ComponentType.APPLICATION
    bom = Bom(components=others)
    bom.metadata.component = own
    bom.register_dependency(own, others)
    facts = json.loads(JsonV1Dot6(bom).output_as_string())
    facts.pop("serialNumber", None)
    facts["metadata"].pop("timestamp", None)
    return json.dumps(facts, indent=1, sort_keys=True) + "\n"


def _bom_component(component: Component) -> BomComponent:
    return BomComponent(
        name=component.name,
        version=component.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{component.name}@{component.version}",
        licenses=[LicenseFactory().make_from_string(component.license)],
        purl=PackageURL("pypi", name=component.name.lower(), version=component.version)
        if is_library(component)
        else None,
    )
