"""Files of models that owners send: all of them to the disk, or nothing."""

import asyncio
import contextlib
import errno
import os
import tracemalloc
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from sosbox.admin import models_upload
from sosbox.admin.access import SESSION_COOKIE
from sosbox.admin.models_upload import MAX_FILES, MAX_UPLOAD_BYTES, MAX_UPLOAD_S, shown_name
from sosbox.app import create_app
from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import UnavailableError
from sosbox.jobs.model_keeper import ModelKeeper
from sosbox.places.model_jobs import JobKind, JobState, ShownJob, load_jobs, request_add
from sosbox.staff.actions import start_session
from sosbox.translation.argos.fetch import ModelFetcher
from sosbox.translation.argos.store import ModelStore
from sosbox.translation.argos.workshop import Workshop
from tests.admin.conftest import Staff
from tests.admin.settings_desk import SETTINGS, said
from tests.support.console import ORIGIN, Browser
from tests.support.model_packages import make_adder, package_files, zipped
from tests.support.venue import NOON, Venue

PATH = f"{SETTINGS}/languages/add"
BOUNDARY = "a-line-between"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
JSON = {"Accept": "application/json"}
MODEL = zipped(package_files())
NAME = "translate-es_en.argosmodel"
MB = 1_000_000


@pytest.fixture
def store(box: Box) -> ModelStore:
    return ModelStore(box.config.models_dir)


def field(name: str, content: bytes, filename: str | None = None) -> bytes:
    about = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        about += f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
    return f"--{BOUNDARY}\r\n{about}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def form(token: str, *files: tuple[str, bytes]) -> bytes:
    """What the page's form sends."""
    parts = [field("csrf", token.encode()), *(field("file", body, name) for name, body in files)]
    return b"".join(parts) + END


async def send(browser: Browser, body: bytes, **headers: str) -> httpx.Response:
    about = {
        "Content-Type": FORM,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return await browser.client.post(PATH, content=body, headers=about)


async def send_in_parts(
    app: Litestar, browser: Browser, parts: Iterable[bytes], num_bytes: int, *, is_cut: bool = False
) -> int | None:
    """Sends piece by piece as a slow network does; the status, or None when nobody was there any
    more to be answered."""
    cookies = "; ".join(f"{each.name}={each.value}" for each in browser.client.cookies.jar)
    headers = {
        "host": ORIGIN.rpartition("/")[2],
        "cookie": cookies,
        "content-type": FORM,
        "content-length": str(num_bytes),
        "accept": "application/json",
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status: list[int] = []
    coming = iter(parts)

    async def receive() -> dict[str, Any]:
        part = next(coming, None)
        if part is not None:
            return {"type": "http.request", "body": part, "more_body": True}
        if is_cut:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    await app(scope, receive, answer)  # type: ignore[arg-type]
    return None if is_cut else status[0]


async def jobs() -> list[ShownJob]:
    return await DB.read(lambda connection: load_jobs(connection, now=NOON))


def incoming(store: ModelStore) -> list[str]:
    folder = store.incoming_folder
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def nothing_is_left(store: ModelStore) -> bool:
    return incoming(store) == [] and await jobs() == []


# What comes whole --------------------------------------------------------------------------------


async def test_a_file_lies_there_as_it_was_sent_and_the_worker_is_asked(
    staff: Staff, store: ModelStore
) -> None:
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{SETTINGS}/languages?done=model_job#jobs"
    (job,) = await jobs()
    assert (job.kind, job.state, job.sent_as) == (JobKind.ADD, JobState.WAITING, "translate-es_en")
    assert incoming(store) == [job.file]
    path = store.incoming_folder / job.file
    assert path.read_bytes() == MODEL
    assert path.stat().st_mode & 0o777 == 0o600
    page = await staff.anna.get(f"{SETTINGS}/languages")
    assert "Add: translate-es_en It waits for its turn." in said(page.text)


async def test_a_script_is_answered_in_json(staff: Staff) -> None:
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **JSON)
    assert (answer.status_code, answer.json()) == (201, {})


async def test_two_files_are_two_jobs(staff: Staff, store: ModelStore) -> None:
    other = zipped(package_files(version="2.0"))
    body = form(staff.anna.csrf, ("one.argosmodel", MODEL), ("two.argosmodel", other))
    assert (await send(staff.anna, body)).status_code == 303
    sent = {job.sent_as: (store.incoming_folder / job.file).read_bytes() for job in await jobs()}
    assert sent == {"one": MODEL, "two": other}


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_it_does_not_matter_in_which_pieces_it_comes(
    app: Litestar, staff: Staff, store: ModelStore, size: int
) -> None:
    body = form(staff.anna.csrf, (NAME, MODEL[:3000]))
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    assert await send_in_parts(app, staff.anna, parts, len(body)) == 201
    (job,) = await jobs()
    assert (store.incoming_folder / job.file).read_bytes() == MODEL[:3000]


async def test_30_mb_take_no_more_memory_than_a_few_pieces(
    app: Litestar, staff: Staff, store: ModelStore
) -> None:
    head = form(staff.anna.csrf, (NAME, b"")).removesuffix(b"\r\n" + END)
    piece = os.urandom(65_536)
    num = 30 * MB // len(piece)
    tail = b"\r\n" + END

    def parts() -> Iterable[bytes]:
        yield head
        for _ in range(num):
            yield bytes(piece)
        yield tail

    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    try:
        size = len(head) + num * len(piece) + len(tail)
        status = await send_in_parts(app, staff.anna, parts(), size)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert status == 201
    (job,) = await jobs()
    assert (store.incoming_folder / job.file).stat().st_size == num * len(piece)
    assert peak - before < 6 * MB


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\models\\translate-es_en.argosmodel", "translate-es_en"),
        ("/etc/sosbox/", ""),
        ("a\x00b\x1b.argosmodel", "ab"),
        ("é" * 200, "é" * 60),
    ],
)
async def test_a_path_in_the_name_is_only_looked_at(
    staff: Staff, store: ModelStore, sent: str, shown: str
) -> None:
    assert shown_name(sent) == shown
    before = sorted(path for path in store.folder.parent.rglob("*"))
    await send(staff.anna, form(staff.anna.csrf, (sent.replace("\x00", ""), MODEL)))
    (job,) = await jobs()
    came = set(store.folder.parent.rglob("*")) - set(before)
    assert came <= {
        store.folder,
        store.incoming_folder,
        store.incoming_folder / job.file,
    }
    assert len(job.file) == len("0" * 32 + ".argosmodel")


