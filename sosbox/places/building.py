"""The order of the building: areas as somebody walks through them, in each its access points."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sosbox.lib.text import fold

Key = tuple[object, ...]
# Places that somebody has arranged are this far apart, so that another one fits between two.
STEP = 10
MAX_POSITION = 1_000_000
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class BuildingPoint:
    """An access point; `retired_at` is None while it is in use."""

    id: int
    area_id: int
    code: str
    label: str
    token: str
    origin: str
    position: int
    retired_at: datetime | None

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


@dataclass(frozen=True)
class BuildingArea:
    """An area with its access points, all in their order."""

    id: int
    slug: str
    name: str
    position: int
    points: tuple[BuildingPoint, ...]


def natural_key(text: str) -> Key:
    """Sorts as people count: "R-2" comes before "R-10". Case and accents make no difference."""
    parts = _DIGITS.split(fold(text))
    # At odd places stand digits, at even ones what is between them: like meets like.
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts))


def area_key(position: int, name: str) -> Key:
    """Areas by their place in the building, those that have none by name."""
    return position, natural_key(name)


def point_key(position: int, code: str) -> Key:
    """Access points by their place in the area, those that have none by code."""
    return position, natural_key(code)


def load_building(
    connection: sqlite3.Connection, establishment_id: int, *, with_retired: bool = False
) -> list[BuildingArea]:
    """All areas of an establishment with their access points, in the order of the building.

    with_retired: also access points that are no longer in use. Empty areas are there as well.
    """
    by_area: dict[int, list[BuildingPoint]] = {}
    for row in connection.execute(_POINTS, (establishment_id,)):
        point = BuildingPoint(*row)
        if with_retired or not point.is_retired:
            by_area.setdefault(point.area_id, []).append(point)
    areas = [
        BuildingArea(area_id, slug, name, position, in_order(by_area.get(area_id, ())))
        for area_id, slug, name, position in connection.execute(_AREAS, (establishment_id,))
    ]
    return sorted(areas, key=lambda area: area_key(area.position, area.name))


def in_order(points: Iterable[BuildingPoint]) -> tuple[BuildingPoint, ...]:
    return tuple(sorted(points, key=lambda point: point_key(point.position, point.code)))


_AREAS = "SELECT id, slug, name, position FROM areas WHERE establishment_id = ? ORDER BY id"
_POINTS = """
    SELECT id, area_id, code, label, token, origin, position, retired_at FROM access_points
    WHERE establishment_id = ? ORDER BY id
"""
