"""Forms with small files: all of it in memory, within its limits, or nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, Request, Response, Router, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.testing import TestClient

from sosbox.admin import small_uploads
from sosbox.admin.access import SESSION_COOKIE, UPLOAD, Visit, provide_visit, require_session
from sosbox.admin.errors import CONSOLE_EXCEPTION_HANDLERS
from sosbox.admin.multipart_forms import Uploads
from sosbox.admin.small_uploads import (
    MAX_SMALL_UPLOAD_BYTES,
    InvalidUploadError,
    read_small_upload,
)
from sosbox.box import Box
from sosbox.db import DB
from sosbox.staff.actions import start_session
from sosbox.ui.site import Site
from tests.support.console import ORIGIN, Browser
from tests.support.venue import NOON, Venue

PATH = "/admin/pictures"
BOUNDARY = "a-line-between"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
END = f"--{BOUNDARY}--\r\n".encode()
MAX_FILE_BYTES = 1_000
MAX_FILES = 2


@post("/pictures", opt=UPLOAD, request_max_body_size=MAX_SMALL_UPLOAD_BYTES)
async def take_pictures(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    """Says what has arrived."""
    try:
        upload = await read_small_upload(
            request, visit, max_file_bytes=MAX_FILE_BYTES, max_files=MAX_FILES
        )
    except InvalidUploadError as error:
        problems = {name: str(problem) for name, problem in error.fields.items()}
        answer: dict[str, Any] = {"problems": problems, "typed": error.typed}
        return Response(json.dumps(answer).encode(), status_code=error.status)
    files = {
        name: [[file.name, file.data.decode("latin-1")] for file in files]
        for name, files in upload.files.items()
    }
    answer = {"fields": upload.fields, "files": files}
    return Response(json.dumps(answer).encode(), status_code=200)


@pytest.fixture
def small_app(box: Box) -> Litestar:
    inside = Router(
        "/admin",
        route_handlers=[take_pictures],
        guards=[require_session],
        dependencies={"visit": Provide(provide_visit, sync_to_thread=False)},
        exception_handlers=dict(CONSOLE_EXCEPTION_HANDLERS),
    )
    state = State({"site": Site(box), "uploads": Uploads()})
    return Litestar([inside], state=state, openapi_config=None, logging_config=None)


@pytest.fixture
async def anna(small_app: Litestar, box: Box, venue: Venue) -> Browser:
    return await Browser(small_app).enter(box, venue.anna)


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    about = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        about += f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
    return f"--{BOUNDARY}\r\n{about}\r\n\r\n".encode() + content + b"\r\n"


def form(browser: Browser, *parts: bytes) -> bytes:
    return part("csrf", browser.csrf.encode()) + b"".join(parts) + END


async def send(browser: Browser, body: bytes, **headers: str) -> httpx.Response:
    about = {
        "Content-Type": FORM,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return await browser.client.post(PATH, content=body, headers=about)


async def test_fields_and_files_arrive_by_their_names(anna: Browser) -> None:
    body = form(
        anna,
        part("color", b"#0b5c6b"),
        part("language", b"es"),
        part("language", "français".encode()),
        part("logo", b"\x89PNG\x00\xff", "mar.png"),
        part("service_logo", b"", ""),
    )
    assert (await send(anna, body)).json() == {
        "fields": {"color": ["#0b5c6b"], "language": ["es", "français"]},
        "files": {"logo": [["mar.png", "\x89PNG\x00\xff"]]},
    }


async def test_several_files_of_one_field_keep_their_order(anna: Browser) -> None:
    body = form(anna, part("photo", b"1", "b.jpg"), part("photo", b"2", "a.jpg"))
    assert (await send(anna, body)).json()["files"]["photo"] == [["b.jpg", "1"], ["a.jpg", "2"]]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (r"C:\\Users\\Anna\\mar.png", "mar.png"),
        ("../../etc/passwd", "passwd"),
        ("a\x01b.png", "ab.png"),
        ("x" * 300, "x" * 100),
    ],
)
async def test_a_name_is_cleaned_of_folders(anna: Browser, sent: str, shown: str) -> None:
    answer = await send(anna, form(anna, part("logo", b"x", sent)))
    assert answer.json()["files"]["logo"][0][0] == shown


async def test_a_form_without_files_may_come_as_any_other_form(anna: Browser) -> None:
    answer = await anna.post(PATH, color="#0b5c6b")
    assert answer.json() == {"fields": {"color": ["#0b5c6b"]}, "files": {}}
    assert (await anna.post(PATH, has_csrf=False, color="#0b5c6b")).status_code == 403


async def test_a_file_that_is_too_large_is_named_and_what_was_typed_is_kept(anna: Browser) -> None:
    body = form(
        anna,
        part("color", b"#0b5c6b"),
        part("logo", b"x" * (MAX_FILE_BYTES + 1), "large.png"),
        part("text", b"Hello"),
    )
    answer = await send(anna, body)
    assert answer.status_code == 422
    assert answer.json() == {
        "problems": {"logo": "“large.png” is too large: a file may have 1 KB."},
        "typed": {"color": ["#0b5c6b"], "text": ["Hello"]},
    }


async def test_a_file_may_be_as_large_as_is_allowed(anna: Browser) -> None:
    answer = await send(anna, form(anna, part("logo", b"x" * MAX_FILE_BYTES, "a.png")))
    assert len(answer.json()["files"]["logo"][0][1]) == MAX_FILE_BYTES


async def test_too_many_files_are_refused(anna: Browser) -> None:
    files = [part("photo", b"x", f"{number}.jpg") for number in range(MAX_FILES + 1)]
    answer = await send(anna, form(anna, *files))
    assert answer.json()["problems"] == {"photo": "Please send at most 2 files at once."}


async def test_too_much_text_is_refused(anna: Browser) -> None:
    answer = await send(anna, form(anna, *[part("text", b"x" * 50_000)] * 5))
    assert answer.status_code == 422
    assert answer.json()["problems"] == {"form": "This is too much text at once."}


async def test_a_body_that_is_too_large_is_not_read(anna: Browser) -> None:
    answer = await send(anna, b"", Content_Length=str(MAX_SMALL_UPLOAD_BYTES + 1))
    assert answer.json()["problems"] == {"form": "This is too much at once: 32 MB may be sent."}


async def test_a_length_that_is_not_said_is_not_waited_for(anna: Browser) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield form(anna)

    answer = await anna.client.post(PATH, content=pieces(), headers={"Content-Type": FORM})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        lambda anna: part("logo", b"x", "a.png") + END,
        lambda anna: part("logo", b"x", "a.png") + part("csrf", anna.csrf.encode()) + END,
        lambda anna: part("csrf", anna.csrf.encode(), "csrf") + END,
        lambda anna: part("csrf", b"wrong") + END,
        lambda anna: part("csrf", b"x" * 10_000) + END,
        lambda anna: END,
    ],
)
async def test_the_token_of_the_session_comes_first_and_is_right(
    anna: Browser, body: Callable[[Browser], bytes]
) -> None:
    assert (await send(anna, body(anna))).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_pages_of_others_may_not_send(anna: Browser, headers: dict[str, str]) -> None:
    assert (await send(anna, form(anna), **headers)).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": ORIGIN}, {"Origin": "null"}, {}])
async def test_the_forms_of_the_page_may(anna: Browser, headers: dict[str, str]) -> None:
    assert (await send(anna, form(anna), **headers)).status_code == 200


async def test_who_may_only_read_may_not_send(small_app: Litestar, box: Box, venue: Venue) -> None:
    dario = await Browser(small_app).enter(box, venue.dario)
    assert (await send(dario, form(dario))).status_code == 403


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
async def test_what_ends_in_the_middle_is_not_taken(anna: Browser, share: float) -> None:
    body = form(anna, part("logo", b"x" * 500, "a.png"))
    answer = await send(anna, body[: int(len(body) * share)])
    assert answer.status_code == 422
    assert "did not arrive whole" in answer.json()["problems"]["form"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
async def test_a_form_that_does_not_say_where_its_parts_end_is_not_taken(
    anna: Browser, kind: str
) -> None:
    assert (await send(anna, form(anna), Content_Type=kind)).status_code == 422


@pytest.mark.parametrize("limit", ["MAX_PAUSE_S", "MAX_UPLOAD_S"])
async def test_who_sends_nothing_for_too_long_is_given_up(
    anna: Browser, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(small_uploads, limit, 0.05)
    body = form(anna, part("logo", b"x" * 500, "a.png"))

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:-100]
        await asyncio.Event().wait()

    headers = {"Content-Type": FORM, "Content-Length": str(len(body))}
    answer = await anna.client.post(PATH, content=pieces(), headers=headers)
    assert answer.status_code == 408
    assert "It took too long. Please send it again." in answer.text


@pytest.fixture
def client(small_app: Litestar, box: Box, venue: Venue) -> Iterator[TestClient[Litestar]]:
    """Anna's browser."""
    token = DB.write_sync(start_session, box.keys, now=NOON, account_id=venue.anna.account_id)
    with TestClient(small_app, raise_server_exceptions=False) as client:
        client.cookies.set(SESSION_COOKIE, token)
        yield client


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    junk=st.binary(max_size=40) | st.sampled_from([b"\r\n", b"\r\n--", END, BOUNDARY.encode()]),
    start=st.integers(0, 600),
    length=st.integers(0, 60),
)
def test_whatever_is_sent_is_answered(
    client: TestClient[Litestar], junk: bytes, start: int, length: int
) -> None:
    csrf = DB.write_sync(lambda tx: tx.sql("SELECT csrf_token FROM sessions"))[0][0]
    body = part("csrf", csrf.encode()) + part("text", b"Hello") + part("logo", b"x", "a.png") + END
    body = body[:start] + junk + body[start + length :]
    answer = client.post(PATH, content=body, headers={"Content-Type": FORM})
    assert answer.status_code in {200, 403, 422}
