"""Fetching models when there is internet: over slow lines that break.

What has come is kept, and only the rest is asked for. Nothing that arrives is believed: it is added
like a file from a stick.
"""

import contextlib
import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

import httpx

from sosbox.i18n import N_
from sosbox.translation.argos.archive import MAX_FILE_BYTES
from sosbox.translation.argos.errors import CancelledError, ModelError
from sosbox.translation.argos.http_source import HttpSource, NoAnswerError, chunks, host_of
from sosbox.translation.argos.index import MAX_INDEX_BYTES, Offer, read_index
from sosbox.translation.argos.packages import Watcher, check_room
from sosbox.translation.argos.store import ModelStore, not_writable, sha256_of

# 100 MB over the satellite of a ship take three hours.
MAX_DURATION_S = 6 * 3600.0
# How often in a row a line may break without bringing anything.
MAX_BREAKS = 4
BREAK_PAUSE_S = 2.0
# What nobody has asked for again within so long is removed, seconds.
_FORGET_AFTER_S = 7 * 86400.0
_MAX_STATE_BYTES = 10_000
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})", re.ASCII)

NO_INTERNET = N_(
    "The internet cannot be reached just now. Models can also be added from a file, for instance on"
    " a USB stick."
)
_BROKEN_OFF = N_(
    "The connection broke off. What has come is kept: fetch the model again, and only the rest is"
    " asked for."
)
_TOO_MUCH = N_("{host} sends more than a model can be.")


@dataclass(frozen=True)
class _State:
    """What a file that has come in part is of. `validator`: the server's mark for this state of
    it; total: its size in bytes, 0 if the server does not say it."""

    link: str
    version: str
    validator: str
    total: int


