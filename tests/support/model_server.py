"""A server on this computer that offers models, well or badly."""

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_RANGE = re.compile(r"bytes=(\d+)-")


class ModelServer:
    """Listens between `start` and `stop`.

    files: contents by path. etag: of all of them, empty for none. status, headers: of every answer
    to a path, instead of the usual. asked: the paths and ranges, in order.

    For models alone: cut_after: bytes after which each answer breaks off, one number for each, then
    no more. has_ranges: whether it gives parts. claimed_length: what it says, whatever comes.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.etag = '"one"'
        self.cut_after: list[int] = []
        self.status: dict[str, int] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.has_ranges = True
        self.says_length = True
        self.claimed_length = 0
        self.range_error = 0
        self.is_endless = False
        self.ignores_if_range = False
        self.asked: list[tuple[str, str]] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._is_stopping = threading.Event()

    def start(self) -> "ModelServer":
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # the other side has had enough
                    super().handle()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        self._is_stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def url(self, path: str) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def offer(self, pair: str, content: bytes, version: str = "1.0", **more: object) -> None:
        """Puts a model on the list and on the server."""
        source, target = pair.split("-")
        path = f"/{pair}-{version}.argosmodel"
        rows = json.loads(self.files.get("/index.json", b"[]"))
        about = {
            "package_version": version,
            "from_code": source,
            "to_code": target,
            "links": [self.url(path)],
        }
        self.files["/index.json"] = json.dumps([*rows, about | more]).encode()
        self.files[path] = content

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, request.headers.get("Range", "")))
        content = self.files.get(request.path)
        status = self.status.get(request.path, 200 if content is not None else 404)
        start = self._start(request) if status == 200 else 0
        if content is not None and start > len(content):
            status, content, start = 416, b"", 0
        elif start:
            status = 206
        body = (content or b"")[start:]
        request.send_response(status)
        if self.etag:
            request.send_header("ETag", self.etag)
        if status == 206:
            first = start + self.range_error
            whole = start + len(body)
            request.send_header("Content-Range", f"bytes {first}-{whole - 1}/{whole}")
        is_model = request.path != "/index.json"
        if not is_model or (self.says_length and not self.is_endless):
            claimed = self.claimed_length if is_model else 0
            request.send_header("Content-Length", str(claimed or len(body)))
        for name, value in self.headers.get(request.path, {}).items():
            request.send_header(name, value)
        request.end_headers()
        if self.is_endless and is_model:
            for chunk in self._endless():
                request.wfile.write(chunk)
        cut = self.cut_after.pop(0) if self.cut_after and is_model else None
        request.wfile.write(body if cut is None else body[:cut])

    def _start(self, request: BaseHTTPRequestHandler) -> int:
        asked = _RANGE.fullmatch(request.headers.get("Range", ""))
        if asked is None or not self.has_ranges:
            return 0
        is_same = request.headers.get("If-Range") == self.etag
        return int(asked[1]) if is_same or self.ignores_if_range else 0

    def _endless(self) -> Iterator[bytes]:
        while not self._is_stopping.is_set():
            yield b"x" * 65536
