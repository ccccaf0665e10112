"""Reading filters and what they are compared with."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sosbox.db import Transaction
from sosbox.routing.filters import (
    Check,
    Earlier,
    FilterAction,
    FilterFacts,
    comparable,
    compile_checks,
)
from sosbox.routing.word_lists import READY_MADE, ready_made

# How far back messages are looked through, whatever the window of a filter.
MAX_EARLIER = 500
_CHUNK = 50

# Runs a select and returns its rows: `tx.sql`, or `execute` of a connection.
Query = Callable[..., Iterable[tuple[Any, ...]]]
WordLists = Mapping[str, Iterable[str]]

_log = logging.getLogger(__name__)


class FilterBook:
    """The filters in memory, read again in the first transaction after a setting has changed.

    Used inside `DB.write` alone, so by one at a time.
    """

    def __init__(self) -> None:
        self._revision = -1
        self._filters: dict[int, list[FilterFacts]] = {}

    def filters_of(self, tx: Transaction, subscriber_id: int) -> list[FilterFacts]:
        """The filters that are switched on, in their order."""
        revision = tx.memo.get("settings revision")
        if revision is None:
            revision = tx.sql("SELECT settings_revision FROM box")[0][0]
            tx.memo["settings revision"] = revision
        if revision != self._revision:
            self._filters = _load_filters(tx.sql)
            self._revision = revision
        return self._filters.get(subscriber_id, [])


def _load_filters(query: Query) -> dict[int, list[FilterFacts]]:
    found: dict[int, list[FilterFacts]] = {}
    for filter_id, subscriber_id, slug, house_id, conditions, action in query(
        "SELECT id, subscriber_id, slug, establishment_id, conditions, action FROM filters"
        " WHERE disabled_at IS NULL ORDER BY position, slug"
    ):
        checks = _checks(filter_id, json.loads(conditions), word_lists(query, subscriber_id))
        found.setdefault(subscriber_id, []).append(
            FilterFacts(filter_id, slug, FilterAction(action), house_id, checks)
        )
    return found


def word_lists(query: Query, subscriber_id: int) -> dict[str, list[str]]:
    """The offensive words that hold for a subscriber, by language."""
    lists = {language: list(ready_made(language)) for language in READY_MADE}
    for language, words in query(
        "SELECT language, words FROM word_lists WHERE subscriber_id = ?", subscriber_id
    ):
        lists[language] = json.loads(words)
    return lists


def earlier_messages(
    query: Query, subscriber_id: int, message_id: int, created_at: datetime
) -> Callable[[timedelta], Iterator[Earlier]]:
    """What guests of the subscriber wrote before a message, as `MessageFacts.earlier` wants it.

    Walks the messages of the box downwards and looks at MAX_EARLIER of them at most; those that
    were looked at once are not read again for the next filter.
    """
    seen: list[tuple[int, int, Earlier]] = []

    def rows() -> Iterator[tuple[int, int, Earlier]]:
        yield from seen
        while len(seen) < MAX_EARLIER:
            below = seen[-1][0] if seen else message_id
            chunk = [_earlier(row) for row in query(_BELOW, below, _CHUNK)]
            seen.extend(chunk)
            yield from chunk
            if len(chunk) < _CHUNK:
                return

    def earlier(window: timedelta) -> Iterator[Earlier]:
        for _, owner, message in rows():
            if created_at - message.created_at > window:
                return
            if owner == subscriber_id:
                yield message

    return earlier


# The unary plus and the cross join keep the walk on the messages.
_BELOW = """
    SELECT m.id, c.subscriber_id, c.establishment_id, c.access_point_id, m.search_text, m.created_at
    FROM messages m CROSS JOIN cases c ON c.id = m.case_id
    WHERE m.id < ? AND +m.direction = 'from_guest' ORDER BY m.id DESC LIMIT ?
"""


def _earlier(row: tuple[Any, ...]) -> tuple[int, int, Earlier]:
    message_id, subscriber_id, house_id, point_id, folded, created_at = row
    return message_id, subscriber_id, Earlier(house_id, point_id, comparable(folded), created_at)


def _checks(filter_id: int, conditions: Mapping[str, Any], lists: WordLists) -> tuple[Check, ...]:
    try:
        return compile_checks(conditions, lists)
    except ValueError:
        # Checked when it was stored, by another version of the library. It holds for nothing.
        _log.error("the pattern of filter %d cannot be used", filter_id)
        return ()
