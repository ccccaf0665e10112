"""Where Kannel and other gateways reach the box, and what they say to be believed.

Passwords that nobody has set are derived from the keys of the box, so that nobody has to make any
up: `sosbox kannel-config` writes them into Kannel's configuration.
"""

from ipaddress import ip_address
from urllib.parse import urlencode

from sosbox.config import Config
from sosbox.keys import Keys

REPORT_PATH = "/sms/kannel/report"
KANNEL_INBOUND_PATH = "/sms/kannel/inbound"
HTTP_INBOUND_PATH = "/sms/inbound"


def sendsms_password(config: Config, keys: Keys) -> str:
    """What the box logs in with to send."""
    return str(config.kannel_password) or keys.hook_key("kannel sendsms")


def status_password(config: Config, keys: Keys) -> str:
    """What the box logs in with to see how Kannel is."""
    return str(config.kannel_status_password) or keys.hook_key("kannel status")


def admin_password(keys: Keys) -> str:
    """What stops Kannel over its web page; the box itself never uses it."""
    return keys.hook_key("kannel admin")


def report_secret(keys: Keys, delivery_id: int) -> str:
    """Another one for each delivery: Kannel writes these addresses into its files."""
    return keys.hook_key(f"kannel report {delivery_id}")


def kannel_inbound_secret(keys: Keys) -> str:
    return keys.hook_key("kannel inbound")


def http_inbound_secret(keys: Keys) -> str:
    return keys.hook_key("sms inbound")


def report_url(config: Config, keys: Keys, delivery_id: int) -> str:
    """Where Kannel reports on a delivery; it puts in the status for %d and the reason for %A."""
    query = urlencode({"delivery": delivery_id, "secret": report_secret(keys, delivery_id)})
    return f"{local_address(config)}{REPORT_PATH}?{query}&status=%d&detail=%A"


def kannel_inbound_url(config: Config, keys: Keys) -> str:
    """Where Kannel hands over what has come, for its `get-url`; it fills in what follows a %."""
    query = urlencode({"secret": kannel_inbound_secret(keys)})
    fields = "id=%I&from=%p&coding=%c&text=%b"
    return f"{local_address(config)}{KANNEL_INBOUND_PATH}?{query}&{fields}"


def local_address(config: Config) -> str:
    """What programs of the same machine reach the box under."""
    host = str(config.host)
    try:
        is_everywhere = ip_address(host).is_unspecified
    except ValueError:
        is_everywhere = not host
    if is_everywhere:
        host = "127.0.0.1"
    return f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"
