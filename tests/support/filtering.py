"""Filters and messages for the tests of filters."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sosbox.db import DB, Transaction
from sosbox.lib.text import fold
from sosbox.places.actions import note_settings_change
from sosbox.routing.filters import (
    Earlier,
    FilterAction,
    FilterFacts,
    MessageFacts,
    comparable,
    compile_checks,
)
from sosbox.routing.tables import Filter
from sosbox.routing.word_lists import READY_MADE, ready_made
from tests.support.venue import NOON

HOUSE, OTHER_HOUSE = 1, 2
ROOM, TABLE = 10, 11
WORD_LISTS = {language: ready_made(language) for language in READY_MADE}


def a_filter(
    action: str = "quarantine", *, establishment_id: int | None = None, **conditions: Any
) -> FilterFacts:
    checks = compile_checks(conditions, WORD_LISTS)
    return FilterFacts(1, "tried", FilterAction(action), establishment_id, checks)


def wrote(minutes_ago: float, text: str, *, house: int = HOUSE, point: int = ROOM) -> Earlier:
    """What a guest has written before noon."""
    moment = NOON - timedelta(minutes=minutes_ago)
    return Earlier(house, point, comparable(fold(text)), moment)


def a_message(
    text: str = "The tap drips",
    *earlier: Earlier,
    point: int = ROOM,
    email: str = "",
    phone: str = "",
    reference: str = "2DF7-K9MX",
) -> MessageFacts:
    """What a guest writes at noon; earlier: what others wrote, the newest first."""

    def within(window: timedelta) -> Iterator[Earlier]:
        return (each for each in earlier if NOON - each.created_at <= window)

    return MessageFacts(text, HOUSE, point, reference, (email, phone), within)


async def add_filter(
    subscriber_id: int,
    slug: str = "casino",
    action: str = "quarantine",
    *,
    disabled_at: datetime | None = None,
    establishment_id: int | None = None,
    **conditions: Any,
) -> int:
    """Stores a filter that is switched on, as if it had been set up long ago."""
    return await DB.write(
        _store,
        {
            "subscriber_id": subscriber_id,
            "slug": slug,
            "action": action,
            "disabled_at": disabled_at,
            "establishment_id": establishment_id,
            "conditions": json.dumps(conditions),
        },
    )


def _store(tx: Transaction, columns: Mapping[str, Any]) -> int:
    filter_id = tx.insert(Filter, **columns)
    note_settings_change(tx)
    return filter_id
