"""All places in memory: every scan asks for one, and they change a few times a year."""

import json
import sqlite3
import time
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.db import DB

# How old the directory may be before the revision is looked at again, seconds.
MAX_AGE_S = 0.25


@dataclass(frozen=True)
class House:
    """An establishment as the pages and the deadlines need it, with its company's particulars."""

    id: int
    slug: str
    name: str
    subscriber_id: int
    subscriber_name: str
    legal_name: str
    address: str
    website: str
    phone: str
    email: str
    zone: ZoneInfo
    language: str
    guest_languages: tuple[str, ...]
    promise_hours: int
    base_url: str
    official_sheets: str
    has_logo: bool


@dataclass(frozen=True)
class Place:
    """An access point with all that is around it; `origin` as the table has it."""

    access_point_id: int
    token: str
    code: str
    label: str
    is_retired: bool
    area_id: int
    area_name: str
    origin: str
    house: House


@dataclass(frozen=True)
class _Snapshot:
    revision: int
    houses: dict[int, House]
    by_token: dict[str, Place]
    by_id: dict[int, Place]


_EMPTY = _Snapshot(-1, {}, {}, {})


class Directory:
    """Finds places by token or id; reads the database again when a setting has changed."""

    def __init__(self) -> None:
        self._snapshot = _EMPTY
        self._checked_at = float("-inf")

    async def place(self, token: str) -> Place | None:
        """The access point with this token, retired ones included; None if there is none."""
        await self._refresh(is_forced=False)
        found = self._snapshot.by_token.get(token)
        if found is None:
            # It may have been made a moment ago.
            await self._refresh(is_forced=True)
            found = self._snapshot.by_token.get(token)
        return found

    async def place_by_id(self, access_point_id: int) -> Place:
        """The access point with this id. Raises KeyError."""
        await self._refresh(is_forced=access_point_id not in self._snapshot.by_id)
        return self._snapshot.by_id[access_point_id]

    async def house(self, establishment_id: int) -> House:
        """The establishment with this id. Raises KeyError."""
        await self._refresh(is_forced=establishment_id not in self._snapshot.houses)
        return self._snapshot.houses[establishment_id]

    async def houses(self) -> list[House]:
        """All establishments, by name."""
        await self._refresh(is_forced=False)
        return self.known_houses()

    def known_houses(self) -> list[House]:
        """All establishments, by name, as of the last look; none before the first."""
        return sorted(self._snapshot.houses.values(), key=lambda house: house.name)

    async def _refresh(self, *, is_forced: bool) -> None:
        now = time.monotonic()
        if not is_forced and now - self._checked_at < MAX_AGE_S:
            return
        known = self._snapshot.revision
        fresh = await DB.read(lambda connection: _load(connection, known))
        if fresh is not None:
            self._snapshot = fresh
        self._checked_at = now


def places_of_origin(connection: sqlite3.Connection, origin: str) -> list[Place]:
    """The access points of an origin that are in use, as they are now."""
    snapshot = _load(connection, _EMPTY.revision)
    assert snapshot is not None
    places = snapshot.by_id.values()
    return [place for place in places if place.origin == origin and not place.is_retired]


def _load(connection: sqlite3.Connection, known_revision: int) -> _Snapshot | None:
    """A new snapshot, or None when the known revision is still the newest."""
    (revision,) = connection.execute("SELECT settings_revision FROM box").fetchone()
    if revision == known_revision:
        return None
    houses = {row[0]: _house(row) for row in connection.execute(_HOUSES)}
    places = [
        Place(
            access_point_id=row[0],
            token=row[1],
            code=row[2],
            label=row[3],
            is_retired=row[4] is not None,
            area_id=row[5],
            area_name=row[6],
            origin=row[8],
            house=houses[row[7]],
        )
        for row in connection.execute(_PLACES)
    ]
    return _Snapshot(
        revision,
        houses,
        {place.token: place for place in places},
        {place.access_point_id: place for place in places},
    )


_HOUSES = """
    SELECT e.id, e.slug, e.name, s.id, s.name, s.legal_name, s.address, s.website, s.phone,
           s.email, e.timezone, e.language, e.guest_languages, e.promise_hours, e.base_url,
           e.official_sheets, e.logo IS NOT NULL
    FROM establishments e JOIN subscribers s ON s.id = e.subscriber_id
"""
_PLACES = """
    SELECT p.id, p.token, p.code, p.label, p.retired_at, a.id, a.name, p.establishment_id,
           p.origin
    FROM access_points p JOIN areas a ON a.id = p.area_id
"""


def _house(row: tuple[Any, ...]) -> House:
    return House(
        id=row[0],
        slug=row[1],
        name=row[2],
        subscriber_id=row[3],
        subscriber_name=row[4],
        legal_name=row[5] or row[4],
        address=row[6],
        website=row[7],
        phone=row[8],
        email=row[9],
        zone=ZoneInfo(row[10]),
        language=row[11],
        guest_languages=tuple(json.loads(row[12])),
        promise_hours=row[13],
        base_url=row[14].rstrip("/"),
        official_sheets=row[15],
        has_logo=bool(row[16]),
    )
