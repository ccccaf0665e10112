"""Whether the box says truly how it is."""

from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db.engine import connect
from sosbox.ui import health


@pytest.fixture
async def client(box: Box) -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(create_app(box)) as client:
        yield client


async def test_a_box_that_can_serve_is_ready(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "missing": []}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_head_is_answered_without_a_body(
    client: AsyncTestClient[Litestar], path: str
) -> None:
    assert (await client.head(path)).status_code == 200


async def test_a_full_disk_is_not_ready_and_yet_alive(
    client: AsyncTestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 2**62)
    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["missing"]) == (503, ["disk"])
    assert (await client.get("/health/live")).text == "ok"


async def test_a_database_of_another_version_is_not_ready(
    client: AsyncTestClient[Litestar], box: Box
) -> None:
    with closing(connect(box.config.database_path)) as connection:
        connection.execute("INSERT INTO migrations VALUES ('9999_later', '2030-01-01')")
    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["missing"]) == (503, ["schema"])


async def test_a_database_that_does_not_answer_is_not_ready_and_names_no_path(
    client: AsyncTestClient[Litestar], box: Box
) -> None:
    with closing(connect(box.config.database_path)) as connection:
        connection.execute("DROP TABLE migrations")
    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": ["database"]})
