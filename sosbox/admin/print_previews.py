"""Pictures of what would be printed: made when somebody looks, and kept for a while."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, cast

from litestar import Request

from sosbox.errors import ConflictError
from sosbox.printing.layout import PrintJob
from sosbox.printing.press import Press

# Longest time for a picture, seconds, once the press has started.
PREVIEW_TIMEOUT_S = 12.0
# A page asks for a picture once for what is said about it and once to show it.
_MAX_PICTURES = 12
_MAX_SAMPLES = 80


class OvertakenError(ConflictError):
    """Somebody has chosen something else meanwhile, and wants to look at that."""


@dataclass
class _Turn:
    """Of an account: its newest request has the highest number."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0


class _Kept:
    """The pictures that were used last."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pictures: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, key: bytes) -> bytes | None:
        if key in self._pictures:
            self._pictures.move_to_end(key)
        return self._pictures.get(key)

    def keep(self, key: bytes, picture: bytes) -> None:
        self._pictures[key] = picture
        if len(self._pictures) > self._limit:
            self._pictures.popitem(last=False)


class Previews:
    """Lives on one event loop."""

    def __init__(self) -> None:
        self._turns: dict[int, _Turn] = {}
        self._pictures = _Kept(_MAX_PICTURES)
        self._samples = _Kept(_MAX_SAMPLES)
        self._sample_turn = asyncio.Lock()

    async def picture(self, press: Press, job: PrintJob, *, account_id: int) -> bytes:
        """One at a time for each account: of those who wait the newest alone is served.

        Raises PrintError, OvertakenError.
        """
        turn = self._turns.setdefault(account_id, _Turn())
        turn.newest += 1
        number = turn.newest
        async with turn.lock:
            is_overtaken = number < turn.newest
            key = await _key(job)
            kept = self._pictures.get(key)
            if kept is not None:
                return kept
            if is_overtaken:
                raise OvertakenError("Something else has been chosen meanwhile.")
            printed = await press.print(job, timeout_s=PREVIEW_TIMEOUT_S)
            self._pictures.keep(key, printed.data)
            return printed.data

    async def sample(self, press: Press, job: PrintJob) -> bytes:
        """A small picture of a template. One after the other, so that nobody who looks at what they
        have chosen waits for more than one of them. Raises PrintError."""
        key = await _key(job)
        async with self._sample_turn:
            kept = self._samples.get(key)
            if kept is None:
                kept = (await press.print(job, timeout_s=PREVIEW_TIMEOUT_S)).data
                self._samples.keep(key, kept)
            return kept


def previews_of(request: Request[Any, Any, Any]) -> Previews:
    return cast(Previews, request.app.state.previews)


def press_for(request: Request[Any, Any, Any], *, is_own: bool) -> Press:
    """The press that is warm, or the one for templates that nobody vouches for: it starts anew for
    each of them."""
    state = request.app.state
    return cast(Press, state.own_press if is_own else state.press)


async def _key(job: PrintJob) -> bytes:
    """Logos and pictures may be megabytes, and a page of a guest must not wait for them."""
    return await asyncio.to_thread(_digest, job)


def _digest(job: PrintJob) -> bytes:
    asked = json.dumps(job.for_press(), sort_keys=True)
    return hashlib.sha256(asked.encode()).digest()
