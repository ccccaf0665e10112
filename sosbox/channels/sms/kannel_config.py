"""A configuration of Kannel that fits this box: one modem, nothing open to the network.

https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html, "Configuration".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sosbox.channels.sms.hooks import (
    admin_password,
    kannel_inbound_url,
    sendsms_password,
    status_password,
)
from sosbox.config import Config
from sosbox.keys import Keys

DEFAULT_DEVICE = "/dev/ttyUSB0"
SPOOL_FOLDER = "/var/spool/kannel"
LOG_FOLDER = "/var/log/kannel"

# Where bearerbox and smsbox, the two programs of Kannel, talk to each other.
_BOX_PORT = 13001
_SENDSMS_PORT = 13013
_ADMIN_PORT = 13000
_LOCAL = "127.0.0.1"
# Warnings and errors. One level below, Kannel writes what people have written into its log.
_LOG_LEVEL = 2
# Longer messages than the box sends are cut by Kannel; this is the highest `sms_max_parts`.
_MAX_PARTS = 10
_MODEM = "modem"


@dataclass(frozen=True)
class Group:
    """One group of the file; comment: what an owner may want to know of it."""

    name: str
    values: dict[str, str | int]
    comment: str = ""


def kannel_groups(
    config: Config, keys: Keys, *, device: str = DEFAULT_DEVICE, pin: str = ""
) -> list[Group]:
    """The groups in their order.

    device: the serial port of the modem; pin: of its SIM, empty when it asks for none.
    """
    return [
        _core(config, keys),
        _smsbox(config),
        _sender(config, keys),
        _receiver(config, keys),
        _modem_kind(),
        _modem(device, pin),
    ]


def as_text(groups: Iterable[Group]) -> str:
    """The file; Kannel wants an empty line between two groups."""
    return "\n".join(map(_as_text, groups))


def _core(config: Config, keys: Keys) -> Group:
    values: dict[str, str | int] = {
        "admin-port": _port(config.kannel_status_url, _ADMIN_PORT),
        "admin-interface": _LOCAL,
        "admin-password": admin_password(keys),
        "status-password": status_password(config, keys),
        "admin-deny-ip": "*.*.*.*",
        "admin-allow-ip": _LOCAL,
        "smsbox-port": _BOX_PORT,
        "smsbox-interface": _LOCAL,
        "box-deny-ip": "*.*.*.*",
        "box-allow-ip": _LOCAL,
        "log-file": f"{LOG_FOLDER}/bearerbox.log",
        "log-level": _LOG_LEVEL,
        # What has not gone out yet survives a restart.
        "store-type": "spool",
        "store-location": SPOOL_FOLDER,
        "dlr-storage": "internal",
        # Half an hour without a network is nothing that a message should be lost for.
        "sms-resend-freq": 60,
        "sms-resend-retry": 30,
    }
    return Group("core", values, "The program that holds the modem. Only this computer may ask it.")


def _smsbox(config: Config) -> Group:
    values: dict[str, str | int] = {
        "bearerbox-host": _LOCAL,
        "sendsms-port": _port(config.kannel_url, _SENDSMS_PORT),
        "sendsms-interface": _LOCAL,
        "global-sender": "sosbox",
        "log-file": f"{LOG_FOLDER}/smsbox.log",
        "log-level": _LOG_LEVEL,
        # While the box is being restarted, what has come waits here, for up to a day.
        "http-request-retry": 8640,
        "http-queue-delay": 10,
    }
    return Group("smsbox", values, "The program that the box talks to.")


def _sender(config: Config, keys: Keys) -> Group:
    values: dict[str, str | int] = {
        "username": config.kannel_user,
        "password": sendsms_password(config, keys),
        "user-deny-ip": "*.*.*.*",
        "user-allow-ip": _LOCAL,
        "concatenation": "true",
        "max-messages": _MAX_PARTS,
    }
    return Group("sendsms-user", values, "Who may send: the box.")


def _receiver(config: Config, keys: Keys) -> Group:
    values: dict[str, str | int] = {
        "keyword": "default",
        "catch-all": "true",
        "get-url": kannel_inbound_url(config, keys),
        "max-messages": 0,
        "omit-empty": "true",
    }
    return Group("sms-service", values, "Where messages go that come in: to the box.")


def _modem_kind() -> Group:
    values: dict[str, str | int] = {
        "id": _MODEM,
        "name": "any modem",
        "message-storage": "SM",
        "init-string": "AT+CNMI=2,1,0,1,0",
    }
    comment = (
        "If messages go out and no reports come back, try init-string AT+CNMI=2,1,0,2,0 and restart"
        " Kannel."
    )
    return Group("modems", values, comment)


def _modem(device: str, pin: str) -> Group:
    values: dict[str, str | int] = {
        "smsc": "at",
        "smsc-id": _MODEM,
        "modemtype": _MODEM,
        "device": device,
        "speed": 115200,
    }
    if pin:
        values["pin"] = pin
    values |= {"sim-buffering": "true", "keepalive": 30, "reconnect-delay": 10}
    return Group("smsc", values, "The modem.")


def _port(url: str, default: int) -> int:
    try:
        return urlsplit(url).port or default
    except ValueError:
        return default


def _as_text(group: Group) -> str:
    lines = [f"# {group.comment}"] if group.comment else []
    lines.append(f"group = {group.name}")
    lines += [f"{name} = {_quoted(value)}" for name, value in group.values.items()]
    return "\n".join(lines) + "\n"


def _quoted(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
