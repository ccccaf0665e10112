"""Taking texts apart into sentences, and putting them together again. Pure.

Engines are trained on sentences: they lose what comes after the first. What stands between the
sentences (spaces, line breaks, bullets, emoji) is kept aside, so that joining gives the very text
back.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sosbox.translation.contract import Pair
from sosbox.translation.scripts import CJK, EMOJI, EMOJI_JOINERS, UNSPACED, is_cjk

# Characters of a sentence at most, so that no engine cuts its end off: they take 512 pieces of
# words, of which a sign of Chinese or Japanese may need two.
MAX_SENTENCE = 400
MAX_CJK_SENTENCE = 150

_WIDE_STOPS = "。！？｡．"
_STOPS = f".!?…؟۔‼⁇⁈⁉{_WIDE_STOPS}"
_CLOSERS = "\"'”’»›)]}」』）】》〉〕"
_OPENERS = "¿¡\"'“‘«‹„‚([{「『（【《〈〔"
# What may end a sentence. The first bracket is all that the search goes by, which is quick; what
# follows tells a stop from emoji and emoticons.
_MARK = re.compile(
    rf"[{_STOPS}{EMOJI}:;=<](?:"
    # French puts a space before its quote, German closes with what opens elsewhere.
    rf"(?<=[{_STOPS}])[{_STOPS}]*[{re.escape(_CLOSERS)}]*(?:[ \u00a0\u202f]»|“(?!\S))?"
    rf"|(?<=[{EMOJI}])(?P<emoji>[{EMOJI}{EMOJI_JOINERS}\s]*)"
    r"|(?<=(?<!\S)[:;=])(?P<face>[-'^]?[)(\]\[DPpoO|/\\*3]+(?!\S)\s*)"
    r"|(?<=(?<!\S)<)(?P<heart>3+(?!\S)\s*))"
)
# What stands before the first word of a line: bullets, dashes, "1.", "2)", "a)".
_BULLETS = (
    r"[-–—•·*●▪◦‣⁃►»>・+]{1,9}(?=\s)\s+|[—–•●▪◦‣►・]\s*|\(?\d{1,2}\)(?=\s)\s+"
    r"|\(?[a-zA-Z]\)(?=\s)\s+|[①-⑳]\s*|[0-9#*]\ufe0f?\u20e3\s*"
)
_BULLET = re.compile(rf"(?:{_BULLETS}|\d{{1,2}}\.(?=\s)\s+)+")
# "3. Stock", "3. solairua": the third floor.
_ORDINAL_LANGUAGES = frozenset({"de", "eu"})
_BULLET_OR_ORDINAL = re.compile(f"(?:{_BULLETS})+")
_QUOTES_GO_ON = ("と", "って")
_ELLIPSES = frozenset(".…")
_WIDE = frozenset(_WIDE_STOPS)
_COMMA = re.compile(r"[,;:،؛](?=\s)|[、，；：]|\s[-–—](?=\s)")
_SPACE = re.compile(r"\s+")
_CJK_LETTER = re.compile(f"[{CJK}]")
_EMOJI_SIGN = re.compile(f"[{EMOJI}]")
# In addresses, links and passwords, a stop parts nothing.
_NO_PROSE = re.compile(r"[@/_\\\d]|\w\.\w")
_NUMBERED = re.compile(r"\S*\d")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# No sentence ends after these, whatever follows: titles, and what stands before names and nouns.
_TITLES = _words(
    "sr sra srta sres sras dr dra dña dn prof profa ing lic arq exc excmo excma ilmo ilma mn"
    " mr mrs ms mx st sto sta hr hrn fr frl mme mlle mgr sig sigg dott avv geom dhr mevr mw drs"
    " av avda avd ctra pza plz pje bzw inkl exkl ggf evtl bspw vgl zzgl vs г-н г-жа ул пр-т пл гр"
    " проф акад"
)
# No sentence ends after these before a number, a code or a small letter.
_SHORTENED = _words(
    "núm num nº no nr nro nros n° hab habs habit zi zim zimm ch chbr cam app apt apto apdo tel tlf"
    " tlfn tfno tél telf teléf móv pág pag pàg pp fig cap art ext int ca aprox approx máx max mín"
    " min incl etc ecc usw osv enz др пр тел руб стр эт кв ud uds vd vds jr pl str ej ex vol ed cf"
    " tb tbn std stk hs hrs mins dpto dto fdo"
)
# With stops inside, and yet able to end a sentence before a capital letter.
_DOTTED_ENDS = _words("a.m p.m u.s.w т.д т.п s.l s.a")


@dataclass(frozen=True, slots=True)
class Sentences:
    """A text taken apart.

    separators: what stands before the first sentence, between them and after the last: one more
    than sentences.
    """

    sentences: tuple[str, ...]
    separators: tuple[str, ...]

    def joined(self, sentences: Sequence[str] | None = None) -> str:
        """The text with others in the place of its sentences; without, byte for byte as it was."""
        return _joined(self.sentences if sentences is None else sentences, self.separators)

    def translated(self, sentences: Sequence[str], pair: Pair) -> str:
        """The text with the translations of its sentences, with spaces as the target has them."""
        separators = list(self.separators)
        for i in range(1, len(self.sentences)):
            if pair.target in UNSPACED:
                separators[i] = _without_space(sentences[i - 1], separators[i], sentences[i])
            else:
                separators[i] = _with_space(self.sentences[i - 1], separators[i])
        return _joined(sentences, separators)


def split(text: str, language: str = "") -> Sentences:
    """Takes a text of any size apart; what is nothing but spaces and emoji has no sentences.

    language: a code of ISO 639-1; German and Basque write a full stop after ordinal numbers.
    """
    sentences: list[str] = []
    separators: list[str] = []
    done = 0
    for start, end in _spans(text, language):
        separators.append(text[done:start])
        sentences.append(text[start:end])
        done = end
    separators.append(text[done:])
    return Sentences(tuple(sentences), tuple(separators))


def _joined(sentences: Sequence[str], separators: Sequence[str]) -> str:
    parts = [separators[0]]
    for sentence, separator in zip(sentences, separators[1:], strict=True):
        parts += (sentence, separator)
    return "".join(parts)


def _breaks_line(separator: str) -> bool:
    return separator.splitlines() != [separator]


def _without_space(left: str, separator: str, right: str) -> str:
    """Between two sentences of Chinese or Japanese stands nothing."""
    if not separator.isspace() or _breaks_line(separator):
        return separator
    if is_cjk(left[-1:]) and is_cjk(right[:1]):
        return ""
    return separator.replace("\u3000", " ")


def _with_space(source_left: str, separator: str) -> str:
    """Between two sentences of other languages stands a space, as around emoji."""
    if not separator:
        # A word without end was cut in two: it stays one.
        is_torn = source_left[-1].isalnum() and not is_cjk(source_left[-1])
        return "" if is_torn else " "
    if separator.isspace():
        return separator.replace("\u3000", " ")
    if _breaks_line(separator):
        return separator
    before = "" if separator[0].isspace() else " "
    after = "" if separator[-1].isspace() else " "
    return before + separator + after


def _spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    bullets = _BULLET_OR_ORDINAL if language in _ORDINAL_LANGUAGES else _BULLET
    position = 0
    for line in text.splitlines(keepends=True):
        start = position + len(line) - len(line.lstrip())
        end = position + len(line.rstrip())
        position += len(line)
        bullet = bullets.match(text, start, end)
        for first, last in _sentences_of_line(
            text, bullet.end() if bullet else start, end, language
        ):
            yield from _cut(text, first, last)


def _sentences_of_line(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    for mark in _MARK.finditer(text, start, end):
        first, after = mark.span()
        if mark.lastgroup is not None:  # emoji, a face, a heart: they stand beside the sentences
            if first <= start:
                start = _skip_space(text, after, end)
            elif after >= end or _emoji_ends(text, start, first, after):
                yield start, _skip_space_back(text, first)
                start = _skip_space(text, after, end)
        elif start < first and after < end and _stop_ends(text, start, mark, language):
            yield start, after
            start = _skip_space(text, after, end)
    if start < end:
        yield start, end


def _skip_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _skip_space_back(text: str, at: int) -> int:
    while text[at - 1].isspace():
        at -= 1
    return at


def _emoji_ends(text: str, start: int, first: int, after: int) -> bool:
    """Whether a sentence ends where emoji stand in the middle of a line."""
    following = text[after]
    if following.isalpha() and not text[after - 1].isspace() and not text[first - 1].isspace():
        return True
    if not following.isalpha():
        return following in "¿¡"
    # "I ❤ Vigo" is one.
    says_something = first - start >= 8 or is_cjk(text[start])
    return says_something and not following.islower()


def _stop_ends(text: str, start: int, mark: re.Match[str], language: str) -> bool:
    """Whether a sentence ends at this stop, after which something more stands on its line."""
    first, after = mark.span()
    stop = mark.group()
    stops = stop.rstrip(f"{_CLOSERS}“ \u00a0\u202f")
    is_closed = len(stops) < len(stop)
    following = text[after]
    if is_closed and text.startswith(_QUOTES_GO_ON, after):
        return False
    if not _WIDE.isdisjoint(stops):
        return not (stops == "．" and following.isdigit())
    if not following.isspace():
        return _ends_without_space(text, first, after, stops)
    next_word = text[after : after + 24].lstrip()
    next_letter = next_word.lstrip(_OPENERS)[:1]
    goes_on = next_letter.islower()
    words = text[max(start, first - 24) : first].split()
    word = words[-1] if words else ""
    if not _ELLIPSES.issuperset(stops):
        # A password may end in a "!".
        return not (goes_on and (is_closed or _NO_PROSE.search(word)))
    if goes_on and (is_closed or stops != "."):
        return False
    return stops != "." or _full_stop_ends(word, next_word, next_letter, language)


def _full_stop_ends(word: str, next_word: str, next_letter: str, language: str) -> bool:
    """Whether a full stop after this word is more than the mark of an abbreviation."""
    word = word.lstrip(_OPENERS).rstrip(_CLOSERS).lower()
    if word in _TITLES:
        return False
    is_number = word.replace(".", "").replace(":", "").replace(",", "").isdigit()
    if is_number:
        is_ordinal = language in _ORDINAL_LANGUAGES and len(word) <= 2
        return not (is_ordinal or next_letter.islower() or next_letter.isdigit())
    if len(word) == 1 and word.isalpha() and not is_cjk(word):  # J. García
        return False
    if "." in word and all(len(part) <= 2 for part in word.split(".")):  # z.B., S.L.
        return word in _DOTTED_ENDS and next_letter.isupper()
    if word in _SHORTENED:
        return not (next_letter.islower() or _NUMBERED.match(next_word))
    return not next_letter.islower() or (len(word) >= 3 and word.isalpha())


def _ends_without_space(text: str, first: int, after: int, stops: str) -> bool:
    """Whether a sentence ends at a stop with no space behind it."""
    following, before = text[after], text[first - 1]
    if is_cjk(following) or is_cjk(before):
        return not _ELLIPSES.issuperset(stops) or (stops == "." and is_cjk(following))
    if following in "¿¡" or _EMOJI_SIGN.match(following):
        return True
    if not following.isalpha():
        return False
    if stops[-1] in "؟۔":
        return True
    return before.isalpha() and _parts_words(text, first, after)


def _parts_words(text: str, first: int, after: int) -> bool:
    """Whether a stop between two letters stands between two sentences: "sucio.Nadie"."""
    word = text[max(0, first - 60) : first].split()[-1]
    next_word = text[after : after + 60].split(maxsplit=1)[0]
    if _NO_PROSE.search(word) or _NO_PROSE.search(next_word):
        return False
    if len(word) < 2 or word.lower() in _TITLES:
        return False
    if next_word[0].isupper():  # neither S.L nor Node.JS
        return word[-1].islower() and not next_word[1:2].isupper()
    # Arabic has no capital letters.
    return not next_word[0].islower() and len(word) >= 3


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, in pieces where it is too long."""
    while end - start > MAX_CJK_SENTENCE:
        limit = _limit(text[start : start + MAX_SENTENCE])
        if end - start <= limit:
            break
        cut = _place_to_cut(text, start, start + limit, end)
        if cut >= end:
            break
        yield start, _skip_space_back(text, cut)
        start = _skip_space(text, cut, end)
    yield start, end


def _limit(piece: str) -> int:
    num_cjk = len(_CJK_LETTER.findall(piece))
    return MAX_CJK_SENTENCE if num_cjk * 3 > len(piece) else MAX_SENTENCE


def _place_to_cut(text: str, start: int, limit: int, end: int) -> int:
    """Behind the last comma, else before the last space, else between two letters."""
    middle = (start + limit) // 2
    for pattern, earliest in ((_COMMA, middle), (_SPACE, middle), (_SPACE, start + 1)):
        places = [place.end() for place in pattern.finditer(text, earliest, limit)]
        if places:
            return places[-1]
    if "://" in text[start:limit] or "@" in text[start:limit]:
        space = _SPACE.search(text, limit, end)
        return space.end() if space else end
    for cut in range(limit, limit - 40, -1):
        if _may_part(text[cut - 1], text[cut]):
            return cut
    return limit


def _may_part(left: str, right: str) -> bool:
    if right in EMOJI_JOINERS or unicodedata.combining(right) or left == "\u200d":
        return False
    return is_cjk(left) or is_cjk(right)
