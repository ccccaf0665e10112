"""Every channel, by the name that addresses carry."""

from collections.abc import Callable

from sosbox.channels.base import Channel
from sosbox.channels.email.channel import EmailChannel
from sosbox.config import Config

CHANNEL_FACTORIES: dict[str, Callable[[Config], Channel]] = {"email": EmailChannel}


def make_channels(config: Config) -> dict[str, Channel]:
    """One of each, to live as long as the process."""
    return {name: make(config) for name, make in CHANNEL_FACTORIES.items()}
