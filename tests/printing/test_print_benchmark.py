"""The benchmark of printing takes no figures of a press that has stopped."""

import asyncio
from collections.abc import Callable

import pytest

from benchmarks.print_pages import while_busy
from sosbox.printing.press import PrintError
from tests.support.presses import QuietPress
from tests.support.print_jobs import job

pytestmark = pytest.mark.anyio


async def test_printing_that_fails_is_not_measured_as_if_it_went_on() -> None:
    press = QuietPress()
    press.trouble = PrintError("It could not be done.")

    async def measure(is_over: Callable[[], bool]) -> list[float]:
        await press.is_asked.wait()
        assert is_over()
        return [0.001]

    with pytest.raises(PrintError):
        await while_busy(press, job(), measure)


async def test_printing_ends_with_what_was_measured() -> None:
    press = QuietPress()
    press.gate = asyncio.Event()

    async def measure(_is_over: Callable[[], bool]) -> list[float]:
        await press.is_asked.wait()
        return [0.001]

    assert await while_busy(press, job(), measure) == [0.001]
