"""Files of models that a browser sends: on their way they go to the disk, never as a whole into
memory, and what does not arrive whole leaves nothing.
"""

import asyncio
import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from litestar import Request
from multipart import MultipartError, MultipartSegment

from sosbox.admin.multipart_forms import (
    BYTES_A_MB,
    MAX_TOKEN,
    NOT_WHOLE,
    TOKEN_FIELD,
    Uploads,
    bare_name,
    body_chunks,
    multipart_parser,
    require_own_origin,
    stale_page,
)
from sosbox.errors import InvalidFieldsError, SosboxError, UnavailableError
from sosbox.i18n import N_
from sosbox.translation.argos.archive import MAX_FILE_BYTES, SPARE_BYTES

# All files of one request, with what stands between them.
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + (1 << 20)
MAX_FILES = 20
# How long nothing may come, and all of it may take, seconds: 1 GiB at 2.5 Mbit/s is an hour.
MAX_PAUSE_S = 60.0
MAX_UPLOAD_S = 3600.0

FILE_FIELD = "file"
_PART = ".part"
_WHOLE = ".argosmodel"
# Written at once, so that a thread is not asked for every few kilobytes.
_BLOCK = 1 << 20
_MAX_NAME = 60

_NO_FILE = N_("Please choose a file first. Its name ends in .argosmodel.")
_TOO_LARGE = N_("This is too large: {limit} MB may be sent at once.")
_DISK_FULL = N_("There is too little room on the disk of the box. Nothing was kept.")


@dataclass(frozen=True)
class ReceivedFile:
    """`path`: where it lies, under a name of ours that nobody can guess; `sent_as`: what the sender
    calls it, for people alone."""

    path: Path
    sent_as: str


def tidy(folder: Path, wanted: Collection[str]) -> None:
    """Removes what a power cut has left: old files that are not `wanted` by a job.

    Blocks. Raises UnavailableError when the folder cannot be written.
    """
    old = time.time() - MAX_UPLOAD_S
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (*folder.glob(f"*{_PART}"), *folder.glob(f"*{_WHOLE}")):
            if path.name not in wanted and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise _not_stored(error) from None


