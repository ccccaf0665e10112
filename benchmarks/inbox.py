"""How much longer the inbox takes to open with 200,000 cases than with 2,000."""

import re
import sqlite3
import statistics
import time
from contextlib import ExitStack, closing
from pathlib import Path

import httpx

from tests.support.server import RunningBox, set_up
from tests.support.venue import PASSWORD

SIZES = (2_000, 200_000)
NUM_VISITS = 60
NUM_WARM_UP = 10

# A venue as it is after years: one case in a hundred is new, some are worked on, most are resolved.
_CASES = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :num)
    INSERT INTO cases (reference, subscriber_id, establishment_id, area_id, access_point_id, kind,
        language, state, state_rank, excerpt, receipt_hash, is_unread, filed_at,
        promise_due_at, legal_due_at)
    SELECT 'B' || i, 1, 1, 1 + i % 2, 1 + i % 2, 'complaint', 'es',
        CASE WHEN i % 100 = 0 THEN 'new' WHEN i % 10 = 0 THEN 'waiting' ELSE 'resolved' END,
        CASE WHEN i % 100 = 0 THEN 0 WHEN i % 10 = 0 THEN 1 ELSE 2 END,
        'El grifo gotea, caso ' || i, randomblob(32), i % 100 = 0,
        strftime('%Y-%m-%d %H:%M:%S', 'now', '-' || i || ' minutes') || '+00:00',
        strftime('%Y-%m-%d %H:%M:%S', 'now', '+2 days', '-' || i || ' minutes') || '+00:00',
        strftime('%Y-%m-%d %H:%M:%S', 'now', '+15 days', '-' || i || ' minutes') || '+00:00'
    FROM n
"""
_MESSAGES = """
    INSERT INTO messages
        (case_id, direction, is_routed, text, language, search_text, salt, created_at)
    SELECT id, 'from_guest', 1, excerpt, 'es', lower(excerpt), randomblob(16), filed_at FROM cases
"""


def measure_inbox(folder: Path) -> dict[str, float]:
    """Anna opens her inbox on both boxes in turn."""
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    with ExitStack() as stack:
        clients = {}
        for size in SIZES:
            data_dir = folder / f"inbox-{size}"
            set_up(data_dir)
            _fill(data_dir / "sosbox.db", size)
            box = RunningBox(data_dir, smtp_port=1)
            box.start()
            stack.callback(box.kill)
            clients[size] = stack.enter_context(httpx.Client(base_url=box.url))
            _log_in(clients[size])
        for visit in range(NUM_WARM_UP + NUM_VISITS):
            for size, client in clients.items():
                started = time.perf_counter()
                answer = client.get("/admin")
                if visit >= NUM_WARM_UP:
                    times[size].append(time.perf_counter() - started)
                assert answer.status_code == 200
                assert "El grifo gotea" in answer.text
    small, large = (statistics.median(times[size]) * 1000 for size in SIZES)
    return {"inbox_2k_ms": small, "inbox_200k_ms": large, "inbox_growth": large / small}


def _fill(database: Path, num: int) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(_CASES, {"num": num})
        connection.execute(_MESSAGES)
        connection.commit()


def _log_in(client: httpx.Client) -> None:
    page = client.get("/admin/login").text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    form |= {"email": "anna@mar.example", "password": PASSWORD}
    answer = client.post("/admin/login", data=form)
    assert answer.status_code == 303, answer.status_code
