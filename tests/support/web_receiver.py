"""A web server that keeps what is sent to it, and one that misbehaves."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Posted:
    """One request; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


class WebReceiver:
    """Listens on a thread of its own between `start` and `stop`; may be started again.

    status: what every request is answered with. Only what is answered with 2xx is kept.
    answer_headers: sent along; answer_body: sent after them. answer: says status and body of each
    request instead.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.port = 0
        self.status = 204
        self.answer_headers: dict[str, str] = {}
        self.answer_body = b""
        self.answer: Callable[[Posted], tuple[int, str]] | None = None
        self.posted: list[Posted] = []
        self.num_requests = 0
        self._tls = tls
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        receiver = self

        class Handler(_Handler):
            def do_POST(self) -> None:
                receiver.take(self)

            do_GET = do_POST

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        posted = Posted(request.path, headers, body)
        status, answer = self.status, self.answer_body
        if self.answer is not None:
            status, text = self.answer(posted)
            answer = text.encode()
        self.num_requests += 1
        if 200 <= status <= 299:
            self.posted.append(posted)
        request.send_response(status)
        for name, value in self.answer_headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(answer)


class _Handler(BaseHTTPRequestHandler):
    def handle(self) -> None:
        # The box has hung up, or does not trust the certificate.
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class RudeWebServer:
    """Takes requests on the event loop of the test and does to each what `script` says.

    WHOLE: reads the request. Bytes: are sent. DRIBBLE: sends one sign after the other, for ever.
    SILENCE: says nothing more. At the end of the script it hangs up.
    """

    WHOLE = "whole"
    DRIBBLE = "dribble"
    SILENCE = "silence"

    def __init__(self, *script: str | bytes) -> None:
        self._script = script
        self.has_visitor = asyncio.Event()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "RudeWebServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.has_visitor.set()
        task = asyncio.create_task(self._play(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for act in self._script:
                if act == self.WHOLE:
                    await _read_request(reader)
                elif act == self.SILENCE:
                    await asyncio.Event().wait()
                elif act == self.DRIBBLE:
                    await _dribble(writer)
                else:
                    assert isinstance(act, bytes)
                    writer.write(act)
                    await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> None:
    length = 0
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    await reader.readexactly(length)


async def _dribble(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.001)
