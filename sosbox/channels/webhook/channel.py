"""The channel webhook: posts notices as signed JSON to a program of the venue or of others."""

import asyncio
import contextlib
import logging
import ssl
from urllib.parse import urlsplit

import httpx

from sosbox import __version__
from sosbox.channels.base import Notice, RefusedError, RetryError
from sosbox.channels.webhook.address import webhook_problem
from sosbox.channels.webhook.errors import (
    NO_ANSWER,
    NOT_AN_ADDRESS,
    answer_error,
    connect_error,
    transfer_error,
)
from sosbox.channels.webhook.payload import build_payload
from sosbox.channels.webhook.signature import signed_headers
from sosbox.config import Config
from sosbox.keys import Keys, fingerprint
from sosbox.lib.clock import Clock, SystemClock

# Connecting, handing over and waiting have `webhook_timeout_s` each; one that answers sign by sign
# would hold a notice for ever.
ATTEMPT_TIMEOUTS = 2

# It names addresses at INFO, and an address may hold what lets one in.
logging.getLogger("httpx").setLevel(logging.WARNING)


class WebhookChannel:
    """tls_context: which certificates are trusted, by default those of the system."""

    name = "webhook"
    report_within_s = 0

    def __init__(
        self,
        config: Config,
        keys: Keys,
        *,
        tls_context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._timeout_s: float = config.webhook_timeout_s
        self._keys = keys
        # Tells the deliveries of two boxes apart.
        self._box_id = fingerprint(keys.public_key).replace(" ", "").lower()[:12]
        self._tls_context = tls_context
        self._clock = clock or SystemClock()
        self._client: httpx.AsyncClient | None = None

    async def send(self, notice: Notice) -> None:
        """Posts the notice. Raises RetryError or RefusedError."""
        url = _checked(notice.address)
        now = self._clock.now()
        body = build_payload(notice, now=now)
        secret = self._keys.webhook_secret(url)
        message_id = f"{self._box_id}-{notice.delivery_id}"
        headers = signed_headers(secret, message_id, body, now=now)
        try:
            async with asyncio.timeout(ATTEMPT_TIMEOUTS * self._timeout_s):
                status = await self._post(url, body, headers)
        except httpx.TransportError as error:
            raise transfer_error(error) from error
        except TimeoutError:
            raise RetryError(NO_ANSWER, may_have_arrived=True, is_outage=True) from None
        problem = answer_error(status)
        if problem is not None:
            raise problem

    async def check(self, address: str = "") -> None:
        """Connects to the server of a webhook and posts nothing. Raises RetryError."""
        if not address:
            return
        parts = urlsplit(_checked(address))
        is_tls = parts.scheme == "https"
        port = parts.port or (443 if is_tls else 80)
        try:
            async with asyncio.timeout(self._timeout_s):
                _, writer = await asyncio.open_connection(
                    parts.hostname, port, ssl=self._tls() if is_tls else None
                )
        except OSError as error:
            raise connect_error(error) from error
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(self._timeout_s):
                await writer.wait_closed()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; the rest of it is not read, however large it is."""
        async with self._connected().stream("POST", url, content=body, headers=headers) as answer:
            return answer.status_code

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers={
                    "Content-Type": "application/json",
                    "User-Agent": f"sosbox/{__version__}",
                },
                verify=self._tls(),
                # A proxy of the environment would be told what guests write.
                trust_env=False,
                follow_redirects=False,
                timeout=self._timeout_s,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
        return self._client

    def _tls(self) -> ssl.SSLContext:
        if self._tls_context is None:
            self._tls_context = ssl.create_default_context()
        return self._tls_context


def _checked(address: str) -> str:
    """The address. Raises RefusedError for one that is none."""
    problem = webhook_problem(address)
    if problem:
        raise RefusedError(NOT_AN_ADDRESS, detail=problem)
    return address
