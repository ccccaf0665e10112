"""E-mail: a mail server that keeps what it is given, and one that misbehaves."""

import asyncio
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from sosbox.channels.base import Channel
from sosbox.channels.catcher import MailCatcher
from sosbox.channels.email.channel import EmailChannel
from sosbox.config import Config, load_config
from tests.contracts.kits.base import Misbehaviour
from tests.support.scripted_smtp import ScriptedServer

_SCRIPTS = {
    Misbehaviour.SILENT: {".": ScriptedServer.HANG},
    Misbehaviour.DRIBBLING: {"GREETING": ScriptedServer.DRIBBLE},
    Misbehaviour.HANGING_UP: {".": ScriptedServer.HANG_UP},
}


class EmailKit:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catcher = MailCatcher()
        self._catcher.start()
        self._scripted: ScriptedServer | None = None
        self.channel: Channel = EmailChannel(self._config(self._catcher.port))
        self.address = "anna@mar.example"

    def received(self) -> list[str]:
        return [_text(mail.content) for mail in self._catcher.messages]

    def refuse(self) -> None:
        self._catcher.refuse_recipients.add(self.address)

    def refuse_for_now(self) -> None:
        self._catcher.answer_temporarily = True

    def go_away(self) -> None:
        self._catcher.stop()

    def come_back(self) -> None:
        self._catcher.start()

    async def misbehave(self, how: Misbehaviour, *, timeout_s: float) -> asyncio.Event:
        self._scripted = ScriptedServer(**_SCRIPTS[how])
        await self._scripted.__aenter__()
        self.channel = EmailChannel(_with_timeout(self._config(self._scripted.port), timeout_s))
        return self._scripted.has_visitor

    async def end(self) -> None:
        self._catcher.stop()
        if self._scripted is not None:
            await self._scripted.__aexit__()

    def _config(self, port: int) -> Config:
        settings = {
            "SOSBOX_SMTP_HOST": "127.0.0.1",
            "SOSBOX_SMTP_PORT": str(port),
            "SOSBOX_SMTP_TLS": "none",
        }
        return load_config(self._folder, settings)


def _with_timeout(config: Config, timeout_s: float) -> Config:
    setting = replace(config.settings["smtp_timeout_s"], value=timeout_s)
    return Config(config.data_dir, {**config.settings, "smtp_timeout_s": setting})


def _text(content: bytes) -> str:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
