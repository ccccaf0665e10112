"""Every option of the box, in one table.

An option comes from the environment (`SOSBOX_` and its name in capitals), else from `sosbox.toml`
in the data folder, else from `console.toml` there, which the console writes, else from its
default. A secret may stand in a file of its own, named by `SOSBOX_…_FILE` or the key `…_file`.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sosbox.errors import ConfigError

DATA_DIR_VARIABLE = "SOSBOX_DATA"
DEFAULT_DATA_DIR = Path("/var/lib/sosbox")
CONFIG_FILE = "sosbox.toml"
CONSOLE_FILE = "console.toml"
# What the console may set: how mail and SMS are sent, and nothing that opens a way into the box.
CONSOLE_OPTIONS = frozenset(
    {
        "smtp_host",
        "smtp_port",
        "smtp_from",
        "smtp_user",
        "smtp_password",
        "smtp_tls",
        "sms_gateway",
        "sms_http_url",
        "sms_http_method",
        "sms_http_headers",
        "sms_http_body",
        "sms_http_success_codes",
        "sms_http_success_text",
        "phone_region",
    }
)

DEFAULT_SOURCE = "default"
_TYPE_NAMES = {str: "text", int: "whole number", bool: "value true or false"}


@dataclass(frozen=True)
class Option:
    """One row of the table. `choices` limits a text; `low` and `high` a number, both included."""

    name: str
    type: type
    default: Any
    help: str
    is_secret: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


OPTIONS: tuple[Option, ...] = (
    Option("host", str, "127.0.0.1", "address the pages are served on"),
    Option("port", int, 8080, "port the pages are served on", low=0, high=65535),
    Option("base_url", str, "", "address that links carry when an establishment has none"),
    Option("smtp_host", str, "", "mail server; empty: no mail is sent"),
    Option("smtp_port", int, 587, "port of the mail server", low=1, high=65535),
    Option("smtp_from", str, "", "sender of the notices; an address of your own domain"),
    Option("smtp_user", str, "", "login at the mail server; empty: none"),
    Option("smtp_password", str, "", "password at the mail server", is_secret=True),
    Option(
        "smtp_tls",
        str,
        "starttls",
        "how the connection is protected",
        choices=("none", "starttls", "tls"),
    ),
    Option("smtp_timeout_s", int, 20, "longest wait for the mail server, seconds", low=1, high=300),
    Option(
        "reply_address",
        str,
        "",
        "address that answers to notices go to, with +TOKEN in it; empty: none do",
    ),
    Option("imap_host", str, "", "server of the mailbox for it; empty: none is read"),
    Option("imap_port", int, 993, "port of this server", low=1, high=65535),
    Option(
        "imap_tls",
        str,
        "tls",
        "how the connection to it is protected",
        choices=("none", "starttls", "tls"),
    ),
    Option("imap_user", str, "", "login at the mailbox"),
    Option("imap_password", str, "", "password of the mailbox", is_secret=True),
    Option("imap_folder", str, "INBOX", "folder of the mailbox that is read"),
    Option("imap_every_s", int, 60, "the mailbox is read so often, seconds", low=5, high=3600),
    Option("imap_timeout_s", int, 20, "longest wait for the mailbox, seconds", low=1, high=300),
    Option(
        "sms_gateway",
        str,
        "",
        "what sends SMS, if anything",
        choices=("", "kannel", "http"),
    ),
    Option("sms_timeout_s", int, 20, "longest wait for the SMS gateway, seconds", low=1, high=300),
    Option("sms_max_parts", int, 3, "a notice is cut to so many messages", low=1, high=10),
    Option(
        "sms_report_minutes",
        int,
        60,
        "how long Kannel may take to report that an SMS has arrived, minutes; 0: no reports",
        low=0,
        high=4320,
    ),
    Option("phone_region", str, "ES", "country of phone numbers that begin without +"),
    Option(
        "kannel_url",
        str,
        "http://127.0.0.1:13013/cgi-bin/sendsms",
        "where Kannel takes messages",
    ),
    Option("kannel_user", str, "sosbox", "login at Kannel"),
    Option(
        "kannel_password", str, "", "password at Kannel; empty: the box makes it", is_secret=True
    ),
    Option(
        "kannel_status_url",
        str,
        "http://127.0.0.1:13000/status.xml",
        "where Kannel says how it is; empty: it is not asked",
    ),
    Option(
        "kannel_status_password",
        str,
        "",
        "password for that; empty: the box makes it",
        is_secret=True,
    ),
    Option(
        "sms_http_url",
        str,
        "",
        "address of the HTTP gateway, with {to}, {digits}, {text}, {id} filled in",
        is_secret=True,
    ),
    Option("sms_http_method", str, "POST", "how it is asked", choices=("GET", "POST")),
    Option("sms_http_headers", str, "", 'lines "Name: value" that go along', is_secret=True),
    Option(
        "sms_http_body",
        str,
        "",
        "what is posted: JSON or a form, filled in like the address",
        is_secret=True,
    ),
    Option("sms_http_success_codes", str, "200-299", "statuses that mean that it was taken"),
    Option("sms_http_success_text", str, "", "text that the answer must hold as well"),
    Option(
        "translation_wait_s",
        int,
        5,
        "how long a notice waits for its translation, seconds; then it goes without",
        low=0,
        high=60,
    ),
    Option(
        "translation_memory_mb",
        int,
        600,
        "memory that models may take together, MB; the one unused for longest is let go",
        low=100,
        high=16384,
    ),
    Option(
        "translation_threads",
        int,
        0,
        "sentences that are translated at the same time; 0: as many as there are cores",
        low=0,
        high=64,
    ),
    Option("argos_index_url", str, "", "list of models that can be fetched; empty: the usual one"),
    Option("webhook_timeout_s", int, 20, "longest wait for a webhook, seconds", low=1, high=300),
    Option("printer_timeout_s", int, 20, "longest wait for a printer, seconds", low=1, high=300),
    Option(
        "printer_status",
        bool,
        True,
        "printers are asked whether they have paper; false for models that never answer",
    ),
    Option(
        "burst_limit",
        int,
        30,
        "messages within 10 minutes at one access point, after which a puzzle is set; 0: none",
        low=0,
        high=1000,
    ),
    Option("backup_dir", str, "", "folder for backups; empty: `backups` in the data folder"),
    Option("session_hours", int, 12, "staff are logged out after this idle time", low=1, high=720),
    Option("demo", bool, False, "shows the caught mail; only for `sosbox demo`"),
)


@dataclass(frozen=True)
class Setting:
    """The value of an option and where it came from."""

    option: Option
    value: Any
    source: str

    @property
    def is_of_installer(self) -> bool:
        """Whether it was set where the console cannot: such a value is only shown there."""
        return self.source not in {DEFAULT_SOURCE, CONSOLE_FILE}


class Config:
    """The options as read once; attributes are their names: `config.smtp_host`."""

    def __init__(self, data_dir: Path, settings: Mapping[str, Setting]) -> None:
        self.data_dir = data_dir
        self.settings = dict(settings)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.settings[name].value
        except KeyError:
            raise AttributeError(name) from None

    @property
    def database_path(self) -> Path:
        return self.data_dir / "sosbox.db"

    @property
    def queue_path(self) -> Path:
        return self.data_dir / "queue.db"

    @property
    def prints_dir(self) -> Path:
        return self.data_dir / "prints"

    @property
    def models_dir(self) -> Path:
        return self.data_dir / "models"


def data_dir_from(argument: str | None, environ: Mapping[str, str]) -> Path:
    """The data folder: the argument, else SOSBOX_DATA, else /var/lib/sosbox."""
    return Path(argument or environ.get(DATA_DIR_VARIABLE) or DEFAULT_DATA_DIR).absolute()


def load_config(data_dir: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Reads all options.

    Raises ConfigError, which names the key, for an unknown key or a value of the wrong kind.
    """
    environ = os.environ if environ is None else environ
    file = data_dir / CONFIG_FILE
    from_file = _read_file(file)
    settings = {}
    for option in OPTIONS:
        settings[option.name] = _read_option(option, from_file, file, environ)
    if from_file:
        raise ConfigError(
            "{file}: there is no option {key}", file=str(file), key=next(iter(from_file))
        )
    for name, value in read_console_file(data_dir).items():
        if not settings[name].is_of_installer:
            settings[name] = Setting(settings[name].option, value, CONSOLE_FILE)
    return Config(data_dir, settings)