# What becomes of it ------------------------------------------------------------------------------


async def test_what_is_no_model_is_explained_by_its_job(
    staff: Staff, box: Box, store: ModelStore
) -> None:
    await send(staff.anna, form(staff.anna.csrf, ("holiday.jpg", b"\xff\xd8 no zip")))
    await _work(box, store)
    page = said((await staff.anna.get(f"{SETTINGS}/languages")).text)
    assert "Add: holiday.jpg" in page
    assert "Nothing was changed." in page
    (job,) = await jobs()
    assert job.state is JobState.FAILED
    assert job.message in page
    assert incoming(store) == []


async def test_a_sound_model_is_in_use_afterwards(
    staff: Staff, box: Box, store: ModelStore
) -> None:
    await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))
    await _work(box, store)
    page = said((await staff.anna.get(f"{SETTINGS}/languages")).text)
    assert "Add: Spanish → English It is in use now." in page
    assert "Spanish → English Version 1.0" in page


async def _work(box: Box, store: ModelStore) -> None:
    fetcher = ModelFetcher(store, "http://127.0.0.1:9/", pause=lambda _: None)
    keeper = ModelKeeper(box, Workshop(store, make_adder(store), fetcher), on_change=lambda: None)
    while await keeper.do_next():
        pass
    await keeper.stop(10)


# What is refused ---------------------------------------------------------------------------------


async def test_only_an_owner_may_send(staff: Staff, store: ModelStore) -> None:
    await DB.write(lambda tx: tx.sql("UPDATE accounts SET role = 'manager' WHERE name = 'Clara'"))
    for browser in (staff.boris, staff.clara, staff.dario):
        for headers in ({}, JSON):
            answer = await send(browser, form(browser.csrf, (NAME, MODEL)), **headers)
            assert answer.status_code == 403
    assert await nothing_is_left(store)


async def test_an_owner_of_another_company_may_for_models_are_of_the_box(
    staff: Staff, store: ModelStore
) -> None:
    assert (await send(staff.otto, form(staff.otto.csrf, (NAME, MODEL)))).status_code == 303


