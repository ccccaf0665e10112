"""What comes through a translation as it is: links, codes, prices, names … Pure.

It is replaced by numbers, which every engine copies, and put back afterwards.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sosbox.translation.contract import Pair
from sosbox.translation.glossary import Glossary, TermFinder, pattern_of
from sosbox.translation.scripts import CJK, EMOJI, EMOJI_JOINERS, plain_digits

# 7000 numbers of four digits, the first 7301; neighbours differ in two digits or three, so that a
# model does not take one for the other.
_PLACEHOLDERS = tuple(str((5201 + 37 * i) % 7000 + 2100) for i in range(7000))

_SPACE = "[ \u00a0\u202f]"
# How engines group digits. A number that they made an ordinal is not what was kept.
_GROUPING = "[.,'’٬，\u00a0\u202f\u2009 ]"
_FOUR_DIGITS = re.compile(rf"(?<!\d)\d(?:{_GROUPING}?\d){{3}}(?!\d|(?:st|nd|rd|th)\b)")
_DIGIT = re.compile(r"\d")
_NO_DIGITS = re.compile(r"\D+")
_LETTER = re.compile(r"[^\W\d_]")

# Between these, spans are one: "21/11/2026 10.30-12.00", "R-204, R-205".
_GLUE = re.compile(r"[\s/–—-]*|,\s*")

_NUMBER = "\\d{1,12}(?:[.,'’\u00a0\u202f]\\d{1,12}){0,6}"
_CURRENCY = "[€$£¥₽]"
_CURRENCY_CODE = "(?:EUR|USD|GBP|CHF|JPY|CNY|RMB|RUB|SEK|NOK|DKK|PLN|MAD|BRL|CAD|AUD)"
_IN_LINK = rf"[^\s{CJK}\u3000-\u303f\uff00-\uffef<>\"“”«»،؛؟]"
_LINK_END = rf"[^\W{CJK}]"
_DOMAIN_END = (
    "(?:com|org|net|info|biz|eu|gal|cat|eus|es|pt|fr|de|it|nl|ch|uk|ie|ru|cn|jp|app|io|dev"
    "|hotel|travel|example|test|local|lan)"
)
_LINK = re.compile(
    "|".join(
        (
            # links, with the sign that ends the sentence left out
            rf"(?:(?<![a-zA-Z])[a-zA-Z][a-zA-Z0-9+.-]{{1,15}}://|(?<![\w.])(?:www\.|mailto:|tel:))"
            rf"{_IN_LINK}*{_LINK_END}/?",
            # e-mail addresses
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9À-ɏЀ-ӿ-]+(?:\.[A-Za-z0-9À-ɏЀ-ӿ-]+)+",
            # domains
            rf"(?<![\w.@-])(?:[a-z0-9-]+\.)+{_DOMAIN_END}(?![\w@]|\.\w)(?:/{_IN_LINK}*(?:{_LINK_END}|/))?",
            # handles and tags
            r"(?<![\w@#])[@#][^\W_][\w.-]*\w",
        )
    )
)
_MAYBE_LINK = re.compile(r"[@#]|://|www\.|[a-z0-9-]\.[a-z]|mailto:|tel:")
_FIGURE = re.compile(
    r"(?<![A-Za-z\d_])(?:"
    + "|".join(
        (
            # dates
            r"(?:\d{4}([/.-])\d{1,2}\1\d{1,2}|\d{1,2}([/.-])\d{1,2}\2(?:\d{4}|\d{2})"
            r"|\d{1,2}/\d{1,2})(?![\d/])",
            # prices
            rf"{_CURRENCY}{_SPACE}?{_NUMBER}",
            rf"{_NUMBER}{_SPACE}?(?:{_CURRENCY}|{_CURRENCY_CODE}\b)",
            # times
            r"(?:[01]?\d|2[0-4])(?:[:.h]|h:)[0-5]\d(?:[:.][0-5]\d)?(?!\d|[.,]\d)"
            rf"(?:{_SPACE}?(?:(?:[hH]|hrs?|[AaPp][Mm])\b|[AaPp]\.{_SPACE}?[Mm]\.))?",
            # doors: 3.º B
            r"\d{1,3}\.?[ºª°]\s?(?:[A-Z]|dcha|izda|izq)\b",
            # telephones
            r"(?<![\w.,/-])\+?\(?\d(?:[ ().\u00a0\u202f/-]{0,2}\d){6,16}(?![\w:])",
        )
    )
    + ")"
)
_FIGURE_START = re.compile(r"[+(€$£¥₽\d]")
_DIGITS = re.compile(r"\d+")

_CODE_SIGNS = r"A-Za-z0-9À-ÖØ-öø-ɏЀ-ӿ_$%&*+=^~|\\#@!?.:/'-"
_TOKEN = re.compile(rf"(?<![{_CODE_SIGNS}])[{_CODE_SIGNS}]*?[\d_$%&*+=^~|\\#@][{_CODE_SIGNS}]*")
_SIGN = re.compile(r"[_$%&*+=^~|\\#@]")
_LABEL = re.compile(r"[^\W\d_]{2,}[:=/]")
_INNER_SIGN = re.compile(r"[^\W_][_@#$%&*+=^~|\\][^\W_]")
_CODE_LETTER = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏЀ-ӿ]")
# Numbers that are words: 2nd, 3e, 24h, 100ml, 204an (Basque), 5-й, 3-Bett-Zimmer, 24-hour.
_COUNTED = re.compile(
    r"\d{1,2}[a-zà-öø-ɏ]|\d[\d.,:]*(?:-?[a-zà-öø-ɏ]{2,}|-?[а-яё]+|(?:-[^\W\d_]{3,})+)"
)

_EMOJI_RUN = re.compile(
    f"[{EMOJI}][{EMOJI}{EMOJI_JOINERS}]*|[0-9#*]\ufe0f?\u20e3"
    r"|(?<!\S)(?:[:;=][-'^]?[)(\]\[DPpoO|/\\*3]+|<3+)(?!\S)"
)
_MAYBE_EMOJI = re.compile(f"[{EMOJI}\u20e3:;=<]")

_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-ɏ\u0400-\u042f"
_INNER_CAPITAL = re.compile(rf"\s[{_CAPITAL}]")
_NAME_WORD = rf"[{_CAPITAL}][^\W\d_]*(?:['’-][^\W\d_]+)*"
_PARTICLES = (
    r"(?:(?:[Dd]e(?:\s+l[ao]s?)?|[Dd]el|[Dd][ao]s?|[Dd]es|[Dd]u|[Vv]an(?:\s+de[rn]?)?"
    r"|[Vv]on(?:\s+der)?|zu|[Dd]i|[Dd]ella)\s+)?"
)
_TITLE = (
    r"(?:[SsDd]ra?\.?|[Ss]rta\.?|[Pp]rof(?:a|essora?)?\.?|[Ss]eñor(?:a|ita)?|[Ss]enyora?"
    r"|[Ss]enhora?|M(?:rs?|s)\.?|Miss|M\.|M(?:me|lle)\.?|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle"
    r"|[Hh]errn?|[Ff]rau|Hr\.|Fr\.|[Dd]oña|[Dd]on|Dña\.?|D\.ª|D\.|[Ss]ig(?:\.ra|\.na)?\."
    r"|[Ss]ignora?|[Dd]ott(?:\.ssa)?\.?|[Mm]eneer|[Mm]evrouw|[Dd]hr\.|[Mm]evr\."
    r"|[Гг]осподин|[Гг]оспожа|[Гг]-н|[Гг]-жа)"
)
_TITLED = re.compile(
    rf"(?<!\w)(?:{_TITLE}\s+)+"
    rf"(?P<name>{_PARTICLES}{_NAME_WORD}(?:\s+{_PARTICLES}{_NAME_WORD}){{0,2}})"
)
# German writes nouns with capitals: "Frau Weber Zimmer 204".
_TITLED_GERMAN = re.compile(rf"(?<!\w)(?:{_TITLE}\s+)+(?P<name>{_PARTICLES}{_NAME_WORD})")


@dataclass(frozen=True, slots=True)
class Protected:
    """A sentence with numbers for what must not change.

    original: as it was written. text: what the engine gets. bare: the sentence without what is
    kept, for the guards. kept: number -> what is put back in its place.
    """

    original: str
    text: str
    bare: str
    kept: Mapping[str, str]

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate."""
        return _LETTER.search(self.bare) is not None

    def unchanged(self) -> str:
        """The sentence as it was written, terms of the glossary in their form for the target."""
        return self.restore(self.text).text

    def restore(self, output: str) -> "Restored":
        """Puts back what was kept into what an engine has made of `text`."""
        if not self.kept:
            return Restored(output, output, is_whole=True)
        text: list[str] = []
        bare: list[str] = []
        found: list[str] = []
        done = 0
        for match in _FOUR_DIGITS.finditer(plain_digits(output)):
            number = _NO_DIGITS.sub("", match.group())
            if number in self.kept:
                rest = output[done : match.start()]
                text += (rest, self.kept[number])
                bare += (rest, " ")
                found.append(number)
                done = match.end()
        text.append(output[done:])
        bare.append(output[done:])
        is_whole = len(found) == len(self.kept) == len(set(found))
        return Restored("".join(text), "".join(bare), is_whole)