class ModelFetcher:
    """Fetches packages into the folder of a store.

    index_url: where the list of models is. pause: waits so many seconds.
    """

    def __init__(
        self,
        store: ModelStore,
        index_url: str,
        *,
        source: HttpSource | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = store.downloads_folder
        self._index_url = index_url
        self._source = source or HttpSource()
        self._pause = pause

    def offers(self) -> list[Offer]:
        """The models that can be fetched. Raises ModelError."""
        try:
            with self._source.opened(self._index_url, {}) as answer:
                _require(answer, HTTPStatus.OK)
                content = b""
                for chunk in chunks(answer):
                    content += chunk
                    if len(content) > MAX_INDEX_BYTES:
                        raise ModelError(_TOO_MUCH, host=host_of(self._index_url))
        except NoAnswerError:
            raise ModelError(NO_INTERNET) from None
        return read_index(content)

    @contextlib.contextmanager
    def fetched(self, offer: Offer, *, watcher: Watcher) -> Iterator[Path]:
        """The package, as a file that is there inside the block. Raises ModelError.

        watcher: is told the part that has come.
        """
        path = self._folder / f"{offer.pair}.argosmodel"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old(self._folder)
            with _alone_with(path) as file:
                self._fetch(offer, path, file, watcher)
                try:
                    yield path
                finally:
                    # Whatever became of it: what was refused once is not to be kept.
                    for each in (path, _state_path(path)):
                        each.unlink(missing_ok=True)
        except OSError as error:
            raise not_writable(error) from None

    def _fetch(self, offer: Offer, path: Path, file: IO[bytes], watcher: Watcher) -> None:
        """From the first link that has it. Raises ModelError, OSError."""
        problem: ModelError | None = None
        for link in offer.links:
            try:
                _Download(offer, link, path, file, watcher).run(self._source, self._pause)
                return
            except CancelledError:
                raise
            except ModelError as error:
                problem = problem or error
        raise problem or ModelError(N_("The list has no model for {pair}."), pair=str(offer.pair))


class _Download:
    """One file from one link."""

    def __init__(
        self, offer: Offer, link: str, path: Path, file: IO[bytes], watcher: Watcher
    ) -> None:
        self._offer = offer
        self._link = link
        self._path = path
        self._file = file
        self._watcher = watcher
        self._deadline = time.monotonic() + MAX_DURATION_S

    def run(self, source: HttpSource, pause: Callable[[float], None]) -> None:
        """Returns when all of it is there. Raises ModelError, OSError."""
        num_breaks = 0
        most = self._size()
        while not self._is_complete():
            try:
                self._fetch_rest(source)
                break
            except NoAnswerError:
                num_breaks = 1 if self._size() > most else num_breaks + 1
                most = max(most, self._size())
            if num_breaks > MAX_BREAKS or time.monotonic() > self._deadline:
                raise ModelError(_BROKEN_OFF if self._size() else NO_INTERNET)
            pause(BREAK_PAUSE_S)
            self._mind_the_watcher()
        self._check()

    def _fetch_rest(self, source: HttpSource) -> None:
        """Raises NoAnswerError when the line broke or it is to be asked for from the start."""
        state = self._state()
        start = self._size() if state is not None and state.validator else 0
        headers = {}
        if state is not None and start:
            headers = {"Range": f"bytes={start}-", "If-Range": state.validator}
        with source.opened(self._link, headers) as answer:
            if start and answer.status_code != HTTPStatus.OK:
                assert state is not None
                self._require_rest(answer, state, start)
            else:
                _require(answer, HTTPStatus.OK)
                start = 0
                state = self._begin(answer)
            self._receive(answer, start, state.total)

    def _begin(self, answer: httpx.Response) -> _State:
        """From the first byte on."""
        self._file.truncate(0)
        total = _length(answer)
        if self._offer.size_bytes and total and total != self._offer.size_bytes:
            raise _not_as_promised()
        if total > MAX_FILE_BYTES:
            raise ModelError(_TOO_MUCH, host=host_of(self._link))
        check_room(self._path.parent, total)
        state = _State(self._link, self._offer.version, _validator(answer), total)
        _state_path(self._path).write_text(json.dumps(asdict(state)), "ascii")
        return state

    def _require_rest(self, answer: httpx.Response, state: _State, start: int) -> None:
        """Whether it is the rest of what is there; if not, that is thrown away."""
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        is_rest = (
            answer.status_code == HTTPStatus.PARTIAL_CONTENT
            and found is not None
            and int(found[1]) == start
            and (not state.total or int(found[2]) == state.total)
            and _validator(answer) in ("", state.validator)
        )
        if is_rest:
            return
        if answer.status_code not in (
            HTTPStatus.PARTIAL_CONTENT,
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        ):
            raise _refused(answer)
        self._file.truncate(0)
        raise NoAnswerError

    def _receive(self, answer: httpx.Response, start: int, total: int) -> None:
        num, limit = start, total or MAX_FILE_BYTES
        try:
            for chunk in chunks(answer):
                num += len(chunk)
                if num > limit:
                    self._file.truncate(0)
                    raise ModelError(_TOO_MUCH, host=host_of(self._link))
                self._file.write(chunk)
                if total:
                    self._watcher.on_progress(num / total)
                self._mind_the_watcher()
                if time.monotonic() > self._deadline:
                    raise ModelError(_BROKEN_OFF)
        finally:
            self._file.flush()
        if num < total:
            raise NoAnswerError

    def _check(self) -> None:
        """Whether it is what the list promises. Raises ModelError."""
        is_right = not self._offer.size_bytes or self._size() == self._offer.size_bytes
        if is_right and self._offer.sha256:
            is_right = sha256_of(self._path, self._watcher.is_cancelled) == self._offer.sha256
        if not is_right:
            self._file.truncate(0)
            raise _not_as_promised()

    def _is_complete(self) -> bool:
        state = self._state()
        return state is not None and 0 < state.total == self._size()

    def _state(self) -> _State | None:
        """What the bytes on the disk are of; None if they are of something else."""
        try:
            with _state_path(self._path).open("rb") as file:
                content = json.loads(file.read(_MAX_STATE_BYTES))
            state = _State(**content)
        except (OSError, ValueError, TypeError):
            return None
        if (state.link, state.version) != (self._link, self._offer.version):
            return None
        is_sane = isinstance(state.validator, str) and type(state.total) is int
        return state if is_sane else None

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def _mind_the_watcher(self) -> None:
        if self._watcher.is_cancelled():
            raise CancelledError


@contextlib.contextmanager
def _alone_with(path: Path) -> Iterator[IO[bytes]]:
    """The file, to be added to; it is made if need be. Raises ModelError, OSError."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelError(N_("This model is being fetched already.")) from None
        yield file


def _forget_old(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file() and time.time() - path.stat().st_mtime > _FORGET_AFTER_S:
            path.unlink(missing_ok=True)


def _state_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _require(answer: httpx.Response, status: HTTPStatus) -> None:
    if answer.status_code != status:
        raise _refused(answer)


def _refused(answer: httpx.Response) -> ModelError:
    return ModelError(
        N_("{host} does not give the file: it answers {status}."),
        host=host_of(str(answer.url)),
        status=answer.status_code,
    )


def _not_as_promised() -> ModelError:
    return ModelError(N_("What came is not what the list of models promises. It was thrown away."))


def _length(answer: httpx.Response) -> int:
    """The size of the whole body, bytes; 0 if it is not said."""
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0


def _validator(answer: httpx.Response) -> str:
    """What tells one state of the file from another; weak marks do not."""
    etag: str = answer.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return etag
    modified: str = answer.headers.get("Last-Modified", "")
    return modified
