"""What the address of a webhook may be."""

from ipaddress import ip_address
from urllib.parse import urlsplit

MAX_LENGTH = 500
# Names that no name server of the internet knows: RFC 6762, RFC 8375, ICANN 2024, and habit.
_HOUSE_DOMAINS = (".local", ".home.arpa", ".internal", ".lan")


def webhook_problem(url: str) -> str:
    """Why this cannot be the address of a webhook, as the end of "key: …"; empty when it can.

    http is for the network of the house alone: a notice holds what a guest wrote and perhaps who
    they are, and over the internet everybody on the way could read it.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        return "must not contain spaces or signs beyond ASCII"
    if len(url) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    try:
        parts = urlsplit(url)
        is_port_possible = parts.port != 0
        host = parts.hostname or ""
    except ValueError:
        return "is no web address"
    if parts.scheme not in {"http", "https"} or not host or not is_port_possible:
        return "must look like https://example.com/sosbox"
    if "@" in parts.netloc or "#" in url:
        return "must not contain a user name, a password or #"
    if parts.scheme == "http" and not _is_of_the_house(host):
        return "must begin with https://, except for an address inside the house"
    return ""


def _is_of_the_house(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_HOUSE_DOMAINS)
    return address.is_private or address.is_loopback or address.is_link_local
