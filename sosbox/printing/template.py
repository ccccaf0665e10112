"""Templates: typst with a header in TOML, `//! name = "Poster"`, that says what it is for."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.printing.paper import (
    PAGES,
    SHEETS,
    Paper,
    at_foot,
    folded,
    in_middle,
    on_roll,
    on_sheet,
    page_of,
)

FOLDER = Path(__file__).parent / "templates"
KIT = FOLDER / "kit.typ"

# How much of a code may be dirty or torn: a half is well over what the letter says.
LEVELS = ("l", "m", "q", "h")
FORMATS = ("pdf", "png", "svg", "eps")
MAX_LANGUAGES = 6
MAX_SOURCE_BYTES = 100_000
MAX_MM = 1_300.0

_HEADER_LINE = re.compile(r"//! ?(.*)")
_SIZE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
# The kit is put before the template; the line that names it is for editors and people.
_KIT_IMPORT = re.compile(rb'^#import "kit\.typ": \*[ \t]*$', re.MULTILINE)
_ANY_IMPORT = re.compile(r"(?<![\w-])(?:import|include)(?![\w-])")
_PACKAGE = re.compile(r'"\s*@')


class TemplateError(SosboxError):
    """A template that cannot be used; `line` counts from 1, 0 where no line is at fault."""

    def __init__(self, message: str, *, line: int = 0, **arguments: object) -> None:
        super().__init__(message, line=line, **arguments)
        self.line = line


@dataclass(frozen=True)
class Size:
    """One size of a template.

    distance_cm: from how far it is read; level: how much of its code may be lost, "l" to "h".
    """

    id: str
    paper: Paper
    distance_cm: float
    level: str

    @property
    def is_roll(self) -> bool:
        return self.paper.page_height == 0

    @property
    def may_bleed(self) -> bool:
        """Whether it can be given to a print shop with bleed and marks: one plain piece a page."""
        return self.paper.num_places == 1 and not (self.paper.folded or self.is_roll)


@dataclass(frozen=True)
class Template:
    """source: as it was written; languages: how many it shows at most; is_own: an owner's own.

    num_colors: 1 for artwork in a single colour, else 0. shows: what it needs of the house beside
    the code: "wifi", "sheets"; is_per_place: whether it is printed for an access point at all.
    """

    slug: str
    name: str
    about: str
    source: bytes
    sizes: Mapping[str, Size]
    languages: int
    formats: tuple[str, ...]
    needs: str
    is_own: bool = False

    def program(self, tail: bytes) -> tuple[bytes, int]:
        """What the press compiles, and the number of lines before those of the template."""
        kit = KIT.read_bytes()
        body = _KIT_IMPORT.sub(b"", self.source)
        return kit + b"\n" + body + b"\n" + tail, kit.count(b"\n") + 1


def parse_template(slug: str, source: bytes, *, is_own: bool) -> Template:
    """Reads the header of a template, and refuses what it may not hold. Raises TemplateError."""
    if len(source) > MAX_SOURCE_BYTES:
        raise TemplateError(
            N_("The template is larger than {limit} KB."), limit=MAX_SOURCE_BYTES // 1000
        )
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError:
        raise TemplateError(N_("The template is not written in UTF-8.")) from None
    if is_own:
        _refuse_imports(text)
    head = _Head(_header(text))
    sizes = {
        (slug if name == slug else f"{slug}-{name}"): _size(name, facts, head)
        for name, facts in head.tables("sizes").items()
    }
    if not sizes:
        raise TemplateError(N_("The header of the template names no size."), line=1)
    return Template(
        slug=slug,
        name=head.text("name"),
        about=head.text("about", default=""),
        source=source,
        sizes={size_id: replace(size, id=size_id) for size_id, size in sizes.items()},
        languages=int(head.number("languages", 1, MAX_LANGUAGES, default=MAX_LANGUAGES)),
        formats=head.choices("formats", FORMATS, default=("pdf", "png", "svg")),
        needs=head.choice("needs", ("", "wifi", "sheets"), default=""),
        is_own=is_own,
    )


def _header(text: str) -> dict[str, Any]:
    lines = []
    for line in text.splitlines():
        found = _HEADER_LINE.fullmatch(line.rstrip())
        if found is None:
            break
        lines.append(found[1])
    if not lines:
        raise TemplateError(N_("The template must begin with a header: //! name = …"), line=1)
    try:
        return tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        # Numbers of thousands of digits and arrays a thousand deep are fine TOML, yet not read.
        found = re.search(r"at line (\d+)", str(error))
        raise TemplateError(
            N_("The header of the template cannot be read: {problem}"),
            line=int(found[1]) if found else 1,
            problem=str(error),
        ) from None


class _Head:
    """The values of a header, checked as they are asked for."""

    def __init__(self, values: Mapping[str, Any], where: str = "") -> None:
        self._values = values
        self._where = where

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or len(value) > 120:
            raise self.wrong(key)
        if not value.isprintable():
            raise TemplateError(
                N_("The header of the template has characters in {key} that cannot be printed."),
                line=1,
                key=self._where + key,
            )
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key)
        if not low <= value <= high:
            raise self.wrong(key)
        return float(value)

    def flag(self, key: str) -> bool:
        return self._get(key, False) is True

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or value not in choices:
            raise self.wrong(key)
        return value

    def choices(
        self, key: str, choices: tuple[str, ...], default: tuple[str, ...]
    ) -> tuple[str, ...]:
        value = self._get(key, list(default))
        if not isinstance(value, list) or not value or any(each not in choices for each in value):
            raise self.wrong(key)
        return tuple(value)

    def tables(self, key: str) -> dict[str, "_Head"]:
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(
            isinstance(each, dict) for each in value.values()
        ):
            raise self.wrong(key)
        return {name: _Head(each, f"{key}.{name}.") for name, each in value.items()}

    def has(self, key: str) -> bool:
        return key in self._values

    def wrong(self, key: str) -> TemplateError:
        return TemplateError(
            N_("The header of the template says something wrong in {key}."),
            line=1,
            key=self._where + key,
        )

    def _get(self, key: str, default: Any) -> Any:
        value = self._values.get(key, default)
        if value is None:
            raise TemplateError(
                N_("The header of the template lacks {key}."), line=1, key=self._where + key
            )
        return value


def _size(name: str, facts: _Head, head: _Head) -> Size:
    if not _SIZE_NAME.fullmatch(name):
        raise facts.wrong("")
    level = facts.choice("level", LEVELS, default=head.choice("level", LEVELS, default="h"))
    return Size(
        id=name,
        paper=_paper(facts),
        distance_cm=facts.number("distance_cm", 5, 1_000),
        level=level,
    )


def _paper(facts: _Head) -> Paper:
    marks = facts.choice("marks", ("", "crop", "circle"), default="")
    if facts.has("sheet"):
        return on_sheet(SHEETS[facts.choice("sheet", tuple(SHEETS), default="")], marks=marks)
    width = facts.number("width", 10, MAX_MM)
    if facts.flag("roll"):
        return on_roll(width, margin=facts.number("margin", 0, 20, default=2))
    height = facts.number("height", 8, MAX_MM)
    if facts.flag("folded"):
        return folded(width, height)
    if facts.has("page"):
        page = PAGES[facts.choice("page", tuple(PAGES), default="")]
        if width > page[0] or height > page[1]:
            raise facts.wrong("page")
        if facts.choice("at", ("middle", "foot"), default="middle") == "foot":
            return at_foot(width, height, page)
        return in_middle(width, height, page, marks=marks)
    return page_of(width, height)


def _refuse_imports(text: str) -> None:
    """A template has its kit and nothing else. The press could not open another file anyway; this
    says so in words, and where.

    Raises TemplateError.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("//"):
            continue
        if _PACKAGE.search(line):
            raise TemplateError(
                N_("Line {line}: packages from the internet cannot be used."), line=number
            )
        if _ANY_IMPORT.search(line) and line.rstrip() != '#import "kit.typ": *':
            raise TemplateError(
                N_('Line {line}: only #import "kit.typ": * may be imported.'), line=number
            )


def each_size(templates: Mapping[str, Template]) -> dict[str, tuple[Template, Size]]:
    """All sizes of templates by their ids, "poster-a4"."""
    return {
        size.id: (template, size)
        for template in templates.values()
        for size in template.sizes.values()
    }
