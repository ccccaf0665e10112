"""Asking Kannel how it is: whether it has its modem, and what waits for one."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from sosbox.channels.base import RetryError
from sosbox.channels.sms.gateway import NOT_LET_IN, NOT_UNDERSTOOD, HttpCaller
from sosbox.channels.sms.hooks import status_password
from sosbox.config import Config
from sosbox.keys import Keys

# The page is XML without attributes, entities or repetition inside a connection: what is wanted of
# it can be taken out without a parser that has to be protected from what XML can hold.
_CONNECTION = re.compile(r"<smsc>(.*?)</smsc>", re.DOTALL)
_ID = re.compile(r"<id>([^<]*)</id>")
_STATUS = re.compile(r"<status>([^<]*)</status>")
_WAITING = re.compile(r"<storesize>(\d+)</storesize>")
_ONLINE = "online"


@dataclass(frozen=True)
class Modem:
    """One connection to a network; status: in Kannel's words, "online 30s"."""

    id: str
    status: str

    @property
    def is_online(self) -> bool:
        return self.status.startswith(_ONLINE)


@dataclass(frozen=True)
class KannelStatus:
    """num_waiting: messages that Kannel keeps and has not sent yet."""

    modems: tuple[Modem, ...]
    num_waiting: int


async def read_status(config: Config, keys: Keys) -> KannelStatus:
    """Raises RetryError when Kannel does not say."""
    caller = HttpCaller(config.sms_timeout_s)
    query = urlencode({"password": status_password(config, keys)})
    try:
        answer = await caller.ask("GET", f"{config.kannel_status_url}?{query}")
    finally:
        await caller.close()
    if "Denied" in answer.text or answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED):
        raise RetryError(NOT_LET_IN)
    if answer.status != HTTPStatus.OK or "<gateway>" not in answer.text:
        raise RetryError(NOT_UNDERSTOOD, detail=str(answer.status))
    modems = tuple(
        Modem(_found(_ID, connection), _found(_STATUS, connection))
        for connection in _CONNECTION.findall(answer.text)
    )
    return KannelStatus(modems, int(_found(_WAITING, answer.text) or 0))


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].strip() if found else ""
