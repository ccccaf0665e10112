"""A GSM modem on a pseudo-terminal, as far as Kannel goes: AT commands, messages in PDU mode.

It can be told which numbers the network refuses, fails to reach, or never says anything of; it can
be unplugged, and messages can arrive for it.
"""

import os
import pty
import select
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.support.pdu import Part, deliver_pdu, length_of, read_submit, report_pdu, text_of

# TP-Status (3GPP TS 23.040, 9.2.3.15).
_ARRIVED = 0x00
_UNKNOWN_NUMBER = 0x41
_NETWORK_OUT_OF_ORDER = "+CMS ERROR: 38"

_OK = "OK"
_ERROR = "ERROR"
_END_OF_PDU = 0x1A
_ESCAPE = 0x1B

# Commands that are answered with a line; {used}: messages on the SIM.
_ANSWERS = {
    "ATI": "Paper Modem",
    "AT+CSMS=?": "+CSMS: (0,1)",
    "AT+CPMS?": '+CPMS: "SM",{used},25,"SM",{used},25,"SM",{used},25',
    "AT+CPMS=": "+CPMS: {used},25,{used},25,{used},25",
    "AT+CSQ": "+CSQ: 21,99",
    "AT+CREG?": "+CREG: 0,1",
}
# Commands that are taken and change nothing here.
_TAKEN = ("ATZ", "AT&F", "ATE0", "AT+IFC=", "AT+CSCA=", "AT+CMGF=0", "AT+CNMI=", "AT+CMEE=")


@dataclass(frozen=True)
class Message:
    number: str
    text: str
    is_ucs2: bool


@dataclass
class _Line:
    """What has come over the wire and is not a command yet."""

    buffer: bytearray = field(default_factory=bytearray)
    is_pdu: bool = False


