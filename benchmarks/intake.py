"""Guest submissions per second through the whole path, and against the bare framework."""

import asyncio
import statistics
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.client import Load, form_request, saturate
from benchmarks.processes import process_with_port
from tests.support.server import RunningBox, set_up

NUM_CLIENTS = 64
NUM_REQUESTS = 6_000
NUM_ROUNDS = 5
# All of them write at one place.
WITHOUT_LIMIT = {"SOSBOX_BURST_LIMIT": "0"}


def measure_intake(folder: Path) -> dict[str, float]:
    """Rounds against both servers in turn, so that what disturbs the machine disturbs both."""
    ours: list[Load] = []
    bare: list[Load] = []
    with process_with_port("benchmarks.mail_sink", str(folder / "times")) as smtp_port:
        set_up(folder / "data")
        box = RunningBox(folder / "data", smtp_port, WITHOUT_LIMIT)
        box.start()
        try:
            path = urlsplit(box.page_of("R-204")).path
            with process_with_port("benchmarks.bare") as bare_port:
                for round_number in range(NUM_ROUNDS + 1):
                    for port, loads in ((bare_port, bare), (box.port, ours)):
                        load = asyncio.run(_run(port, path, round_number))
                        if round_number > 0:  # the first one warms up
                            loads.append(load)
        finally:
            box.kill()  # the notices of all these cases need not be waited for
    assert not any(load.num_failures for load in (*ours, *bare))
    intake = statistics.median(load.per_second for load in ours)
    bare_intake = statistics.median(load.per_second for load in bare)
    return {
        "intake_per_s": intake,
        "intake_bare_per_s": bare_intake,
        "intake_ratio": intake / bare_intake,
        "intake_p50_ms": statistics.median(load.percentile_ms(50) for load in ours),
        "intake_p99_ms": statistics.median(load.percentile_ms(99) for load in ours),
    }


async def _run(port: int, path: str, round_number: int) -> Load:
    return await saturate(
        port,
        lambda number: message(path, f"{round_number}-{number}"),
        num_clients=NUM_CLIENTS,
        num_requests=NUM_REQUESTS,
    )


def message(path: str, submission: str) -> bytes:
    """What a phone sends: a complaint of some fifty characters."""
    body = (
        "text=El+grifo+del+ba%C3%B1o+gotea+toda+la+noche+y+no+se+duerme&kind=complaint"
        f"&remedy=&name=&email=&phone=&lang=es&submission_id={submission}"
    )
    return form_request("localhost", path, body.encode())
