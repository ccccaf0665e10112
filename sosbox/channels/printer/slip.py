"""A Notice as what stands on a slip of paper."""

import unicodedata
from dataclasses import dataclass

import regex

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.words import DANGER, MAYBE_TOLD_BEFORE, language_name, reason
from sosbox.i18n import Localizer, localizer

# Half a metre of paper at most: the rest is in the console.
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
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Slip:
    """Everything in the order in which it is printed; what is empty is left out.

    language: of the reader; start: the side on which their lines begin.
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
    lines: tuple[Line, ...]
    text_language: str
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
    text, is_cut = _shortened(notice.text, MAX_SIGNS, MAX_LINES)
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
        lines=tuple(Line(_for_paper(line), start_of(line)) for line in text.splitlines()),
        text_language=notice.text_language.partition("-")[0] or _.language,
        cut=_("The rest is in the console.") if is_cut else "",
        facts=() if is_digest else _facts(notice, _),
        missing=_("Signs that this box has no font for stand in brackets. The console shows them."),
        url_caption=_("Read and answer:"),
        url=notice.case_url,
    )


def start_of(line: str) -> str:
    """The side on which a line begins: its first letter decides (UAX 9, P2)."""
    for sign in line:
        direction = unicodedata.bidirectional(sign)
        if direction in {"R", "AL"}:
            return "right"
        if direction == "L":
            break
    return "left"


def _facts(notice: Notice, _: Localizer) -> tuple[Fact, ...]:
    facts = []
    if notice.remedy:
        remedy, _is_cut = _shortened(" ".join(notice.remedy.split()), MAX_REMEDY_SIGNS, 1)
        facts.append(Fact(_("What would put it right"), _for_paper(remedy)))
    if notice.text_language and notice.text_language != _.language:
        facts.append(Fact(_("Language of the guest"), language_name(notice.text_language, _)))
    promise = _.short_moment(notice.promise_due_at, notice.zone)
    facts += [
        Fact(_("Answer promised by"), promise),
        Fact(_("Reference"), notice.reference),
    ]
    return tuple(facts)


def _shortened(text: str, max_signs: int, max_lines: int) -> tuple[str, bool]:
    """The text without empty lines, and whether something of its end is missing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    kept = "\n".join(lines[:max_lines])
    if len(kept) > max_signs:
        return kept[:max_signs].rstrip() + "…", True
    return kept, len(lines) > max_lines


def _for_paper(text: str) -> str:
    """The text with places at which words may be broken that are longer than a line."""
    broken: str = _LONG_WORD.sub(
        lambda word: _ZERO_WIDTH_SPACE.join(_PIECE.findall(word.group())),
        text.translate(_SKIN_COLOURS),
    )
    return broken
