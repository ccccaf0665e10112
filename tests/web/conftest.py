"""A guest's phone, as far as HTTP goes."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from sosbox.app import create_app
from sosbox.box import Box


@pytest.fixture
async def phone(box: Box) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """An English phone that keeps no cookies and follows no redirect by itself."""
    client = AsyncTestClient(create_app(box), base_url="http://mar.example")
    client.follow_redirects = False
    client.headers["Accept-Language"] = "en"
    async with client:
        yield client
