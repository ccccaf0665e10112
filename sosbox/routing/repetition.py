"""Links and repetitions in a text, and texts that are like one another. Pure."""

import re
from collections import Counter
from itertools import groupby

from rapidfuzz import fuzz

# What decides whether two texts are alike; comparing takes the square of it.
MAX_COMPARED = 1_000
# Shorter texts than this are alike by chance: "thank you" and "thank yov".
MIN_COMPARED = 12

_LINK = re.compile(
    r"https?://\S|\bwww\.[^\s.]|(?<![@\w.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}/\S",
    re.IGNORECASE,
)
# Words of fewer letters fill every text.
_MIN_WORD = 3


def num_links(text: str) -> int:
    """How many addresses of web pages stand in the text; a bare name of a site is none."""
    return len(_LINK.findall(text))


def is_repetitive(text: str, times: int) -> bool:
    """Whether the same sign or word stands so often in a row, or one word makes up half of it."""
    signs = "".join(text.split())
    if _longest_run(signs) >= times:
        return True
    words = re.findall(r"\w+", text)
    if _longest_run(words) >= times:
        return True
    counts = Counter(word for word in words if len(word) >= _MIN_WORD)
    if not counts:
        return False
    _, most = counts.most_common(1)[0]
    return most >= times and most * 2 >= len(words)


def normal_spaces(text: str) -> str:
    """The text with one space between what stands apart, to be compared with another."""
    return " ".join(text.split())


def is_alike(text: str, other: str, percent: int) -> bool:
    """Whether two folded texts with normal spaces are the same to so many percent.

    Their beginnings are compared; short texts must be the same.
    """
    if min(len(text), len(other)) < MIN_COMPARED:
        return text == other
    score = fuzz.ratio(text[:MAX_COMPARED], other[:MAX_COMPARED], score_cutoff=percent)
    return score >= percent


def _longest_run(items: str | list[str]) -> int:
    return max((sum(1 for _ in run) for _, run in groupby(items)), default=0)
