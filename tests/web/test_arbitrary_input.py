"""Whatever is posted to a public page, it is answered, and never with a 500."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from sosbox.app import create_app
from sosbox.box import Box
from tests.support.venue import ROOM_TOKEN

FIELDS = ["text", "kind", "remedy", "name", "email", "phone", "submission_id", "lang", "code"]
TEXTS = st.text(st.characters(), max_size=200)
FORMS = st.lists(st.tuples(st.sampled_from(FIELDS) | TEXTS, TEXTS), max_size=12)
CONTENT_TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
        "",
    ]
)
MANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def client(box: Box) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(box), raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def paths(client: TestClient[Litestar]) -> list[str]:
    taken = client.post(f"/p/{ROOM_TOKEN}", data={"text": "Hello"})
    receipt = taken.headers["location"]
    return [f"/p/{ROOM_TOKEN}", "/p/none", "/t", receipt, f"{receipt}/reminder", "/t/none"]


@MANY
@given(form=FORMS, wants_json=st.booleans())
def test_any_form_is_answered(
    client: TestClient[Litestar],
    paths: list[str],
    form: list[tuple[str, str]],
    wants_json: bool,
) -> None:
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(_encodable(name), []).append(_encodable(value))
    headers = {"Accept": "application/json" if wants_json else "text/html"}
    for path in paths:
        answer = client.post(path, data=fields, headers=headers)
        assert answer.status_code in {201, 303, 404, 422, 429}, (path, fields)


@MANY
@given(body=st.binary(max_size=300), content_type=CONTENT_TYPES)
def test_any_bytes_are_answered(
    client: TestClient[Litestar], paths: list[str], body: bytes, content_type: str
) -> None:
    for path in paths:
        answer = client.post(path, content=body, headers={"Content-Type": content_type})
        assert answer.status_code < 500, (path, content_type, body)


@MANY
@given(tail=st.text(st.characters(codec="utf-8"), max_size=60), query=TEXTS)
def test_any_address_is_answered(client: TestClient[Litestar], tail: str, query: str) -> None:
    for start in ("/p/", "/t/", "/logo/", "/static/", "/"):
        params = {"lang": _encodable(query), "code": "1" * 16}
        answer = client.get(start + quote(tail), params=params)
        assert answer.status_code < 500, (start, tail)


@MANY
@given(
    accept=st.text(st.characters(max_codepoint=255), max_size=80),
    encoding=st.text(st.characters(max_codepoint=255), max_size=40),
)
def test_any_header_is_answered(client: TestClient[Litestar], accept: str, encoding: str) -> None:
    headers = {"Accept-Language": accept, "Accept": accept, "Accept-Encoding": encoding}
    printable = {
        name: value.encode("latin-1", "ignore").replace(b"\r", b"").replace(b"\n", b"")
        for name, value in headers.items()
    }
    answer = client.get(f"/p/{ROOM_TOKEN}", headers=printable)  # type: ignore[arg-type]
    assert answer.status_code == 200


def _encodable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()
