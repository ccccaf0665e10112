"""A box with two cases, and the folder that its backups go to."""

import asyncio
from pathlib import Path

import pytest

from sosbox.box import Box
from tests.support.filing import file_case
from tests.support.venue import ROOM_TOKEN


@pytest.fixture
def lived_in(box: Box) -> Box:
    asyncio.run(_file_two(box))
    return box


async def _file_two(box: Box) -> None:
    await file_case(box, "El grifo gotea", token=ROOM_TOKEN, has_worker=False)
    await file_case(
        box, "Falta una toalla", token=ROOM_TOKEN, submission_id="two", has_worker=False
    )


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def new_box(tmp_path: Path) -> Path:
    """Where a box comes back; nothing is there yet."""
    return tmp_path / "new"
