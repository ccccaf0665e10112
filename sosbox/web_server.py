"""uvicorn as the box runs it: on a socket that is open already, with limits, without a log of who
came."""

import asyncio
import gc
import socket
from typing import Any

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

KEEP_ALIVE_S = 30
# What is still being answered when the server is stopped may take this long.
GRACEFUL_SHUTDOWN_S = 5
# The request line and all headers of one request.
MAX_HEAD_BYTES = 32 * 1024
# Objects that may be made, and not be dropped again, before the youngest are looked through.
GC_THRESHOLD = 20_000
# How long a connection may take to send them.
MAX_HEAD_S = 20


class LimitedProtocol(HttpToolsProtocol):
    """httptools without a connection that holds the server's memory or patience.

    A head that is too large is answered with 400, one that never ends is hung up on.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._head_bytes = 0
        self._is_head_open = True
        self._hang_up: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_has_come()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_head_open:
            return
        # Headers are handed over one by one: a single endless one shows only here.
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")
        else:
            self._expect_head()

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        self._is_head_open = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_has_come()
        super().on_headers_complete()

    def _count(self, num_bytes: int) -> None:
        self._head_bytes += num_bytes
        if self._head_bytes > MAX_HEAD_BYTES:
            # httptools turns this into an HttpParserError, and uvicorn that into a 400.
            raise ValueError("the head of the request is too large")

    def _expect_head(self) -> None:
        if self._hang_up is None:
            self._hang_up = self.loop.call_later(MAX_HEAD_S, self.transport.close)

    def _head_has_come(self) -> None:
        self._is_head_open = False
        if self._hang_up is not None:
            self._hang_up.cancel()
            self._hang_up = None


def server_config(app: Any) -> uvicorn.Config:
    """The settings of uvicorn; the one place for them."""
    return uvicorn.Config(
        app,
        http=LimitedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
    )


def run_web_server(app: Any, listening: socket.socket) -> None:
    """Serves until SIGTERM or SIGINT."""
    # What is loaded by now stays: looking through it for garbage again and again is a tenth of the
    # time that a request takes.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    server = uvicorn.Server(server_config(app))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listening]))
