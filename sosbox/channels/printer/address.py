"""What the address of a printer may be: `192.168.1.50`, `printer.lan` or `[fd00::5]:9101`."""

import re
from ipaddress import ip_address

DEFAULT_PORT = 9100
# Ports of raw printing: 9100, and up to nine more on servers with several printers. No others:
# with free ports whoever may enter an address could use the box to find out what else answers in
# the house, and to send bytes to it. The box itself may have a bridge to a USB printer anywhere.
PORTS = range(9100, 9110)

_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.?")
_WITH_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]+))(?::(\d{1,5}))?")


class AddressError(ValueError):
    """The message is the end of "key: …"."""


def parse_address(text: str) -> tuple[str, int]:
    """Host and port. Raises AddressError."""
    if _is_ip(text):
        return text, DEFAULT_PORT
    found = _WITH_PORT.fullmatch(text)
    if found is None:
        raise AddressError("must look like 192.168.1.50 or printer.lan:9100")
    bracketed, plain, port_text = found.groups()
    host = bracketed or plain
    if not (_is_ip(host) if bracketed else _HOST.fullmatch(host)):
        raise AddressError("must look like 192.168.1.50 or printer.lan:9100")
    port = int(port_text) if port_text else DEFAULT_PORT
    if port not in PORTS and not (_is_loopback(host) and 0 < port < 65536):
        raise AddressError(f"the port must lie between {PORTS[0]} and {PORTS[-1]}")
    return host, port


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)
