"""Connections to the mail server, a few of them kept open from one notice to the next."""

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Coroutine
from typing import Any

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException

from sosbox.channels.base import RetryError
from sosbox.channels.email.errors import connect_error, login_error
from sosbox.config import Config

# More at once would gain little, and mail providers turn clients away that come with many.
MAX_CONNECTIONS = 4
# Servers wait for minutes before they hang up; the box does it well before.
IDLE_S = 30.0
# How long a server may take to say goodbye.
QUIT_S = 2.0

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class Connections:
    """At most `MAX_CONNECTIONS`, as long as every user holds one of `places` meanwhile.

    tls_context: for STARTTLS and TLS; by default the certificates of the system are trusted.
    """

    def __init__(self, config: Config, tls_context: ssl.SSLContext | None) -> None:
        self._config = config
        self._tls_context = tls_context
        self.places = asyncio.Semaphore(MAX_CONNECTIONS)
        self._idle: dict[SMTP, asyncio.TimerHandle] = {}
        self._farewells: set[asyncio.Task[None]] = set()

    def take_idle(self) -> SMTP | None:
        """A connection that was kept; the server may have closed it all the same."""
        while self._idle:
            smtp, timer = self._idle.popitem()
            timer.cancel()
            if smtp.is_connected:
                return smtp
        return None

    def keep(self, smtp: SMTP) -> None:
        """For the next notice, if that comes soon."""
        loop = asyncio.get_running_loop()
        self._idle[smtp] = loop.call_later(IDLE_S, self._expire, smtp)

    async def open(self) -> SMTP:
        """A new connection, protected and logged in as the options say. Raises RetryError."""
        config = self._config
        smtp = SMTP(
            hostname=config.smtp_host,
            port=config.smtp_port,
            timeout=config.smtp_timeout_s,
            local_hostname=_own_name(),
            use_tls=config.smtp_tls == "tls",
            start_tls=False,
            tls_context=self._tls(),
        )
        try:
            await _connect(smtp, must_start_tls=config.smtp_tls == "starttls")
            if config.smtp_user:
                await _log_in(smtp, config.smtp_user, config.smtp_password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    async def close(self) -> None:
        """Hangs up everywhere."""
        while (smtp := self.take_idle()) is not None:
            self._start(_hang_up(smtp))
        await asyncio.gather(*self._farewells)

    def _tls(self) -> ssl.SSLContext | None:
        if self._config.smtp_tls != "none" and self._tls_context is None:
            self._tls_context = ssl.create_default_context()
        return self._tls_context

    def _expire(self, smtp: SMTP) -> None:
        if self._idle.pop(smtp, None) is not None:
            self._start(_hang_up(smtp))

    def _start(self, farewell: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(farewell)
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)


async def _connect(smtp: SMTP, *, must_start_tls: bool) -> None:
    try:
        await smtp.connect()
        await smtp.ehlo()
        if not must_start_tls:
            return
        if not smtp.supports_extension("starttls"):
            raise RetryError("The mail server does not offer STARTTLS.")
        await smtp.starttls()
    except (SMTPException, OSError, ValueError) as error:
        raise connect_error(error) from error


async def _log_in(smtp: SMTP, user: str, password: str) -> None:
    try:
        await smtp.login(user, password)
    except SMTPException as error:
        raise login_error(error) from error


async def _hang_up(smtp: SMTP) -> None:
    with contextlib.suppress(SMTPException):
        await smtp.quit(timeout=QUIT_S)
    smtp.close()


def _own_name() -> str:
    """How the box introduces itself; never asks a name server, which may be far or not there."""
    name = socket.gethostname()
    return name if _HOST_NAME.fullmatch(name) else "localhost"