async def test_nobody_who_is_not_logged_in_is_listened_to(
    browser: Browser, store: ModelStore
) -> None:
    answer = await send(browser, form("", (NAME, MODEL)))
    assert answer.status_code == 303
    assert "/admin/login" in answer.headers["location"]
    assert await nothing_is_left(store)


def _no_token(_: Staff) -> bytes:
    return field("file", MODEL, NAME) + END


def _late_token(staff: Staff) -> bytes:
    return field("file", MODEL, NAME) + field("csrf", staff.anna.csrf.encode()) + END


def _token_as_file(staff: Staff) -> bytes:
    return field("csrf", staff.anna.csrf.encode(), "csrf") + field("file", MODEL, NAME) + END


def _endless_token(_: Staff) -> bytes:
    return form("x" * 100_000, (NAME, MODEL))


@pytest.mark.parametrize(
    "body",
    [
        lambda staff: form("", (NAME, MODEL)),
        lambda staff: form(staff.boris.csrf, (NAME, MODEL)),
        _no_token,
        _late_token,
        _token_as_file,
        _endless_token,
        lambda _: END,
    ],
)
async def test_the_token_of_the_session_comes_first_and_is_right(
    staff: Staff, store: ModelStore, body: Callable[[Staff], bytes]
) -> None:
    answer = await send(staff.anna, body(staff))
    assert answer.status_code == 403
    assert await nothing_is_left(store)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "https://mar.example.evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_pages_of_others_may_not_send(
    staff: Staff, store: ModelStore, headers: dict[str, str]
) -> None:
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **headers)
    assert answer.status_code == 403
    assert await nothing_is_left(store)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, {"Origin": "null"}],
)
async def test_the_forms_of_the_page_may(staff: Staff, headers: dict[str, str]) -> None:
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **headers)
    assert answer.status_code == 303


async def test_a_form_without_a_file_says_what_to_do(staff: Staff, store: ModelStore) -> None:
    for body in (form(staff.anna.csrf), form(staff.anna.csrf, ("", b""))):
        answer = await send(staff.anna, body)
        assert answer.status_code == 422
        assert "Please choose a file first. Its name ends in .argosmodel." in answer.text
    assert (await staff.anna.post(PATH)).status_code == 422
    assert await nothing_is_left(store)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "application/octet-stream", "", "multipart/mixed"]
)
async def test_another_kind_of_body_is_not_read(staff: Staff, store: ModelStore, kind: str) -> None:
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), Content_Type=kind)
    assert answer.status_code == 403
    assert await nothing_is_left(store)


async def test_a_large_body_of_another_kind_is_not_read(staff: Staff) -> None:
    body = f"csrf={staff.anna.csrf}&file={'x' * 300_000}"
    kind = "application/x-www-form-urlencoded"
    assert (await send(staff.anna, body.encode(), Content_Type=kind)).status_code == 403


async def test_what_is_too_large_is_refused_before_it_comes(
    app: Litestar, staff: Staff, store: ModelStore
) -> None:
    read = []

    def parts() -> Iterable[bytes]:
        read.append(True)
        yield form(staff.anna.csrf, (NAME, MODEL))

    assert await send_in_parts(app, staff.anna, parts(), MAX_UPLOAD_BYTES + 1) == 422
    assert read == []
    assert await nothing_is_left(store)


async def test_too_large_is_said_in_megabytes(staff: Staff) -> None:
    answer = await send(staff.anna, b"", **JSON, Content_Length=str(1 << 40))
    assert answer.json() == {"problem": "This is too large: 1073 MB may be sent at once."}


async def test_too_many_files_are_refused(staff: Staff, store: ModelStore) -> None:
    files = [(f"{number}.argosmodel", b"x") for number in range(MAX_FILES + 1)]
    answer = await send(staff.anna, form(staff.anna.csrf, *files), **JSON)
    assert answer.status_code == 422
    assert answer.json()["problem"] == f"Please send at most {MAX_FILES} files at once."
    assert await nothing_is_left(store)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
