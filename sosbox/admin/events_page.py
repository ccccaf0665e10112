"""The event stream that keeps an open page up to date."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Stream

from sosbox.admin.access import BACKGROUND, Visit, idle_time
from sosbox.admin.forms import as_id, path_id, read_query
from sosbox.admin.live import MAX_STREAMS_PER_ACCOUNT, Live, Wake, live_of
from sosbox.admin.words import capped, people_here, ring_words
from sosbox.cases.inbox_queries import MAX_COUNT, Counts, read_counts
from sosbox.cases.queries import MAX_CHANGES, Change, changes_since, load_case
from sosbox.cases.ring_queries import Ring, read_ring
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
    """What one look at the database brought; `counts` only when something has changed, `ring` only
    when it was asked for."""

    newest: int
    changes: list[Change]
    counts: Counts | None
    ring: Ring | None = None


@dataclass(frozen=True)
class _Wish:
    """What a page wants to hear of.

    since: the entry of the ledger after which it begins; None: now. case_id: also who else looks at
    this case. has_ring: also for how many new cases it rings.
    """

    since: int | None
    case_id: int | None
    has_ring: bool


@get("/events", opt=BACKGROUND)
async def stream_events(request: Request[Any, Any, Any], visit: NamedDependency[Visit]) -> Stream:
    """Tells what happens to the cases that the viewer may see, from the entry `since` on.

    With `case`, also who else looks at that case; with `ring`, also for how many cases it rings.
    Ends when the session does.
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
    wish = _Wish(since, case_id, has_ring="ring" in query)
    return Stream(
        _events(live, visit, wish),
        media_type="text/event-stream",
        headers={**SECURITY_HEADERS, "X-Accel-Buffering": "no"},
    )


async def _events(live: Live, visit: Visit, wish: _Wish) -> AsyncIterator[bytes]:
    since, case_id = wish.since, wish.case_id
    with live.listen(visit.viewer.account_id, case_id) as listener:
        if case_id is not None:
            viewer = visit.viewer
            now = visit.box.clock.now()
            live.presence.enter(case_id, viewer.account_id, viewer.name, now=now)
            live.wake(case_id)
        try:
            yield f"retry: {_RETRY_MS}\n\n".encode()
            here: str | None = None
            ring: Ring | None = None
            while True:
                news = await _look(visit, since, wish)
                if news is None:
                    yield _event("ended", {})
                    return
                since = news.newest
                for change in news.changes:
                    data = {"case": change.case_id, "event": change.event}
                    yield _event("change", data, change.entry_id)
                if news.counts is not None:
                    yield _event("counts", _as_badges(news.counts), news.newest)
                if news.ring is not None and news.ring != ring:
                    ring = news.ring
                    yield _event("ring", _as_ring(ring, visit))
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


async def _look(visit: Visit, since: int | None, wish: _Wish) -> _News | None:
    """What is new for the viewer as the account is now; None when the session has ended.

    Asked at every turn: somebody whose areas have changed, or who was locked out, must not learn
    of another case.
    """
    now = visit.box.clock.now()

    def read(connection: sqlite3.Connection) -> _News | None:
        session = session_by_hash(connection, visit.token_hash, now=now, idle=idle_time(visit.box))
        if session is None:
            return None
        news = _news(connection, session.viewer, since, wish.case_id, now)
        if wish.has_ring:
            news = replace(news, ring=read_ring(connection, session.viewer, now=now))
        return news

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


def _as_ring(ring: Ring, visit: Visit) -> dict[str, object]:
    text = ring_words(ring.num, MAX_COUNT, visit.localizer) if ring.num else ""
    return {"num": ring.num, "newest": ring.newest_case_id, "text": text}


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
