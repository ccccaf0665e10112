"""What a translation must hold to be shown: guards against engines that make things up. Pure.

They cannot tell whether a translation is right, but they see what models do when they fail: lose
figures, go round in circles, fall silent, print their own marks.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import eq

from sosbox.translation.contract import Pair
from sosbox.translation.number_words import numbers_in_words
from sosbox.translation.scripts import CJK, HAN, plain_digits, script_of

DIGITS = "digits"
PROTECTED = "protected"
LENGTH = "length"
REPETITION = "repetition"
MARKS = "marks"
SAME = "same"
EMPTY = "empty"
SCRIPT = "script"

_CLOSE = frozenset({"es", "gl", "pt", "ca"})

_DIGITS = re.compile(r"\d+")
_GROUPED = re.compile("(?<!\\d)\\d{1,3}(?:[.,'’٬\u00a0\u202f\u2009 ]\\d{3})+(?!\\d)")
_NO_DIGITS = re.compile(r"\D+")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HAN = re.compile(f"[{HAN}]")
_CJK = re.compile(f"[{CJK}]")
_MARKS = re.compile(
    r"@@|⁇|▁|\ufffd|\ufffc|</?(?:s|unk|pad|bos|eos|mask|sep|cls|2[a-z]{2,3})>"
    r"|\[(?:UNK|PAD|CLS|SEP|MASK|BOS|EOS)\]|__[a-z]{2,3}__|>>[a-z]{2,3}<<"
    r"|&(?:quot|apos|amp|lt|gt|#\d+|#x[0-9a-f]+);|(?<!\S)[*@#^](?=[^\W\d_])",
    re.IGNORECASE,
)
_MAYBE_MARK = re.compile(r"[@⁇▁\ufffd\ufffc<\[_>&*#^]")

# A letter of Chinese says as much as two and a half of others, a kana as one and a half.
_HAN_WEIGHT = 1.5
_KANA_WEIGHT = 0.5
_MAX_CJK_WORD = 4
_MIN_RATIO = 0.3
_MAX_RATIO = 3
# Letters added to both sides: "Sí." may well be "Yes, of course.".
_LENIENCE = 8

# "Very very", "poco a poco a poco", but not "the room is the room is".
_MAX_TURNS_OF_WORDS = (2, 2, 1)
# Chinese and Japanese double: 看看, ちょっとちょっと.
_MAX_TURNS_OF_LETTERS = (4, 2, 2, 1)
_MANY_PHRASES = 4
_LONG_WORD = 12
_STUTTER = re.compile(r"([^\W\d_]{1,4}?)\1{5,}")
_SHORT_STUTTER = re.compile(r"([^\W\d_]{1,4}?)\1{2,}")


def check(source: str, output: str, pair: Pair) -> frozenset[str]:
    """The names of the guards that a sentence's translation fails; none when it may be shown.

    source, output: both without what was protected; source has words. Never raises.
    """
    if not _LETTER.search(output):
        return frozenset({EMPTY})
    words, output_words = _words(source), _words(output)
    failed = set()
    if words != output_words:
        if script_of(pair.target).search(output) is None:
            failed.add(SCRIPT)
        if _fails_repetition(source, words, output, output_words):
            failed.add(REPETITION)
    elif not _may_be_same(source, words, pair):
        failed.add(SAME)
    if _fails_digits(source, output, pair):
        failed.add(DIGITS)
    if not _MIN_RATIO <= _ratio(source, output) <= _MAX_RATIO:
        failed.add(LENGTH)
    if _fails_marks(source, output):
        failed.add(MARKS)
    return frozenset(failed)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _may_be_same(source: str, words: Sequence[str], pair: Pair) -> bool:
    """Close languages share whole sentences; a single word may be a loan or a name."""
    if pair.source in _CLOSE and pair.target in _CLOSE:
        return True
    return len(words) <= 1 and len(_CJK.findall(source)) <= _MAX_CJK_WORD


def _fails_digits(source: str, output: str, pair: Pair) -> bool:
    before, after = _numbers(source), _numbers(output)
    if sorted(before) == sorted(after) or _ungrouped(source) == _ungrouped(output):
        return False
    lost, added = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return not (_in_words(lost, output, pair.target) and _in_words(added, source, pair.source))


def _numbers(text: str) -> list[str]:
    return [plain_digits(number) for number in _DIGITS.findall(text)]


def _ungrouped(text: str) -> list[str]:
    """The numbers of a text, "1.250" and "1 250" as 1250."""
    joined = _GROUPED.sub(lambda number: _NO_DIGITS.sub("", number.group()), text)
    return sorted(_numbers(joined))


def _in_words(digits: Counter[str], text: str, language: str) -> bool:
    """Whether words of the text stand for all these numbers."""
    if not digits:
        return True
    if any(len(number) > 2 for number in digits):
        return False
    wanted: Counter[int] = Counter()
    for number, count in digits.items():
        wanted[int(number)] += count
    return wanted <= numbers_in_words(text, language)


def _ratio(source: str, output: str) -> float:
    return (_weight(output) + _LENIENCE) / (_weight(source) + _LENIENCE)


def _weight(text: str) -> float:
    num_cjk = len(_CJK.findall(text))
    if not num_cjk:
        return len(text)
    num_han = len(_HAN.findall(text))
    num_kana = num_cjk - num_han
    return len(text) + _HAN_WEIGHT * num_han + _KANA_WEIGHT * num_kana


def _fails_marks(source: str, output: str) -> bool:
    if not _MAYBE_MARK.search(output):
        return False
    return bool(Counter(_MARKS.findall(output)) - Counter(_MARKS.findall(source)))


def _fails_repetition(
    source: str, words: Sequence[str], output: str, output_words: Sequence[str]
) -> bool:
    """Whether words or letters come again and again as nothing does in the source."""
    output_letters = _CJK.findall(output)
    loops = [
        *_loops(output_words, _MAX_TURNS_OF_WORDS),
        *_loops(output_letters, _MAX_TURNS_OF_LETTERS),
    ]
    if max(map(len, output_words), default=0) >= _LONG_WORD:
        loops += [len(stutter.group()) for stutter in _STUTTER.finditer(output)]
    if loops:
        letters = _CJK.findall(source)
        own = [*_loops(words, (1, 1, 1)), *_loops(letters, (1, 1, 1))]
        own += [len(stutter.group()) for stutter in _SHORT_STUTTER.finditer(source)]
        if max(loops) > max(own, default=0):
            return True
    if len(set(output_words)) == len(output_words):
        return False
    num_phrases = _most(zip(output_words, output_words[1:], output_words[2:], strict=False))
    return num_phrases >= _MANY_PHRASES and num_phrases > _most([*words, *_CJK.findall(source)])


def _loops(units: Sequence[str], max_turns: Sequence[int]) -> list[int]:
    """How often blocks of units come one after the other, where that is too often.

    max_turns: how often is not too often, for blocks of one unit, of two, of three and more.
    """
    if len(set(units)) == len(units):
        return []
    last: dict[str, int] = {}
    sizes = set()
    for place, unit in enumerate(units):
        if unit in last:
            sizes.add(place - last[unit])
        last[unit] = place
    turns = []
    for size in sizes:
        num_turns = _num_turns(units, size)
        if num_turns > max_turns[min(size, len(max_turns)) - 1]:
            turns.append(num_turns)
    return turns


def _num_turns(units: Sequence[str], size: int) -> int:
    """How often at most a block of this size comes one after the other."""
    equals = groupby(map(eq, units, units[size:]))
    return max((len(list(run)) for is_equal, run in equals if is_equal), default=0) // size + 1


def _most(units: Iterable[object]) -> int:
    return max(Counter(units).values(), default=0)
