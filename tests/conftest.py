"""Fixtures: a box in a temporary folder with the cast of tests/support/venue.py."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sosbox.box import Box
from sosbox.config import load_config
from sosbox.db import DB
from sosbox.db.migrations import MIGRATIONS, migrate
from sosbox.keys import load_keys
from sosbox.lib.clock import FrozenClock
from tests.support.venue import NOON, Venue, make_venue


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Venue]:
    """A data folder with the venue, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("made")
    load_keys(folder)
    migrate(folder / "sosbox.db", MIGRATIONS)
    DB.open(folder / "sosbox.db")
    venue = DB.write_sync(make_venue)
    DB.close()
    return folder, venue


@pytest.fixture
def venue(made_folder: tuple[Path, Venue]) -> Venue:
    return made_folder[1]


@pytest.fixture
def data_dir(made_folder: tuple[Path, Venue], tmp_path: Path) -> Path:
    """A data folder of this test's own, the venue in it, its database closed."""
    folder = tmp_path / "data"
    shutil.copytree(made_folder[0], folder)
    return folder


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def box(data_dir: Path, clock: FrozenClock) -> Iterator[Box]:
    """The box with its database open, at noon of 21 November 2026."""
    box = Box(config=load_config(data_dir, {}), keys=load_keys(data_dir), clock=clock)
    DB.open(box.config.database_path)
    yield box
    DB.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
