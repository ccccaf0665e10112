"""What the program is made of: its libraries, their licences and the texts of these."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

INDEX = "components.json"
BILL_OF_MATERIALS = "sbom.cdx.json"
# Of a release of a library, the files that say under what terms it may be used.
_TERMS = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Component:
    """One library, font or engine. `license`: as it names it, mostly an SPDX expression; `texts`:
    by the name of the file that each stands in."""

    name: str
    version: str
    license: str
    texts: dict[str, str] = field(default_factory=dict)


def load_components(folder: Path) -> list[Component]:
    """As they were stored. Raises OSError."""
    return [Component(**each) for each in json.loads((folder / INDEX).read_text("utf-8"))]


def store_components(components: Iterable[Component], folder: Path) -> None:
    content = json.dumps([asdict(each) for each in components], indent=1, ensure_ascii=False)
    (folder / INDEX).write_text(content + "\n", "utf-8")


def installed_components(root: str, left_out: Iterable[str] = ()) -> list[Component]:
    """`root` and all that it needs of what is installed here, by name."""
    seen = {_plain(name) for name in left_out}
    waiting, found = [root], []
    while waiting:
        name = waiting.pop()
        if _plain(name) in seen:
            continue
        seen.add(_plain(name))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system, or an extra that nobody asked for
        found.append(_component(distribution))
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement and (needed := _NAME.match(requirement)):
                waiting.append(needed[0])
    return sorted(found, key=lambda component: component.name.lower())


def _component(distribution: metadata.Distribution) -> Component:
    facts = distribution.metadata
    return Component(
        name=facts["Name"],
        version=facts["Version"],
        license=_license(facts),
        texts={
            str(file).partition(".dist-info/")[2].removeprefix("licenses/"): text
            for file in distribution.files or ()
            if ".dist-info/" in str(file) and _TERMS.search(str(file).partition("/")[2])
            if (text := _text(file))
        },
    )


def _license(facts: metadata.PackageMetadata) -> str:
    """The expression, else the classifiers, else the first line of what was written there."""
    if "License-Expression" in facts:
        return str(facts["License-Expression"])
    classifiers = [
        str(each).rpartition(" :: ")[2]
        for each in facts.get_all("Classifier") or ()
        if str(each).startswith("License :: ") and not str(each).endswith("OSI Approved")
    ]
    if classifiers:
        return ", ".join(classifiers)
    return str(facts["License"]).strip().partition("\n")[0] if "License" in facts else ""


def _text(file: metadata.PackagePath) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _plain(name: str) -> str:
    """PEP 503: how names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