@dataclass(frozen=True, slots=True)
class Restored:
    """bare: the output without what was put back. is_whole: each came back, and just once."""

    text: str
    bare: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kept: str


class Protector:
    """Protects the sentences of one text; safe on several threads.

    names: come through as they are, where they stand written like this as words of their own.
    """

    def __init__(self, pair: Pair, glossary: Glossary, names: frozenset[str]) -> None:
        self._titled = _TITLED_GERMAN if pair.source == "de" else _TITLED
        self._terms = TermFinder(glossary, pair) if glossary.terms else None
        self._names = _names_pattern(names) if names else None

    def protect(self, sentence: str) -> Protected:
        spans = _chosen(self._found(sentence))
        if not spans:
            return Protected(sentence, sentence, sentence, {})
        return _masked(sentence, _merged(sentence, spans))

    def _found(self, sentence: str) -> Iterator[list[_Span]]:
        """What to keep; of two in one place the earlier list wins."""
        # Most sentences have none of this, and each of these questions is a quick one.
        if _MAYBE_LINK.search(sentence):
            yield _spans(sentence, _LINK)
        has_figures = _FIGURE_START.search(sentence) is not None
        if has_figures:
            yield list(_figures(sentence))
        yield self._words(sentence, has_codes=has_figures or _SIGN.search(sentence) is not None)
        if _MAYBE_EMOJI.search(sentence):
            yield _spans(sentence, _EMOJI_RUN)

    def _words(self, sentence: str, *, has_codes: bool) -> list[_Span]:
        """Terms, names and codes, the longest first: no term within a password."""
        spans = []
        if self._terms is not None:
            found = self._terms.find(sentence)
            spans += [_Span(term.start, term.end, term.form) for term in found]
        if self._names is not None:
            spans += _spans(sentence, self._names)
        if _INNER_CAPITAL.search(sentence):
            spans += _titled(sentence, self._titled)
        if has_codes:
            spans += _codes(sentence)
        spans.sort(key=lambda span: span.start - span.end)
        return spans