def read_console_file(data_dir: Path) -> dict[str, Any]:
    """What the console has set, by option. Raises ConfigError."""
    file = data_dir / CONSOLE_FILE
    try:
        return checked_for_console(_read_file(file))
    except ConfigError as error:
        if str(file) in str(error):
            raise
        raise ConfigError("{file}: {problem}", file=str(file), problem=str(error)) from None


def checked_for_console(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises ConfigError for what the console may not set."""
    options = {option.name: option for option in OPTIONS}
    checked = {}
    for name, value in values.items():
        if name not in CONSOLE_OPTIONS:
            raise ConfigError("there is no option {key} that the console may set", key=name)
        checked[name] = _parsed(options[name], value, name)
    return checked


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            "{file} cannot be read: {problem}", file=str(file), problem=str(error)
        ) from None
    except OSError as error:
        raise ConfigError(
            "{file} cannot be read: {problem}", file=str(file), problem=error.strerror or ""
        ) from None


def _read_option(
    option: Option, from_file: dict[str, Any], file: Path, environ: Mapping[str, str]
) -> Setting:
    variable = "SOSBOX_" + option.name.upper()
    in_file = from_file.pop(option.name, None)
    secret_in_file = from_file.pop(option.name + "_file", None)
    if variable in environ:
        return Setting(option, _parsed(option, environ[variable], variable), variable)
    if variable + "_FILE" in environ:
        path = environ[variable + "_FILE"]
        return Setting(option, _parsed(option, _secret(path, variable), variable), f"file {path}")
    if in_file is not None:
        return Setting(option, _parsed(option, in_file, option.name), str(file))
    if secret_in_file is not None:
        value = _parsed(option, _secret(str(secret_in_file), option.name), option.name)
        return Setting(option, value, f"file {secret_in_file}")
    return Setting(option, option.default, DEFAULT_SOURCE)


def _secret(path: str, key: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("{key}: the file {path} cannot be read", key=key, path=path) from None


def _parsed(option: Option, value: Any, key: str) -> Any:
    if option.type is bool and isinstance(value, str):
        lowered = value.strip().lower()
        if lowered in {"1", "true", "yes", "on"}:
            return True
        if lowered in {"0", "false", "no", "off", ""}:
            return False
    elif option.type is int and isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            raise _wrong(option, key) from None
    # Not isinstance: True is an int.
    if type(value) != option.type:  # noqa: E721
        raise _wrong(option, key)
    if option.choices and value not in option.choices:
        raise ConfigError(
            "{key} must be one of {choices}",
            key=key,
            choices=", ".join(choice or '""' for choice in option.choices),
        )
    _check_range(option, value, key)
    return value


def _check_range(option: Option, value: Any, key: str) -> None:
    low, high = option.low, option.high
    if low is not None and high is not None and not low <= value <= high:
        raise ConfigError("{key} must lie between {low} and {high}", key=key, low=low, high=high)


def _wrong(option: Option, key: str) -> ConfigError:
    return ConfigError("{key} must be a {kind}", key=key, kind=_TYPE_NAMES[option.type])
