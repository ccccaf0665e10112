"""Applying set-up files to the box with the cast, and writing it out again."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from sosbox.box import Box
from sosbox.db import DB
from sosbox.db.engine import connect
from sosbox.setup.apply import apply_document
from sosbox.setup.changes import Change
from sosbox.setup.document import parse_document
from sosbox.setup.export import export_box
from sosbox.setup.files import read_setup_files
from sosbox.staff import passwords
from tests.support.venue import NOON

Apply = Callable[[str], list[Change]]
Export = Callable[[], str]
Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the set-up file, with a password in it."""
    (tmp_path / "eva.txt").write_text("a password of Eva\n")
    return tmp_path


@pytest.fixture
def apply(box: Box, folder: Path) -> Apply:
    def run(text: str) -> list[Change]:
        document = parse_document(text)
        with closing(connect(box.config.database_path, is_read_only=True)) as connection:
            files = read_setup_files(document, folder, connection)
        return DB.write_sync(apply_document, document, files, now=NOON)

    return run


@pytest.fixture
def rows(box: Box) -> Rows:
    def select(sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with closing(connect(box.config.database_path, is_read_only=True)) as connection:
            return connection.execute(sql, arguments).fetchall()

    return select


@pytest.fixture
def export(box: Box) -> Export:
    def run() -> str:
        with closing(connect(box.config.database_path, is_read_only=True)) as connection:
            return export_box(connection, with_logos=False).text

    return run
