"""Reading accounts and sessions."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from sosbox.db import DB
from sosbox.staff.rules import Role, Viewer, is_session_over
from sosbox.staff.tables import Account, Session


@dataclass(frozen=True)
class LoggedIn:
    """A session that holds, and whose it is."""

    session_id: int
    csrf_token: str
    last_seen_at: datetime
    viewer: Viewer


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it in the list."""

    id: int
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class LoginFacts:
    """What a login is checked against. `account_id` is None when nobody has the address."""

    account_id: int | None
    password_hash: str


@dataclass(frozen=True)
class Colleague:
    id: int
    name: str


def session_by_hash(
    connection: sqlite3.Connection, token_hash: bytes, *, now: datetime, idle: timedelta
) -> LoggedIn | None:
    """The session behind a token; None when it has ended or its account is disabled."""
    row = connection.execute(_SESSION, (token_hash,)).fetchone()
    if row is None or is_session_over(now, row[2], row[3], idle):
        return None
    role = Role(row[8])
    areas = None
    if role is Role.AGENT:
        rows = connection.execute(
            "SELECT area_id FROM account_areas WHERE account_id = ?", (row[4],)
        )
        areas = frozenset(area_id for (area_id,) in rows)
    return LoggedIn(
        session_id=row[0],
        csrf_token=row[1],
        last_seen_at=row[3],
        viewer=Viewer(
            account_id=row[4],
            subscriber_id=row[5],
            name=row[6],
            email=row[7],
            role=role,
            language=row[9],
            area_ids=areas,
        ),
    )


_SESSION = """
    SELECT s.id, s.csrf_token, s.created_at, s.last_seen_at,
           a.id, a.subscriber_id, a.name, a.email, a.role, a.language
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.token_hash = ? AND s.ended_at IS NULL AND a.disabled_at IS NULL
"""


async def load_session(token_hash: bytes, *, now: datetime, idle: timedelta) -> LoggedIn | None:
    """`session_by_hash` for callers without a connection."""
    return await DB.read(
        lambda connection: session_by_hash(connection, token_hash, now=now, idle=idle)
    )


async def login_facts(email: str) -> LoginFacts:
    """What a login with this address (lower case) is checked against."""
    row = (
        await Account.select(Account.id, Account.password_hash)
        .where(Account.email == email, Account.disabled_at.is_null())
        .first()
    )
    if row is None:
        return LoginFacts(None, "")
    return LoginFacts(row["id"], row["password_hash"])


async def open_sessions(viewer: Viewer, *, now: datetime, idle: timedelta) -> list[OpenSession]:
    """The viewer's own sessions that still hold, the one used last first."""
    rows = (
        await Session.select(Session.id, Session.created_at, Session.last_seen_at)
        .where(Session.account_id == viewer.account_id, Session.ended_at.is_null())
        .order_by(Session.last_seen_at, ascending=False)
    )
    return [
        OpenSession(row["id"], row["created_at"], row["last_seen_at"])
        for row in rows
        if not is_session_over(now, row["created_at"], row["last_seen_at"], idle)
    ]


async def colleagues_for(viewer: Viewer, area_id: int, *, is_sensitive: bool) -> list[Colleague]:
    """Who of the viewer's subscriber could work on a case of this area, by name."""
    rows = await DB.read(
        lambda connection: connection.execute(
            _COLLEAGUES, (viewer.subscriber_id, is_sensitive, area_id)
        ).fetchall()
    )
    return [Colleague(*row) for row in rows]


_COLLEAGUES = """
    SELECT a.id, a.name FROM accounts a
    WHERE a.subscriber_id = ? AND a.disabled_at IS NULL AND a.role <> 'auditor'
      AND (a.role <> 'agent' OR NOT ? AND EXISTS (
            SELECT 1 FROM account_areas l WHERE l.account_id = a.id AND l.area_id = ?))
    ORDER BY a.name, a.id
"""


async def account_names(viewer: Viewer) -> dict[int, str]:
    """The names of all accounts of the viewer's subscriber, disabled ones included, by id."""
    rows = await Account.select(Account.id, Account.name).where(
        Account.subscriber_id == viewer.subscriber_id
    )
    return {row["id"]: row["name"] for row in rows}
