"""The end of the service manager: a datagram socket that services tell how they are."""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self

# Only so that a failure does not hang the tests.
DEADLINE_S = 20.0


class ServiceSocket:
    """Listens at a path, or at a name that begins with @ in the abstract namespace."""

    def __init__(self, address: str | Path) -> None:
        self.address = str(address)
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(DEADLINE_S)
        self._socket.bind(self.address.replace("@", "\0", 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()

    def hear(self) -> list[str]:
        """The lines of the next datagram."""
        lines = self._socket.recv(4096).decode().split("\n")
        self.heard += lines
        return lines

    def hear_until(self, line: str) -> None:
        while line not in self.hear():
            pass

    def hears_nothing(self) -> bool:
        """Whether nothing is waiting to be heard."""
        self._socket.setblocking(False)
        try:
            self.hear()
        except BlockingIOError:
            return True
        finally:
            self._socket.settimeout(DEADLINE_S)
        return False
