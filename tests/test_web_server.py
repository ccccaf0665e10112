"""The limits that uvicorn is given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from uvicorn.server import ServerState

from sosbox import web_server
from sosbox.web_server import MAX_HEAD_BYTES, LimitedProtocol, server_config

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Connection]]


async def _answer_ok(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[..., Awaitable[Any]],
) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Opens connections to a server with the limits; all are closed at the end."""
    config = server_config(_answer_ok)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: LimitedProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    writers = []

    async def open_one() -> Connection:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writers.append(writer)
        return reader, writer

    yield open_one
    for writer in writers:
        writer.close()
    server.close()
    for connection in list(state.connections):
        connection.transport.close()
    await server.wait_closed()


async def _first_line(reader: asyncio.StreamReader) -> bytes:
    return (await reader.readline()).rstrip()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\nok")


def _request(head: bytes = b"", body: bytes = b"") -> bytes:
    length = str(len(body)).encode()
    return (
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: " + length + b"\r\n" + head + b"\r\n" + body
    )


async def test_requests_follow_each_other_on_one_connection(connect: Connect) -> None:
    reader, writer = await connect()
    for _ in range(3):
        writer.write(_request(b"x: " + b"a" * 20_000 + b"\r\n"))
        assert await _first_line(reader) == b"HTTP/1.1 200 OK"
        await _rest(reader)


async def test_a_long_body_does_not_count_as_head(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(_request(body=b"a" * 10 * MAX_HEAD_BYTES))

    assert await _first_line(reader) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "data",
    [
        _request(b"x: " + b"a" * MAX_HEAD_BYTES + b"\r\n"),
        _request(b"x: aaaaaaaa\r\n" * (MAX_HEAD_BYTES // 8)),
        b"GET /" + b"a" * MAX_HEAD_BYTES + b" HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"a" * 2 * MAX_HEAD_BYTES,
        b"GET /" + b"a" * 2 * MAX_HEAD_BYTES,
    ],
)
async def test_a_head_that_is_too_large_is_refused(connect: Connect, data: bytes) -> None:
    reader, writer = await connect()
    writer.write(data)

    assert await _first_line(reader) == b"HTTP/1.1 400 Bad Request"
    await reader.read()  # and the connection ends


@pytest.mark.parametrize("data", [b"", b"GET / HTTP/1.1\r\nhost: ", _request() + b"GET /"])
async def test_a_head_that_never_ends_is_hung_up_on(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(web_server, "MAX_HEAD_S", 0.05)
    reader, writer = await connect()
    writer.write(data)

    await reader.read()
    assert reader.at_eof()


async def test_what_is_no_http_is_refused(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(b"\x16\x03\x01 hello\r\n\r\n")

    assert await _first_line(reader) == b"HTTP/1.1 400 Bad Request"
