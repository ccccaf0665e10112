"""Replies that wait for a decision, as the staff sees them."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sosbox.cases.inbox_queries import MAX_COUNT
from sosbox.cases.rules import Origin, fitting_text
from sosbox.cases.scopes import scope_of
from sosbox.db import DB
from sosbox.staff.rules import Viewer

# A page shows no more; those that wait longest come first.
MAX_SHOWN = 100


@dataclass(frozen=True)
class OpenReply:
    """A reply that somebody has to decide on.

    name: of the recipient who wrote it, empty when that is not known. text: as it would be sent.
    reason: a message id, why the box did not decide; empty when it leaves that to people.
    reference, place_code: of its case, empty without one.
    """

    id: int
    channel: str
    sender: str
    name: str
    language: str
    text: str
    reason: str
    received_at: datetime
    case_id: int | None
    reference: str
    place_code: str

    @property
    def is_from_guest(self) -> bool:
        """Whether a guest has written it, as far as can be told."""
        return self.channel == "sms" and not self.name


@dataclass(frozen=True)
class ReplyCounts:
    """How many replies wait for the viewer, each at most MAX_COUNT."""

    num_to_confirm: int
    num_unassigned: int


async def replies_of_case(case_id: int) -> list[OpenReply]:
    """What waits to be confirmed; the caller has checked who is asking."""
    return await DB.read(
        lambda connection: _replies(
            connection, "WHERE p.state = 'to_confirm' AND p.case_id = ?", [case_id]
        )
    )


async def writes_by_sms(case_id: int) -> bool:
    """Whether the guest of a case has written by SMS, so that answers go there."""
    return await DB.read(lambda connection: is_sms_guest(connection, case_id))


def is_sms_guest(connection: sqlite3.Connection, case_id: int) -> bool:
    """`writes_by_sms` for callers that have a connection."""
    sql = (
        "SELECT 1 FROM replies WHERE case_id = ? AND channel = 'sms' AND state = 'taken'"
        " AND recipient_id IS NULL LIMIT 1"
    )
    return connection.execute(sql, (case_id,)).fetchone() is not None


async def replies_to_confirm(viewer: Viewer) -> list[OpenReply]:
    """What waits to be confirmed in cases that the viewer may see."""
    scope, arguments = scope_of(viewer)
    condition = f"WHERE p.state = 'to_confirm' AND {scope}"
    return await DB.read(lambda connection: _replies(connection, condition, arguments))


async def unassigned_replies(viewer: Viewer) -> list[OpenReply]:
    """What belongs to no case that the box could find; for owner and manager."""

    def fetch(connection: sqlite3.Connection) -> list[OpenReply]:
        scope, arguments = _unassigned_scope(connection, viewer)
        return _replies(connection, f"WHERE p.state = 'unassigned' AND {scope}", arguments)

    return await DB.read(fetch)


def may_see_unassigned(connection: sqlite3.Connection, viewer: Viewer, reply_id: int) -> bool:
    """Whether a reply that was never assigned is for the viewer, decided on or not."""
    scope, arguments = _unassigned_scope(connection, viewer)
    sql = f"SELECT 1 FROM replies p WHERE p.id = ? AND p.case_id IS NULL AND {scope}"  # noqa: S608
    return connection.execute(sql, [reply_id, *arguments]).fetchone() is not None


async def reply_counts(viewer: Viewer) -> ReplyCounts:
    return await DB.read(lambda connection: _counts(connection, viewer))


def num_shown_to_nobody(connection: sqlite3.Connection) -> int:
    """Replies that no company may see, for it is not known whose they are."""
    keeper = _keeper(connection)
    sql = "SELECT count(*) FROM replies WHERE state = 'unassigned' AND subscriber_id IS NULL"
    if keeper is not None:
        sql += " AND recipient_id IS NOT NULL"
    (num,) = connection.execute(sql).fetchone()
    return int(num)


_SELECT = """
    SELECT p.id, p.channel, p.sender, coalesce(r.name, ''), coalesce(r.language, c.language, ''),
           p.text, p.reason, p.received_at, p.case_id, coalesce(c.reference, ''),
           coalesce(a.code, '')
    FROM replies p
    LEFT JOIN recipients r ON r.id = p.recipient_id
    LEFT JOIN cases c ON c.id = p.case_id
    LEFT JOIN access_points a ON a.id = c.access_point_id
"""


def _replies(
    connection: sqlite3.Connection, condition: str, arguments: list[Any]
) -> list[OpenReply]:
    sql = f"{_SELECT} {condition} ORDER BY p.id LIMIT {MAX_SHOWN}"
    return [_reply(row) for row in connection.execute(sql, arguments)]


def _reply(row: tuple[Any, ...]) -> OpenReply:
    reply = OpenReply(*row)
    return replace(reply, text=fitting_text(reply.text))


def _unassigned_scope(connection: sqlite3.Connection, viewer: Viewer) -> tuple[str, list[Any]]:
    if not viewer.may_configure:
        return "0", []
    if _keeper(connection) != viewer.subscriber_id:
        return "p.subscriber_id = ?", [viewer.subscriber_id]
    return (
        "(p.subscriber_id = ? OR (p.subscriber_id IS NULL AND p.recipient_id IS NULL))",
        [viewer.subscriber_id],
    )


def _keeper(connection: sqlite3.Connection) -> int | None:
    """The company that gets what is from strangers: the only one, else that of the only place for
    those who write by SMS."""
    for sql, arguments in (
        ("SELECT id FROM subscribers LIMIT 2", ()),
        (
            "SELECT e.subscriber_id FROM access_points p"
            " JOIN establishments e ON e.id = p.establishment_id"
            " WHERE p.origin = ? AND p.retired_at IS NULL LIMIT 2",
            (str(Origin.PHONE),),
        ),
    ):
        rows = connection.execute(sql, arguments).fetchall()
        if len(rows) == 1:
            return int(rows[0][0])
    return None


def _counts(connection: sqlite3.Connection, viewer: Viewer) -> ReplyCounts:
    scope, arguments = scope_of(viewer)
    to_confirm = _count(
        connection,
        # From the replies outwards: those that wait are few.
        "SELECT 1 FROM replies p CROSS JOIN cases c ON c.id = p.case_id"  # noqa: S608
        f" WHERE p.state = 'to_confirm' AND {scope}",
        arguments,
    )
    scope, arguments = _unassigned_scope(connection, viewer)
    unassigned = _count(
        connection,
        f"SELECT 1 FROM replies p WHERE p.state = 'unassigned' AND {scope}",  # noqa: S608
        arguments,
    )
    return ReplyCounts(to_confirm, unassigned)


def _count(connection: sqlite3.Connection, select: str, arguments: list[Any]) -> int:
    sql = f"SELECT count(*) FROM ({select} LIMIT {MAX_COUNT})"  # noqa: S608
    (num,) = connection.execute(sql, arguments).fetchone()
    return int(num)