async def test_an_upload_that_breaks_off_leaves_nothing(
    app: Litestar, staff: Staff, store: ModelStore, share: float
) -> None:
    body = form(staff.anna.csrf, ("one.argosmodel", MODEL), ("two.argosmodel", MODEL * 2000))
    part = body[: int(len(body) * share)]
    pieces = [part[start : start + 65_536] for start in range(0, len(part), 65_536)]
    await send_in_parts(app, staff.anna, pieces, len(body), is_cut=True)
    assert await nothing_is_left(store)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing of the kind",
        field("csrf", b"{token}") + field("file", MODEL, NAME),
        field("csrf", b"{token}") + field("file", MODEL, NAME)[:-2],
        field("csrf", b"{token}") + b"--" + BOUNDARY.encode() + b"\r\n" + b"x" * 10_000,
        field("csrf", b"{token}") + f"--{BOUNDARY}oops".encode(),
    ],
)
async def test_what_ends_in_the_middle_is_not_taken(
    staff: Staff, store: ModelStore, body: bytes
) -> None:
    answer = await send(staff.anna, body.replace(b"{token}", staff.anna.csrf.encode()))
    assert answer.status_code in {403, 422}
    assert await nothing_is_left(store)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
async def test_a_form_that_does_not_say_where_its_parts_end_is_not_taken(
    staff: Staff, store: ModelStore, kind: str
) -> None:
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), Content_Type=kind)
    assert answer.status_code == 422
    assert "The file did not arrive whole. Please send it again." in answer.text
    assert await nothing_is_left(store)


async def test_a_length_that_is_not_said_is_not_waited_for(staff: Staff, store: ModelStore) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield form(staff.anna.csrf, (NAME, MODEL))

    answer = await staff.anna.client.post(PATH, content=pieces(), headers={"Content-Type": FORM})
    assert answer.status_code == 422
    assert await nothing_is_left(store)


# Trouble -----------------------------------------------------------------------------------------

_Usage = namedtuple("_Usage", "total used free")


async def test_a_disk_without_room_is_said_before_anything_comes(
    staff: Staff, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_upload.shutil, "disk_usage", lambda _: _Usage(1, 1, 50 * MB))
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **JSON)
    assert answer.status_code == 503
    assert answer.json()["problem"].startswith("There is too little room on the disk of the box.")
    page = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))
    assert "There is too little room on the disk of the box." in page.text
    assert await nothing_is_left(store)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "There is too little room on the disk of the box. Nothing was kept."),
        (errno.EIO, "The box could not store it."),
    ],
)
async def test_a_disk_that_fails_on_the_way_leaves_nothing(
    staff: Staff, store: ModelStore, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fail(_fd: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(models_upload.os, "fsync", fail)
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **JSON)
    assert (answer.status_code, answer.json()["problem"]) == (503, words)
    assert await nothing_is_left(store)


async def test_a_database_that_cannot_be_written_leaves_nothing(
    staff: Staff, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **_more: object) -> int:
        raise UnavailableError("The box could not store it.")

    monkeypatch.setattr("sosbox.admin.languages_page.request_add", fail)
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))
    assert answer.status_code == 503
    assert await nothing_is_left(store)


async def test_one_upload_of_an_account_at_a_time(
    app: Litestar, staff: Staff, store: ModelStore
) -> None:
    with app.state.uploads.one_of(await _account_of("Anna")):
        answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **JSON)
        assert answer.status_code == 409
        assert "You are sending a file already." in answer.json()["problem"]
        assert (await send(staff.otto, form(staff.otto.csrf, (NAME, MODEL)))).status_code == 303
    assert (await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))).status_code == 303


async def test_a_refused_upload_does_not_keep_the_next_one_out(staff: Staff) -> None:
    assert (await send(staff.anna, form("wrong", (NAME, MODEL)))).status_code == 403
    assert (await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))).status_code == 303


async def _account_of(name: str) -> int:
    rows = await DB.read(
        lambda connection: connection.execute(
            "SELECT id FROM accounts WHERE name = ?", (name,)
        ).fetchone()
    )
    return int(rows[0])


@pytest.mark.parametrize("limit", ["MAX_PAUSE_S", "MAX_UPLOAD_S"])
async def test_who_sends_nothing_for_too_long_is_given_up(
    staff: Staff, store: ModelStore, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(models_upload, limit, 0.05)
    body = form(staff.anna.csrf, (NAME, MODEL))

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:-500]
        await asyncio.Event().wait()

    answer = await staff.anna.client.post(
        PATH,
        content=pieces(),
        headers={"Content-Type": FORM, "Content-Length": str(len(body)), **JSON},
    )
    assert answer.status_code == 408
    assert answer.json() == {"problem": "It took too long. Please send it again."}
    assert await nothing_is_left(store)


