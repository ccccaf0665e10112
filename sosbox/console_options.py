"""Options that the console sets: tried before they are stored, stored so that a power cut leaves
the old ones or the new ones.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sosbox.config import (
    CONSOLE_FILE,
    Config,
    Setting,
    checked_for_console,
    read_console_file,
)
from sosbox.lib.whole_files import replace_file

_HEAD = "# Written by the console of the box. sosbox.toml and the environment come first.\n"


def with_options(config: Config, values: Mapping[str, Any]) -> Config:
    """The options as they would be with these, for trying them out.

    What the installer has set stays as it is. Raises ConfigError.
    """
    settings = dict(config.settings)
    for name, value in checked_for_console(values).items():
        if not settings[name].is_of_installer:
            settings[name] = Setting(settings[name].option, value, CONSOLE_FILE)
    return Config(config.data_dir, settings)


def store_options(data_dir: Path, values: Mapping[str, Any]) -> None:
    """Keeps these, and what the console had set before. They count from the next start.

    Raises ConfigError for what the console may not set, OSError when the disk does not take it.
    """
    kept = {**read_console_file(data_dir), **checked_for_console(values)}
    lines = [f"{name} = {_toml(value)}\n" for name, value in sorted(kept.items())]
    replace_file(data_dir / CONSOLE_FILE, (_HEAD + "".join(lines)).encode())


def _toml(value: str | int | bool) -> str:
    # JSON's strings are TOML's, but for the sign DEL, which TOML wants written out.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
