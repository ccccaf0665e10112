"""Addresses: the one to listen on, and the ones that others can reach."""

import contextlib
import socket
from argparse import ArgumentTypeError

_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised, not bound
# Connections that wait while the web process restarts.
BACKLOG = 2048


def port_number(text: str) -> int:
    """For argparse: 0 lets the system choose."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def listen_on(host: str, port: int) -> socket.socket:
    """A listening socket, not inherited by children unless it is passed to them.

    Raises OSError, which names the address.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        where = url_of(host, port).removeprefix("http://")
        # Python repeats the address behind the reason.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise OSError(error.errno, reason, where) from None


def url_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def local_url(host: str, port: int) -> str:
    """How this machine reaches a server that listens on `host`."""
    if host in _WILDCARDS:
        host = "::1" if host == "::" else "127.0.0.1"
    return url_of(host, port)


def guest_url(host: str, port: int) -> str:
    """How a phone on the same network reaches it, as far as that can be known."""
    return url_of(lan_address() or "127.0.0.1", port) if host in _WILDCARDS else url_of(host, port)


def lan_address() -> str:
    """The address that this machine has towards others; empty when it has none.

    Connecting a datagram socket sends nothing: the system only chooses the way it would go.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("198.51.100.1", 9))
        address: str = probe.getsockname()[0]
        return "" if address.startswith("127.") or address in _WILDCARDS else address
    return ""
