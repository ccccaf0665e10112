"""The console of a box, and a browser for everybody in the cast."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from litestar import Litestar

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db import DB
from sosbox.staff.passwords import hash_password
from tests.admin.settings_desk import RUN_FILE, Desk, furnish
from tests.support.console import Browser
from tests.support.filing import file_case
from tests.support.venue import PASSWORD, ROOM_TOKEN, Venue


@dataclass(frozen=True)
class Staff:
    """Everybody logged in, each at a browser of their own."""

    anna: Browser
    boris: Browser
    clara: Browser
    dario: Browser
    otto: Browser


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD; made once, for it takes its time."""
    return hash_password(PASSWORD)


@pytest.fixture
async def app(box: Box, password_hash: str) -> AsyncIterator[Litestar]:
    """The application, running; all accounts have the PASSWORD and read English."""
    await DB.write(
        lambda tx: tx.sql("UPDATE accounts SET language = 'en', password_hash = ?", password_hash)
    )
    app = create_app(box)
    async with app.lifespan():
        yield app


@pytest.fixture
def browser(app: Litestar) -> Browser:
    """A browser that is not logged in."""
    return Browser(app)


@pytest.fixture
async def staff(app: Litestar, box: Box, venue: Venue) -> Staff:
    people = (venue.anna, venue.boris, venue.clara, venue.dario, venue.otto)
    return Staff(*[await Browser(app).enter(box, person) for person in people])


@pytest.fixture
async def case_id(app: Litestar, box: Box) -> int:
    """Dora's tap drips in room 204, which is Boris's area."""
    filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
    return filed.case_id


@pytest.fixture
async def desk(app: Litestar, box: Box, venue: Venue) -> Desk:
    desk = await furnish(venue)
    box.config.prints_dir.mkdir(exist_ok=True)
    (box.config.prints_dir / RUN_FILE).write_bytes(b"%PDF-1.7 as if")
    return desk
