"""Ending tasks that would rather go on."""

import asyncio

from sosbox.lib.tasks import cancel_all


async def test_one_that_misses_the_first_call_is_asked_again() -> None:
    calls = []

    async def stubborn() -> None:
        while len(calls) < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                calls.append("cancelled")

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await cancel_all([task])

    assert calls == ["cancelled", "cancelled"]


async def test_what_a_task_raises_at_its_end_is_its_own_affair() -> None:
    async def fail() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("at the end")

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await cancel_all([task])

    assert isinstance(task.exception(), ValueError)


async def test_without_tasks_it_returns_at_once() -> None:
    await cancel_all([])
