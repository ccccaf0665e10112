"""Sending through any gateway that takes messages over HTTP: a phone with an app, a provider.

What is sent, and which answer means that it was taken, is written in the options.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from sosbox.channels.base import ChannelError, RefusedError, RetryError
from sosbox.channels.sms.gateway import (
    NOT_LET_IN,
    NOT_NOW,
    NOT_UNDERSTOOD,
    REFUSED,
    Answer,
    HttpCaller,
    Sms,
)
from sosbox.config import Config
from sosbox.i18n import N_

_FIELD = re.compile(r"\{(to|digits|text|id)\}")
# RFC 9110, 5.1 and 5.5.
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*)")
_CODES = re.compile(r"([1-5]\d\d)(?:-([1-5]\d\d))?")

_NO_ENTRY = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
}
_FINAL = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
# A server in front of the gateway that handed everything on and heard no more.
_LOST = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}


@dataclass(frozen=True)
class _Settings:
    """The options, understood."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    success_codes: frozenset[int]
    success_text: str

    @property
    def is_json(self) -> bool:
        return self.body.lstrip().startswith(("{", "["))


class HttpGateway:
    """It does not report what became of a message."""

    report_within_s = 0

    def __init__(self, config: Config) -> None:
        self._config = config
        self._caller = HttpCaller(config.sms_timeout_s)

    async def send(self, sms: Sms) -> None:
        """Makes the request with the message filled in."""
        settings = _read_settings(self._config)
        answer = await self._caller.ask(
            settings.method,
            _filled(settings.url, sms, _in_address),
            headers=settings.headers,
            content=_content(settings, sms),
        )
        if answer.status not in settings.success_codes:
            raise _error(answer, sms)
        if settings.success_text not in answer.text:
            message = N_("The SMS gateway does not say that it has taken the message.")
            raise RetryError(message, detail=answer.detail(sms), may_have_arrived=True)

    async def check(self) -> None:
        """Whether a web server answers there, whatever it answers."""
        parts = urlsplit(_read_settings(self._config).url)
        await self._caller.ask("HEAD", f"{parts.scheme}://{parts.netloc}/")

    async def close(self) -> None:
        await self._caller.close()


def _read_settings(config: Config) -> _Settings:
    """Raises RetryError for what cannot be used: an option mends that."""
    _require_address(config.sms_http_url)
    body = config.sms_http_body if config.sms_http_method == "POST" else ""
    if not _mentions(config.sms_http_url + body, "text"):
        raise _unusable(N_("Neither address nor body for the SMS gateway contain {text}."))
    settings = _Settings(
        method=config.sms_http_method,
        url=config.sms_http_url,
        headers=_read_headers(config.sms_http_headers),
        body=body,
        success_codes=_read_codes(config.sms_http_success_codes),
        success_text=config.sms_http_success_text,
    )
    if body and not any(name.lower() == "content-type" for name in settings.headers):
        kind = "application/json" if settings.is_json else "application/x-www-form-urlencoded"
        settings.headers["Content-Type"] = kind
    return settings


def _mentions(template: str, name: str) -> bool:
    return f"{{{name}}}" in template


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not url.isascii() or not url.isprintable() or " " in url:
        raise _unusable(N_("The address of the SMS gateway cannot be used."))


def _read_headers(text: str) -> dict[str, str]:
    headers = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _HEADER.fullmatch(line)
        if found is None:
            raise _unusable(N_("The headers for the SMS gateway cannot be used."))
        headers[found[1]] = found[2]
    return headers


def _read_codes(text: str) -> frozenset[int]:
    codes: set[int] = set()
    for item in text.replace(" ", "").split(","):
        found = _CODES.fullmatch(item)
        if found is None:
            raise _unusable(N_("The list of answers that mean success cannot be used."))
        codes.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    return frozenset(codes)


def _unusable(message: str) -> RetryError:
    return RetryError(message, is_outage=True)


def _content(settings: _Settings, sms: Sms) -> bytes | None:
    if not settings.body:
        return None
    return _filled(settings.body, sms, _in_json if settings.is_json else _in_address).encode()


def _filled(template: str, sms: Sms, escape: Callable[[str], str]) -> str:
    values = {
        "to": sms.number,
        "digits": sms.number.removeprefix("+"),
        "text": sms.text,
        "id": str(sms.delivery_id),
    }
    return _FIELD.sub(lambda field: escape(values[field[1]]), template)


def _in_address(value: str) -> str:
    """For addresses, and for forms, which are written the same way."""
    return quote(value, safe="")


def _in_json(value: str) -> str:
    """For between quotation marks."""
    return json.dumps(value)[1:-1]


def _error(answer: Answer, sms: Sms) -> ChannelError:
    status, detail = answer.status, answer.detail(sms)
    if status in _FINAL:
        return RefusedError(REFUSED, detail=detail)
    if status in _NO_ENTRY:
        return RetryError(NOT_LET_IN, detail=detail, is_outage=True)
    if status in _LATER:
        return RetryError(NOT_NOW, detail=detail)
    if status >= 500:
        has_gone_on = status in _LOST
        return RetryError(NOT_NOW, detail=detail, may_have_arrived=has_gone_on, is_outage=True)
    if 300 <= status <= 399:
        message = N_("The SMS gateway points to another address; the box does not follow.")
        return RetryError(message, detail=str(status), is_outage=True)
    return RetryError(NOT_UNDERSTOOD, detail=detail, is_outage=True)
