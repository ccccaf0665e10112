"""Webhook: a web server that keeps what it is given, and one that misbehaves."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from sosbox.channels.base import Channel
from sosbox.channels.webhook.channel import WebhookChannel
from sosbox.config import load_config
from sosbox.keys import load_keys
from tests.contracts.kits.base import Misbehaviour
from tests.support.web_receiver import RudeWebServer, WebReceiver

_SCRIPTS = {
    Misbehaviour.SILENT: (RudeWebServer.WHOLE, RudeWebServer.SILENCE),
    Misbehaviour.DRIBBLING: (RudeWebServer.WHOLE, b"HTTP/1.1 200 OK\r\nX: ", RudeWebServer.DRIBBLE),
    Misbehaviour.HANGING_UP: (RudeWebServer.WHOLE,),
}


class WebhookKit:
    def __init__(self, folder: Path) -> None:
        self._config = load_config(folder, {})
        self._keys = load_keys(folder)
        self._receiver = WebReceiver()
        self._receiver.start()
        self._rude: RudeWebServer | None = None
        self.channel: Channel = WebhookChannel(self._config, self._keys)
        self.address = f"http://127.0.0.1:{self._receiver.port}/sosbox"

    def received(self) -> list[str]:
        return [_text(posted.body) for posted in self._receiver.posted]

    def refuse(self) -> None:
        self._receiver.status = 410

    def refuse_for_now(self) -> None:
        self._receiver.status = 503

    def go_away(self) -> None:
        self._receiver.stop()

    def come_back(self) -> None:
        self._receiver.start()

    async def misbehave(self, how: Misbehaviour, *, timeout_s: float) -> asyncio.Event:
        self._rude = RudeWebServer(*_SCRIPTS[how])
        await self._rude.__aenter__()
        self.address = f"http://127.0.0.1:{self._rude.port}/sosbox"
        setting = replace(self._config.settings["webhook_timeout_s"], value=timeout_s)
        self._config.settings["webhook_timeout_s"] = setting
        self.channel = WebhookChannel(self._config, self._keys)
        return self._rude.has_visitor

    async def end(self) -> None:
        self._receiver.stop()
        if self._rude is not None:
            await self._rude.__aexit__()


def _text(body: bytes) -> str:
    """All values, one after the other."""
    return "\n".join(_values(json.loads(body)))


def _values(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _values(item)]
    return [str(value)]