class Modem:
    """The device is `path`, while it is plugged in.

    refused, unreachable, silent: numbers that the network does not take messages for, takes and
    then reports as failed, takes and never reports on.
    pin: of the SIM; empty: it asks for none.
    """

    def __init__(self, path: Path, *, pin: str = "") -> None:
        self.path = path
        self.refused: set[str] = set()
        self.unreachable: set[str] = set()
        self.silent: set[str] = set()
        self._pin = pin
        self._is_locked = bool(pin)
        self._parts: list[Part] = []
        self._num_refused = 0
        self._on_sim: dict[int, str] = {}
        self._reference = 0
        self._changed = threading.Condition()
        self._jobs: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._line = _Line()

    # What a test does ---------------------------------------------------------------------------

    def plug_in(self) -> None:
        self._master, self._slave = pty.openpty()
        for descriptor in (self._master, self._slave):
            tty.setraw(descriptor)
        self._alarm, self._bell = os.pipe()
        self._line = _Line()
        self._is_locked = bool(self._pin)
        self.path.symlink_to(os.ttyname(self._slave))
        self._thread = threading.Thread(target=self._run, name="modem", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Whoever holds the device finds that it is gone. What is on the SIM stays."""
        if self._thread is None:
            return
        self.path.unlink()
        os.close(self._bell)
        self._thread.join()
        self._thread = None
        for descriptor in (self._master, self._slave, self._alarm):
            os.close(descriptor)

    def receive(self, sender: str, text: str) -> None:
        """A message arrives; it waits on the SIM when nobody fetches it."""
        with self._changed:
            place = next(number for number in range(1, 200) if number not in self._on_sim)
            self._on_sim[place] = deliver_pdu(sender, text, datetime.now(UTC))
        if self._thread is not None:
            self._do(lambda: self._say(f'+CMTI: "SM",{place}'))

    @property
    def sent(self) -> list[Message]:
        """The messages whose parts have all gone out, in the order of their last."""
        messages, open_parts = [], dict[tuple[str, int], list[Part]]()
        for part in self._parts:
            parts = open_parts.setdefault((part.number, part.reference), [])
            parts.append(part)
            if len(parts) == part.total:
                messages.append(Message(part.number, text_of(parts), part.is_ucs2))
                del open_parts[part.number, part.reference]
        return messages

    def wait_for_sent(self, text: str, timeout_s: float) -> Message:
        """The first message whose text holds `text`, once it has been sent."""
        found: list[Message] = []

        def has_come() -> bool:
            found.extend(message for message in self.sent if text in message.text)
            return bool(found)

        with self._changed:
            assert self._changed.wait_for(has_come, timeout_s), self.sent
        return found[0]

    def wait_until_refused(self, num: int, timeout_s: float) -> None:
        """Waits until the network has refused so many parts."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._num_refused >= num, timeout_s)

    # The modem's own thread ---------------------------------------------------------------------

    def _do(self, job: Callable[[], None]) -> None:
        """Between two commands, on the thread of the modem."""
        self._jobs.append(job)
        os.write(self._bell, b".")

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._alarm], [], [])
            if self._master in ready:
                for byte in os.read(self._master, 4096):
                    self._take(byte)
            if self._alarm in ready:
                if not os.read(self._alarm, 100):
                    return
                while self._jobs:
                    self._jobs.pop(0)()

    def _take(self, byte: int) -> None:
        line = self._line
        if line.is_pdu and byte in (_END_OF_PDU, _ESCAPE):
            pdu, self._line = line.buffer.decode("ascii").strip(), _Line()
            if byte == _END_OF_PDU:
                self._submit(pdu)
            else:
                self._say(_OK)
        elif byte == ord("\r") and not line.is_pdu:
            command, self._line = line.buffer.decode("ascii", "replace").strip(), _Line()
            if command:
                self._obey(command.upper())
        else:
            line.buffer.append(byte)

    def _say(self, *lines: str) -> None:
        with suppress(OSError):
            os.write(self._master, "".join(f"\r\n{line}\r\n" for line in lines).encode("ascii"))

    def _obey(self, command: str) -> None:
        if command.startswith("AT+CMGS="):
            self._line = _Line(is_pdu=True)
            os.write(self._master, b"\r\n> ")
        elif command.startswith("AT+CPIN"):
            self._unlock(command)
        elif command.startswith("AT+CMGL="):
            self._say(*(self._listed("+CMGL", place) for place in sorted(self._on_sim)), _OK)
        elif command.startswith("AT+CMGR="):
            place = _number(command)
            known = place in self._on_sim
            self._say(*([self._listed("+CMGR", place), _OK] if known else ["+CMS ERROR: 321"]))
        elif command.startswith("AT+CMGD="):
            self._on_sim.pop(_number(command), None)
            self._say(_OK)
        elif answer := _answer(command):
            self._say(answer.replace("{used}", str(len(self._on_sim))), _OK)
        else:
            self._say(_OK if command == "AT" or command.startswith(_TAKEN) else _ERROR)

    def _unlock(self, command: str) -> None:
        if command == "AT+CPIN?":
            self._say("+CPIN: SIM PIN" if self._is_locked else "+CPIN: READY", _OK)
            return
        is_right = command.partition("=")[2].strip('"') == self._pin
        self._is_locked = self._is_locked and not is_right
        self._say(_OK if is_right else "+CME ERROR: 16")

    def _listed(self, name: str, place: int) -> str:
        pdu = self._on_sim[place]
        where = f"{place}," if name == "+CMGL" else ""
        return f"{name}: {where}0,,{length_of(pdu)}\r\n{pdu}"

    def _submit(self, pdu: str) -> None:
        part = read_submit(pdu)
        if part.number in self.refused or self._is_locked:
            self._say(_NETWORK_OUT_OF_ORDER)
            with self._changed:
                self._num_refused += 1
                self._changed.notify_all()
            return
        self._reference = (self._reference + 1) % 256
        self._say(f"+CMGS: {self._reference}", _OK)
        if part.wants_report and part.number not in self.silent:
            status = _UNKNOWN_NUMBER if part.number in self.unreachable else _ARRIVED
            report = report_pdu(self._reference, part.number, status, datetime.now(UTC))
            self._do(lambda: self._say(f"+CDS: {length_of(report)}\r\n{report}"))
        with self._changed:
            self._parts.append(part)
            self._changed.notify_all()


def _answer(command: str) -> str:
    return next(
        (
            answer
            for name, answer in _ANSWERS.items()
            if command == name or (name.endswith("=") and command.startswith(name))
        ),
        "",
    )


def _number(command: str) -> int:
    digits = command.partition("=")[2].partition(",")[0]
    return int(digits) if digits.isdigit() else 0
