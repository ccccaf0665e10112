"""500 room leaflets: how fast they are set and checked, against the bare typesetter; what the press
takes of the memory; and whether guests notice.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks.processes import process_with_port
from sosbox.lib.own_program import own_command
from sosbox.printing.catalogue import built_in_sizes
from sosbox.printing.layout import House, Picture, PieceData, PrintJob
from sosbox.printing.press import Press
from sosbox.setup.demo import DEMO_LOGO
from tests.support.server import RunningBox, set_up

TEMPLATE = "leaflet-a5"
NUM_PAGES = 500
NUM_ROUNDS = 5
LANGUAGES = ("es", "en", "fr", "de", "ru", "ar")
# How long guests are timed, with the press at rest and at work, seconds.
TIMED_S = 8.0
# Between two guests, seconds: forty a second are more than any house has.
BETWEEN_S = 0.025
NUM_WEB_ROUNDS = 3


def measure_print(folder: Path) -> dict[str, float]:
    job = _job()
    figures = asyncio.run(_throughput(job))
    return figures | _web_while_printing(folder, job)


def _job() -> PrintJob:
    template, size = built_in_sizes()[TEMPLATE]
    house = House(
        name="Hotel Mar de Fóra",
        company="Mar de Fóra Hoteis",
        website="https://www.mardefora.example",
        service="sosbox",
        service_website="",
        languages=LANGUAGES,
        color="#0b5c6b",
        accent_color="#b06f00",
        promise_hours=48,
        sheets="Galicia",
        logo=Picture(DEMO_LOGO.read_bytes(), "svg"),
    )
    pieces = tuple(
        PieceData(
            code=f"HAB-{number}",
            label=f"Habitación {number}",
            area="Planta 2",
            url=f"http://192.168.1.10:8080/p/k7m2x9q4{number:04}?p={number:x}",
            stamp="v1 · 2026-12-01 · 7K",
        )
        for number in range(NUM_PAGES)
    )
    return PrintJob(template, size, size.paper, house, pieces, "pdf")


async def _throughput(job: PrintJob) -> dict[str, float]:
    """In turn, so that what disturbs the machine disturbs both. Every round begins with a new
    press, for typst remembers what it has set."""
    ours, bare, peaks = [], [], []
    for _ in range(NUM_ROUNDS):
        press = Press()
        await press.warm_up()
        begun = time.perf_counter()
        printed = await press.print(job)
        ours.append(time.perf_counter() - begun)
        assert printed.num_pages == NUM_PAGES
        peaks.append(_peak_mb(press.process_id))
        await press.close()
        bare.append(_bare_seconds(job))
    seconds, bare_seconds = statistics.median(ours), statistics.median(bare)
    return {
        "print_pages_per_s": NUM_PAGES / seconds,
        "print_bare_pages_per_s": NUM_PAGES / bare_seconds,
        "print_ratio": seconds / bare_seconds,
        "print_peak_mb": max(peaks),
    }


def _bare_seconds(job: PrintJob) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_print"],
        input=json.dumps(job.for_press()),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[0])


def _peak_mb(process_id: int) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


# Guests -------------------------------------------------------------------------------------------


def _web_while_printing(folder: Path, job: PrintJob) -> dict[str, float]:
    """The 99th percentile of a guest's page, while a press like the worker's is busy."""
    with process_with_port("benchmarks.mail_sink", str(folder / "times")) as smtp_port:
        set_up(folder / "data")
        box = RunningBox(folder / "data", smtp_port)
        box.start()
        try:
            url = f"{box.url}{urlsplit(box.page_of('R-204')).path}"
            return asyncio.run(_timed(url, job))
        finally:
            box.kill()


async def _timed(url: str, job: PrintJob) -> dict[str, float]:
    # As the worker has it: it is nicer than the web process, and its press is nicer still.
    press = Press(program=["nice", "-n", "5", *own_command()])
    await press.warm_up()
    idle, busy = [], []
    try:
        for _ in range(NUM_WEB_ROUNDS):
            idle += await _guests(url, lambda: False)
            busy += await while_busy(press, job, lambda is_over: _guests(url, is_over))
    finally:
        await press.close()
    return {
        "print_web_idle_p99_ms": _p99_ms(idle),
        "print_web_busy_p99_ms": _p99_ms(busy),
        "print_web_ratio": _p99_ms(busy) / _p99_ms(idle),
    }


async def while_busy(
    press: Press, job: PrintJob, measure: Callable[[Callable[[], bool]], Awaitable[list[float]]]
) -> list[float]:
    """What `measure` finds while the press prints. Raises what ended the printing, for figures of
    a press at rest are none of a busy one."""
    printing = asyncio.create_task(_print_on(press, job))
    try:
        found = await measure(printing.done)
        if printing.done():
            await printing
    finally:
        printing.cancel()
    return found


async def _print_on(press: Press, job: PrintJob) -> None:
    while True:
        await press.print(job)


async def _guests(url: str, is_over: Callable[[], bool]) -> list[float]:
    """How long each waited, seconds."""
    waited = []
    until = time.monotonic() + TIMED_S
    async with httpx.AsyncClient() as client:
        while time.monotonic() < until and not is_over():
            begun = time.perf_counter()
            answer = await client.get(url)
            waited.append(time.perf_counter() - begun)
            assert answer.status_code == 200
            await asyncio.sleep(BETWEEN_S)
    return waited


def _p99_ms(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000
