"""What happens to sessions and to an account's own settings. Runs inside `DB.write`."""

import secrets
from datetime import datetime

from sosbox.db import Transaction
from sosbox.errors import NotFoundError, TooManyError
from sosbox.keys import Keys
from sosbox.staff.rules import FORGET_FAILURES_AFTER, LONGEST_SESSION, Viewer, login_pause
from sosbox.staff.tables import Account, LoginThrottle, Session

TOKEN_BYTES = 32
# How often old failures are swept away: whenever the id of a new row divides by this.
_SWEEP_EVERY = 64


def count_login(tx: Transaction, keys: Keys, *, now: datetime, email: str) -> None:
    """Counts a login as failed before it is tried; a success takes the count away again.

    Counted first, so that a hundred attempts at the same moment are a hundred and not one. An
    address without an account is counted alike. Raises TooManyError during a pause.
    """
    email_hash = _address_hash(keys, email)
    row = tx.first(LoginThrottle.select().where(LoginThrottle.email_hash == email_hash))
    if row is None:
        row_id = tx.insert(
            LoginThrottle, email_hash=email_hash, num_failures=1, last_failure_at=now
        )
        if row_id % _SWEEP_EVERY == 0:
            oldest = now - FORGET_FAILURES_AFTER
            tx.run(LoginThrottle.delete().where(LoginThrottle.last_failure_at < oldest))
        return
    if row["blocked_until"] is not None and now < row["blocked_until"]:
        pause = row["blocked_until"] - now
        raise TooManyError(
            "Too many attempts. Please wait and try again.",
            retry_after_s=max(1, round(pause.total_seconds())),
        )
    is_forgotten = now - row["last_failure_at"] >= FORGET_FAILURES_AFTER
    num_failures = 1 if is_forgotten else row["num_failures"] + 1
    pause = login_pause(num_failures)
    tx.run(
        LoginThrottle.update(
            {
                LoginThrottle.num_failures: num_failures,
                LoginThrottle.last_failure_at: now,
                LoginThrottle.blocked_until: now + pause if pause else None,
            }
        ).where(LoginThrottle.id == row["id"])
    )


def forgive_logins(tx: Transaction, keys: Keys, *, email: str) -> None:
    """Forgets the failures of an address: its owner has come in."""
    email_hash = _address_hash(keys, email)
    tx.run(LoginThrottle.delete().where(LoginThrottle.email_hash == email_hash))


def start_session(tx: Transaction, keys: Keys, *, now: datetime, account_id: int) -> str:
    """Starts a session and returns its token, which only the browser will hold.

    Sessions that are over by their age are swept away. Raises NotFoundError when the account was
    disabled meanwhile.
    """
    account = tx.first(
        Account.select(Account.email).where(Account.id == account_id, Account.disabled_at.is_null())
    )
    if account is None:
        raise NotFoundError("There is no such account.")
    forgive_logins(tx, keys, email=account["email"])
    tx.run(Session.delete().where(Session.created_at < now - LONGEST_SESSION))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    tx.insert(
        Session,
        account_id=account_id,
        token_hash=keys.staff_hash(token),
        csrf_token=secrets.token_urlsafe(TOKEN_BYTES),
        created_at=now,
        last_seen_at=now,
    )
    return token


def touch_session(tx: Transaction, *, now: datetime, session_id: int) -> None:
    """Notes that a session is in use."""
    tx.run(
        Session.update({Session.last_seen_at: now}).where(
            Session.id == session_id, Session.last_seen_at < now
        )
    )


def end_session(tx: Transaction, *, now: datetime, viewer: Viewer, session_id: int) -> None:
    """Ends one of the viewer's own sessions. Raises NotFoundError for anybody else's."""
    session = tx.first(
        Session.select(Session.id).where(
            Session.id == session_id,
            Session.account_id == viewer.account_id,
            Session.ended_at.is_null(),
        )
    )
    if session is None:
        raise NotFoundError("There is no such session.")
    tx.run(Session.update({Session.ended_at: now}).where(Session.id == session_id))


def end_other_sessions(tx: Transaction, *, now: datetime, viewer: Viewer, session_id: int) -> None:
    """Ends all of the viewer's sessions but this one."""
    tx.run(
        Session.update({Session.ended_at: now}).where(
            Session.account_id == viewer.account_id,
            Session.id != session_id,
            Session.ended_at.is_null(),
        )
    )


def set_language(tx: Transaction, *, viewer: Viewer, language: str) -> None:
    """Sets the language of the viewer's account; empty: as the browser asks."""
    tx.run(Account.update({Account.language: language}).where(Account.id == viewer.account_id))


def set_password(
    tx: Transaction,
    keys: Keys,
    *,
    now: datetime,
    viewer: Viewer,
    session_id: int,
    password_hash: str,
) -> None:
    """Sets a new password and ends all other sessions: it may be changed because one was lost."""
    tx.run(
        Account.update({Account.password_hash: password_hash}).where(
            Account.id == viewer.account_id
        )
    )
    forgive_logins(tx, keys, email=viewer.email)
    end_other_sessions(tx, now=now, viewer=viewer, session_id=session_id)


def _address_hash(keys: Keys, email: str) -> bytes:
    return keys.staff_hash(f"address:{email}")
