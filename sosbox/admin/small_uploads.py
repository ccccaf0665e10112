"""Forms with small files, such as a logo or a photo: what comes is kept in memory as a whole.

A handler that uses it carries `opt=UPLOAD` and `request_max_body_size=MAX_SMALL_UPLOAD_BYTES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from multipart import MultipartError, MultipartSegment

from sosbox.admin.access import Visit, is_same
from sosbox.admin.forms import MAX_BODY_BYTES, MAX_FIELDS, FieldLists, read_lists
from sosbox.admin.multipart_forms import (
    BYTES_A_MB,
    MAX_TOKEN,
    NOT_WHOLE,
    TOKEN_FIELD,
    bare_name,
    body_chunks,
    is_multipart,
    multipart_parser,
    require_own_origin,
    stale_page,
    uploads_of,
)
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.i18n import N_

# What is read, with files that are too large and thrown away while they come: whoever has taken
# the wrong one is told so beside its field, with everything else still there.
MAX_SMALL_UPLOAD_BYTES = 32 * BYTES_A_MB
# How long nothing may come, and all of it may take, seconds.
MAX_PAUSE_S = 30.0
MAX_UPLOAD_S = 300.0
# Where a problem stands that is not one of a single field.
FORM = "form"
_MAX_NAME = 100

_TOO_MUCH = N_("This is too much at once: {limit} MB may be sent.")
_TOO_MUCH_TEXT = N_("This is too much text at once.")
_TOO_MANY = N_("Please send at most {num} files at once.")
_TOO_LARGE_KB = N_("“{name}” is too large: a file may have {limit} KB.")
_TOO_LARGE_MB = N_("“{name}” is too large: a file may have {limit} MB.")


@dataclass(frozen=True)
class SentFile:
    """`name`: as its sender calls it, without folders, for people alone."""

    name: str
    data: bytes


@dataclass(frozen=True)
class SmallUpload:
    """All fields of a form and its files, by the names of their fields; what was left empty is not
    there."""

    fields: FieldLists
    files: dict[str, list[SentFile]]


class InvalidUploadError(InvalidFieldsError):
    """`typed`: the fields that came with what cannot be taken."""

    def __init__(self, fields: Mapping[str, SosboxError], typed: FieldLists) -> None:
        super().__init__(fields)
        self.typed = typed


async def read_small_upload(
    request: Request[Any, Any, Any],
    visit: Visit,
    *,
    max_file_bytes: int,
    max_files: int = 10,
) -> SmallUpload:
    """What a form of ours has sent, whose first field is the token of the session.

    A form without files may come urlencoded. Raises ForbiddenError, InvalidUploadError,
    TooSlowError, UnavailableError and what the connection raises when it breaks off.
    """
    require_own_origin(request)
    num_bytes = request.content_length
    if num_bytes is None:
        raise _invalid(NOT_WHOLE)
    if num_bytes > MAX_SMALL_UPLOAD_BYTES:
        raise _invalid(_TOO_MUCH, limit=MAX_SMALL_UPLOAD_BYTES // BYTES_A_MB)
    expected = visit.session.csrf_token
    if not is_multipart(request):
        return await _read_plain_form(request, num_bytes, expected)
    reception = _Reception(expected, max_file_bytes, max_files)
    try:
        parser = multipart_parser(request, MAX_FIELDS + max_files)
        async with uploads_of(request).limited(MAX_UPLOAD_S):
            async for chunk in body_chunks(request, max_pause_s=MAX_PAUSE_S):
                for event in parser.parse(chunk):
                    reception.take(event)
            parser.close()
    except MultipartError:
        raise _invalid(NOT_WHOLE) from None
    return reception.finish()


async def _read_plain_form(
    request: Request[Any, Any, Any], num_bytes: int, expected: str
) -> SmallUpload:
    fields = await read_lists(request) if num_bytes <= MAX_BODY_BYTES else {}
    if not is_same(next(iter(fields.pop(TOKEN_FIELD, [])), ""), expected):
        raise stale_page()
    return SmallUpload(fields, {})


@dataclass
class _Part:
    """A field or a file on its way; `is_kept`: what comes is wanted."""

    name: str
    filename: str | None
    is_kept: bool = True
    data: bytearray = field(default_factory=bytearray)


class _Reception:
    """Puts what the parser finds where it belongs; never holds more than it may."""

    def __init__(self, expected_token: str, max_file_bytes: int, max_files: int) -> None:
        self._expected_token = expected_token
        self._max_file_bytes = max_file_bytes
        self._max_files = max_files
        self._part: _Part | None = None
        self._is_ours = False
        self._num_text_bytes = 0
        self._num_files = 0
        self._fields: FieldLists = {}
        self._files: dict[str, list[SentFile]] = {}
        self._problems: dict[str, SosboxError] = {}

    def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """Raises ForbiddenError."""
        if isinstance(event, MultipartSegment):
            self._part = _Part(event.name or "", event.filename)
            if not self._is_ours and (event.name != TOKEN_FIELD or event.filename is not None):
                raise stale_page()
        elif event is not None:
            self._add(event)
        elif self._part is not None:
            self._end(self._part)
            self._part = None

    def finish(self) -> SmallUpload:
        """Raises ForbiddenError, InvalidUploadError."""
        if not self._is_ours:
            raise stale_page()
        if self._problems:
            raise InvalidUploadError(self._problems, self._fields)
        return SmallUpload(self._fields, self._files)

    def _add(self, chunk: bytes | bytearray) -> None:
        part = self._part
        if part is None or not part.is_kept:
            return
        if not self._is_ours:
            if len(part.data) + len(chunk) > MAX_TOKEN:
                raise stale_page()
        elif part.filename is None:
            self._num_text_bytes += len(chunk)
            if self._num_text_bytes > MAX_BODY_BYTES:
                self._refuse(part, FORM, SosboxError(_TOO_MUCH_TEXT))
        elif len(part.data) + len(chunk) > self._max_file_bytes:
            self._refuse(part, part.name, self._too_large(part.filename))
        if part.is_kept:
            part.data += chunk

    def _refuse(self, part: _Part, key: str, problem: SosboxError) -> None:
        self._problems.setdefault(key, problem)
        part.is_kept = False
        part.data.clear()

    def _end(self, part: _Part) -> None:
        if not self._is_ours:
            if not is_same(part.data.decode("ascii", "replace"), self._expected_token):
                raise stale_page()
            self._is_ours = True
        elif not part.is_kept:
            return
        elif part.filename is None:
            text = part.data.decode("utf-8", "replace")
            self._fields.setdefault(part.name, []).append(text)
        elif part.filename:  # a field without a file comes with an empty name
            self._end_file(part, bare_name(part.filename)[:_MAX_NAME])

    def _end_file(self, part: _Part, name: str) -> None:
        self._num_files += 1
        if self._num_files > self._max_files:
            self._refuse(part, part.name, SosboxError(_TOO_MANY, num=self._max_files))
            return
        self._files.setdefault(part.name, []).append(SentFile(name, bytes(part.data)))

    def _too_large(self, filename: str) -> SosboxError:
        name, limit = bare_name(filename)[:_MAX_NAME], self._max_file_bytes
        if limit < BYTES_A_MB:
            return SosboxError(_TOO_LARGE_KB, name=name, limit=limit // 1000)
        return SosboxError(_TOO_LARGE_MB, name=name, limit=limit // BYTES_A_MB)


def _invalid(message: str, **arguments: object) -> InvalidUploadError:
    return InvalidUploadError({FORM: SosboxError(message, **arguments)}, {})
