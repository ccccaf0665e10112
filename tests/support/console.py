"""Browsers of the staff, talking to the application without a network."""

import re
from typing import Any

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute

from sosbox.admin.access import SESSION_COOKIE
from sosbox.box import Box
from sosbox.db import DB
from sosbox.staff.actions import start_session
from sosbox.staff.rules import Viewer
from sosbox.staff.tables import Session

ORIGIN = "http://mar.example"


class Browser:
    """A browser that may be logged in. Every post carries the session's CSRF token unless told."""

    def __init__(self, app: Litestar, origin: str = ORIGIN) -> None:
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url=origin,
            headers={"Accept-Language": "en"},
        )
        self.csrf = ""

    async def enter(self, box: Box, viewer: Viewer) -> "Browser":
        """Holds a new session of the viewer's account, as after a login."""
        token = await DB.write(
            start_session, box.keys, now=box.clock.now(), account_id=viewer.account_id
        )
        self.client.cookies.set(SESSION_COOKIE, token)
        row = (
            await Session.select(Session.csrf_token)
            .where(Session.token_hash == box.keys.staff_hash(token))
            .first()
        )
        assert row is not None
        self.csrf = row["csrf_token"]
        return self

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def post(
        self, path: str, *, has_csrf: bool = True, **fields: str | list[str]
    ) -> httpx.Response:
        data = {"csrf": self.csrf, **fields} if has_csrf else fields
        return await self.client.post(path, data=data)

    async def log_in(self, email: str, password: str, wish: str = "/admin") -> httpx.Response:
        """Fills in the form that the login shows."""
        shown = await self.get("/admin/login")
        return await self.post(
            "/admin/login",
            has_csrf=False,
            csrf=field_of(shown.text, "csrf"),
            email=email,
            password=password,
            next=wish,
        )


def field_of(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


def console_routes(app: Litestar) -> list[tuple[str, str, bool, bool]]:
    """Every page of the console: method, path, is it about the own account, is it the login."""
    found = []
    for route in app.routes:
        if not (isinstance(route, HTTPRoute) and route.path.startswith("/admin")):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                found.append(
                    (
                        method,
                        route.path,
                        bool(handler.opt.get("is_own_account")),
                        route.path == "/admin/login",
                    )
                )
    return found


def filled(path: str, **values: object) -> str:
    """An address from the path of a route; 1 for what is not given."""
    return re.sub(r"\{(\w+):\w+\}", lambda found: str(values.get(found.group(1), 1)), path)
