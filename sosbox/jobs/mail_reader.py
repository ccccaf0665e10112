"""Looks into the mailbox for answers to notices and keeps them, again and again.

A mail is kept before it is marked as read, and known by its Message-ID: whatever goes wrong between
the two, it comes again and is not kept twice.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from sosbox.box import Box
from sosbox.channels.base import RetryError
from sosbox.channels.mailbox.mail import ReceivedMail
from sosbox.channels.mailbox.mailbox import MAX_MAILS, NO_ANSWER, Mailbox
from sosbox.db import DB
from sosbox.deliveries.replies import are_strays_too_many, keep_reply

# Every wait for the server has `imap_timeout_s`; one that answers sign by sign would hold up the
# reading for ever.
_ROUND_TIMEOUTS = 6

_log = logging.getLogger(__name__)


class MailReader:
    """Lives on one event loop; the mailbox is read on threads.

    on_mail: called when answers were kept.
    """

    def __init__(self, box: Box, mailbox: Mailbox, *, on_mail: Callable[[], None]) -> None:
        self._box = box
        self._mailbox = mailbox
        self._on_mail = on_mail
        self._stopping = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._problem = ""

    def start(self) -> None:
        """Begins to read, if a mailbox is set up."""
        config = self._box.config
        if config.imap_host and config.reply_address:
            self._loop = asyncio.create_task(self._run())

    async def stop(self, limit_s: float) -> None:
        """Breaks off what waits for the server; at most `limit_s` seconds."""
        self._stopping.set()
        self._mailbox.cut()
        if self._loop is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._loop, limit_s)

    async def read_once(self) -> int:
        """Keeps the answers that nobody has read; returns how many mails there were.

        Raises RetryError, and UnavailableError when the box cannot store them now.
        """
        try:
            async with asyncio.timeout(_ROUND_TIMEOUTS * self._box.config.imap_timeout_s):
                await asyncio.to_thread(self._mailbox.open)
                mails = await asyncio.to_thread(self._mailbox.fetch)
                taken = [mail.uid for mail in reversed(mails) if await self._take(mail)]
                await asyncio.to_thread(self._mailbox.mark, taken)
        except TimeoutError:
            self._mailbox.cut()
            raise RetryError(NO_ANSWER, is_outage=True) from None
        finally:
            await asyncio.to_thread(self._mailbox.close)
        return len(mails)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            num_mails = 0
            try:
                num_mails = await self.read_once()
            except RetryError as error:
                self._tell(error.message)
            except Exception as error:
                # The type alone: the text of an error may hold what somebody wrote.
                self._tell(type(error).__name__)
            else:
                self._tell("")
            if num_mails < MAX_MAILS:
                await self._pause()

    async def _take(self, mail: ReceivedMail) -> bool:
        """Keeps a mail; False for one that is left where it is."""
        delivery_id = self._box.keys.delivery_from_reply_token(mail.token)
        if delivery_id is None and (mail.is_automatic or await DB.read(are_strays_too_many)):
            # Nobody asked for it. Advertising to the bare address must not fill the disk.
            self._mailbox.leave_alone(mail.uid)
            return False
        reply_id = await DB.write(
            keep_reply,
            channel="email",
            external_id=mail.external_id,
            sender=mail.sender,
            text=mail.text,
            now=self._box.clock.now(),
            delivery_id=delivery_id,
            reason=mail.reason,
            is_dropped=mail.is_automatic,
        )
        if reply_id is not None:
            self._on_mail()
        return True

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self._box.config.imap_every_s)

    def _tell(self, problem: str) -> None:
        """Logs once that something is wrong, and once that it no longer is."""
        if problem == self._problem or self._stopping.is_set():
            return
        if problem:
            _log.warning("the mailbox for answers cannot be read: %s", problem)
        else:
            _log.info("the mailbox for answers can be read again")
        self._problem = problem
