"""Where the box is reached."""

import socket

from sosbox.config import Config
from sosbox.keys import Keys
from sosbox.lib.text import is_email

_EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised, not listened on


def own_address(config: Config, establishment_base_url: str = "") -> str:
    """What links start with, without a slash at the end."""
    base = establishment_base_url or config.base_url
    if not base:
        host = socket.gethostname() if config.host in _EVERY_ADDRESS else config.host
        base = f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"
    return str(base).rstrip("/")


def reply_address(config: Config, keys: Keys, delivery_id: int) -> str:
    """Where an answer by e-mail to a notice goes; empty when no mailbox is set up for that."""
    if not (config.imap_host and is_email(config.reply_address)):
        return ""
    local, _, domain = config.reply_address.rpartition("@")
    address = f"{local}+{keys.reply_token(delivery_id)}@{domain}"
    return address if is_email(address) else ""
