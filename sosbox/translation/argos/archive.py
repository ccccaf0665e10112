"""Opening a package file without trusting it.

A package is a zip archive with one folder in it. It comes from a stick or from the internet, so it
may be cut off, made to fill the disk, or made to write elsewhere. The table of contents is judged
before anything is unpacked; only what a model needs is, under names that were checked, by
`zipfile`'s reading alone.
"""

import contextlib
import errno
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from sosbox.i18n import N_
from sosbox.translation.argos.errors import CancelledError, ModelError

MAX_FILE_BYTES = 1 << 30
MAX_UNPACKED_BYTES = 2 << 30
MAX_ENTRIES = 200
# Weights hardly shrink, vocabularies by four.
MAX_RATIO = 100
# What is smaller may shrink as much as it likes.
_RATIO_FROM_BYTES = 1 << 20
_MAX_DIRECTORY_BYTES = 1 << 20
_MAX_NAME = 200
_CHUNK = 1 << 20
# Beside what is unpacked; the box must be able to go on writing.
SPARE_BYTES = 100_000_000

_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT = 65535
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_SIZE = 20
_LOCAL_HEADER_SIZE = 30
_ENCRYPTED = 0x1 | 0x40
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FILE_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)

# What `zipfile` raises for files that are not as the table of contents says.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)

_NO_ARCHIVE = N_("This is no model: it is not a zip archive, or it was cut off. Copy it once more.")
_DAMAGED = N_("The file is damaged. Copy it once more.")
_BOMB = N_("The file would unpack to far more than a model is. It was made to fill disks.")
_UNSAFE = N_("The file holds a name that leads out of its folder: {name}")
_MANY_FOLDERS = N_("A model is one folder in its file. This file holds something beside it: {name}")


@dataclass(frozen=True)
class Entry:
    """A file of a package. `path` begins below its folder."""

    path: str
    size_bytes: int
    info: zipfile.ZipInfo