async def test_a_box_that_is_told_to_stop_says_so_and_leaves_nothing(
    app: Litestar, staff: Staff, store: ModelStore
) -> None:
    async with _half_an_upload(staff, store) as sending:
        app.state.uploads.close()
        answer = await sending
    assert answer.status_code == 503
    assert answer.json()["problem"].startswith("The box is starting anew.")
    assert await nothing_is_left(store)
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))
    assert answer.status_code == 503
    assert await nothing_is_left(store)


async def test_an_upload_that_is_ended_by_force_leaves_nothing(
    staff: Staff, store: ModelStore
) -> None:
    async with _half_an_upload(staff, store) as sending:
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert await nothing_is_left(store)


@contextlib.asynccontextmanager
async def _half_an_upload(
    staff: Staff, store: ModelStore
) -> AsyncIterator["asyncio.Task[httpx.Response]"]:
    """Anna's upload, of which all has come but the end."""
    body = form(staff.anna.csrf, (NAME, MODEL * 2000))
    has_come = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:-500]
        has_come.set()
        await asyncio.Event().wait()

    headers = {"Content-Type": FORM, "Content-Length": str(len(body)), **JSON}
    sending = asyncio.create_task(staff.anna.client.post(PATH, content=pieces(), headers=headers))
    await has_come.wait()
    assert len(incoming(store)) == 1
    yield sending
    sending.cancel()


async def test_a_folder_that_cannot_be_written_is_said(staff: Staff, store: ModelStore) -> None:
    store.folder.mkdir()
    store.incoming_folder.write_text("no folder")
    answer = await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)), **JSON)
    assert answer.status_code == 503
    assert answer.json()["problem"] == "The box could not store it."


async def test_what_a_power_cut_has_left_goes_with_the_next_upload(
    staff: Staff, store: ModelStore, venue: Venue
) -> None:
    folder = store.incoming_folder
    folder.mkdir(parents=True)
    part, lost, wanted, fresh = (
        f"{sign * 32}{end}"
        for sign, end in (
            ("0", ".part"),
            ("1", ".argosmodel"),
            ("2", ".argosmodel"),
            ("3", ".part"),
        )
    )
    for name in (part, lost, wanted, fresh):
        (folder / name).write_bytes(b"x")
        age = 0 if name == fresh else MAX_UPLOAD_S + 60
        moment = (folder / name).stat().st_mtime - age
        os.utime(folder / name, (moment, moment))
    await DB.write(request_add, now=NOON, viewer=venue.anna, file=wanted)

    await send(staff.anna, form(staff.anna.csrf, (NAME, MODEL)))
    newest = (await jobs())[0].file
    assert incoming(store) == sorted([wanted, fresh, newest])


# Anything ----------------------------------------------------------------------------------------


@pytest.fixture
def client(box: Box, venue: Venue) -> Iterator[TestClient[Litestar]]:
    """Anna's browser."""
    token = DB.write_sync(start_session, box.keys, now=NOON, account_id=venue.anna.account_id)
    with TestClient(create_app(box), raise_server_exceptions=False) as client:
        client.cookies.set(SESSION_COOKIE, token)
        client.follow_redirects = False
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
    name=st.text(max_size=20),
)
def test_whatever_is_sent_is_answered_and_leaves_nothing_half(
    client: TestClient[Litestar], store: ModelStore, junk: bytes, start: int, length: int, name: str
) -> None:
    csrf = DB.write_sync(lambda tx: tx.sql("SELECT csrf_token FROM sessions"))[0][0]
    body = form(csrf, (name.encode("utf-8", "replace").decode(), b"A model"))
    body = body[:start] + junk + body[start + length :]
    answer = client.post(PATH, content=body, headers={"Content-Type": FORM})
    assert answer.status_code in {303, 403, 422}
    assert [name for name in incoming(store) if name.endswith(".part")] == []
    num_jobs = DB.write_sync(lambda tx: tx.sql("SELECT count(*) FROM model_jobs"))[0][0]
    assert len(incoming(store)) == num_jobs
