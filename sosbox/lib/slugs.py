"""The short names by which set-up files and commands know areas, recipients and rules. Pure."""

import re
from collections.abc import Collection

from sosbox.lib.text import fold

_MAX_LENGTH = 40
_OTHER_SIGNS = re.compile(r"[^a-z0-9]+")


def new_slug(name: str, taken: Collection[str], *, otherwise: str) -> str:
    """A free one that reminds of the name.

    otherwise: for a name in a script that has none of the signs of a slug.
    """
    words = _OTHER_SIGNS.sub("-", fold(name)).strip("-")
    slug = words[:_MAX_LENGTH].strip("-") or otherwise
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free
