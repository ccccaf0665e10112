"""Whatever is posted to the console, it is answered, and never with a 500."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from sosbox.admin.access import SESSION_COOKIE
from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db import DB
from sosbox.dispatch.waiting import route_waiting
from sosbox.routing.filter_queries import FilterBook
from sosbox.routing.queries import RuleBook
from sosbox.staff.actions import start_session
from tests.support.console import console_routes, filled
from tests.support.venue import NOON, ROOM_TOKEN, Venue

# Pages that have no case, and tests of their own.
ELSEWHERE = ("/admin/settings", "/admin/rounds", "/admin/box")
FIELDS = [
    "answer",
    "note",
    "outcome",
    "version",
    "state",
    "assignee",
    "language",
    "message",
    "seen_message",
]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.integers().map(str)
FORMS = st.dictionaries(st.sampled_from(FIELDS) | TEXTS, TEXTS, max_size=8)
NAMES = [
    "q",
    "state",
    "area",
    "kind",
    "from",
    "to",
    "after",
    "mine",
    "open",
    "done",
    "next",
    "case",
]
QUERIES = st.dictionaries(
    st.sampled_from(NAMES), TEXTS | st.dates().map(str) | st.just("0.1.1"), max_size=6
)
SOME = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def client(box: Box, venue: Venue) -> Iterator[TestClient[Litestar]]:
    """Anna's browser; there is one case."""
    DB.write_sync(lambda tx: tx.sql("UPDATE accounts SET language = 'en'"))
    token = DB.write_sync(start_session, box.keys, now=NOON, account_id=venue.anna.account_id)
    with TestClient(create_app(box), raise_server_exceptions=False) as client:
        client.post(f"/p/{ROOM_TOKEN}", data={"text": "Hello"})
        DB.write_sync(route_waiting, box.keys, RuleBook(), FilterBook(), now=NOON, limit=10)
        client.cookies.set(SESSION_COOKIE, token)
        client.follow_redirects = False
        yield client


def _csrf() -> str:
    rows = DB.write_sync(lambda tx: tx.sql("SELECT csrf_token FROM sessions"))
    return str(rows[0][0])


@SOME
@given(form=FORMS, query=QUERIES)
def test_any_form_about_a_case_is_answered(
    client: TestClient[Litestar], form: dict[str, str], query: dict[str, str]
) -> None:
    csrf = _csrf()
    for method, path, is_own, is_login in console_routes(client.app):
        if method != "POST" or is_own or is_login or path.startswith(ELSEWHERE):
            continue
        address = filled(path, case_id=1, delivery_id=1)
        answer = client.post(f"{address}?{urlencode(query)}", data={**form, "csrf": csrf})
        # A preview changes nothing, and is a page.
        good = 200 if path.endswith("/preview") else 303
        assert answer.status_code in {good, 409, 422}, (path, form)


@SOME
@given(body=st.binary(max_size=200), query=st.binary(max_size=80))
def test_any_bytes_are_answered(client: TestClient[Litestar], body: bytes, query: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/admin/login", "/admin/cases/1/note", "/admin/sessions/language"):
        answer = client.post(f"{path}?q={quote(query)}", content=body, headers=headers)
        assert answer.status_code == 403, (path, body)


@SOME
@given(query=QUERIES)
def test_any_address_is_answered(client: TestClient[Litestar], query: dict[str, str]) -> None:
    for path in ("/admin", "/admin/list", "/admin/cases/1", "/admin/login"):
        answer = client.get(f"{path}?{urlencode(query)}")
        assert answer.status_code in {200, 303}, (path, query)
