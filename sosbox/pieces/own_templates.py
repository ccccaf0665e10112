"""Templates of an owner's own: what is taken, and storing it. Writes run inside `DB.write`."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from sosbox.db import Transaction
from sosbox.errors import ConflictError, InvalidFieldsError, NotFoundError, SosboxError
from sosbox.i18n import N_
from sosbox.lib.text import fold
from sosbox.pieces.tables import OwnTemplate, OwnTemplateFile
from sosbox.pieces.templates import OWN, load_templates, picture_type
from sosbox.places.logo import PNG, WrongPictureError, read_picture
from sosbox.printing.layout import Picture
from sosbox.printing.template import Template, TemplateError, parse_template
from sosbox.staff.rules import Viewer

MAX_TEMPLATES = 30
# Each of them is tried before it is stored.
MAX_SIZES = 6
MAX_PICTURES = 8
MAX_PICTURE_BYTES = 500_000
# All pictures of a template together.
MAX_ALL_BYTES = 2_000_000

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_PICTURE_NAME = re.compile(r"[a-z0-9-]{1,60}\.(?:png|svg)")
_UNKNOWN_KEY = re.compile(r"//! ?\s*(\S+)\s*=")

_NO_SLUG = N_("Please give the file a name of letters, digits and hyphens that ends in .typ.")
_NO_TEXT = N_("The template contains something that is no text. Please save it as plain text.")
_TOO_MANY_SIZES = N_("A template of your own may have {limit} sizes at most.")
_TOO_MANY_PICTURES = N_("At most {limit} pictures can come with a template.")
_TOO_MUCH = N_("All pictures together may have {limit} KB.")
_PICTURE_NAMES = N_(
    "“{name}”: the name of a picture is made of small letters, digits and hyphens, and ends in"
    " .png or .svg."
)
_TWO_PICTURES = N_("Two pictures are called “{name}”.")
_WRONG_PICTURE = N_("“{name}”: {problem}")
_OTHER_TYPE = N_("“{name}” is not what its name ends in.")
_TAKEN = N_("There is a template of this name already. Open it to replace it.")
_SIZE_TAKEN = N_("Another template has a size that would be called the same: {name}.")
_TOO_MANY = N_("At most {limit} templates can be stored. Please delete one first.")


@dataclass(frozen=True)
class OwnDraft:
    """slug: with what all own ones begin with; files: pictures by their names."""

    template: Template
    files: dict[str, Picture]

    @property
    def slug(self) -> str:
        return self.template.slug


@dataclass(frozen=True)
class StoredTemplate:
    """template: None for one that this version of the program cannot read any more."""

    slug: str
    source: str
    template: Template | None
    pictures: tuple[str, ...]
    account_id: int
    stored_at: datetime


class SourceError(SosboxError):
    """Something is wrong with the source of a template.

    line: from 1, 0 where no line is at fault; quoted: what stands there.
    """

    def __init__(self, error: SosboxError, source: bytes) -> None:
        super().__init__(error.message, **error.arguments)
        lines = source.decode("utf-8", "replace").splitlines()
        found = _line_of(error, lines)
        self.line = found if found <= len(lines) else 0
        self.quoted = lines[self.line - 1][:200] if self.line else ""


# Checking -----------------------------------------------------------------------------------------


def slug_of(file_name: str) -> str:
    """What a template is called inside, by the name of its file. Raises InvalidFieldsError."""
    path = PurePath(file_name)
    slug = re.sub(r"[^a-z0-9]+", "-", fold(path.stem)).strip("-")[:32].strip("-")
    if path.suffix.lower() != ".typ" or not _SLUG.fullmatch(slug):
        raise InvalidFieldsError({"source": SosboxError(_NO_SLUG)})
    return OWN + slug


def read_own_draft(slug: str, source: bytes, pictures: Sequence[tuple[str, bytes]]) -> OwnDraft:
    """What somebody has sent, as far as it can be judged without drawing it. Blocks for a moment.

    pictures: their names and what is in them. Raises InvalidFieldsError.
    """
    problems: dict[str, SosboxError] = {}
    template = None
    try:
        template = _read_source(slug, source)
    except SosboxError as error:
        problems["source"] = error
    try:
        files = _read_pictures(pictures)
    except SosboxError as error:
        problems["pictures"] = error
    if problems or template is None:
        raise InvalidFieldsError(problems)
    return OwnDraft(template, files)


def _read_source(slug: str, source: bytes) -> Template:
    """Raises SosboxError."""
    if b"\0" in source:
        raise SosboxError(_NO_TEXT)
    try:
        template = parse_template(slug, source, is_own=True)
    except TemplateError as error:
        raise SourceError(error, source) from None
    if len(template.sizes) > MAX_SIZES:
        raise SosboxError(_TOO_MANY_SIZES, limit=MAX_SIZES)
    return template


def _read_pictures(pictures: Sequence[tuple[str, bytes]]) -> dict[str, Picture]:
    """Raises SosboxError."""
    if len(pictures) > MAX_PICTURES:
        raise SosboxError(_TOO_MANY_PICTURES, limit=MAX_PICTURES)
    if sum(len(data) for _name, data in pictures) > MAX_ALL_BYTES:
        raise SosboxError(_TOO_MUCH, limit=MAX_ALL_BYTES // 1000)
    files: dict[str, Picture] = {}
    for name, data in pictures:
        if not _PICTURE_NAME.fullmatch(name):
            raise SosboxError(_PICTURE_NAMES, name=name)
        if name in files:
            raise SosboxError(_TWO_PICTURES, name=name)
        try:
            found = read_picture(data, max_bytes=MAX_PICTURE_BYTES)
        except WrongPictureError as error:
            raise SosboxError(_WRONG_PICTURE, name=name, problem=str(error)) from None
        kind = picture_type(name)
        if (found.type == PNG) != (kind == "png"):
            raise SosboxError(_OTHER_TYPE, name=name)
        files[name] = Picture(data, kind)
    return files


def _line_of(error: SosboxError, lines: Sequence[str]) -> int:
    """The line that is at fault: as the error says, or where its header names what is wrong."""
    key = error.arguments.get("key")
    if key is None:
        line = error.arguments.get("line", 0)
        return line if isinstance(line, int) else 0
    table, _, name = str(key).rpartition(".")
    is_inside = not table
    for number, line in enumerate(lines, start=1):
        if not line.startswith("//!"):
            return 0
        if line.removeprefix("//!").strip() == f"[{table}]":
            is_inside = True
        found = _UNKNOWN_KEY.match(line)
        if is_inside and found and found[1] == name:
            return number
    return 0


# Storing ------------------------------------------------------------------------------------------


def add_own_template(tx: Transaction, *, now: datetime, viewer: Viewer, draft: OwnDraft) -> None:
    """Stores what has been tried. Raises ForbiddenError, ConflictError."""
    viewer.require_configure()
    stored = load_own_templates(tx.connection, viewer.subscriber_id)
    if any(each.slug == draft.slug for each in stored):
        raise ConflictError(_TAKEN)
    if len(stored) >= MAX_TEMPLATES:
        raise ConflictError(_TOO_MANY, limit=MAX_TEMPLATES)
    _require_free_sizes(tx, viewer, draft)
    template_id = tx.insert(
        OwnTemplate,
        subscriber_id=viewer.subscriber_id,
        slug=draft.slug.removeprefix(OWN),
        source=draft.template.source.decode(),
        account_id=viewer.account_id,
        stored_at=now,
    )
    _add_files(tx, template_id, draft)


def replace_own_template(
    tx: Transaction, *, now: datetime, viewer: Viewer, draft: OwnDraft
) -> None:
    """Puts one that has been tried, and its pictures, in place of those of the same slug.

    Raises ForbiddenError, NotFoundError, ConflictError.
    """
    viewer.require_configure()
    _require_free_sizes(tx, viewer, draft)
    rows = tx.sql(
        "UPDATE own_templates SET source = ?, account_id = ?, stored_at = ?"
        " WHERE subscriber_id = ? AND slug = ? RETURNING id",
        draft.template.source.decode(),
        viewer.account_id,
        now,
        viewer.subscriber_id,
        draft.slug.removeprefix(OWN),
    )
    if not rows:
        raise NotFoundError("There is no such template.")
    tx.sql("DELETE FROM own_template_files WHERE template_id = ?", rows[0][0])
    _add_files(tx, rows[0][0], draft)


def remove_own_template(tx: Transaction, *, viewer: Viewer, slug: str) -> None:
    """Deletes it; what was printed with it stays known. Raises ForbiddenError, NotFoundError."""
    viewer.require_configure()
    rows = tx.sql(
        "SELECT id FROM own_templates WHERE subscriber_id = ? AND ? || slug = ?",
        viewer.subscriber_id,
        OWN,
        slug,
    )
    if not rows:
        raise NotFoundError("There is no such template.")
    tx.sql("DELETE FROM own_template_files WHERE template_id = ?", rows[0][0])
    tx.sql("DELETE FROM own_templates WHERE id = ?", rows[0][0])


def load_own_templates(connection: sqlite3.Connection, subscriber_id: int) -> list[StoredTemplate]:
    """All of a subscriber, by their slugs."""
    pictures: dict[int, list[str]] = {}
    for template_id, name in connection.execute(_PICTURES, (subscriber_id,)):
        pictures.setdefault(template_id, []).append(name)
    return [
        StoredTemplate(
            slug=OWN + slug,
            source=source,
            template=_parsed(OWN + slug, source),
            pictures=tuple(pictures.get(template_id, ())),
            account_id=account_id,
            stored_at=stored_at,
        )
        for template_id, slug, source, account_id, stored_at in connection.execute(
            _TEMPLATES, (subscriber_id,)
        )
    ]


def _parsed(slug: str, source: str) -> Template | None:
    try:
        return parse_template(slug, source.encode(), is_own=True)
    except TemplateError:
        return None


def _require_free_sizes(tx: Transaction, viewer: Viewer, draft: OwnDraft) -> None:
    """Sizes are told apart by slug and name together, "own-menu-a5". Raises ConflictError."""
    for slug, template in load_templates(tx.connection, viewer.subscriber_id).items():
        taken = set(template.sizes) & set(draft.template.sizes)
        if taken and slug != draft.slug:
            raise ConflictError(_SIZE_TAKEN, name=min(taken))


def _add_files(tx: Transaction, template_id: int, draft: OwnDraft) -> None:
    for name, picture in draft.files.items():
        tx.insert(OwnTemplateFile, template_id=template_id, name=name, data=picture.data)


_TEMPLATES = """
    SELECT id, slug, source, account_id, stored_at FROM own_templates
    WHERE subscriber_id = ? ORDER BY slug
"""
_PICTURES = """
    SELECT f.template_id, f.name FROM own_template_files f
    JOIN own_templates t ON t.id = f.template_id WHERE t.subscriber_id = ? ORDER BY f.name
"""
