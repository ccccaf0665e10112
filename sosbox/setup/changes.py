"""What became of what a set-up file says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """What became of one entry, or of several that describe one thing together.

    keys: those whose values were not the stored ones; empty for what is new, and for several.
    """

    table: str
    name: str
    is_new: bool
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.is_new:
            return f"added {self.table} {self.name}"
        keys = ", ".join(self.keys)
        return f"changed {self.table} {self.name}: {keys}".removesuffix(": ")
