"""What a check has found, and what every check is given."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sosbox.config import Config
from sosbox.keys import Keys


class Severity(StrEnum):
    """BAD: guests or staff are not served as they should be; WARNING: they may soon not be."""

    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    id: stable, `part.what`; message: what is the case; hint: what to do.
    """

    id: str
    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True)
class Patient:
    """A box that is looked at; nothing of it is changed.

    connection, keys: None where they cannot be had, which is a finding of its own.
    """

    data_dir: Path
    config: Config
    now: datetime
    connection: sqlite3.Connection | None
    keys: Keys | None


Check = Callable[[Patient], Iterator[Finding]]


def bad(finding_id: str, message: str, hint: str) -> Finding:
    return Finding(finding_id, Severity.BAD, message, hint)


def warning(finding_id: str, message: str, hint: str) -> Finding:
    return Finding(finding_id, Severity.WARNING, message, hint)


def counted(num: int, singular: str, plural: str) -> str:
    return f"{num} {singular if num == 1 else plural}"


def listed(names: list[str], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
