"""The plug is pulled while the worker prints: what was under way has failed whole, not by half."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sosbox.pieces.rules import RunOptions
from tests.support.print_jobs import codes_in, pages_of
from tests.support.server import RunningBox, set_up, sosbox

NUM_ROOMS = 400
TIMEOUT_S = 90
ADDRESS = "http://mar.example"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[RunningBox]:
    """A house with many rooms, and an address that codes can carry. No mail is sent."""
    data_dir = tmp_path / "data"
    set_up(data_dir)
    rooms = "".join(
        '[[access_point]]\nestablishment = "hotel-mar"\narea = "reception"\n'
        f'code = "HAB-{number}"\n'
        for number in range(NUM_ROOMS)
    )
    house = f'[[establishment]]\nslug = "hotel-mar"\nbase_url = "{ADDRESS}"\n'
    more = tmp_path / "more.toml"
    more.write_text(house + rooms, "utf-8")
    sosbox("apply", str(more), "--data", str(data_dir))
    box = RunningBox(data_dir, 9)
    yield box
    box.kill()


def test_what_was_being_printed_has_failed_whole_and_what_waited_is_printed(
    box: RunningBox,
) -> None:
    rooms = [row[0] for row in _query(box, "SELECT id FROM access_points WHERE code LIKE 'HAB-%'")]
    cut, waits = _ask(box, "leaflet-a5", rooms), _ask(box, "code", rooms[:2])
    box.start()
    _wait(box, f"SELECT 1 FROM print_runs WHERE id = {cut} AND state = 'running'")
    box.kill()
    assert not list((box.data_dir / "prints").glob("*.pdf"))
    box.start()

    _wait(box, f"SELECT 1 FROM print_runs WHERE id = {waits} AND state = 'done'")
    ((state, file),) = _query(box, f"SELECT state, file FROM print_runs WHERE id = {cut}")
    assert (state, file) == ("failed", "")
    assert _query(box, f"SELECT count(*) FROM pieces WHERE run_id = {cut}") == [(0,)]
    ((name,),) = _query(box, f"SELECT file FROM print_runs WHERE id = {waits}")
    codes = [codes_in(page) for page in pages_of((box.data_dir / "prints" / name).read_bytes())]
    assert [code.partition("?")[0][: len(ADDRESS)] for (code,) in codes] == [ADDRESS] * 2
    assert box.stop() == 0
    sosbox("ledger", "verify", "--data", str(box.data_dir))


def _ask(box: RunningBox, template: str, points: list[int]) -> int:
    """As the console asks, while nothing runs."""
    with closing(sqlite3.connect(box.data_dir / "sosbox.db")) as connection:
        cursor = connection.execute(
            "INSERT INTO print_runs (establishment_id, account_id, template, access_points,"
            " options, format, state, created_at) VALUES (1, 1, ?, ?, ?, 'pdf', 'waiting',"
            " '2026-11-21 12:00:00+00:00')",
            (template, json.dumps(points), RunOptions().as_json()),
        )
        connection.commit()
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def _wait(box: RunningBox, condition: str) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not _query(box, condition):
        assert time.monotonic() < deadline, "".join(box.log)
        time.sleep(0.02)


def _query(box: RunningBox, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(box.data_dir / "sosbox.db", timeout=20)) as connection:
        return connection.execute(sql).fetchall()