class Archive:
    """An open package file whose table of contents is sound.

    folder: the name of its one folder.
    """

    def __init__(self, archive: zipfile.ZipFile, folder: str, entries: Sequence[Entry]) -> None:
        self._archive = archive
        self.folder = folder
        self.entries = {entry.path: entry for entry in entries}

    def read(self, path: str, max_bytes: int) -> bytes:
        """The content of a small file. Raises ModelError; KeyError if there is none."""
        content = b""
        for chunk in self._chunks(self.entries[path]):
            content += chunk
            if len(content) > max_bytes:
                raise ModelError(N_("{name} in the file is too large."), name=path)
        return content

    def unpack(
        self,
        path: str,
        target: Path,
        *,
        on_bytes: Callable[[int], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        """Writes a file of the package, whole and on the disk.

        Raises ModelError; OSError when it cannot be written.
        """
        entry = self.entries[path]
        left = entry.size_bytes
        with target.open("xb") as written:
            for chunk in self._chunks(entry):
                left -= len(chunk)
                if left < 0:
                    raise ModelError(_BOMB)
                written.write(chunk)
                on_bytes(len(chunk))
                if is_cancelled():
                    raise CancelledError
            written.flush()
            os.fsync(written.fileno())
        if left:
            raise ModelError(_DAMAGED)

    def _chunks(self, entry: Entry) -> Iterator[bytes]:
        try:
            with self._archive.open(entry.info) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _UNREADABLE:
            raise ModelError(_DAMAGED) from None
        except OSError as error:
            raise cannot_read(error) from None


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Opens a package file and judges its table of contents. Raises ModelError."""
    with _open_plain_file(path) as file:
        _check_end(file)
        try:
            archive = zipfile.ZipFile(file)
        except (*_UNREADABLE, OverflowError):
            raise ModelError(_NO_ARCHIVE) from None
        except OSError as error:
            raise cannot_read(error) from None
        with archive:
            infos = archive.infolist()
            if not infos:
                raise ModelError(_NO_ARCHIVE)
            _check_infos(infos, archive.start_dir)
            yield _judged(archive, infos)


@contextlib.contextmanager
def _open_plain_file(path: Path) -> Iterator[IO[bytes]]:
    """Raises ModelError for what is no file or too large a one."""
    try:
        # What is a pipe must not be waited for.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise cannot_read(error) from None
    facts = os.fstat(fd)
    if not stat.S_ISREG(facts.st_mode):
        os.close(fd)
        raise ModelError(N_("This is no file. Name one that ends in .argosmodel."))
    with os.fdopen(fd, "rb") as file:
        if facts.st_size > MAX_FILE_BYTES:
            raise ModelError(
                N_("The file is larger than 1 GB. Models are smaller: this must be something else.")
            )
        yield file


def cannot_read(error: OSError | ValueError) -> ModelError:
    """Why a file cannot be read; mostly a stick that was pulled out."""
    if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.ENOTDIR):
        return ModelError(N_("There is no such file."))
    problem = error.strerror if isinstance(error, OSError) else None
    return ModelError(N_("The file cannot be read: {problem}"), problem=problem or "?")


def _check_end(file: IO[bytes]) -> None:
    """Judges the end of the archive before `zipfile` reads a table as long as that says."""
    try:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - _END_SIZE - _MAX_COMMENT - _ZIP64_LOCATOR_SIZE)
        file.seek(start)
        tail = file.read()
    except OSError as error:
        raise cannot_read(error) from None
    at = len(tail) - _END_SIZE
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise ModelError(_NO_ARCHIVE)
    end = tail[at : at + _END_SIZE]
    num_entries = int.from_bytes(end[10:12], "little")
    directory_bytes = int.from_bytes(end[12:16], "little")
    if _ZIP64_LOCATOR in tail[max(0, at - _ZIP64_LOCATOR_SIZE) : at] or num_entries > MAX_ENTRIES:
        raise _too_many()
    if directory_bytes > _MAX_DIRECTORY_BYTES:
        raise ModelError(_NO_ARCHIVE)


def _too_many() -> ModelError:
    return ModelError(N_("This is no model: it holds more than {num} files."), num=MAX_ENTRIES)


def _check_infos(infos: Sequence[zipfile.ZipInfo], start_of_directory: int) -> None:
    if len(infos) > MAX_ENTRIES:
        raise _too_many()
    for info in infos:
        _check_info(info)
    names = [info.filename.rstrip("/") for info in infos]
    if len({name.casefold() for name in names}) < len(names):
        raise ModelError(N_("The file holds two files of the same name."))
    if sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
        raise ModelError(_BOMB)
    _check_overlaps(infos, start_of_directory)


def _check_info(info: zipfile.ZipInfo) -> None:
    # `filename` ends where a zero byte was.
    if not _is_safe(info.orig_filename):
        raise ModelError(_UNSAFE, name=ascii(info.orig_filename[:_MAX_NAME]))
    if info.flag_bits & _ENCRYPTED:
        raise ModelError(N_("The file is locked with a password."))
    if info.compress_type not in _COMPRESSIONS:
        raise ModelError(N_("The file is packed in a way that is not used for models."))
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in _FILE_KINDS:
        raise ModelError(N_("The file holds something that is neither a file nor a folder."))
    if info.file_size > _RATIO_FROM_BYTES and info.file_size > MAX_RATIO * info.compress_size:
        raise ModelError(_BOMB)


def _is_safe(name: str) -> bool:
    """Whether a name stays below the folder that it is unpacked in, on every system."""
    if not name or len(name) > _MAX_NAME or "\\" in name or not name.isprintable():
        return False
    if name.startswith("/") or ":" in name:
        return False
    parts = name.removesuffix("/").split("/")
    return not any(part in ("", ".", "..") or len(part) > 100 for part in parts)


def _check_overlaps(infos: Sequence[zipfile.ZipInfo], start_of_directory: int) -> None:
    """Files that share their bytes let a small archive unpack to a huge one."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    following = [*(info.header_offset for info in ordered[1:]), start_of_directory]
    for info, end in zip(ordered, following, strict=True):
        # At least so long: a letter takes one byte or more.
        start = info.header_offset + _LOCAL_HEADER_SIZE + len(info.orig_filename)
        if start + info.compress_size > end:
            raise ModelError(_DAMAGED)


def _judged(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> Archive:
    """Raises ModelError unless all is in one folder."""
    first = infos[0].filename
    folder = PurePosixPath(first).parts[0]
    entries = []
    for info in infos:
        top, _, path = info.filename.partition("/")
        if top != folder or (not path and not info.is_dir()):
            raise ModelError(_MANY_FOLDERS, name=top)
        if not info.is_dir():
            entries.append(Entry(path, info.file_size, info))
    return Archive(archive, folder, entries)