@lru_cache(maxsize=256)
def _names_pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    # A single letter and a number alone are in too many sentences that mean no name.
    words = {" ".join(name.split()) for name in names}
    words = {word for word in words if len(word) > 1 and _LETTER.search(word)}
    return pattern_of(frozenset(words)) if words else None


def _spans(sentence: str, pattern: re.Pattern[str]) -> list[_Span]:
    return [
        _Span(match.start(), match.end(), match.group()) for match in pattern.finditer(sentence)
    ]


def _figures(sentence: str) -> Iterator[_Span]:
    """Dates, prices, times, doors, telephones; a figure in the middle of a number is none."""
    start = _FIGURE_START.search(sentence)
    while start:
        at = start.start()
        found = _FIGURE.match(sentence, at)
        if found:
            yield _Span(at, found.end(), found.group())
        behind = found or _DIGITS.match(sentence, at) or start
        start = _FIGURE_START.search(sentence, behind.end())


def _titled(sentence: str, pattern: re.Pattern[str]) -> list[_Span]:
    """Names behind titles, which are translated themselves."""
    return [
        _Span(match.start("name"), match.end("name"), match.group("name"))
        for match in pattern.finditer(sentence)
    ]


def _codes(sentence: str) -> Iterator[_Span]:
    for match in _TOKEN.finditer(sentence):
        start, token = match.start(), match.group()
        if label := _LABEL.match(token):
            start, token = start + label.end(), token[label.end() :]
        trimmed = token.lstrip(".:/'-?!")
        start += len(token) - len(trimmed)
        trimmed = trimmed.rstrip(".:/'-?")
        if _is_code(trimmed):
            yield _Span(start, start + len(trimmed), trimmed)


