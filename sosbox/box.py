"""What every part of a running box is handed: its options, its keys, its clock."""

from dataclasses import dataclass, field
from pathlib import Path

from sosbox.config import Config, load_config
from sosbox.keys import Keys, load_keys
from sosbox.lib.clock import Clock, SystemClock


@dataclass(frozen=True)
class Box:
    config: Config
    keys: Keys
    clock: Clock = field(default_factory=SystemClock)


def open_box(data_dir: Path) -> Box:
    """Reads options and keys; makes the folder and the keys on the first start.

    Raises ConfigError.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Box(config=load_config(data_dir), keys=load_keys(data_dir))
