"""The channel e-mail: hands notices to the mail server of the venue."""

import asyncio
import ssl

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from sosbox.channels.base import Notice, RefusedError, RetryError
from sosbox.channels.email.connections import Connections
from sosbox.channels.email.errors import (
    NO_ANSWER,
    connect_error,
    content_error,
    recipient_error,
    sender_error,
)
from sosbox.channels.email.message import MailSender, build_message, mail_sender
from sosbox.config import Config
from sosbox.lib.clock import Clock, SystemClock
from sosbox.lib.text import is_email

# A server that answers every command at the last moment would hold a notice for ever.
ATTEMPT_TIMEOUTS = 4
_CLOSING = 421


class EmailChannel:
    """tls_context: which certificates are trusted, by default those of the system."""

    name = "email"
    report_within_s = 0

    def __init__(
        self,
        config: Config,
        *,
        tls_context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._connections = Connections(config, tls_context)

    async def send(self, notice: Notice) -> None:
        """Hands the notice over. Raises RetryError or RefusedError."""
        self._require_server()
        sender = mail_sender(self._config.smtp_from)
        if not is_email(notice.address):
            raise RefusedError("This is not an e-mail address.")
        content = build_message(notice, sender, now=self._clock.now()).as_bytes()
        async with self._connections.places:
            try:
                async with asyncio.timeout(ATTEMPT_TIMEOUTS * self._config.smtp_timeout_s):
                    await self._hand_over(sender, notice.address, content)
            except TimeoutError:
                raise RetryError(NO_ANSWER, may_have_arrived=True) from None

    async def check(self, address: str = "") -> None:  # noqa: ARG002 - one server for all
        """Connects and logs in. Raises RetryError."""
        self._require_server()
        mail_sender(self._config.smtp_from)
        async with self._connections.places:
            smtp = await self._connections.open()
            try:
                await smtp.noop()
            except SMTPException as error:
                smtp.close()
                raise connect_error(error) from error
            self._connections.keep(smtp)

    async def close(self) -> None:
        await self._connections.close()

    def _require_server(self) -> None:
        if not self._config.smtp_host:
            raise RetryError("No mail server is set.", is_outage=True)

    async def _hand_over(self, sender: MailSender, address: str, content: bytes) -> None:
        kept = self._connections.take_idle()
        if kept is not None:
            try:
                await self._use(kept, sender, address, content)
            except _HungUpError:
                pass
            else:
                return
        await self._use(await self._connections.open(), sender, address, content, is_new=True)

    async def _use(
        self,
        smtp: SMTP,
        sender: MailSender,
        address: str,
        content: bytes,
        *,
        is_new: bool = False,
    ) -> None:
        """One mail over one connection, which is kept if all went well.

        Raises _HungUpError when an older connection turns out dead while nothing was handed over.
        """
        try:
            try:
                await _address(smtp, sender, address)
            except _HungUpError as error:
                if is_new:
                    raise sender_error(error.cause) from error
                raise
            await _transmit(smtp, content)
        except BaseException:
            smtp.close()
            raise
        self._connections.keep(smtp)


class _HungUpError(Exception):
    """The server does not talk over this connection any more."""

    def __init__(self, cause: SMTPException) -> None:
        super().__init__()
        self.cause = cause


async def _address(smtp: SMTP, sender: MailSender, address: str) -> None:
    try:
        await smtp.mail(sender.address)
    except SMTPException as error:
        if _is_hung_up(error):
            raise _HungUpError(error) from error
        raise sender_error(error) from error
    try:
        await smtp.rcpt(address)
    except SMTPException as error:
        if _is_hung_up(error):
            raise _HungUpError(error) from error
        raise recipient_error(error) from error


async def _transmit(smtp: SMTP, content: bytes) -> None:
    try:
        await smtp.data(content)
    except SMTPException as error:
        raise content_error(error) from error


def _is_hung_up(error: SMTPException) -> bool:
    if isinstance(error, SMTPResponseException):
        return error.code == _CLOSING
    return isinstance(error, SMTPServerDisconnected | SMTPTimeoutError)
