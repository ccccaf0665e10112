"""Where answers to notices go."""

from sosbox.config import Config
from sosbox.keys import Keys
from sosbox.lib.text import is_email


def reply_address(config: Config, keys: Keys, delivery_id: int) -> str:
    """Where an answer by e-mail to a notice goes; empty when no mailbox is set up for that."""
    if not (config.imap_host and is_email(config.reply_address)):
        return ""
    local, _, domain = config.reply_address.rpartition("@")
    address = f"{local}+{keys.reply_token(delivery_id)}@{domain}"
    return address if is_email(address) else ""
