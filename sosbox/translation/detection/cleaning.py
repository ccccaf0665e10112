"""What of a text says which language it is in. Pure."""

import re

from sosbox.translation.scripts import ARABIC, CJK, CYRILLIC, EMOJI, EMOJI_JOINERS

_EMOJI = re.compile(f"[{EMOJI}{EMOJI_JOINERS}]+")
# A word with one of these in it is an address, a name in a network, a number or a code.
_NO_WORD = re.compile(r"[@#_\d]|://|www\.")
_OTHER_SCRIPT = re.compile(f"[{ARABIC}{CJK}{CYRILLIC}]")
_ASCII = re.compile(r"[!-~]+")


def words_alone(text: str) -> str:
    """Without addresses, links, codes, numbers and emoji, which are the same in every language."""
    words = " ".join(map(_word_alone, _EMOJI.sub(" ", text).split()))
    return " ".join(words.split())


def _word_alone(word: str) -> str:
    if not _NO_WORD.search(word):
        return word
    # Scripts without spaces stand together with the codes that are in the text.
    return _ASCII.sub(" ", word) if _OTHER_SCRIPT.search(word) else ""
