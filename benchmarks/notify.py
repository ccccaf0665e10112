"""From the commit of a case to the mail server's acceptance of its notices."""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.client import at_rate
from benchmarks.intake import WITHOUT_LIMIT, message
from benchmarks.processes import process_with_port
from tests.support.server import RunningBox, set_up

PER_SECOND = 50
NUM_REQUESTS = 1_000
NUM_WARM_UP = 50
DRAIN_TIMEOUT_S = 60


def measure_notify(folder: Path) -> dict[str, float]:
    """Two notices a case, fifty cases a second; the delay counts from when the case was filed,
    which is before its commit."""
    times_file = folder / "times"
    with process_with_port("benchmarks.mail_sink", str(times_file)) as smtp_port:
        set_up(folder / "data")
        box = RunningBox(folder / "data", smtp_port, WITHOUT_LIMIT)
        box.start()
        try:
            path = urlsplit(box.page_of("R-204")).path
            load = asyncio.run(
                at_rate(
                    box.port,
                    lambda number: message(path, str(number)),
                    per_second=PER_SECOND,
                    num_requests=NUM_REQUESTS,
                )
            )
            assert load.num_failures == 0
            filed = _filing_times(folder / "data" / "sosbox.db")
            accepted = _wait_for(times_file, len(filed))
        finally:
            box.kill()
    delays = sorted(
        (accepted[delivery] - moment) * 1000
        for delivery, moment in filed.items()
        if delivery > NUM_WARM_UP
    )
    return {
        "notify_p50_ms": delays[len(delays) // 2],
        "notify_p95_ms": delays[int(len(delays) * 0.95)],
        "notify_p99_ms": delays[int(len(delays) * 0.99)],
    }


def _filing_times(database: Path) -> dict[int, float]:
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        rows = connection.execute(
            "SELECT d.id, m.created_at FROM deliveries d JOIN messages m ON m.id = d.message_id"
        ).fetchall()
    return {row[0]: datetime.fromisoformat(row[1]).astimezone(UTC).timestamp() for row in rows}


def _wait_for(times_file: Path, num: int) -> dict[int, float]:
    deadline = time.monotonic() + DRAIN_TIMEOUT_S
    while True:
        lines = times_file.read_text().splitlines()
        if len(lines) >= num:
            return {int(line.split()[0]): float(line.split()[1]) for line in reversed(lines)}
        assert time.monotonic() < deadline, f"{len(lines)} of {num} notices have come"
        time.sleep(0.2)
