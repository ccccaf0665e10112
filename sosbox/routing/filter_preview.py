"""What a filter would have caught: it is tried on what guests have written of late."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sosbox.lib.text import excerpt
from sosbox.routing.filter_queries import MAX_EARLIER
from sosbox.routing.filters import (
    Earlier,
    FilterFacts,
    MessageFacts,
    TooSlowError,
    comparable,
    has_hit,
)
from sosbox.staff.rules import Viewer

LOOK_BACK = timedelta(days=90)
# Looked at are the newest, until one of these is reached.
MAX_MESSAGES = 5_000
MAX_WALKED = 20_000
TIME_LIMIT_S = 2.0
MAX_EXAMPLES = 20


@dataclass(frozen=True)
class Example:
    """A message that would have been caught."""

    case_id: int
    place_code: str
    text: str
    language: str
    created_at: datetime


@dataclass(frozen=True)
class Preview:
    """What came of the trial.

    num_looked_at: of how many messages the others are. num_too_slow: in how many the pattern took
    too long. oldest_at: when the oldest of them was written, if the trial was cut short.
    """

    num_looked_at: int
    num_hits: int
    num_too_slow: int
    examples: tuple[Example, ...]
    oldest_at: datetime | None

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.num_hits / self.num_looked_at if self.num_looked_at else 0.0


@dataclass(frozen=True)
class _Message:
    case_id: int
    place_code: str
    language: str
    created_at: datetime
    text: str
    earlier: Earlier
    reference: str
    contacts: tuple[str, ...]


def try_filter(
    connection: sqlite3.Connection,
    viewer: Viewer,
    tried: FilterFacts,
    *,
    now: datetime,
    seconds: Callable[[], float] = time.monotonic,
) -> Preview:
    """Tries a filter on what the viewer may see of the last 90 days, the newest first.

    seconds: a clock for its own time; after TIME_LIMIT_S it says how far it has come.
    """
    deadline = seconds() + TIME_LIMIT_S
    messages, is_cut = _load(connection, viewer, now - LOOK_BACK)
    hits: list[_Message] = []
    num_looked_at = num_too_slow = 0
    for place, message in enumerate(messages):
        if seconds() > deadline:
            is_cut = True
            break
        num_looked_at += 1
        try:
            if has_hit(tried, _facts(messages, place)):
                hits.append(message)
        except TooSlowError:
            num_too_slow += 1
    return Preview(
        num_looked_at=num_looked_at,
        num_hits=len(hits),
        num_too_slow=num_too_slow,
        examples=tuple(_example(message) for message in hits[:MAX_EXAMPLES]),
        oldest_at=messages[num_looked_at - 1].created_at if is_cut and num_looked_at else None,
    )


def _load(
    connection: sqlite3.Connection, viewer: Viewer, since: datetime
) -> tuple[list[_Message], bool]:
    """The messages, the newest first, and whether there are more of them."""
    messages: list[_Message] = []
    for num_walked, row in enumerate(connection.execute(_WALK)):
        if row[7] < since:
            return messages, False
        if num_walked >= MAX_WALKED or len(messages) >= MAX_MESSAGES:
            return messages, True
        if viewer.may_see(row[0], row[1], is_sensitive=bool(row[2])):
            messages.append(_message(row))
    return messages, False


_WALK = """
    SELECT c.subscriber_id, c.area_id, c.is_sensitive, c.id, c.establishment_id, c.access_point_id,
           (SELECT code FROM access_points p WHERE p.id = c.access_point_id),
           m.created_at, m.language, m.text, m.search_text, c.reference, c.contact_email,
           c.contact_phone
    FROM messages m CROSS JOIN cases c ON c.id = m.case_id
    WHERE +m.direction = 'from_guest' ORDER BY m.id DESC
"""


def _message(row: Sequence[Any]) -> _Message:
    return _Message(
        case_id=row[3],
        place_code=row[6],
        language=row[8],
        created_at=row[7],
        text=row[9],
        earlier=Earlier(row[4], row[5], comparable(row[10]), row[7]),
        reference=row[11],
        contacts=(row[12], row[13]),
    )


def _facts(messages: Sequence[_Message], place: int) -> MessageFacts:
    message = messages[place]

    def earlier(window: timedelta) -> Iterator[Earlier]:
        for other in messages[place + 1 : place + 1 + MAX_EARLIER]:
            if message.created_at - other.created_at > window:
                return
            yield other.earlier

    return MessageFacts(
        text=message.text,
        establishment_id=message.earlier.establishment_id,
        access_point_id=message.earlier.access_point_id,
        reference=message.reference,
        contacts=message.contacts,
        earlier=earlier,
    )


def _example(message: _Message) -> Example:
    return Example(
        case_id=message.case_id,
        place_code=message.place_code,
        text=excerpt(message.text),
        language=message.language,
        created_at=message.created_at,
    )
