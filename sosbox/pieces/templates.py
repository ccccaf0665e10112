"""The templates of a subscriber: those of the program and those of its own."""

import sqlite3
from dataclasses import dataclass
from pathlib import PurePath

from sosbox.errors import NotFoundError
from sosbox.printing.catalogue import built_in_templates
from sosbox.printing.layout import Picture
from sosbox.printing.template import Size, Template, TemplateError, each_size, parse_template

# Before the slug of an own one, so that it never hides one of the program.
OWN = "own-"


@dataclass(frozen=True)
class FoundTemplate:
    """files: the pictures of an own template, by their names."""

    template: Template
    size: Size
    files: dict[str, Picture]


def load_templates(connection: sqlite3.Connection, subscriber_id: int) -> dict[str, Template]:
    """By slug, those of the program first. Own ones that a newer program cannot read any more are
    left out."""
    templates = dict(built_in_templates())
    rows = connection.execute(
        "SELECT slug, source FROM own_templates WHERE subscriber_id = ? ORDER BY slug",
        (subscriber_id,),
    )
    for slug, source in rows:
        try:
            templates[OWN + slug] = parse_template(OWN + slug, source.encode(), is_own=True)
        except TemplateError:
            continue
    return templates


def find_template(
    connection: sqlite3.Connection, subscriber_id: int, size_id: str
) -> FoundTemplate:
    """A template by the id of a size, "poster-a4". Raises NotFoundError."""
    found = each_size(load_templates(connection, subscriber_id)).get(size_id)
    if found is None:
        raise NotFoundError("There is no such template.")
    template, size = found
    return FoundTemplate(template, size, load_files(connection, subscriber_id, template))


def load_files(
    connection: sqlite3.Connection, subscriber_id: int, template: Template
) -> dict[str, Picture]:
    """The pictures of an own template, by their names; none for those of the program."""
    if not template.is_own:
        return {}
    rows = connection.execute(
        "SELECT f.name, f.data FROM own_template_files f JOIN own_templates t"
        " ON t.id = f.template_id WHERE t.subscriber_id = ? AND t.slug = ? ORDER BY f.name",
        (subscriber_id, template.slug.removeprefix(OWN)),
    )
    return {name: Picture(data, picture_type(name)) for name, data in rows}


def picture_type(name: str) -> str:
    """ "png" or "svg", by the ending of a name."""
    return PurePath(name).suffix.lower().removeprefix(".")
