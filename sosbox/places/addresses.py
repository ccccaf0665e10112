"""Where the box is reached."""

import socket

from sosbox.config import Config

_EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised, not listened on


def own_address(config: Config, establishment_base_url: str = "") -> str:
    """What links start with, without a slash at the end."""
    base = settled_address(config, establishment_base_url)
    if not base:
        host = socket.gethostname() if config.host in _EVERY_ADDRESS else config.host
        base = f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"
    return base


def settled_address(config: Config, establishment_base_url: str = "") -> str:
    """The address that somebody has settled for guests; empty while nobody has."""
    return str(establishment_base_url or config.base_url).rstrip("/")
