"""The key that backups are encrypted for: X25519, in the format of age (age-encryption.org).

It is made once and kept in the data folder, where the box needs it to prove its own backups.
Whoever has lost the box has it on the recovery sheet.
"""

from pathlib import Path

from pyrage import IdentityError, x25519

from sosbox.backup.errors import BackupError
from sosbox.i18n import N_
from sosbox.keys import make_key_file

KEY_FILE = "backup.key"
MAX_KEY_BYTES = 4096
_GROUP = 6


def backup_key(data_dir: Path) -> x25519.Identity:
    """Reads the key of the box, or makes it. Raises BackupError for a damaged one."""
    path = data_dir / "keys" / KEY_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        make_key_file(path, f"{x25519.Identity.generate()}\n".encode())
    return read_key(path.read_bytes())


def read_key(content: bytes) -> x25519.Identity:
    """A key as it is typed or scanned: in any case, with spaces, with lines of comment.

    Raises BackupError.
    """
    lines = content[:MAX_KEY_BYTES].decode("ascii", "replace").splitlines()
    typed = "".join(line for line in lines if not line.lstrip().startswith("#"))
    text = "".join(typed.split()).upper()
    try:
        return x25519.Identity.from_str(text)
    except IdentityError:
        raise BackupError(
            N_("This is no recovery key: it begins with AGE-SECRET-KEY-1 and has 74 characters.")
        ) from None


def grouped(key: x25519.Identity) -> str:
    """The key in groups, to be typed from paper."""
    text = str(key)
    start = len("AGE-SECRET-KEY-1")
    groups = [text[:start], *(text[i : i + _GROUP] for i in range(start, len(text), _GROUP))]
    return " ".join(groups)
