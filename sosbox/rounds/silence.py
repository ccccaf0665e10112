"""Access points that used to bring messages and do not any more: perhaps the code is gone."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# How long before its last message an access point is looked at, to know its rhythm.
LOOK_BACK = timedelta(days=180)
# Fewer messages than this in that time are no rhythm.
MIN_MESSAGES = 3
# When so many were to be expected and none has come, that is chance once in fifty times: by
# Poisson, exp(-4) is 0.018.
MIN_EXPECTED = 4.0


@dataclass(frozen=True)
class Rhythm:
    """How often guests wrote from an access point.

    last_at: of the last message; num_before: how many came within LOOK_BACK before it;
    seen_at: when a round has last found its paper in its place, in good condition.
    """

    last_at: datetime
    num_before: int
    seen_at: datetime | None = None

    @property
    def usual_gap(self) -> timedelta:
        """From one message to the next, usually. Only for one that is a rhythm."""
        return LOOK_BACK / self.num_before


@dataclass(frozen=True)
class SilentPoint:
    """An access point that has fallen silent."""

    access_point_id: int
    code: str
    label: str
    area_name: str
    house_id: int
    house_slug: str
    rhythm: Rhythm


def is_silent(rhythm: Rhythm, now: datetime) -> bool:
    """Whether so many messages are missing that it can hardly be chance.

    A code that somebody has seen since may be silent from then on.
    """
    if rhythm.num_before < MIN_MESSAGES:
        return False
    since = max(rhythm.last_at, rhythm.seen_at or rhythm.last_at)
    return (now - since) / rhythm.usual_gap >= MIN_EXPECTED


def load_silent_points(
    connection: sqlite3.Connection,
    *,
    now: datetime,
    subscriber_id: int | None = None,
    area_ids: Iterable[int] | None = None,
) -> list[SilentPoint]:
    """Those in use with a code on paper that have fallen silent, the quickest rhythm first.

    subscriber_id, area_ids: of these alone; None for all.
    """
    wanted = None if area_ids is None else json.dumps(sorted(area_ids))
    rows = connection.execute(_LAST, {"owner": subscriber_id, "areas": wanted}).fetchall()
    silent = []
    for point_id, code, label, area, house_id, house_slug, last_at, seen_at in rows:
        if last_at is None:
            continue
        rhythm = Rhythm(last_at, _num_before(connection, point_id, last_at), seen_at)
        if is_silent(rhythm, now):
            silent.append(SilentPoint(point_id, code, label, area, house_id, house_slug, rhythm))
    return sorted(silent, key=lambda point: point.rhythm.usual_gap)


def _num_before(connection: sqlite3.Connection, point_id: int, last_at: datetime) -> int:
    row = connection.execute(_BEFORE, (point_id, last_at - LOOK_BACK, last_at)).fetchone()
    return int(row[0])


# For each access point one look at the end of the index.
_LAST = """
    SELECT p.id, p.code, p.label, a.name, e.id, e.slug,
           (SELECT max(c.filed_at) FROM cases c WHERE c.access_point_id = p.id)
               AS "last_at [timestamptz]",
           (SELECT max(h.seen_at) FROM pieces h WHERE h.access_point_id = p.id
                AND h.state = 'current' AND h.condition = 'good') AS "seen_at [timestamptz]"
    FROM access_points p JOIN areas a ON a.id = p.area_id
    JOIN establishments e ON e.id = p.establishment_id
    WHERE p.retired_at IS NULL AND p.origin = 'qr'
      AND (:owner IS NULL OR e.subscriber_id = :owner)
      AND (:areas IS NULL OR p.area_id IN (SELECT value FROM json_each(:areas)))
    ORDER BY e.slug, p.id
"""
_BEFORE = """
    SELECT count(*) FROM cases WHERE access_point_id = ? AND filed_at >= ? AND filed_at < ?
"""
