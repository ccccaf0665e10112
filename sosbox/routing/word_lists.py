"""Offensive words by language: the lists that the box brings along."""

from functools import cache
from pathlib import Path

READY_MADE = ("es", "gl", "en")
MAX_WORDS = 2_000
MAX_WORD = 60

_FOLDER = Path(__file__).parent / "wordlists"


@cache
def ready_made(language: str) -> tuple[str, ...]:
    """The words and phrases of a language; none for one without a list."""
    if language not in READY_MADE:
        return ()
    return tuple((_FOLDER / f"{language}.txt").read_text("utf-8").split("\n")[:-1])
