"""Sentences as Apertium's programs read and write them. Pure.

The format is the one of its `apertium-destxt` and `apertium-retxt`: signs that mean something carry
a backslash, and what stands in square brackets goes through unread.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_SPECIAL = re.compile(r"[\\\[\]{}^$<>/@]")
# White space but for a single space, and control signs. Brackets keep them as they are, and keep
# the programs from taking them for ends of words in one place and not in another.
_UNREAD = re.compile(r" {2,}|[^\S ]\s*|[\x01-\x1f\x7f-\x9f~]+")
_WORD = re.compile(r"\S+")
# Addresses are words of their own: of "playa.es" the last two letters would be a verb.
_IN_ADDRESSES = ("@", "://", "www.")
_BEFORE_ADDRESSES = "([{<«“‘\"'¿¡"
_AFTER_ADDRESSES = ")]}>»”’\"'.,;:!?…"
# Beginnings of words that no dictionary has.
_STEMS = ("Xzq", "Qxz", "Zqx", "Xqk")
_ADDRESS_WORD = re.compile(rf"(?:{'|'.join(_STEMS)})[a-z]", re.IGNORECASE)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SENTENCE_ENDS = ".?!…:;。！？"
# An escaped sign, a bracket, or what stands only between words that are still being translated.
_MARK = re.compile(r"\\(.)|([\[\]])|([\^$])", re.DOTALL)


class GarbledError(ValueError):
    """What came back is no sentence in this format."""


@dataclass(frozen=True)
class StreamSentence:
    """A sentence on its way.

    raw: what the first program reads, without the NUL at the end; empty: there is nothing to do.
    end: what raw ends with, and its translation. addresses: what stands in the place of each, in
    small letters.
    """

    sentence: str
    raw: bytes
    end: str
    has_added_dot: bool
    addresses: Mapping[str, str]


def to_stream(sentence: str, number: int = 0) -> StreamSentence:
    """Prepares a sentence; whatever is in it, it cannot be taken for a command or an end.

    number: comes back with the translation, so that it cannot be taken for another's.
    """
    # The programs look ahead: only with something behind it does a sentence come out whole.
    end = f"[][{number}\n]"
    text = unicodedata.normalize("NFC", sentence.replace("\0", "").strip())
    if not text:
        return StreamSentence(sentence, b"", end, has_added_dot=False, addresses={})
    # The taggers expect a sentence to end.
    has_added_dot = text[-1] not in _SENTENCE_ENDS
    text, addresses = _without_addresses(text)
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _UNREAD.sub(r"[\g<0>]", text) + ("." if has_added_dot else "") + end
    return StreamSentence(sentence, text.encode("utf-8", "replace"), end, has_added_dot, addresses)


def from_stream(sent: StreamSentence, raw: bytes) -> str:
    """The translation out of what the last program has written.

    The sentence itself where an address was lost on the way. Raises GarbledError.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise GarbledError from None
    if not text.endswith(sent.end):
        raise GarbledError
    text = _MARK.sub(_unmarked, text.removesuffix(sent.end)).strip()
    if sent.has_added_dot:
        text = text.removesuffix(".").rstrip()
    translated = _with_addresses(text, sent.addresses)
    return sent.sentence if translated is None else _spaced_as(sent.sentence, translated)


def _unmarked(found: re.Match[str]) -> str:
    sign, _bracket, unfinished = found.groups()
    if unfinished:
        raise GarbledError
    return sign or ""


def _without_addresses(text: str) -> tuple[str, dict[str, str]]:
    """A word of its own in the place of each address: an unknown one goes through as it is."""
    found = list(dict.fromkeys(filter(None, map(_address_in, _WORD.findall(text)))))
    stem = next((stem for stem in _STEMS if stem.lower() not in text.lower()), None)
    if not found or stem is None or len(found) > len(_LETTERS):
        return text, {}
    words = dict(zip(found, (stem + letter for letter in _LETTERS), strict=False))
    text = _WORD.sub(lambda word: _with_word_for_address(word[0], words), text)
    return text, {word.lower(): address for address, word in words.items()}


def _address_in(word: str) -> str:
    if not any(sign in word for sign in _IN_ADDRESSES):
        return ""
    return word.lstrip(_BEFORE_ADDRESSES).rstrip(_AFTER_ADDRESSES)


def _with_word_for_address(word: str, words: Mapping[str, str]) -> str:
    address = _address_in(word)
    return word.replace(address, words[address], 1) if address else word


def _with_addresses(text: str, addresses: Mapping[str, str]) -> str | None:
    """None when one of them is not there any more."""
    found = {word.lower() for word in _ADDRESS_WORD.findall(text)}
    if not set(addresses) <= found:
        return None
    return _ADDRESS_WORD.sub(lambda word: addresses.get(word[0].lower(), word[0]), text)


def _spaced_as(sentence: str, text: str) -> str:
    """The text with the white space that the sentence has around it."""
    core = sentence.strip()
    start = sentence.index(core)
    return sentence[:start] + text + sentence[start + len(core) :]
