"""The files of print runs: what they are called, and several of them as one."""

import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from sosbox.config import Config
from sosbox.errors import NotFoundError
from sosbox.pieces.runs import Run

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".eps": "application/postscript",
    ".zip": "application/zip",
}
_BLOCK = 1 << 18
# Of a file in an archive; what it was is in its name.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class MissingFileError(NotFoundError):
    """The run is there, and its file is not."""


def path_of(config: Config, run: Run) -> Path:
    """Where the file of a run is. Blocks. Raises MissingFileError."""
    path = config.prints_dir / PurePath(run.file).name
    if run.is_open:
        raise MissingFileError("The file is not ready yet.")
    if not run.file or not path.is_file():
        raise MissingFileError(
            "This file is not kept any longer. What was printed can be printed again."
        )
    return path


def name_of(run: Run, house_slug: str, zone: ZoneInfo) -> str:
    """What the file is called outside, "hotel-mar-leaflet-a5-2026-12-01.pdf"; ASCII alone."""
    day = (run.finished_at or run.created_at).astimezone(zone).date().isoformat()
    return _ascii(f"{house_slug}-{run.template}-{day}{PurePath(run.file).suffix}")


def archive_name(run: Run, house_slug: str, zone: ZoneInfo) -> str:
    day = run.created_at.astimezone(zone).date().isoformat()
    return _ascii(f"{house_slug}-{day}.zip")


def archive(files: Sequence[tuple[str, Path]]) -> Iterator[bytes]:
    """A ZIP of files by their names, made while it is sent: it is never whole in memory. Blocks."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_STORED) as packed:
        for name, path in files:
            with (
                path.open("rb") as file,
                packed.open(zipfile.ZipInfo(name, _NO_TIME), "w") as entry,
            ):
                while block := file.read(_BLOCK):
                    entry.write(block)
                    yield sent.taken()
            yield sent.taken()
    yield sent.taken()


class _Sent:
    """What an archive writes, until it is taken; nothing can be gone back to."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """What is left is taken still."""

    def taken(self) -> bytes:
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return "".join(sign if sign.isalnum() or sign in "-._" else "-" for sign in plain)
