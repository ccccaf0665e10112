"""Ending tasks."""

import asyncio
from collections.abc import Collection
from typing import Any

_AGAIN_AFTER_S = 0.1


async def cancel_all(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancels tasks and returns when all have ended; what they raise is not told.

    Python before 3.12 loses a cancellation that meets the end of what `asyncio.wait_for` waits for
    (https://github.com/python/cpython/issues/86296): whoever does not end is asked again.
    """
    remaining = set(tasks)
    while remaining:
        for task in remaining:
            task.cancel()
        _, remaining = await asyncio.wait(remaining, timeout=_AGAIN_AFTER_S)
