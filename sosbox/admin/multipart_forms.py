"""Forms that carry files, as they come in: whether they may, how their parts are found, and when
whoever sends them is given up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from multipart import PushMultipartParser

from sosbox.errors import ConflictError, ForbiddenError, SosboxError, UnavailableError
from sosbox.i18n import N_
from sosbox.lib.text import clean

TOKEN_FIELD = "csrf"  # noqa: S105 - the name of a field
MAX_TOKEN = 200
BYTES_A_MB = 1_000_000

NOT_WHOLE = N_("The file did not arrive whole. Please send it again.")


class TooSlowError(SosboxError):
    """Too little has come for too long."""

    status = HTTPStatus.REQUEST_TIMEOUT


class Uploads:
    """Who is sending files to this process just now."""

    def __init__(self) -> None:
        self._senders: set[int] = set()
        self._limits: set[asyncio.Timeout] = set()
        self._is_closed = False

    @contextlib.contextmanager
    def one_of(self, account_id: int) -> Iterator[None]:
        """One at a time for each account. Raises ConflictError."""
        if account_id in self._senders:
            raise ConflictError("You are sending a file already. Please wait until it is there.")
        self._senders.add(account_id)
        try:
            yield
        finally:
            self._senders.discard(account_id)

    @contextlib.asynccontextmanager
    async def limited(self, max_s: float) -> AsyncIterator[None]:
        """What is done in it may take so many seconds, and no longer once the process is to stop.

        Raises TooSlowError, UnavailableError.
        """
        try:
            async with asyncio.timeout(0 if self._is_closed else max_s) as limit:
                self._limits.add(limit)
                try:
                    yield
                finally:
                    self._limits.discard(limit)
        except TimeoutError:
            if self._is_closed:
                raise UnavailableError(
                    "The box is starting anew. Please send it again in a moment."
                ) from None
            raise TooSlowError(N_("It took too long. Please send it again.")) from None

    def close(self) -> None:
        """Ends all uploads, now and in future; call it on the event loop."""
        self._is_closed = True
        for limit in self._limits:
            with contextlib.suppress(RuntimeError):  # it has run out already
                limit.reschedule(0)


def uploads_of(request: Request[Any, Any, Any]) -> Uploads:
    uploads = request.app.state.uploads
    assert isinstance(uploads, Uploads)
    return uploads


def is_multipart(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def multipart_parser(request: Request[Any, Any, Any], max_parts: int) -> PushMultipartParser:
    """Raises MultipartError when the request does not say where its parts end."""
    _kind, options = request.content_type
    return PushMultipartParser(
        options.get("boundary", ""),
        content_length=request.content_length or 0,
        max_segment_count=max_parts,
    )


async def body_chunks(
    request: Request[Any, Any, Any], *, max_pause_s: float
) -> AsyncIterator[bytes]:
    """What comes, as it comes; raises TimeoutError when nothing does for so many seconds."""
    stream = aiter(request.stream())
    while True:
        async with asyncio.timeout(max_pause_s):
            try:
                chunk = await anext(stream)
            except StopAsyncIteration:
                return
        if chunk:
            yield chunk


def require_own_origin(request: Request[Any, Any, Any]) -> None:
    """Pages of others may not send files. "null" is what our own form says: its page lets nobody
    know where it leads from.

    Raises ForbiddenError.
    """
    origin = request.headers.get("origin", "null")
    site = request.headers.get("sec-fetch-site", "same-origin")
    is_own = origin == "null" or urlsplit(origin).netloc == request.headers.get("host", "")
    if site not in {"same-origin", "none"} or not is_own:
        raise stale_page()


def stale_page() -> ForbiddenError:
    """The token of the session is not there, or not right."""
    return ForbiddenError("This page was no longer valid. Please go back, reload and try again.")


def bare_name(sent: str) -> str:
    """A file's name as its sender calls it, on one line, without the folders before it."""
    return " ".join(clean(sent.replace("\\", "/")).rpartition("/")[2].split())
