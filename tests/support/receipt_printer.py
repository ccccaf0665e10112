"""A receipt printer that draws what it is sent, and one that misbehaves."""

import asyncio
import contextlib
import socketserver
import threading
from io import BufferedIOBase, BytesIO

from PIL import Image

from tests.support.rude_server import RudeServer

STATUS_FINE = 0x12


class ReceiptPrinter:
    """Listens on a thread of its own between `start` and `stop`; may be started again.

    slips: one picture for each that was cut, 1 for a black dot. has_paper, is_open, has_fault: what
    it says of itself. is_talkative: whether it says anything. runs_out: without paper once a slip
    has been cut.
    """

    def __init__(self) -> None:
        self.port = 0
        self.slips: list[Image.Image] = []
        self.has_paper = True
        self.is_open = False
        self.has_fault = False
        self.is_talkative = True
        self.runs_out = False
        self._server: socketserver.ThreadingTCPServer | None = None
        self._thread: threading.Thread | None = None
        self._has_cut = threading.Condition()

    def start(self) -> None:
        printer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError, EOFError):
                    printer.talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def wait_for(self, num: int, timeout: float = 20) -> list[Image.Image]:
        """The slips, once so many were cut."""
        with self._has_cut:
            assert self._has_cut.wait_for(lambda: len(self.slips) >= num, timeout)
            return list(self.slips)

    def talk(self, commands: BufferedIOBase, answers: BufferedIOBase) -> None:
        """Obeys until the connection ends; raises EOFError then."""
        bands: list[Image.Image] = []
        while True:
            match command := _read(commands, 2):
                case b"\x1b@":
                    bands = []
                case b"\x1dv":
                    bands.append(_read_band(commands))
                case b"\x1dV":
                    _read(commands, 2)
                    self._cut(bands)
                    bands = []
                case b"\x10\x04":
                    self._answer(_read(commands, 1)[0], answers)
                case _:
                    raise AssertionError(f"no printer knows {command!r}")

    def _cut(self, bands: list[Image.Image]) -> None:
        with self._has_cut:
            self.slips.append(_joined(bands))
            self.has_paper = self.has_paper and not self.runs_out
            self._has_cut.notify_all()

    def _answer(self, question: int, answers: BufferedIOBase) -> None:
        if not self.is_talkative:
            return
        status = STATUS_FINE
        if question == 4 and not self.has_paper:
            status |= 0b01100000
        if question == 2:
            status |= 0b00000100 * self.is_open | 0b01000000 * self.has_fault
        # The pages of printers say that bytes of flow control may come between.
        answers.write(b"\x11" + bytes([status]))
        answers.flush()


def slips_of(commands: bytes) -> list[Image.Image]:
    """What a printer makes of these commands."""
    printer = ReceiptPrinter()
    with contextlib.suppress(EOFError):
        printer.talk(BytesIO(commands), BytesIO())
    return printer.slips


def _read(commands: BufferedIOBase, num_bytes: int) -> bytes:
    read = commands.read(num_bytes)
    if len(read) < num_bytes:
        raise EOFError
    return read


def _read_band(commands: BufferedIOBase) -> Image.Image:
    """A part of a picture, after `GS v`: mode 0, bytes a row, rows, dots."""
    head = _read(commands, 6)
    assert head[:2] == b"0\x00"
    row_bytes = int.from_bytes(head[2:4], "little")
    num_rows = int.from_bytes(head[4:6], "little")
    dots = _read(commands, row_bytes * num_rows)
    return Image.frombytes("1", (row_bytes * 8, num_rows), dots)


def _joined(bands: list[Image.Image]) -> Image.Image:
    slip = Image.new("1", (bands[0].width, sum(band.height for band in bands)))
    top = 0
    for band in bands:
        slip.paste(band, (0, top))
        top += band.height
    return slip


class RudePrinter(RudeServer):
    """WHOLE: reads up to the end of a slip."""

    async def _read_whole(self, reader: asyncio.StreamReader) -> None:
        await reader.readuntil(b"\x1dVB")