def check_before(request: Request[Any, Any, Any], folder: Path) -> None:
    """What can be refused before anything has come. Blocks.

    Raises ForbiddenError, InvalidFieldsError, UnavailableError.
    """
    require_own_origin(request)
    num_bytes = request.content_length
    if num_bytes is None:
        raise _invalid(NOT_WHOLE)
    if num_bytes > MAX_UPLOAD_BYTES:
        raise _invalid(_TOO_LARGE, limit=MAX_FILE_BYTES // BYTES_A_MB)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if num_bytes + SPARE_BYTES > shutil.disk_usage(nearest).free:
        raise UnavailableError(_DISK_FULL)


async def receive_files(
    request: Request[Any, Any, Any],
    uploads: Uploads,
    folder: Path,
    is_token: Callable[[str], bool],
) -> list[ReceivedFile]:
    """The files of a form, each whole and on the disk, in `folder`, which is there.

    is_token: whether the first field, which must be the token of the session, is right; nothing is
    written before. Raises ForbiddenError, InvalidFieldsError, UnavailableError, TooSlowError and
    what the connection raises when it breaks off; then nothing is left.
    """
    reception = _Reception(folder, is_token)
    try:
        parser = multipart_parser(request, MAX_FILES + 10)
        async with uploads.limited(MAX_UPLOAD_S):
            async for chunk in body_chunks(request, max_pause_s=MAX_PAUSE_S):
                for event in parser.parse(chunk):
                    await reception.take(event)
            parser.close()
            return await reception.finish()
    except MultipartError:
        raise _invalid(NOT_WHOLE) from None
    except OSError as error:
        raise _not_stored(error) from None
    finally:
        reception.close()


def drop(files: list[ReceivedFile]) -> None:
    """Removes files that are not wanted after all."""
    for file in files:
        with contextlib.suppress(OSError):
            file.path.unlink(missing_ok=True)


class _Reception:
    """Puts what the parser finds where it belongs."""

    def __init__(self, folder: Path, is_token: Callable[[str], bool]) -> None:
        self._folder = folder
        self._is_token = is_token
        self._token = bytearray()
        self._has_begun = False
        self._is_in_token = False
        self._file: _IncomingFile | None = None
        self._done: list[_IncomingFile] = []
        self._is_kept = False

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            await self._begin(event)
        elif event is None:
            await self._end()
        elif self._is_in_token:
            self._add_to_token(event)
        elif self._file is not None:
            await self._file.write(event)

    async def finish(self) -> list[ReceivedFile]:
        """Gives the files their names. Raises InvalidFieldsError if there is none."""
        if not self._has_begun:
            raise stale_page()
        if not self._done:
            raise missing_file()
        received = [await file.keep() for file in self._done]
        self._is_kept = True
        return received

    def close(self) -> None:
        """Removes what is not kept."""
        for file in [*self._done, *([self._file] if self._file else [])]:
            file.close(is_kept=self._is_kept)

    async def _begin(self, segment: MultipartSegment) -> None:
        if not self._has_begun:
            self._has_begun = True
            if segment.name != TOKEN_FIELD or segment.filename is not None:
                raise stale_page()
            self._is_in_token = True
        # A field without a file comes with an empty name.
        elif segment.name == FILE_FIELD and segment.filename:
            if len(self._done) >= MAX_FILES:
                raise _invalid(N_("Please send at most {num} files at once."), num=MAX_FILES)
            self._file = _IncomingFile(self._folder, shown_name(segment.filename))

    def _add_to_token(self, chunk: bytes | bytearray) -> None:
        self._token += chunk
        if len(self._token) > MAX_TOKEN:
            raise stale_page()

    async def _end(self) -> None:
        if self._is_in_token:
            self._is_in_token = False
            if not self._is_token(self._token.decode("ascii", "replace")):
                raise stale_page()
        elif self._file is not None:
            await self._file.flush()
            self._done.append(self._file)
            self._file = None


class _IncomingFile:
    """A file on its way to the disk."""

    def __init__(self, folder: Path, sent_as: str) -> None:
        self._part = folder / f"{secrets.token_hex(16)}{_PART}"
        self._whole = self._part.with_suffix(_WHOLE)
        self._sent_as = sent_as
        self._block = bytearray()
        self._file: BinaryIO | None = None

    async def write(self, chunk: bytes | bytearray) -> None:
        self._block += chunk
        if len(self._block) >= _BLOCK:
            await self._write_block()

    async def flush(self) -> None:
        await self._write_block(is_last=True)

    async def keep(self) -> ReceivedFile:
        await asyncio.to_thread(self._part.rename, self._whole)
        return ReceivedFile(self._whole, self._sent_as)

    def close(self, *, is_kept: bool) -> None:
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        if not is_kept:
            for path in (self._part, self._whole):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    async def _write_block(self, *, is_last: bool = False) -> None:
        block, self._block = self._block, bytearray()
        await asyncio.to_thread(self._store, block, is_last=is_last)

    def _store(self, block: bytearray, *, is_last: bool) -> None:
        if self._file is None:
            self._file = self._part.open("xb")
            self._part.chmod(0o600)
        self._file.write(block)
        if is_last:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


def shown_name(sent: str) -> str:
    """A file's name without the folders before it and the ending that all have."""
    return bare_name(sent).removesuffix(_WHOLE)[:_MAX_NAME]


def missing_file() -> InvalidFieldsError:
    return _invalid(_NO_FILE)


def _not_stored(error: OSError) -> UnavailableError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UnavailableError(_DISK_FULL)
    return UnavailableError("The box could not store it.")


def _invalid(message: str, **arguments: object) -> InvalidFieldsError:
    return InvalidFieldsError({FILE_FIELD: SosboxError(message, **arguments)})
