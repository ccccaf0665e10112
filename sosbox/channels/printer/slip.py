"""A Notice as what stands on a slip of paper."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.words import (
    DANGER,
    MACHINE,
    MAYBE_TOLD_BEFORE,
    TICKET,
    Shown,
    reason,
    shown_remedy,
    shown_texts,
)
from sosbox.i18n import Localizer, localizer
from sosbox.lib.text import isolated

# Half a metre of paper at most, for a translation and its original together: the rest is in the
# console.
MAX_SIGNS = 1_000
MAX_LINES = 40
MAX_REMEDY_SIGNS = 300

# Longer than a line of the slip, and nothing in it says where it may be broken. Scripts that do
# without spaces are broken anywhere by the typesetter.
_LONG_WORD = regex.compile(
    r"[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{21,}"
)
_PIECE = regex.compile(r"\X{1,20}")
_ZERO_WIDTH_SPACE = "\u200b"
# Colours of skin on emoji: paper is black and white, and hardly a font has them.
_SKIN_COLOURS = dict.fromkeys(range(0x1F3FB, 0x1F400))


@dataclass(frozen=True)
class Line:
    """start: the side on which it begins, "left" or "right"."""

    text: str
    start: str


@dataclass(frozen=True)
class SlipText:
    """What somebody has written, or what a machine has made of it. label: which of the two, and in
    which language; empty when it says so by itself."""

    label: str
    language: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Slip:
    """Everything in the order in which it is printed; what is empty is left out.

    language: of the reader; start: the side on which their lines begin.
    texts: what they can read first, then what was written.
    missing: what is said when there are signs that no font has.
    """

    language: str
    start: str
    safety: str
    duplicate: str
    reason: str
    code: str
    place: str
    house: str
    time: str
    texts: tuple[SlipText, ...]
    cut: str
    facts: tuple[Fact, ...]
    missing: str
    url_caption: str
    url: str


def build_slip(notice: Notice) -> Slip:
    """The slip, in the language of its reader.

    Name and contact of the guest are left out: paper lies about. The page of the case has them.
    """
    _ = localizer(notice.language)
    is_digest = notice.event is NoticeEvent.DIGEST
    texts, is_cut = _shortened(shown_texts(notice, _), MAX_SIGNS, MAX_LINES)
    house = (notice.area, notice.establishment)
    return Slip(
        language=_.language,
        start="right" if _.direction == "rtl" else "left",
        safety=_(DANGER) if notice.is_safety else "",
        duplicate=_(MAYBE_TOLD_BEFORE) if notice.is_possible_duplicate else "",
        reason=_for_paper(notice.headline) if is_digest else reason(notice, _),
        code="" if is_digest else notice.place_code,
        place="" if is_digest else _for_paper(notice.place_label),
        house=_for_paper(", ".join(part for part in house if part)),
        time=_.short_moment(notice.written_at, notice.zone),
        texts=tuple(_slip_text(text, _) for text in texts),
        cut=_("The rest is in the console.") if is_cut else "",
        facts=() if is_digest else _facts(notice, _),
        missing=_("Signs that this box has no font for stand in brackets. The console shows them."),
        url_caption=_("Read and answer:"),
        url=notice.case_url,
    )


def start_of(line: str, language: str = "") -> str:
    """The side on which a line begins: its first letter decides (UAX 9, P2), unless it is in a
    language that runs from right to left and begins with a word in another."""
    kinds = [unicodedata.bidirectional(sign) for sign in line]
    letters = [kind for kind in kinds if kind in {"L", "R", "AL"}]
    if localizer(language).direction == "rtl":
        return "left" if letters and not {"R", "AL"} & set(letters) else "right"
    return "left" if not letters or letters[0] == "L" else "right"


def _slip_text(text: Shown, _: Localizer) -> SlipText:
    language = text.language.partition("-")[0] or _.language
    lines = tuple(
        Line(_for_paper(line), start_of(line, language)) for line in text.text.splitlines()
    )
    return SlipText(text.label, language, lines)


def _facts(notice: Notice, _: Localizer) -> tuple[Fact, ...]:
    promise = _.short_moment(notice.promise_due_at, notice.zone)
    return (
        *_remedy(notice, _),
        *_ticket(notice, _),
        Fact(_("Answer promised by"), isolated(promise, _.direction)),
        Fact(_("Reference"), isolated(notice.reference, _.direction)),
    )


def _ticket(notice: Notice, _: Localizer) -> tuple[Fact, ...]:
    if not notice.ticket:
        return ()
    return (Fact(_(TICKET), isolated(_for_paper(notice.ticket), _.direction)),)


def _remedy(notice: Notice, _: Localizer) -> tuple[Fact, ...]:
    one_line = [replace(text, text=" ".join(text.text.split())) for text in shown_remedy(notice, _)]
    texts, _is_cut = _shortened(one_line, MAX_REMEDY_SIGNS, max_lines=2)
    values = [isolated(_for_paper(text.text), _.direction) for text in texts]
    label = _("What would put it right")
    if len(values) < 2:
        return tuple(Fact(label, value) for value in values)
    return Fact(label, f"{_(MACHINE)} {values[0]}"), Fact(texts[1].label, values[1])


def _shortened(
    texts: Sequence[Shown], max_signs: int, max_lines: int
) -> tuple[tuple[Shown, ...], bool]:
    """The texts without empty lines, and whether something of their ends is missing.

    Each keeps the same share of itself, so that a translation and its original end at about the
    same place.
    """
    lines = [[line.strip() for line in text.text.splitlines() if line.strip()] for text in texts]
    num_lines = sum(len(each) for each in lines)
    num_signs = sum(len("\n".join(each)) for each in lines)
    share = min(1, max_lines / max(1, num_lines), max_signs / max(1, num_signs))
    kept = [_beginning(each, share) for each in lines]
    return tuple(
        replace(text, text=words) for text, words in zip(texts, kept, strict=True)
    ), share < 1


def _beginning(lines: Sequence[str], share: float) -> str:
    """About that share of the lines, and no more of the signs; never nothing."""
    whole = "\n".join(lines)
    if share == 1:
        return whole
    words = "\n".join(lines[: max(1, math.floor(len(lines) * share))])
    return words[: max(1, math.floor(len(whole) * share))].rstrip() + "…"


def _for_paper(text: str) -> str:
    """The text with places at which words may be broken that are longer than a line."""
    broken: str = _LONG_WORD.sub(
        lambda word: _ZERO_WIDTH_SPACE.join(_PIECE.findall(word.group())),
        text.translate(_SKIN_COLOURS),
    )
    return broken
