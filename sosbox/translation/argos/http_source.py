"""Asking a web server for a file that may be large, over lines that break."""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import httpx

from sosbox import __version__
from sosbox.i18n import N_
from sosbox.translation.argos.errors import ModelError

CONNECT_TIMEOUT_S = 20.0
READ_TIMEOUT_S = 60.0
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NoAnswerError(Exception):
    """The server cannot be reached, or the line broke."""


class HttpSource:
    """A client for one file after the other; follows only what is safe."""

    def __init__(
        self,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._timeout = httpx.Timeout(read_timeout_s, connect=connect_timeout_s)

    @contextmanager
    def opened(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer after all redirects, its body still to come by `chunks`.

        Raises ModelError for an address that is not safe or leads nowhere, NoAnswerError.
        """
        # Packages do not shrink, and resuming counts the bytes as they are.
        headers = {"Accept-Encoding": "identity", "User-Agent": f"sosbox/{__version__}", **headers}
        with httpx.Client(timeout=self._timeout) as client:
            for _ in range(MAX_REDIRECTS + 1):
                _require_safe(url)
                try:
                    answer = client.send(
                        client.build_request("GET", url, headers=headers), stream=True
                    )
                except httpx.TransportError:
                    raise NoAnswerError from None
                except (httpx.InvalidURL, ValueError):
                    raise _no_address(url) from None
                try:
                    if answer.status_code not in _REDIRECTS:
                        yield answer
                        return
                    url = urljoin(url, answer.headers.get("Location", ""))
                finally:
                    answer.close()
        raise ModelError(
            N_("{host} sends the box from one address to the next."), host=host_of(url)
        )


def chunks(answer: httpx.Response) -> Iterator[bytes]:
    """The body, piece by piece. Raises NoAnswerError."""
    try:
        # In the pieces in which it comes: larger ones would be lost when the line breaks.
        yield from answer.iter_raw()
    except httpx.TransportError:
        raise NoAnswerError from None


def host_of(url: str) -> str:
    """For messages: addresses are long, and may hold keys."""
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"


def _require_safe(url: str) -> None:
    """Raises ModelError unless nobody on the way can change what comes."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise _no_address(url) from None
    if host is None or parts.scheme not in ("http", "https"):
        raise _no_address(url)
    if parts.scheme == "http" and not _is_this_computer(host):
        raise ModelError(N_("Models are only fetched over https: {host} is not asked."), host=host)


def _no_address(url: str) -> ModelError:
    return ModelError(N_('"{url}" is no address of a model.'), url=ascii(url[:100])[1:-1])


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
