"""Printer: a receipt printer that draws what it is sent, and one that misbehaves."""

import asyncio
from dataclasses import astuple, replace
from pathlib import Path

from sosbox.channels.base import Channel
from sosbox.channels.printer.channel import PrinterChannel
from sosbox.channels.printer.escpos import slip_commands
from sosbox.channels.printer.slip import Slip
from sosbox.channels.printer.typesetting import Typeset, Typesetter
from sosbox.config import load_config
from tests.contracts.kits.base import Misbehaviour
from tests.support.receipt_printer import STATUS_FINE, ReceiptPrinter, RudePrinter, slips_of

_FINE = bytes([STATUS_FINE, STATUS_FINE])
_SCRIPTS = {
    Misbehaviour.SILENT: (RudePrinter.SILENCE,),
    Misbehaviour.DRIBBLING: (RudePrinter.DRIBBLE,),
    Misbehaviour.HANGING_UP: (_FINE, RudePrinter.WHOLE),
}


class _Remembering(Typesetter):
    """Knows what can be read on a picture: nothing else in these tests reads letters."""

    def __init__(self) -> None:
        super().__init__()
        self.text_of: dict[bytes, str] = {}

    def typeset(self, slip: Slip) -> Typeset:
        typeset = super().typeset(slip)
        (drawn,) = slips_of(slip_commands(typeset.png))
        self.text_of[drawn.tobytes()] = "\n".join(_texts(astuple(slip)))
        return typeset


class PrinterKit:
    def __init__(self, folder: Path) -> None:
        self._config = load_config(folder, {})
        self._printer = ReceiptPrinter()
        self._printer.start()
        self._rude: RudePrinter | None = None
        self._typesetter = _Remembering()
        self.channel: Channel = PrinterChannel(self._config, typesetter=self._typesetter)
        self.address = f"127.0.0.1:{self._printer.port}"

    def received(self) -> list[str]:
        return [self._typesetter.text_of[slip.tobytes()] for slip in self._printer.slips]

    def refuse(self) -> None:
        # Printers refuse nobody for good: but what is no printer is none.
        self.address = "192.0.2.1:80"

    def refuse_for_now(self) -> None:
        self._printer.has_paper = False

    def go_away(self) -> None:
        self._printer.stop()

    def come_back(self) -> None:
        self._printer.start()

    async def misbehave(self, how: Misbehaviour, *, timeout_s: float) -> asyncio.Event:
        self._rude = RudePrinter(*_SCRIPTS[how])
        await self._rude.__aenter__()
        self.address = f"127.0.0.1:{self._rude.port}"
        setting = replace(self._config.settings["printer_timeout_s"], value=timeout_s)
        self._config.settings["printer_timeout_s"] = setting
        self.channel = PrinterChannel(self._config)
        return self._rude.has_visitor

    async def end(self) -> None:
        self._printer.stop()
        if self._rude is not None:
            await self._rude.__aexit__()


def _texts(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    return [str(value)]
