"""What a backup says of itself; it comes first in the file."""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sosbox.backup.errors import BackupError
from sosbox.i18n import N_

# Of what is in the file and how. A program reads its own and older ones.
FORMAT = 1
FILE = "manifest.json"
MAX_BYTES = 4_000_000
# What may be in a backup, and so what a restore may write: nothing else, and nowhere else.
_ENTRY = re.compile(
    r"sosbox\.db|(?:sosbox|console)\.toml|keys/[a-z]{1,20}\.key|tls/[a-z-]{1,20}\.(?:key|crt|pem)"
)


def may_hold(name: str) -> bool:
    """Whether a file of this name belongs into a backup."""
    return _ENTRY.fullmatch(name) is not None


@dataclass(frozen=True)
class Entry:
    """A file in the backup. sha256: hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Witness:
    """What the box said before, to see whether what comes back would still say it.

    receipt: one that it signed; token: that of a private link; receipt_hash: hexadecimal, what the
    database holds of the code behind it.
    """

    receipt: bytes
    token: str
    receipt_hash: str


@dataclass(frozen=True)
class Manifest:
    """program: its version; migrations: of the schema, in their order; box: the fingerprint of its
    public key; counts: rows by table; models: what translates, by name and SHA-256."""

    program: str
    migrations: list[str]
    box: str
    made_at: datetime
    entries: list[Entry]
    counts: dict[str, int]
    models: dict[str, str]
    witness: Witness
    format: int = FORMAT

    def to_json(self) -> bytes:
        facts = asdict(self)
        facts["made_at"] = self.made_at.isoformat()
        facts["witness"]["receipt"] = b64encode(self.witness.receipt).decode()
        return json.dumps(facts, indent=1).encode()


def read_manifest(content: bytes) -> Manifest:
    """Raises BackupError for one that is damaged or of a newer program."""
    try:
        facts = json.loads(content)
        newer = int(facts["format"]) > FORMAT
        return _damaged_if_wrong(facts) if not newer else _newer(facts)
    except (ValueError, KeyError, TypeError):
        raise damaged() from None


def damaged() -> BackupError:
    return BackupError(N_("The backup is damaged: its parts do not fit together."))


def _newer(facts: dict[str, Any]) -> Manifest:
    raise BackupError(
        N_("The backup was made by a newer version ({version}): install that one first."),
        version=str(facts.get("program", "?"))[:40],
    )


def _damaged_if_wrong(facts: dict[str, Any]) -> Manifest:
    """Raises ValueError, KeyError and TypeError for what is no manifest."""
    entries = [
        Entry(str(each["name"]), int(each["size"]), str(each["sha256"]))
        for each in facts["entries"]
    ]
    if any(not may_hold(each.name) or each.size < 0 for each in entries):
        raise ValueError("an entry that no backup has")
    witness = facts["witness"]
    return Manifest(
        program=str(facts["program"]),
        migrations=[str(each) for each in facts["migrations"]],
        box=str(facts["box"]),
        made_at=datetime.fromisoformat(facts["made_at"]),
        entries=entries,
        counts={str(name): int(num) for name, num in facts["counts"].items()},
        models={str(name): str(digest) for name, digest in facts["models"].items()},
        witness=Witness(
            b64decode(witness["receipt"]), str(witness["token"]), str(witness["receipt_hash"])
        ),
        format=int(facts["format"]),
    )
