"""A web server that keeps what is sent to it, and one that misbehaves."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.rude_server import RudeServer


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
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        receiver = self

        class Handler(_Handler):
            def do_POST(self) -> None:
                receiver.take(self)

            do_GET = do_POST

        self._server = _Server(("127.0.0.1", self.port), Handler)
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


class _Server(ThreadingHTTPServer):
    # Many call at once, and none may be turned away.
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    def handle(self) -> None:
        # The box has hung up, or does not trust the certificate.
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class RudeWebServer(RudeServer):
    """WHOLE: reads a request."""

    async def _read_whole(self, reader: asyncio.StreamReader) -> None:
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        await reader.readexactly(length)
