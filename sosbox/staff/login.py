"""Checking passwords without holding up anybody else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from sosbox.db import DB
from sosbox.errors import InvalidFieldsError, NotFoundError, SosboxError, TooManyError
from sosbox.i18n import N_
from sosbox.keys import Keys
from sosbox.lib.clock import Clock
from sosbox.staff.actions import count_login, set_password, start_session
from sosbox.staff.passwords import (
    MAX_LENGTH,
    MIN_LENGTH,
    NOBODY_HASH,
    hash_password,
    is_password,
)
from sosbox.staff.queries import login_facts
from sosbox.staff.rules import Viewer

P = ParamSpec("P")
R = TypeVar("R")

# Each check takes 64 MiB and a core for 50 ms: two at a time leave the box able to do its work,
# and who would have to wait longer than a few seconds is told so instead.
MAX_AT_ONCE = 2
MAX_WAITING = 40
_THREADS = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="password")


class _Queue:
    """How many callers wait for a thread or hold one."""

    num_waiting = 0


class WrongPasswordError(SosboxError):
    """The same for an unknown address, a wrong password and a disabled account."""

    def __init__(self) -> None:
        super().__init__(N_("This address and this password do not go together."))


async def log_in(keys: Keys, clock: Clock, email: str, password: str) -> str:
    """Starts a session and returns its token. Raises WrongPasswordError, TooManyError."""
    email = email.lower()
    account_id = await _check(keys, clock, email, password)
    try:
        return await DB.write(start_session, keys, now=clock.now(), account_id=account_id)
    except NotFoundError:
        raise WrongPasswordError from None


async def change_password(
    keys: Keys, clock: Clock, viewer: Viewer, session_id: int, current: str, new: str
) -> None:
    """Sets the viewer's password. Raises InvalidFieldsError, TooManyError."""
    if not MIN_LENGTH <= len(new) <= MAX_LENGTH:
        problem = SosboxError(
            "A password has {low} to {high} characters.", low=MIN_LENGTH, high=MAX_LENGTH
        )
        raise InvalidFieldsError({"new_password": problem})
    await confirm_password(keys, clock, viewer, current)
    password_hash = await _on_thread(hash_password, new)
    await DB.write(
        set_password,
        keys,
        now=clock.now(),
        viewer=viewer,
        session_id=session_id,
        password_hash=password_hash,
    )


async def confirm_password(keys: Keys, clock: Clock, viewer: Viewer, current: str) -> None:
    """Whether it is still the viewer who sits there. Raises InvalidFieldsError, TooManyError."""
    try:
        await _check(keys, clock, viewer.email, current)
    except WrongPasswordError:
        problem = SosboxError("This is not your current password.")
        raise InvalidFieldsError({"current_password": problem}) from None


async def _check(keys: Keys, clock: Clock, email: str, password: str) -> int:
    if _Queue.num_waiting >= MAX_WAITING:
        raise TooManyError("Too many people are logging in. Please try again.", retry_after_s=5)
    await DB.write(count_login, keys, now=clock.now(), email=email)
    facts = await login_facts(email)
    # An account without a password is checked against the hash that nobody fits, too.
    is_right = await _on_thread(
        is_password, facts.password_hash or NOBODY_HASH, password[: MAX_LENGTH + 1]
    )
    if not (is_right and facts.account_id is not None and facts.password_hash):
        raise WrongPasswordError
    return facts.account_id


async def _on_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    _Queue.num_waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _THREADS, partial(function, *args, **kwargs)
        )
    finally:
        _Queue.num_waiting -= 1
