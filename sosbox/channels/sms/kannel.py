"""Sending through Kannel: its sendsms interface, and what its reports mean.

https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html, "Using the HTTP Interface to
Send SMS Messages" and "Delivery Reports".
"""

from http import HTTPStatus
from urllib.parse import urlencode

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
from sosbox.channels.sms.hooks import report_url, sendsms_password
from sosbox.channels.sms.parts import Encoding, cost_of
from sosbox.config import Config
from sosbox.i18n import N_
from sosbox.keys import Keys

# Arrived, failed, refused by the network: those of Kannel's reports that settle something.
_REPORT_MASK = 1 | 2 | 16
_REPORTS = {"1": True, "2": False, "16": False}
_CODINGS = {Encoding.GSM7: "0", Encoding.UCS2: "2"}
# Bodies of 202: handed to the modem, or kept until there is one.
_TAKEN = ("0:", "3:")
# Of the bodies of 400 the one that says nothing about the message.
_NO_SENDER = "Sender missing"


class KannelGateway:
    """A Kannel, mostly on the same machine, set up as `sosbox kannel-config` says."""

    def __init__(self, config: Config, keys: Keys) -> None:
        self._config = config
        self._keys = keys
        self._caller = HttpCaller(config.sms_timeout_s)
        self.report_within_s = 60 * int(config.sms_report_minutes)

    async def send(self, sms: Sms) -> None:
        """Hands it to Kannel, which keeps it on its disk until the network has taken it."""
        fields = {
            **self._login(),
            "to": sms.number,
            "text": sms.text,
            "charset": "UTF-8",
            "coding": _CODINGS[cost_of(sms.text).encoding],
        }
        if self.report_within_s:
            fields["dlr-mask"] = str(_REPORT_MASK)
            fields["dlr-url"] = report_url(self._config, self._keys, sms.delivery_id)
        answer = await self._ask(fields)
        if answer.status != HTTPStatus.ACCEPTED or not answer.text.startswith(_TAKEN):
            raise _error(answer, sms)

    async def check(self) -> None:
        """Asks to send something to nobody, which Kannel refuses once it has let the box in."""
        answer = await self._ask(self._login())
        if answer.status != HTTPStatus.BAD_REQUEST or "receiver" not in answer.text:
            raise _error(answer, None)

    async def close(self) -> None:
        await self._caller.close()

    def _login(self) -> dict[str, str]:
        return {
            "username": self._config.kannel_user,
            "password": sendsms_password(self._config, self._keys),
        }

    async def _ask(self, fields: dict[str, str]) -> Answer:
        return await self._caller.ask("GET", f"{self._config.kannel_url}?{urlencode(fields)}")


def has_arrived(status: str) -> bool | None:
    """What a report's status says; None: nothing final yet."""
    return _REPORTS.get(status)


def _error(answer: Answer, sms: Sms | None) -> ChannelError:
    detail = answer.detail(sms)
    if answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED):
        return RetryError(NOT_LET_IN, detail=detail, is_outage=True)
    if answer.status == HTTPStatus.BAD_REQUEST:
        if sms is None or _NO_SENDER in answer.text:
            message = N_("Kannel is not set up as the box needs it.")
            return RetryError(message, detail=detail, is_outage=True)
        return RefusedError(REFUSED, detail=detail)
    if answer.status >= 500:
        return RetryError(NOT_NOW, detail=detail, is_outage=True)
    return RetryError(NOT_UNDERSTOOD, detail=detail, is_outage=True)