def _is_code(token: str) -> bool:
    """Whether it is a room, a password or the like, and no word or number."""
    if not _CODE_LETTER.search(token):
        return False
    if _INNER_SIGN.search(token):
        return True
    return _DIGIT.search(token) is not None and _COUNTED.fullmatch(token.rstrip("!")) is None


def _chosen(found: Iterable[list[_Span]]) -> list[_Span]:
    """Those that do not overlap, from left to right."""
    chosen: list[_Span] = []
    for spans in found:
        for span in spans:
            if all(span.end <= other.start or other.end <= span.start for other in chosen):
                chosen.append(span)
    chosen.sort(key=lambda span: span.start)
    return chosen


def _merged(sentence: str, spans: list[_Span]) -> list[_Span]:
    """Neighbours made one, with the digits that touch them: fewer numbers for engines to lose."""
    merged: list[_Span] = []
    ends = [*(span.start for span in spans[1:]), len(sentence)]
    for span, latest in zip(spans, ends, strict=True):
        span = _with_digits(sentence, span, merged[-1].end if merged else 0, latest)
        if merged and _GLUE.fullmatch(sentence, merged[-1].end, span.start):
            last = merged.pop()
            kept = last.kept + sentence[last.end : span.start] + span.kept
            span = _Span(last.start, span.end, kept)
        merged.append(span)
    return merged


def _with_digits(sentence: str, span: _Span, earliest: int, latest: int) -> _Span:
    """A digit beside the number that stands for a span would make another number of it."""
    start, end = span.start, span.end
    while start > earliest and sentence[start - 1].isdecimal():
        start -= 1
    while end < latest and sentence[end].isdecimal():
        end += 1
    return _Span(start, end, sentence[start : span.start] + span.kept + sentence[span.end : end])


def _masked(sentence: str, spans: list[_Span]) -> Protected:
    rest: list[str] = []
    done = 0
    for span in spans:
        rest.append(sentence[done : span.start])
        done = span.end
    rest.append(sentence[done:])
    bare = " ".join(rest)
    numbers = _free_numbers(bare)
    kept: dict[str, str] = {}
    text = [rest[0]]
    for span, behind in zip(spans, rest[1:], strict=True):
        number = next(numbers)
        kept[number] = span.kept
        text += (number, behind)
    return Protected(sentence, "".join(text), bare, kept)


def _free_numbers(bare: str) -> Iterator[str]:
    """Numbers that the rest of the sentence does not have, however its digits are grouped."""
    digits = _NO_DIGITS.sub("", plain_digits(bare))
    if not digits:
        return iter(_PLACEHOLDERS)
    return (number for number in _PLACEHOLDERS if number not in digits)
