"""What translators are measured with: sentences of about twenty words, three in a message."""

import itertools
import random

# What the random model writes, word by word: about as long as what it reads.
_WRITTEN = """
pola mañá dixeron que viría alguén cambiar aquela billa vella pero agora xa é tarde e aínda
agardamos sen auga
"""
WRITTEN_WORDS = _WRITTEN.split()

_WHO = ("my wife", "our son", "the lady next door", "my brother", "a friend of ours", "my mother")
_WHAT = ("shower", "heating", "bathroom lamp", "fridge", "television", "balcony door", "lock")
_FAULT = ("is broken", "makes a lot of noise", "does not work", "smells bad", "is leaking")
_SINCE = ("since this morning", "since we came", "since last night", "after all", "all the time")
_WISH = (
    "could you please send somebody to have a look",
    "we would be glad if it could be repaired",
    "please tell us what we should do about it",
    "we would rather have another room for the night",
)

# 4200 of them, each another: nothing is gained by knowing one of them already.
SENTENCES = tuple(
    f"{who.capitalize()} says that the {what} {fault} {since}, {wish}."
    for who, what, fault, since, wish in itertools.product(_WHO, _WHAT, _FAULT, _SINCE, _WISH)
)


def make_messages() -> list[str]:
    """Messages of three sentences, in which no sentence comes twice; in no order."""
    sentences = list(SENTENCES)
    random.Random(1).shuffle(sentences)
    return [" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3)]
