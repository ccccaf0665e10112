"""Who is behind a post and when: adding, changing and removing shifts. Runs inside `DB.write`."""

from typing import Any

from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, Problems, SosboxError
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.routing.actions import (
    as_json,
    open_settings,
    replace_links,
    require_known,
)
from sosbox.routing.drafts import ShiftDraft
from sosbox.routing.problems import too_many
from sosbox.routing.settings import Settings
from sosbox.routing.tables import RotaPerson, RotaShift
from sosbox.routing.uses import uses_of
from sosbox.staff.rules import Viewer

MAX_SHIFTS = 400


def add_shift(tx: Transaction, *, viewer: Viewer, post_id: int, draft: ShiftDraft) -> int:
    """Returns the id; the first shift makes a post of the recipient.

    Raises NotFoundError, ForbiddenError, InvalidFieldsError.
    """
    settings = open_settings(tx, viewer)
    _check(settings, post_id, draft)
    if len(settings.shifts.get(post_id, ())) >= MAX_SHIFTS:
        raise InvalidFieldsError({"people": too_many(MAX_SHIFTS)})
    shift_id = tx.insert(RotaShift, recipient_id=post_id, **_columns(draft))
    replace_links(tx, RotaPerson, {"shift_id": shift_id}, draft.people)
    note_settings_change(tx)
    return shift_id


def change_shift(
    tx: Transaction,
    *,
    viewer: Viewer,
    post_id: int,
    shift_id: int,
    draft: ShiftDraft,
    edition: str,
) -> None:
    """Raises NotFoundError, ForbiddenError, InvalidFieldsError; ConflictError when it has changed
    meanwhile."""
    settings = open_settings(tx, viewer)
    require_edition(edition, settings.shift(post_id, shift_id))
    _check(settings, post_id, draft)
    columns: dict[Any, Any] = _columns(draft)
    tx.run(RotaShift.update(columns).where(RotaShift.id == shift_id))
    replace_links(tx, RotaPerson, {"shift_id": shift_id}, draft.people)
    note_settings_change(tx)


def remove_shift(
    tx: Transaction, *, viewer: Viewer, post_id: int, shift_id: int, edition: str
) -> None:
    """Raises NotFoundError, ForbiddenError; ConflictError when it has changed meanwhile."""
    settings = open_settings(tx, viewer)
    require_edition(edition, settings.shift(post_id, shift_id))
    tx.sql("DELETE FROM rota_shifts WHERE id = ?", shift_id)
    note_settings_change(tx)


def _check(settings: Settings, post_id: int, draft: ShiftDraft) -> None:
    """Who is behind a post is a person: the matcher does not look behind a post twice."""
    post = settings.recipient(post_id)
    problems = Problems()
    require_known(problems, "people", draft.people, settings.recipients)
    if post_id in draft.people:
        problems.add("people", SosboxError("A post cannot stand in for itself."))
    posts = settings.names_of(set(draft.people) & set(settings.shifts))
    if posts:
        problems.add(
            "people", SosboxError("{name} is a post itself. Please choose people.", name=posts[0])
        )
    if draft.people and uses_of(settings, post_id).posts:
        problems.add(
            "people",
            SosboxError(
                "{name} stands in the rota of a post, and so cannot be one itself.",
                name=post.name,
            ),
        )
    problems.refuse()


def _columns(draft: ShiftDraft) -> dict[str, Any]:
    return {
        "weekdays": as_json(draft.weekdays),
        "dates": as_json(draft.dates),
        "hours": as_json(draft.hours),
    }
