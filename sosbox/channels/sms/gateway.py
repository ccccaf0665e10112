"""What a gateway has to do for the channel SMS, and how all of them are spoken to: HTTP."""

import asyncio
import json
import logging
import socket
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, quote_plus

import httpx

from sosbox.channels.base import RetryError
from sosbox.i18n import N_
from sosbox.lib.text import clean

# What a gateway says is a line or two.
MAX_ANSWER_BYTES = 16_384
# Connecting and every wait have `sms_timeout_s` each; a gateway that answers sign by sign would
# hold a notice for ever.
_ATTEMPT_TIMEOUTS = 2

# A line that is shorter says nothing by itself.
_SHORTEST_LINE = 4
_NATIONAL_DIGITS = 8

NO_ANSWER = N_("The SMS gateway does not answer in time.")
NOT_UNDERSTOOD = N_("The SMS gateway answers in a way that the box does not understand.")
NOT_LET_IN = N_("The SMS gateway does not accept the password.")
REFUSED = N_("The SMS gateway refuses this number or this message.")
NOT_NOW = N_("The SMS gateway cannot take messages at the moment.")

# It names addresses at INFO, and they hold numbers, texts and passwords.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Sms:
    """One message; number in E.164. All attempts of a delivery have the same id."""

    delivery_id: int
    number: str
    text: str


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    def detail(self, sms: Sms | None = None) -> str:
        """What the staff may read of it: without the number and the words that it may repeat."""
        text = self.text
        for private in _spellings(sms) if sms is not None else ():
            text = text.replace(private, "(...)")
        return " ".join(f"{self.status} {clean(text)}".split())


def _spellings(sms: Sms) -> list[str]:
    """What an answer may repeat of a message, the longest first."""
    lines = [line for line in sms.text.splitlines() if len(line) >= _SHORTEST_LINE]
    # Numbers are also written without the code of the country, which has up to three digits.
    plain = [sms.text, *lines, sms.number, sms.number[1:], sms.number[-_NATIONAL_DIGITS:]]
    spelled = {
        spelling
        for value in plain
        for spelling in (
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            quote(value, safe=""),
            quote_plus(value),
        )
    }
    return sorted(spelled, key=len, reverse=True)


class Gateway(Protocol):
    """report_within_s: as in `sosbox.channels.base.Channel`."""

    report_within_s: int

    async def send(self, sms: Sms) -> None:
        """Hands it over. Raises RetryError or RefusedError."""

    async def check(self) -> None:
        """Says whether messages could be sent now; sends none. Raises RetryError."""

    async def close(self) -> None:
        """Lets go of connections that are kept open."""


class HttpCaller:
    """Asks a gateway and reads what it answers, within limits of time and size."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Raises RetryError when no answer comes."""
        client = self._open()
        try:
            async with asyncio.timeout(_ATTEMPT_TIMEOUTS * self._timeout_s):
                return await _ask(client, method, url, headers, content)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            message = N_("The address of the SMS gateway cannot be used.")
            raise RetryError(message, is_outage=True) from None
        except httpx.TransportError as error:
            raise _transport_error(error) from error
        except TimeoutError:
            raise RetryError(NO_ANSWER, may_have_arrived=True, is_outage=True) from None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=ssl.create_default_context(),
                # A proxy of the environment would be told what guests write.
                trust_env=False,
                follow_redirects=False,
                timeout=self._timeout_s,
                # A connection that was kept may be dead without either side knowing.
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
        return self._client


async def _ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    headers: dict[str, str] | None,
    content: bytes | None,
) -> Answer:
    async with client.stream(method, url, headers=headers, content=content) as response:
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= MAX_ANSWER_BYTES:
                break
        return Answer(response.status_code, body[:MAX_ANSWER_BYTES].decode("utf-8", "replace"))


def _transport_error(error: httpx.TransportError) -> RetryError:
    cause = _root(error)
    detail = type(cause).__name__
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return RetryError(NO_ANSWER, detail=detail, is_outage=True)
    if isinstance(error, httpx.ConnectError):
        return RetryError(_connect_problem(cause), detail=detail, is_outage=True)
    if isinstance(error, httpx.TimeoutException):
        return RetryError(NO_ANSWER, detail=detail, may_have_arrived=True, is_outage=True)
    message = N_("The SMS gateway has broken the connection off.")
    return RetryError(message, detail=detail, may_have_arrived=True, is_outage=True)


def _connect_problem(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLError):
        return N_("The SMS gateway cannot be reached over an encrypted connection.")
    if isinstance(cause, socket.gaierror):
        return N_("There is no SMS gateway of that name.")
    return N_("Nothing answers at the address of the SMS gateway.")


def _root(error: BaseException) -> BaseException:
    """What lies behind an error that libraries have wrapped."""
    while (behind := error.__cause__ or error.__context__) is not None:
        error = behind
    return error
