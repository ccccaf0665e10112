"""Who may see and change the settings, walked route by route."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from sosbox.admin.access import SESSION_COOKIE
from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db import DB
from sosbox.staff.actions import start_session
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, Desk, furnish
from tests.routing.settings_kit import revision, settings_of
from tests.support.console import Browser, console_routes, filled
from tests.support.venue import NOON, Venue

# Pages that only offer something to add.
ADDING = "/new"
# What scripts ask for, and pictures.
LIVE = ("/live", "/preview")
# Whose one form asks for something to be shown and changes nothing.
ASKING = ("/who", "/print")


def _routes(app: Litestar) -> list[tuple[str, str]]:
    return [
        (method, path)
        for method, path, _is_own, _is_login in console_routes(app)
        if path.startswith(SETTINGS) and method != "HEAD"
    ]


async def test_agents_are_told_that_settings_are_not_for_them(
    app: Litestar, staff: Staff, desk: Desk
) -> None:
    before = await revision()
    walked = _routes(app)
    assert len(walked) > 25
    for agent in (staff.boris, staff.clara):
        for method, path in walked:
            address = filled(path, **desk.path_values)
            answer = await agent.client.request(method, address, data={"csrf": agent.csrf})
            assert answer.status_code == 403, (method, path)
            assert "Nocturna" not in answer.text
            assert "noa@mar.example" not in answer.text
        assert SETTINGS not in (await agent.get("/admin")).text
    assert await revision() == before


async def test_another_subscriber_finds_nothing_of_it(
    app: Litestar, staff: Staff, desk: Desk
) -> None:
    before = await revision()
    walked = 0
    for method, path in _routes(app):
        if "{" not in path:
            continue
        walked += 1
        missing = dict.fromkeys(desk.path_values, 999_999)
        data = {"csrf": staff.otto.csrf, "edition": "x"}
        answer = await staff.otto.client.request(
            method, filled(path, **desk.path_values), data=data
        )
        nowhere = await staff.otto.client.request(method, filled(path, **missing), data=data)
        assert answer.status_code in {404, 422}, (method, path)
        assert answer.status_code == nowhere.status_code
        assert answer.text == nowhere.text
    assert walked > 15
    for path in (SETTINGS, f"{SETTINGS}/recipients", f"{SETTINGS}/rules", f"{SETTINGS}/who"):
        answer = await staff.otto.get(path)
        assert answer.status_code == 200
        for theirs in ("Nocturna", "Hotel Mar", "Recepción", "Habitación"):
            assert theirs not in answer.text
    assert await revision() == before


async def test_an_auditor_reads_everything_and_changes_nothing(
    app: Litestar, staff: Staff, desk: Desk
) -> None:
    before = await revision()
    for method, path in _routes(app):
        address = filled(path, **desk.path_values)
        answer = await staff.dario.client.request(method, address, data={"csrf": staff.dario.csrf})
        may = method == "GET" and not path.endswith(ADDING)
        assert answer.status_code == (200 if may else 403), (method, path)
        if may:
            main = answer.text.partition("<main")[2].partition("</main>")[0]
            buttons = main.count('type="submit"')
            assert buttons == (1 if path.endswith(ASKING) else 0), path
            assert main.count('method="post"') == main.count('<fieldset class="stack" disabled>')
    assert await revision() == before


async def test_a_manager_may_do_what_the_owner_may(
    app: Litestar, box: Box, staff: Staff, desk: Desk, venue: Venue
) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE accounts SET role = 'manager' WHERE name = 'Dario'"))
    answer = await staff.dario.post(f"{SETTINGS}/recipients/new", name="Rita", language="es")
    assert answer.status_code == 303
    names = {each.name for each in (await settings_of(venue.anna)).recipients.values()}
    assert "Rita" in names


async def test_whoever_is_not_logged_in_sees_no_settings(
    app: Litestar, browser: Browser, desk: Desk
) -> None:
    for method, path in _routes(app):
        answer = await browser.client.request(method, filled(path, **desk.path_values))
        if path.endswith(LIVE):
            assert answer.status_code == 401
            continue
        assert answer.status_code == 303, (method, path)
        assert "/admin/login" in answer.headers["location"]


async def test_no_change_is_taken_without_the_token_of_the_session(
    app: Litestar, staff: Staff, desk: Desk
) -> None:
    before = await revision()
    for method, path in _routes(app):
        if method == "POST":
            address = filled(path, **desk.path_values)
            answer = await staff.anna.post(address, has_csrf=False, csrf=staff.boris.csrf)
            assert answer.status_code == 403, path
    assert await revision() == before


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 19, "٣", "1e3", "%00", "new2"])
async def test_a_number_that_nothing_has_is_404(
    app: Litestar, staff: Staff, desk: Desk, number: str
) -> None:
    for method, path in _routes(app):
        if "{" in path and method == "GET":
            values = dict.fromkeys(desk.path_values, number)
            assert (await staff.anna.get(filled(path, **values))).status_code == 404, path


TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.integers().map(str)
NAMES = [
    "name",
    "language",
    "email",
    "sms",
    "webhook",
    "printer",
    "when",
    "channels",
    "next_channel_minutes",
    "areas",
    "access_points",
    "words",
    "weekdays",
    "hours_from",
    "hours_to",
    "dates_from",
    "dates_to",
    "recipients",
    "left_out",
    "house_id",
    "house",
    "rule",
    "people",
    "is_nobody",
    "is_exception",
    "after_minutes",
    "until",
    "repeat_minutes",
    "max_times",
    "digest_at",
    "holiday_region",
    "holidays_from",
    "edition",
    "direction",
    "on",
    "point",
    "day",
    "time",
    "text",
]
FORMS = st.dictionaries(
    st.sampled_from(NAMES) | TEXTS,
    st.lists(TEXTS | st.dates().map(str) | st.times().map(str), max_size=3),
    max_size=8,
)


@pytest.fixture
def client(box: Box, venue: Venue) -> Iterator[TestClient[Litestar]]:
    """Anna's browser, in a house with settings."""
    asyncio.run(furnish(venue))
    DB.write_sync(lambda tx: tx.sql("UPDATE accounts SET language = 'en'"))
    token = DB.write_sync(start_session, box.keys, now=NOON, account_id=venue.anna.account_id)
    with TestClient(create_app(box), raise_server_exceptions=False) as client:
        client.cookies.set(SESSION_COOKIE, token)
        client.follow_redirects = False
        yield client


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(form=FORMS)
def test_whatever_is_posted_is_answered(
    client: TestClient[Litestar], form: dict[str, list[str]]
) -> None:
    rows = DB.write_sync(lambda tx: tx.sql("SELECT csrf_token FROM sessions"))
    ids = {"house_id": 1, "rule_id": 2, "recipient_id": 4, "shift_id": 1, "step_id": 1}
    for method, path in _routes(client.app):
        address = filled(path, **ids)
        if method == "POST":
            answer = client.post(address, data={**form, "csrf": str(rows[0][0])})
            assert answer.status_code in {303, 404, 409, 422}, (path, form)
        elif path.endswith(("/who", ADDING)):
            query = {name: values[0] for name, values in form.items() if values}
            assert client.get(address, params=query).status_code in {200, 404, 422}, form
