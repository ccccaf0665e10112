"""Talking to one printer over TCP."""

import asyncio
import contextlib
import socket
from types import TracebackType

from sosbox.channels.base import RetryError
from sosbox.channels.printer.escpos import (
    ASK_OFFLINE_CAUSE,
    ASK_PAPER,
    has_fault,
    has_no_paper,
    is_open,
    is_status,
)
from sosbox.i18n import N_

# How long a printer may take to say how it is while it has nothing to do: it answers at once or
# never.
ANSWER_S = 3.0
# How long a connection may take to close.
CLOSE_S = 2.0

NO_ANSWER = N_("The printer does not answer in time.")
NO_STATUS = N_(
    "The printer does not say how it is. If its model never does, set the option printer_status."
)
BROKEN_OFF = N_("The printer has broken the connection off.")
STOPPED = N_("The printer stopped answering while it had the slip.")


class PrinterConnection:
    """One connection, for one slip; leaving the block closes it. Every problem is a RetryError.

    timeout_s: longest wait for a connection, and for a printer that is printing, seconds.
    """

    def __init__(self, host: str, port: int, *, timeout_s: float) -> None:
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._has_slip = False

    async def __aenter__(self) -> "PrinterConnection":
        try:
            async with asyncio.timeout(self._timeout_s):
                self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            raise _connect_error(error) from error
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            # What the printer has not taken yet must not be printed later.
            self._writer.transport.abort()
        self._writer.close()
        with contextlib.suppress(OSError):
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()

    async def require_ready(self) -> None:
        """Returns when the printer says that nothing is amiss.

        After a slip this says that it has all of it: bytes keep their order, so what is asked last
        is answered last.
        """
        paper = await self._ask(ASK_PAPER)
        if has_no_paper(paper):
            raise self._problem(N_("The printer has no paper."))
        cause = await self._ask(ASK_OFFLINE_CAUSE)
        if is_open(cause):
            raise self._problem(N_("The cover of the printer is open."))
        if has_fault(cause):
            raise self._problem(N_("The printer reports a fault."))

    async def print(self, commands: bytes) -> None:
        """Hands a slip over; returns once it is on its way."""
        self._has_slip = True
        try:
            self._writer.write(commands)
            async with asyncio.timeout(self._timeout_s):
                await self._writer.drain()
        except TimeoutError:
            raise self._problem(STOPPED) from None
        except OSError as error:
            raise self._problem(BROKEN_OFF) from error

    async def hang_up_and_listen(self) -> None:
        """For printers that never say how they are: whether one at least takes all, and when."""
        try:
            self._writer.write_eof()
            async with asyncio.timeout(min(ANSWER_S, self._timeout_s)):
                await self._reader.read()
        except TimeoutError:
            pass  # it keeps the connection open, as some do
        except OSError as error:
            raise self._problem(BROKEN_OFF) from error

    async def _ask(self, question: bytes) -> int:
        wait_s = self._timeout_s if self._has_slip else min(ANSWER_S, self._timeout_s)
        try:
            self._writer.write(question)
            async with asyncio.timeout(wait_s):
                while True:
                    (answer,) = await self._reader.readexactly(1)
                    if is_status(answer):
                        return answer
        except TimeoutError:
            raise self._problem(STOPPED if self._has_slip else NO_STATUS) from None
        except (OSError, asyncio.IncompleteReadError) as error:
            raise self._problem(BROKEN_OFF) from error

    def _problem(self, message: str) -> RetryError:
        return RetryError(message, may_have_arrived=self._has_slip, is_outage=True)


def _connect_error(error: OSError) -> RetryError:
    if isinstance(error, TimeoutError):
        message = NO_ANSWER
    elif isinstance(error, socket.gaierror):
        message = N_("There is no printer of that name.")
    elif isinstance(error, ConnectionRefusedError):
        message = N_("Nothing answers at the address of the printer, or it is busy.")
    else:
        message = N_("There is no connection to the printer.")
    return RetryError(message, detail=type(error).__name__, is_outage=True)
