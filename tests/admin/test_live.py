"""The event stream: who is told what, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar

from sosbox.admin.access import SESSION_COOKIE
from sosbox.admin.live import MAX_STREAMS_PER_ACCOUNT, Live
from sosbox.admin.presence import Presence
from sosbox.box import Box
from sosbox.cases.queries import MAX_CHANGES
from sosbox.cases.scopes import LOOKED_AT_WITHIN
from sosbox.cases.staff_actions import add_note
from sosbox.db import DB
from sosbox.lib.clock import FrozenClock
from sosbox.staff.actions import set_language
from sosbox.staff.tables import Account
from tests.admin.conftest import Staff
from tests.support.console import Browser
from tests.support.filing import file_case
from tests.support.venue import NOON, ROOM_TOKEN, TABLE_TOKEN, Venue

# A test that hangs fails after this; nothing is measured by it.
PATIENCE_S = 20


class EventStream:
    """An open stream, read event by event, straight from the application."""

    def __init__(self, app: Litestar, browser: Browser, query: str, headers: dict[str, str]):
        token = browser.client.cookies[SESSION_COOKIE]
        self._app = app
        self._gone = asyncio.Event()
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._text = ""
        self._has_asked = False
        all_headers = {"host": "mar.example", "cookie": f"{SESSION_COOKIE}={token}", **headers}
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/admin/events",
            "raw_path": b"/admin/events",
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
            "server": ("mar.example", 80),
            "client": ("127.0.0.1", 1),
        }
        self.status = 0
        self.is_over = False

    async def _receive(self) -> dict[str, Any]:
        if not self._has_asked:
            self._has_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self._sent.put(message)

    async def open(self) -> None:
        self._task = asyncio.create_task(
            self._app(self._scope, self._receive, self._send)  # type: ignore[arg-type]
        )
        start = await self._next_message()
        self.status = start["status"]
        if self.status == 200:
            # The listener is registered once the first bytes are there.
            await self._next_message()

    async def close(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self._task, PATIENCE_S)

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next event: its name and data."""
        while "\n\n" not in self._text:
            message = await self._next_message()
            self._text += message["body"].decode()
            if not message.get("more_body"):
                self.is_over = True
                self._gone.set()
                return "over", {}
        block, _, self._text = self._text.partition("\n\n")
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" not in fields:
            return await self.next()
        return fields["event"], json.loads(fields["data"])

    async def until(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """All events up to the first of this name."""
        found = []
        while True:
            found.append(await self.next())
            if found[-1][0] == name:
                return found
            assert not self.is_over, found

    async def _next_message(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._sent.get(), PATIENCE_S)


@asynccontextmanager
async def listening(
    app: Litestar, browser: Browser, query: str = "", **headers: str
) -> AsyncIterator[EventStream]:
    stream = EventStream(
        app, browser, query, {name.replace("_", "-"): text for name, text in headers.items()}
    )
    await stream.open()
    try:
        yield stream
    finally:
        await stream.close()


@pytest.fixture
def live(app: Litestar) -> Iterator[Live]:
    """The Live of the application, impatient."""
    live = Live(poll_s=0.005, heartbeat_s=60)
    app.state.live = live
    yield live
    live.close()


async def test_boris_hears_of_his_area_and_clara_and_otto_do_not(
    app: Litestar, box: Box, live: Live, staff: Staff
) -> None:
    async with (
        listening(app, staff.boris, "since=0") as boris,
        listening(app, staff.clara, "since=0") as clara,
        listening(app, staff.otto, "since=0") as otto,
        listening(app, staff.dario, "since=0") as dario,
    ):
        room = await file_case(box, "The tap drips", token=ROOM_TOKEN)
        told = await boris.until("counts")
        assert ("change", {"case": room.case_id, "event": "routed"}) in told
        assert told[-1] == ("counts", {"new": "1", "open": "", "late": "", "held": ""})
        assert (await dario.until("counts"))[-1][1]["new"] == "1"

        table = await file_case(box, "The soup", token=TABLE_TOKEN, submission_id="two")
        # All that Clara hears is of her own case, and she counts it alone.
        *changes, counts = await clara.until("counts")
        assert {change["case"] for _, change in changes} == {table.case_id}
        assert counts == ("counts", {"new": "1", "open": "", "late": "", "held": ""})
        assert otto._sent.empty()


async def test_what_happened_since_the_page_was_made_is_told_first(
    app: Litestar, live: Live, staff: Staff, case_id: int
) -> None:
    async with listening(app, staff.boris, "since=0") as stream:
        assert await stream.next() == ("change", {"case": case_id, "event": "filed"})
    async with listening(app, staff.boris, "since=0", last_event_id="2") as stream:
        await staff.anna.post(f"/admin/cases/{case_id}/note", note="Hello")
        assert (await stream.next())[1]["event"] == "noted"


async def test_a_long_absence_is_caught_up_with_in_parts(
    app: Litestar, box: Box, live: Live, staff: Staff, venue: Venue, case_id: int
) -> None:
    for _ in range(MAX_CHANGES + 5):
        await DB.write(
            add_note, box.keys, now=NOON, viewer=venue.anna, case_id=case_id, text="Hello"
        )
    async with listening(app, staff.boris, "since=0") as stream:
        first = await stream.until("counts")
        second = await stream.until("counts")
    assert len(first) == MAX_CHANGES + 1
    assert len(second) == 7 + 1


@pytest.mark.parametrize("query", ["since=x", "since=99999999999999999999", "since=-1", ""])
async def test_an_impossible_start_means_from_now_on(
    app: Litestar, live: Live, staff: Staff, case_id: int, query: str
) -> None:
    async with listening(app, staff.boris, query) as stream:
        await staff.anna.post(f"/admin/cases/{case_id}/note", note="Hello")
        assert (await stream.next())[1]["event"] == "noted"


async def test_the_stream_ends_with_the_session(
    app: Litestar, live: Live, staff: Staff, case_id: int
) -> None:
    async with listening(app, staff.boris) as stream:
        await staff.boris.post("/admin/logout")
        assert await stream.next() == ("ended", {})
        assert (await stream.next())[0] == "over"


async def test_the_stream_of_a_disabled_account_ends_before_it_tells_more(
    app: Litestar, box: Box, live: Live, staff: Staff, venue: Venue
) -> None:
    async with listening(app, staff.boris) as stream:
        await DB.write(
            lambda tx: tx.run(
                Account.update({Account.disabled_at: NOON}).where(
                    Account.id == venue.boris.account_id
                )
            )
        )
        await file_case(box, "The tap drips", token=ROOM_TOKEN, has_worker=False)
        assert await stream.next() == ("ended", {})


async def test_an_area_that_is_taken_away_is_silent_at_once(
    app: Litestar, box: Box, live: Live, staff: Staff, venue: Venue
) -> None:
    async with listening(app, staff.boris) as stream:
        await DB.write(
            lambda tx: tx.sql(
                "UPDATE account_areas SET area_id = ? WHERE account_id = ?",
                venue.restaurant_id,
                venue.clara.account_id,
            )
        )
        await DB.write(
            lambda tx: tx.sql(
                "UPDATE account_areas SET area_id = ? WHERE account_id = ?",
                venue.restaurant_id,
                venue.boris.account_id,
            )
        )
        await file_case(box, "The tap drips", token=ROOM_TOKEN, has_worker=False)
        table = await file_case(box, "The soup", token=TABLE_TOKEN, submission_id="two")
        name, change = await stream.next()
        assert (name, change["case"]) == ("change", table.case_id)


async def test_what_the_worker_has_not_looked_at_is_not_told_of_at_first(
    app: Litestar, box: Box, clock: FrozenClock, live: Live, staff: Staff
) -> None:
    async with listening(app, staff.boris) as stream:
        await file_case(box, "The tap drips", token=ROOM_TOKEN, has_worker=False)
        other = await file_case(
            box,
            "No towels",
            token=ROOM_TOKEN,
            submission_id="two",
            now=NOON - LOOKED_AT_WITHIN,
            has_worker=False,
        )
        *changes, _ = await stream.until("counts")
        assert {change["case"] for _, change in changes} == {other.case_id}
    shown = (await staff.boris.get("/admin")).text
    assert "No towels" in shown
    assert "tap drips" not in shown
    # A worker that does not work must not hide it for ever.
    clock.set(NOON + LOOKED_AT_WITHIN)
    assert "tap drips" in (await staff.boris.get("/admin")).text


async def test_the_stream_ends_when_the_box_stops(app: Litestar, live: Live, staff: Staff) -> None:
    async with listening(app, staff.boris) as stream:
        live.close()
        assert (await stream.next())[0] == "over"
    async with listening(app, staff.boris) as late:
        assert (await late.next())[0] == "over"


async def test_nobody_watches_the_ledger_when_nobody_listens(
    app: Litestar, live: Live, staff: Staff, venue: Venue
) -> None:
    async with listening(app, staff.boris):
        assert live.num_streams(venue.boris.account_id) == 1
        assert live._watcher is not None
    assert live.num_streams(venue.boris.account_id) == 0
    assert live._watcher is None


async def test_an_account_has_so_many_streams_and_no_more(
    app: Litestar, live: Live, staff: Staff, venue: Venue
) -> None:
    streams = [live.listen(venue.boris.account_id, None) for _ in range(MAX_STREAMS_PER_ACCOUNT)]
    for stream in streams:
        stream.__enter__()
    assert (await staff.boris.get("/admin/events")).status_code == 429
    for stream in streams:
        stream.__exit__(None, None, None)


async def test_a_page_that_rings_hears_for_how_many_cases(
    app: Litestar, box: Box, live: Live, staff: Staff
) -> None:
    async with listening(app, staff.boris, "since=0&ring=1") as boris:
        assert await boris.next() == ("ring", {"num": 0, "newest": 0, "text": ""})
        filed = await file_case(box, "The tap drips", token=ROOM_TOKEN)
        assert (await boris.until("ring"))[-1][1] == {
            "num": 1,
            "newest": filed.case_id,
            "text": "1 new message that nobody has opened",
        }
        await staff.anna.get(f"/admin/cases/{filed.case_id}")
        assert (await boris.until("ring"))[-1][1]["num"] == 0


async def test_a_page_that_does_not_ring_hears_nothing_of_it(
    app: Litestar, box: Box, live: Live, staff: Staff
) -> None:
    async with listening(app, staff.boris, "since=0") as boris:
        await file_case(box, "The tap drips", token=ROOM_TOKEN)
        assert "ring" not in {name for name, _ in await boris.until("counts")}


async def test_it_rings_for_nobody_who_may_not_see_the_case(
    app: Litestar, box: Box, live: Live, staff: Staff
) -> None:
    async with (
        listening(app, staff.clara, "since=0&ring=1") as clara,
        listening(app, staff.otto, "since=0&ring=1") as otto,
    ):
        for stream in (clara, otto):
            assert (await stream.next())[1]["num"] == 0
        await file_case(box, "The tap drips", token=ROOM_TOKEN)
        await file_case(box, "The soup", token=TABLE_TOKEN, submission_id="two")
        assert (await clara.until("ring"))[-1][1]["num"] == 1
        assert otto._sent.empty()


async def test_a_stream_without_a_session_is_refused(browser: Browser) -> None:
    assert (await browser.get("/admin/events")).status_code == 401


async def test_a_quiet_stream_beats_and_asks_whether_the_session_still_holds(
    app: Litestar, box: Box, clock: FrozenClock, staff: Staff
) -> None:
    live = app.state.live = Live(poll_s=60, heartbeat_s=0.005)
    async with listening(app, staff.boris) as stream:
        clock.set(NOON + timedelta(hours=13))
        assert await stream.next() == ("ended", {})
    live.close()


async def test_two_on_one_case_hear_of_each_other(
    app: Litestar, box: Box, live: Live, staff: Staff, venue: Venue, case_id: int
) -> None:
    await DB.write(set_language, viewer=venue.boris, language="en")
    async with listening(app, staff.boris, f"case={case_id}") as boris:
        assert await boris.next() == ("presence", {"text": ""})
        async with listening(app, staff.anna, f"case={case_id}") as anna:
            assert await anna.next() == ("presence", {"text": "Boris is also looking at this."})
            assert await boris.next() == ("presence", {"text": "Anna is also looking at this."})
        assert await boris.next() == ("presence", {"text": ""})


def test_presence_counts_each_person_once_and_forgets() -> None:
    presence = Presence()
    presence.view(1, 10, "Boris", now=NOON)
    presence.enter(1, 11, "Anna", now=NOON)
    presence.enter(1, 11, "Anna", now=NOON)
    assert presence.others(1, 12, now=NOON) == ["Anna", "Boris"]
    assert presence.others(1, 11, now=NOON) == ["Boris"]
    assert presence.others(2, 11, now=NOON) == []

    later = NOON + timedelta(seconds=30)
    assert presence.others(1, 12, now=later) == ["Anna"]
    presence.leave(1, 11)
    assert presence.others(1, 12, now=later) == ["Anna"]
    presence.leave(1, 11)
    assert presence.others(1, 12, now=later) == []
