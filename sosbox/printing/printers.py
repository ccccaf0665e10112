"""Sending what is printed to a printer."""

from sosbox.errors import SosboxError
from sosbox.printing.paper import Paper


class PrinterError(SosboxError):
    """A printer that did not print."""


async def send(
    address: str,
    data: bytes,
    *,
    kind: str,
    title: str,
    paper: Paper,
    copies: int = 1,
    timeout_s: float,
) -> None:
    """Returns when it is printed. Raises PrinterError."""
    raise PrinterError("There is no printer of that name.", address=address)
