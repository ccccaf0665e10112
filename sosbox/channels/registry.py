"""Every channel, by the name that addresses carry."""

from collections.abc import Callable

from sosbox.channels.base import Channel
from sosbox.channels.email.channel import EmailChannel
from sosbox.channels.printer.channel import PrinterChannel
from sosbox.channels.sms.channel import SmsChannel
from sosbox.channels.webhook.channel import WebhookChannel
from sosbox.config import Config
from sosbox.keys import Keys

CHANNEL_FACTORIES: dict[str, Callable[[Config, Keys], Channel]] = {
    "email": lambda config, _keys: EmailChannel(config),
    "sms": SmsChannel,
    "webhook": WebhookChannel,
    "printer": lambda config, _keys: PrinterChannel(config),
}


def make_channels(config: Config, keys: Keys) -> dict[str, Channel]:
    """One of each, to live as long as the process."""
    return {name: make(config, keys) for name, make in CHANNEL_FACTORIES.items()}
