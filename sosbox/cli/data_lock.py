"""One server for each data folder, and where it listens."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sosbox.cli.command import FailedError

LOCK_FILE = "serve.lock"
# How long a server that was just killed may take to be gone, seconds.
_WAIT_S = 1.0


class DataLock:
    """Held as long as a process has `fd` open: the children hold it too."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def announce(self, url: str) -> None:
        """Says where the server can be reached, for other commands."""
        content = json.dumps({"pid": os.getpid(), "url": url}).encode()
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, content, 0)


@contextmanager
def data_lock(data_dir: Path) -> Iterator[DataLock]:
    """Makes the folder if need be and locks it. Raises FailedError when it is served already."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(fd, data_dir)
        os.ftruncate(fd, 0)
        yield DataLock(fd)
    finally:
        os.close(fd)


def address_in_use(data_dir: Path) -> str:
    """Where a running server of this folder can be reached; empty when none runs."""
    try:
        with (data_dir / LOCK_FILE).open("rb") as file:
            if _try(file.fileno(), fcntl.LOCK_SH):
                return ""
            return str(_content(file.fileno()).get("url", ""))
    except OSError:
        return ""


def _lock(fd: int, data_dir: Path) -> None:
    deadline = time.monotonic() + _WAIT_S
    while not _try(fd, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            raise FailedError(
                "another sosbox (process {pid}) serves from {folder} already",
                pid=_content(fd).get("pid", "?"),
                folder=str(data_dir),
            )
        time.sleep(0.05)


def _try(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _content(fd: int) -> dict[str, object]:
    try:
        content = json.loads(os.pread(fd, 4096, 0))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
