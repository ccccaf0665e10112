"""Logins at the same moment."""

import asyncio

import pytest

from sosbox.box import Box
from sosbox.db import DB
from sosbox.errors import NotFoundError, TooManyError
from sosbox.staff import login
from sosbox.staff.actions import count_login, end_session, start_session
from sosbox.staff.login import WrongPasswordError, log_in
from sosbox.staff.tables import LoginThrottle, Session
from tests.support.venue import NOON, Venue


async def test_attempts_at_the_same_moment_are_all_counted(box: Box) -> None:
    """Or else who asks a hundred times at once has a hundred guesses."""
    tries = [log_in(box.keys, box.clock, "boris@mar.example", f"guess {n}") for n in range(12)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(WrongPasswordError) == 5
    assert [type(outcome) for outcome in outcomes].count(TooManyError) == 7


async def test_too_many_who_wait_are_sent_away_uncounted(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "MAX_WAITING", 0)
    with pytest.raises(TooManyError):
        await log_in(box.keys, box.clock, "boris@mar.example", "a guess")
    assert await LoginThrottle.count() == 0


async def test_a_disabled_account_gets_no_session(box: Box, venue: Venue) -> None:
    account_id = venue.boris.account_id
    await DB.write(
        lambda tx: tx.sql("UPDATE accounts SET disabled_at = ? WHERE id = ?", NOON, account_id)
    )
    with pytest.raises(NotFoundError):
        await DB.write(start_session, box.keys, now=NOON, account_id=account_id)


async def test_old_failures_and_sessions_are_swept_away(box: Box, venue: Venue) -> None:
    old = NOON.replace(month=1)
    for number in range(63):
        await DB.write(count_login, box.keys, now=old, email=f"{number}@mar.example")
    await DB.write(count_login, box.keys, now=NOON, email="new@mar.example")
    assert await LoginThrottle.count() == 1

    account_id = venue.boris.account_id
    await DB.write(start_session, box.keys, now=old, account_id=account_id)
    await DB.write(start_session, box.keys, now=NOON, account_id=account_id)
    assert await Session.count() == 1


async def test_nobody_ends_the_session_of_somebody_else(box: Box, venue: Venue) -> None:
    await DB.write(start_session, box.keys, now=NOON, account_id=venue.boris.account_id)
    row = await Session.select(Session.id).first()
    assert row is not None
    with pytest.raises(NotFoundError):
        await DB.write(end_session, now=NOON, viewer=venue.anna, session_id=row["id"])
