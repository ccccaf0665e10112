"""SMS: web servers that answer as Kannel and as the app on a phone do, and one that misbehaves."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sosbox.channels.base import Channel
from sosbox.channels.sms.channel import SmsChannel
from sosbox.config import Config, load_config
from sosbox.keys import load_keys
from tests.contracts.kits.base import Misbehaviour
from tests.support.web_receiver import Posted, RudeWebServer, WebReceiver

_SCRIPTS = {
    Misbehaviour.SILENT: (RudeWebServer.WHOLE, RudeWebServer.SILENCE),
    Misbehaviour.DRIBBLING: (RudeWebServer.WHOLE, b"HTTP/1.1 200 OK\r\nX: ", RudeWebServer.DRIBBLE),
    Misbehaviour.HANGING_UP: (RudeWebServer.WHOLE,),
}


class _SmsKit:
    """What both have in common: the address of the gateway stands in the options."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys = load_keys(folder)
        self._receiver = WebReceiver()
        self._receiver.start()
        self._rude: RudeWebServer | None = None
        self.channel: Channel = SmsChannel(self._config(self._receiver.port), self._keys)
        self.address = "+34 600 123 456"

    def _config(self, port: int) -> Config:
        options = {**self._options(port), "SOSBOX_SMS_MAX_PARTS": "10"}
        return load_config(self._folder, options)

    def _options(self, port: int) -> dict[str, str]:
        raise NotImplementedError

    def go_away(self) -> None:
        self._receiver.stop()

    def come_back(self) -> None:
        self._receiver.start()

    async def misbehave(self, how: Misbehaviour, *, timeout_s: float) -> asyncio.Event:
        self._rude = RudeWebServer(*_SCRIPTS[how])
        await self._rude.__aenter__()
        config = self._config(self._rude.port)
        config.settings["sms_timeout_s"] = replace(
            config.settings["sms_timeout_s"], value=timeout_s
        )
        self.channel = SmsChannel(config, self._keys)
        return self._rude.has_visitor

    async def end(self) -> None:
        self._receiver.stop()
        if self._rude is not None:
            await self._rude.__aexit__()


class KannelSmsKit(_SmsKit):
    """Says what Kannel 1.4.5 says; `tests/sms/` has the real one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._receiver.answer = self._answer
        self._outcome = (202, "0: Accepted for delivery")

    def _options(self, port: int) -> dict[str, str]:
        return {
            "SOSBOX_SMS_GATEWAY": "kannel",
            "SOSBOX_KANNEL_URL": f"http://127.0.0.1:{port}/cgi-bin/sendsms",
        }

    def _answer(self, request: Posted) -> tuple[int, str]:
        if "to" not in _query(request):
            return 400, "Missing receiver number, rejected"
        return self._outcome

    def received(self) -> list[str]:
        return [_query(request)["text"] for request in self._receiver.posted]

    def refuse(self) -> None:
        self._outcome = (400, "Number(s) has/have been denied by white- and/or black-lists.")

    def refuse_for_now(self) -> None:
        self._outcome = (503, "Temporal failure, try again later.")


class HttpSmsKit(_SmsKit):
    def _options(self, port: int) -> dict[str, str]:
        return {
            "SOSBOX_SMS_GATEWAY": "http",
            "SOSBOX_SMS_HTTP_URL": f"http://127.0.0.1:{port}/send",
            "SOSBOX_SMS_HTTP_BODY": '{"to": "{to}", "message": "{text}"}',
        }

    def received(self) -> list[str]:
        return [json.loads(posted.body)["message"] for posted in self._receiver.posted]

    def refuse(self) -> None:
        self._receiver.status = 422

    def refuse_for_now(self) -> None:
        self._receiver.status = 503


def _query(request: Posted) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
