"""Filters and word lists as the pages that change them need them."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sosbox.errors import NotFoundError
from sosbox.routing.filters import FilterAction
from sosbox.routing.word_lists import ready_made

# Hits are shown for so long a time.
HITS_WITHIN = timedelta(days=30)
# Counts stop here.
MAX_HITS = 1_000


@dataclass(frozen=True)
class FilterSettings:
    """A filter as stored."""

    id: int
    slug: str
    action: FilterAction
    establishment_id: int | None
    conditions: Mapping[str, Any]
    is_disabled: bool


@dataclass(frozen=True)
class HitCounts:
    """What a filter has found of late; `num_too_slow`: where its pattern took too long."""

    num: int
    num_too_slow: int


@dataclass(frozen=True)
class WordListSettings:
    """The offensive words of a language. is_own: they replace those that the box brings along."""

    language: str
    words: tuple[str, ...]
    is_own: bool


def load_filters(connection: sqlite3.Connection, subscriber_id: int) -> dict[int, FilterSettings]:
    """All filters of a subscriber, by id in their order."""
    rows = connection.execute(
        f"{_FILTERS} WHERE subscriber_id = ? ORDER BY position, slug", (subscriber_id,)
    )
    return {row[0]: _filter(row) for row in rows}


def load_filter(
    connection: sqlite3.Connection, subscriber_id: int, filter_id: int
) -> FilterSettings:
    """Raises NotFoundError, also for another subscriber's."""
    row = connection.execute(
        f"{_FILTERS} WHERE subscriber_id = ? AND id = ?", (subscriber_id, filter_id)
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such filter.")
    return _filter(row)


_FILTERS = "SELECT id, slug, action, establishment_id, conditions, disabled_at FROM filters"


def _filter(row: tuple[Any, ...]) -> FilterSettings:
    return FilterSettings(
        id=row[0],
        slug=row[1],
        action=FilterAction(row[2]),
        establishment_id=row[3],
        conditions=json.loads(row[4]),
        is_disabled=row[5] is not None,
    )


def count_hits(connection: sqlite3.Connection, filter_id: int, *, now: datetime) -> HitCounts:
    """The hits of the last 30 days of a filter of the viewer's; each number at most MAX_HITS."""
    since = now - HITS_WITHIN
    hits, slow = (
        connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM filter_hits WHERE filter_id = ?"
            " AND created_at >= ? AND (action = 'too_slow') = ? LIMIT ?)",
            (filter_id, since, is_slow, MAX_HITS),
        ).fetchone()[0]
        for is_slow in (0, 1)
    )
    return HitCounts(hits, slow)


def load_word_list(
    connection: sqlite3.Connection, subscriber_id: int, language: str
) -> WordListSettings:
    """The subscriber's own list, else the one that the box brings along."""
    row = connection.execute(
        "SELECT words FROM word_lists WHERE subscriber_id = ? AND language = ?",
        (subscriber_id, language),
    ).fetchone()
    if row is None:
        return WordListSettings(language, ready_made(language), is_own=False)
    return WordListSettings(language, tuple(json.loads(row[0])), is_own=True)
