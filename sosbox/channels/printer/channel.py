"""The channel printer: a slip of paper, for which neither internet nor telephone is needed."""

import asyncio
from collections import defaultdict

from sosbox.channels.base import Notice, RefusedError, RetryError
from sosbox.channels.printer.address import AddressError, parse_address
from sosbox.channels.printer.connection import PrinterConnection
from sosbox.channels.printer.escpos import slip_commands
from sosbox.channels.printer.slip import build_slip
from sosbox.channels.printer.typesetting import Typesetter
from sosbox.config import Config
from sosbox.i18n import N_


class PrinterChannel:
    """typesetter: by default one that has the fonts of the system."""

    name = "printer"
    report_within_s = 0

    def __init__(self, config: Config, *, typesetter: Typesetter | None = None) -> None:
        self._timeout_s: float = config.printer_timeout_s
        self._says_how_it_is: bool = config.printer_status
        self._typesetter = typesetter or Typesetter()
        # A printer has one connection at a time and turns others away.
        self._turns: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, notice: Notice) -> None:
        """Prints the notice. Raises RetryError or RefusedError."""
        printer = _parsed(notice.address)
        commands = await asyncio.to_thread(self._commands, notice)
        turn = self._turns[printer]
        await self._wait_for(turn)
        try:
            async with self._connection(printer) as connection:
                if self._says_how_it_is:
                    await connection.require_ready()
                await connection.print(commands)
                if self._says_how_it_is:
                    await connection.require_ready()
                else:
                    await connection.hang_up_and_listen()
        finally:
            turn.release()

    async def check(self, address: str = "") -> None:
        """Asks a printer how it is; prints nothing. Raises RetryError or RefusedError."""
        if not address:
            return
        async with self._connection(_parsed(address)) as connection:
            if self._says_how_it_is:
                await connection.require_ready()

    async def close(self) -> None:
        """Nothing stays open from one slip to the next."""

    def _commands(self, notice: Notice) -> bytes:
        return slip_commands(self._typesetter.typeset(build_slip(notice)).png)

    def _connection(self, printer: tuple[str, int]) -> PrinterConnection:
        host, port = printer
        return PrinterConnection(host, port, timeout_s=self._timeout_s)

    async def _wait_for(self, turn: asyncio.Lock) -> None:
        """Returns when it is our turn; not for ever, for others have other printers."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await turn.acquire()
        except TimeoutError:
            raise RetryError(N_("The printer is busy with other slips.")) from None


def _parsed(address: str) -> tuple[str, int]:
    try:
        return parse_address(address)
    except AddressError as error:
        problem = N_("This is not the address of a printer.")
        raise RefusedError(problem, detail=str(error)) from None
