"""Adding, changing, switching and deleting filters and lists of words. Runs inside `DB.write`.

Every action takes the viewer, checks the right, and finds nothing that is another subscriber's.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.lib.slugs import new_slug
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.routing.filter_checks import FilterDraft
from sosbox.routing.filter_settings import FilterSettings, load_filter, load_filters, load_word_list
from sosbox.routing.problems import too_many
from sosbox.routing.tables import Filter, WordList
from sosbox.staff.rules import Viewer

# Each is looked at for every message.
MAX_FILTERS = 100


def add_filter(tx: Transaction, *, now: datetime, viewer: Viewer, draft: FilterDraft) -> int:
    """Adds it after all others, switched off, and returns its id: nobody should switch one on
    before having seen what it would catch. Raises ForbiddenError, InvalidFieldsError."""
    viewer.require_configure()
    _check_places(tx, viewer, draft)
    filters = load_filters(tx.connection, viewer.subscriber_id)
    if len(filters) >= MAX_FILTERS:
        raise InvalidFieldsError({"name": too_many(MAX_FILTERS)})
    position = "SELECT coalesce(max(position), 0) + 1 FROM filters WHERE subscriber_id = ?"
    filter_id = tx.insert(
        Filter,
        subscriber_id=viewer.subscriber_id,
        slug=new_slug(draft.name, {each.slug for each in filters.values()}, otherwise="filter"),
        position=tx.sql(position, viewer.subscriber_id)[0][0],
        disabled_at=now,
        **_columns(draft),
    )
    note_settings_change(tx)
    return filter_id


def change_filter(
    tx: Transaction, *, viewer: Viewer, filter_id: int, draft: FilterDraft, edition: str
) -> None:
    """Raises NotFoundError, ForbiddenError, InvalidFieldsError; ConflictError when it has changed
    meanwhile."""
    stored = _load_to_change(tx, viewer, filter_id)
    require_edition(edition, stored)
    _check_places(tx, viewer, draft)
    filters = load_filters(tx.connection, viewer.subscriber_id)
    taken = {each.slug for each in filters.values() if each.id != filter_id}
    columns: dict[Any, Any] = _columns(draft)
    columns["slug"] = new_slug(draft.name, taken, otherwise=stored.slug)
    tx.run(Filter.update(columns).where(Filter.id == filter_id))
    note_settings_change(tx)


def switch_filter(
    tx: Transaction, *, now: datetime, viewer: Viewer, filter_id: int, is_on: bool
) -> None:
    """Raises NotFoundError, ForbiddenError."""
    if _load_to_change(tx, viewer, filter_id).is_disabled is is_on:
        disabled_at = None if is_on else now
        tx.run(Filter.update({Filter.disabled_at: disabled_at}).where(Filter.id == filter_id))
        note_settings_change(tx)


def delete_filter(tx: Transaction, *, viewer: Viewer, filter_id: int, edition: str) -> None:
    """What it has found keeps its name. Raises NotFoundError, ForbiddenError; ConflictError when
    it has changed meanwhile."""
    require_edition(edition, _load_to_change(tx, viewer, filter_id))
    tx.sql("UPDATE filter_hits SET filter_id = NULL WHERE filter_id = ?", filter_id)
    tx.sql("DELETE FROM filters WHERE id = ?", filter_id)
    note_settings_change(tx)


def store_word_list(
    tx: Transaction, *, viewer: Viewer, language: str, words: Sequence[str], edition: str
) -> None:
    """Replaces the words of a language. Raises ForbiddenError; ConflictError when they have changed
    meanwhile."""
    viewer.require_configure()
    stored = load_word_list(tx.connection, viewer.subscriber_id, language)
    require_edition(edition, stored)
    _forget_word_list(tx, viewer, language)
    tx.insert(
        WordList,
        subscriber_id=viewer.subscriber_id,
        language=language,
        words=json.dumps(list(words), ensure_ascii=False),
    )
    note_settings_change(tx)


def reset_word_list(tx: Transaction, *, viewer: Viewer, language: str) -> None:
    """Back to the words that the box brings along. Raises ForbiddenError."""
    viewer.require_configure()
    _forget_word_list(tx, viewer, language)
    note_settings_change(tx)


def _load_to_change(tx: Transaction, viewer: Viewer, filter_id: int) -> FilterSettings:
    viewer.require_configure()
    return load_filter(tx.connection, viewer.subscriber_id, filter_id)


def _check_places(tx: Transaction, viewer: Viewer, draft: FilterDraft) -> None:
    """Whether the places are this subscriber's. Raises InvalidFieldsError."""
    points = draft.conditions.get("access_points", ())
    theirs = {
        (house_id, point_id)
        for house_id, point_id in tx.sql(_PLACES, viewer.subscriber_id)
        if draft.establishment_id in (None, house_id)
    }
    problem = SosboxError("Please choose from the list.")
    if draft.establishment_id is not None and not theirs:
        raise InvalidFieldsError({"establishment": problem})
    if set(points) - {point_id for _, point_id in theirs}:
        elsewhere = SosboxError("Some of these are in another establishment.")
        raise InvalidFieldsError({"access_points": elsewhere})


_PLACES = """
    SELECT e.id, p.id FROM establishments e LEFT JOIN access_points p ON p.establishment_id = e.id
    WHERE e.subscriber_id = ?
"""


def _columns(draft: FilterDraft) -> dict[str, Any]:
    return {
        "establishment_id": draft.establishment_id,
        "conditions": json.dumps(
            draft.conditions, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ),
        "action": str(draft.action),
    }


def _forget_word_list(tx: Transaction, viewer: Viewer, language: str) -> None:
    tx.sql(
        "DELETE FROM word_lists WHERE subscriber_id = ? AND language = ?",
        viewer.subscriber_id,
        language,
    )
