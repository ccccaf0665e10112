"""A box that is told to stop does not wait for the pages that are open."""

from pathlib import Path

import httpx

from tests.support.console import field_of
from tests.support.server import RunningBox, set_up
from tests.support.venue import PASSWORD


def test_open_event_streams_end_when_the_box_is_told_to_stop(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    running = RunningBox(tmp_path / "data", smtp_port=1)
    running.start()
    try:
        with httpx.Client(base_url=running.url, timeout=30) as client:
            page = client.get("/admin/login").text
            fields = {"email": "anna@mar.example", "password": PASSWORD}
            client.post("/admin/login", data={"csrf": field_of(page, "csrf"), **fields})
            with client.stream("GET", "/admin/events") as stream:
                assert stream.status_code == 200
                parts = stream.iter_text()
                assert next(parts).startswith("retry:")
                assert running.stop() == 0
                # The stream ends as it should: httpx would complain about one that breaks off.
                assert "".join(parts).strip(":\n") == ""
    finally:
        running.kill()
    assert "timeout graceful shutdown exceeded" not in "".join(running.log)
