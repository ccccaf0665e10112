"""Areas and access points that the staff adds, moves and retires. Runs inside `DB.write`.

All actions raise ForbiddenError, and NotFoundError for what is another company's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sosbox.db import Transaction
from sosbox.errors import InvalidFieldsError, NotFoundError, SosboxError, too_long
from sosbox.lib.ids import new_access_point_token
from sosbox.lib.slugs import new_slug
from sosbox.lib.text import one_line
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.places.building import (
    MAX_POSITION,
    STEP,
    BuildingArea,
    BuildingPoint,
    load_building,
)
from sosbox.places.series import MAX_LABEL, NewPoint
from sosbox.places.tables import AccessPoint, Area
from sosbox.staff.rules import Viewer

# Where something stays that nobody wants to move.
STAYS = -1
# Before everything else.
FIRST = 0


def add_area(tx: Transaction, *, viewer: Viewer, house_id: int, name: str) -> int:
    """A new area at the end of the building; returns its id. Raises InvalidFieldsError."""
    viewer.require_configure()
    rows = tx.sql(
        "SELECT 1 FROM establishments WHERE id = ? AND subscriber_id = ?",
        house_id,
        viewer.subscriber_id,
    )
    if not rows:
        raise NotFoundError("There is no such establishment.")
    building = load_building(tx.connection, house_id)
    label = _free_name(building, None, name)
    area_id = tx.insert(
        Area,
        establishment_id=house_id,
        slug=new_slug(label, {area.slug for area in building}, otherwise="area"),
        name=label,
        position=_last_position([area.position for area in building]),
    )
    note_settings_change(tx)
    return area_id


def change_area(
    tx: Transaction, *, viewer: Viewer, area_id: int, name: str, after_id: int, edition: str
) -> None:
    """Renames an area, or moves it in the building.

    after_id: of the area that it is to come after, FIRST or STAYS. Raises InvalidFieldsError,
    ConflictError when it has changed meanwhile.
    """
    house_id = _house_of_area(tx, viewer, area_id)
    building = load_building(tx.connection, house_id)
    area = next(each for each in building if each.id == area_id)
    require_edition(edition, area_edition(area))
    label = _free_name(building, area_id, name)
    order = _order_with(building, area_id, after_id)
    tx.sql("UPDATE areas SET name = ? WHERE id = ?", label, area_id)
    if order is not None:
        _number(tx, "areas", order)
    note_settings_change(tx)


def add_points(
    tx: Transaction, *, viewer: Viewer, area_id: int, points: Sequence[NewPoint], origin: str
) -> list[int]:
    """New access points, at the end of an area that somebody has arranged; returns their ids.

    Raises InvalidFieldsError.
    """
    house_id = _house_of_area(tx, viewer, area_id)
    known: dict[str, datetime | None] = dict(tx.sql(_CODES, house_id))
    for point in points:
        if point.code in known:
            raise InvalidFieldsError({"numbers": _taken(point.code, known[point.code])})
    ids = []
    for point in points:
        ids.append(
            tx.insert(
                AccessPoint,
                establishment_id=house_id,
                area_id=area_id,
                code=point.code,
                label=point.label,
                token=new_access_point_token(),
                origin=origin,
                position=_last_position_in(tx, area_id),
            )
        )
    note_settings_change(tx)
    return ids


def change_point(
    tx: Transaction,
    *,
    viewer: Viewer,
    point_id: int,
    label: str,
    area_id: int,
    after_id: int,
    edition: str,
) -> None:
    """Gives an access point another name, area or place.

    after_id: of the one in its area that it is to come after, FIRST or STAYS; no matter when it
    moves to another area. Raises InvalidFieldsError, ConflictError.
    """
    point, house_id = _point(tx, viewer, point_id)
    require_edition(edition, point)
    building = load_building(tx.connection, house_id)
    area = next((each for each in building if each.id == area_id), None)
    if area is None:
        raise InvalidFieldsError({"area": SosboxError("Please choose from the list.")})
    tx.sql("UPDATE access_points SET label = ? WHERE id = ?", label, point_id)
    if area_id != point.area_id:
        tx.sql(
            "UPDATE access_points SET area_id = ?, position = ? WHERE id = ?",
            area_id,
            _last_position_in(tx, area_id),
            point_id,
        )
    else:
        order = _order_with(area.points, point_id, after_id)
        if order is not None:
            _number(tx, "access_points", order)
    note_settings_change(tx)


def order_by_code(tx: Transaction, *, viewer: Viewer, area_id: int) -> None:
    """Forgets how the access points of an area were arranged: they go by their codes again."""
    _house_of_area(tx, viewer, area_id)
    tx.sql("UPDATE access_points SET position = 0 WHERE area_id = ?", area_id)
    note_settings_change(tx)


def retire_point(tx: Transaction, *, now: datetime, viewer: Viewer, point_id: int) -> None:
    """Its code tells guests to use another one from now on."""
    _point(tx, viewer, point_id)
    tx.sql(
        "UPDATE access_points SET retired_at = coalesce(retired_at, ?) WHERE id = ?", now, point_id
    )
    note_settings_change(tx)


def bring_point_back(tx: Transaction, *, viewer: Viewer, point_id: int) -> None:
    """Guests may write from it again, with the code that it had."""
    _point(tx, viewer, point_id)
    tx.sql("UPDATE access_points SET retired_at = NULL WHERE id = ?", point_id)
    note_settings_change(tx)


def area_edition(area: BuildingArea) -> tuple[object, ...]:
    """What of an area its form was made from; its access points have forms of their own."""
    return area.id, area.name, area.position


def _house_of_area(tx: Transaction, viewer: Viewer, area_id: int) -> int:
    viewer.require_configure()
    rows = tx.sql(
        "SELECT e.id FROM areas a JOIN establishments e ON e.id = a.establishment_id"
        " WHERE a.id = ? AND e.subscriber_id = ?",
        area_id,
        viewer.subscriber_id,
    )
    if not rows:
        raise NotFoundError("There is no such area.")
    return int(rows[0][0])


def _point(tx: Transaction, viewer: Viewer, point_id: int) -> tuple[BuildingPoint, int]:
    """The access point and its house."""
    viewer.require_configure()
    rows = tx.sql(
        "SELECT e.id FROM access_points p JOIN establishments e ON e.id = p.establishment_id"
        " WHERE p.id = ? AND e.subscriber_id = ?",
        point_id,
        viewer.subscriber_id,
    )
    if not rows:
        raise NotFoundError("There is no such access point.")
    house_id = int(rows[0][0])
    building = load_building(tx.connection, house_id, with_retired=True)
    points = (point for area in building for point in area.points)
    return next(point for point in points if point.id == point_id), house_id


def _free_name(building: Iterable[BuildingArea], area_id: int | None, name: str) -> str:
    """The name of an area, if no other one of the house has it. Raises InvalidFieldsError."""
    label = one_line(name)
    problem = None
    if not label:
        problem = SosboxError("Please write a name.")
    elif len(label) > MAX_LABEL:
        problem = too_long(label, MAX_LABEL)
    elif any(area.name == label and area.id != area_id for area in building):
        problem = SosboxError("There is an area of this name already.")
    if problem is not None:
        raise InvalidFieldsError({"name": problem})
    return label


def _taken(code: str, retired_at: datetime | None) -> SosboxError:
    if retired_at is not None:
        return SosboxError(
            "There was an access point “{code}” already, and it is retired. Please bring it back"
            " instead.",
            code=code,
        )
    return SosboxError("There is an access point “{code}” already.", code=code)


def _order_with(
    items: Iterable[BuildingArea] | Iterable[BuildingPoint], moved_id: int, after_id: int
) -> list[int] | None:
    """The ids in their new order; None when nothing is to move. Raises InvalidFieldsError."""
    if after_id in {STAYS, moved_id}:
        return None
    others = [item.id for item in items if item.id != moved_id]
    if after_id == FIRST:
        return [moved_id, *others]
    if after_id not in others:
        raise InvalidFieldsError({"after": SosboxError("Please choose from the list.")})
    place = others.index(after_id) + 1
    return [*others[:place], moved_id, *others[place:]]


def _number(tx: Transaction, table: str, ids: Iterable[int]) -> None:
    for number, row_id in enumerate(ids, start=1):
        tx.sql(f"UPDATE {table} SET position = ? WHERE id = ?", number * STEP, row_id)  # noqa: S608


def _last_position(positions: Sequence[int]) -> int:
    """Behind those that somebody has arranged; 0 where nobody has."""
    highest = max(positions, default=0)
    return min(highest + STEP, MAX_POSITION) if highest else 0


def _last_position_in(tx: Transaction, area_id: int) -> int:
    rows = tx.sql(
        "SELECT position FROM access_points WHERE area_id = ? AND retired_at IS NULL", area_id
    )
    return _last_position([row[0] for row in rows])


_CODES = "SELECT code, retired_at FROM access_points WHERE establishment_id = ?"
