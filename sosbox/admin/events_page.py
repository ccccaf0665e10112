"""The event stream that keeps an open page up to date."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Stream

from sosbox.admin.access import BACKGROUND, Visit, idle_time
from sosbox.admin.forms import as_id, path_id, read_query
from sosbox.admin.live import MAX_STREAMS_PER_ACCOUNT, Live, Wake, live_of
from sosbox.admin.words import capped, people_here
from sosbox.cases.inbox_queries import MAX_COUNT, Counts, read_counts
from sosbox.cases.queries import MAX_CHANGES, Change, changes_since, load_case
from sosbox.db import DB
from sosbox.errors import TooManyError
from sosbox.ledger.queries import newest_entry_id
from sosbox.staff.queries import session_by_hash
from sosbox.staff.rules import Viewer
from sosbox.ui.pages import SECURITY_HEADERS

# How long a browser waits before it connects again, milliseconds.
_RETRY_MS = 2_000


@dataclass(frozen=True)
class _News:
    """What one look at the database brought; `counts` only when something has changed."""

    newest: int
    changes: list[Change]
    counts: Counts | None


@get("/events", opt=BACKGROUND)
async def stream_events(request: Request[Any, Any, Any], visit: NamedDependency[Visit]) -> Stream:
    """Tells what happens to the cases that the viewer may see, from the entry `since` on.

    With `case`, also who else looks at that case. Ends when the session does.
    """
    live = live_of(request)
    if live.num_streams(visit.viewer.account_id) >= MAX_STREAMS_PER_ACCOUNT:
        raise TooManyError("Too many pages are open.", retry_after_s=60)
    query = read_query(request)
    case_id = None
    if "case" in query:
        case_id = (await load_case(visit.viewer, path_id(query["case"]))).id
    last_seen = as_id(request.headers.get("last-event-id", ""))
    since = last_seen if last_seen is not None else as_id(query.get("since", ""))
    return Stream(
        _events(live, visit, case_id, since),
        media_type="text/event-stream",
        headers={**SECURITY_HEADERS, "X-Accel-Buffering": "no"},
    )


async def _events(
    live: Live, visit: Visit, case_id: int | None, since: int | None
) -> AsyncIterator[bytes]:
    with live.listen(visit.viewer.account_id, case_id) as listener:
        if case_id is not None:
            viewer = visit.viewer
            now = visit.box.clock.now()
            live.presence.enter(case_id, viewer.account_id, viewer.name, now=now)
            live.wake(case_id)
        try:
            yield f"retry: {_RETRY_MS}\n\n".encode()
            here = None
            while True:
                news = await _look(visit, since, case_id)
                if news is None:
                    yield _event("ended", {})
                    return
                since = news.newest
                for change in news.changes:
                    data = {"case": change.case_id, "event": change.event}
                    yield _event("change", data, change.entry_id)
                if news.counts is not None:
                    yield _event("counts", _as_badges(news.counts), news.newest)
                if case_id is not None and (now_here := _here(live, visit, case_id)) != here:
                    here = now_here
                    yield _event("presence", {"text": here})
                if len(news.changes) == MAX_CHANGES:
                    continue
                wake = await live.wait(listener)
                if wake is Wake.CLOSED:
                    return
                if wake is Wake.HEARTBEAT:
                    yield b":\n\n"
        finally:
            if case_id is not None:
                live.presence.leave(case_id, visit.viewer.account_id)
                live.wake(case_id)


async def _look(visit: Visit, since: int | None, case_id: int | None) -> _News | None:
    """What is new for the viewer as the account is now; None when the session has ended.

    Asked at every turn: somebody whose areas have changed, or who was locked out, must not learn
    of another case.
    """
    now = visit.box.clock.now()

    def read(connection: sqlite3.Connection) -> _News | None:
        session = session_by_hash(connection, visit.token_hash, now=now, idle=idle_time(visit.box))
        if session is None:
            return None
        return _news(connection, session.viewer, since, case_id, now)

    return await DB.read(read)


def _news(
    connection: sqlite3.Connection,
    viewer: Viewer,
    since: int | None,
    case_id: int | None,
    now: datetime,
) -> _News:
    newest = newest_entry_id(connection)
    if since is None or since >= newest:
        return _News(newest, [], None)
    changes = changes_since(connection, viewer, since, now=now, open_case_id=case_id)
    counts = read_counts(connection, viewer, now=now) if changes else None
    if len(changes) == MAX_CHANGES:
        return _News(changes[-1].entry_id, changes, counts)
    return _News(newest, changes, counts)


def _here(live: Live, visit: Visit, case_id: int) -> str:
    names = live.presence.others(case_id, visit.viewer.account_id, now=visit.box.clock.now())
    return people_here(names, visit.localizer)


def _as_badges(counts: Counts) -> dict[str, str]:
    return {
        "new": capped(counts.num_new, MAX_COUNT),
        "open": capped(counts.num_open, MAX_COUNT),
        "late": capped(counts.num_late, MAX_COUNT),
        "held": capped(counts.num_held, MAX_COUNT),
    }


def _event(name: str, data: Mapping[str, object], entry_id: int | None = None) -> bytes:
    number = f"id: {entry_id}\n" if entry_id is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
