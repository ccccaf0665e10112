"""What goes wrong with backups, in words."""

from sosbox.errors import SosboxError


class BackupError(SosboxError):
    """A backup that could not be made, proven or brought back; nothing was changed."""
