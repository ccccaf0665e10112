"""A mail server on the loopback and channels that know it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sosbox.channels.catcher import MailCatcher
from sosbox.config import Config, load_config


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    catcher = MailCatcher()
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def mail_config(tmp_path: Path) -> Callable[..., Config]:
    """Options for the mail server at a port, without TLS unless said otherwise."""

    def make(port: int, **options: str) -> Config:
        settings = {
            "SOSBOX_SMTP_HOST": "127.0.0.1",
            "SOSBOX_SMTP_PORT": str(port),
            "SOSBOX_SMTP_TLS": "none",
            "SOSBOX_SMTP_FROM": "box@mar.example",
        }
        settings.update({f"SOSBOX_SMTP_{name.upper()}": value for name, value in options.items()})
        return load_config(tmp_path, settings)

    return make
