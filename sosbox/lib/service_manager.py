"""What a service tells systemd of itself, by the protocol of sd_notify(3).

A few words in a datagram to the socket that `$NOTIFY_SOCKET` names. Where it names none, nothing is
told. https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import contextlib
import socket
from collections.abc import Mapping

READY = "READY=1"
STOPPING = "STOPPING=1"
WATCHDOG = "WATCHDOG=1"

SOCKET_VARIABLE = "NOTIFY_SOCKET"
WATCHDOG_VARIABLE = "WATCHDOG_USEC"
_ABSTRACT = "@"


class ServiceManager:
    """The service manager that started this process, if one did."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = _address(environ.get(SOCKET_VARIABLE, ""))
        self.watchdog_s = _seconds(environ.get(WATCHDOG_VARIABLE, ""))
        """So often it wants to hear WATCHDOG, seconds; 0: not at all."""

    @property
    def is_listening(self) -> bool:
        return bool(self._address)

    def tell(self, *words: str, status: str = "") -> None:
        """Sends them in one datagram. What cannot be sent is lost: it never waits and never raises.

        status: a line for `systemctl status`.
        """
        if not self._address:
            return
        lines = [*words, *([f"STATUS={' '.join(status.split())}"] if status else [])]
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out,
        ):
            out.setblocking(False)
            out.connect(self._address)
            out.send("\n".join(lines).encode())


def _address(name: str) -> str:
    """As `connect` takes it; empty for kinds that are not known, such as vsock."""
    if name.startswith(_ABSTRACT):
        return "\0" + name[1:]
    return name if name.startswith("/") else ""


def _seconds(microseconds: str) -> float:
    return int(microseconds) / 1e6 if microseconds.isascii() and microseconds.isdigit() else 0.0
