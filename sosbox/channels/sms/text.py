"""A Notice as the text of an SMS, in the language of its reader. Pure.

What has to be there (where, the link, the code to answer with) is never cut; the guest's words take
what room is left. Where they are translated, the translation takes it: what was written is behind
the link.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.sms.parts import cost_of, plainer
from sosbox.channels.words import MACHINE
from sosbox.i18n import N_, Localizer, localizer
from sosbox.lib.text import RIGHT_TO_LEFT_MARK

# With less than this of the guest's words left, names of places give way to them.
_FEW_SIGNS = 40
# Three dots: the sign for them is not in the cheap alphabet.
_CUT = "..."
_NO_END = " \n.,;:"

# Short, and each in translation without a letter that the cheap alphabet lacks (as á, í, ó, ú);
# where the language is written in Latin letters, that is.
_WHY = {
    NoticeEvent.GUEST_WROTE: N_("Written later:"),
    NoticeEvent.REMINDED: N_("Nobody has answered yet:"),
    NoticeEvent.ESCALATED: N_("Nobody is taking care of it:"),
    NoticeEvent.PROMISE_SOON: N_("To be answered soon, as promised:"),
    NoticeEvent.PROMISE_MISSED: N_("Not answered by the time promised:"),
    NoticeEvent.LEGAL_SOON: N_("To be answered soon, by law:"),
    NoticeEvent.LEGAL_MISSED: N_("Not answered by the time the law sets:"),
}


@dataclass(frozen=True)
class _Frame:
    """What stands around the words of the guest; between: what parts them from `before`."""

    before: str
    after: str
    between: str = " "

    def around(self, words: str) -> str:
        first = self.between.join(part for part in (self.before, words) if part)
        return plainer(_lines(first, self.after))


def sms_text(notice: Notice, max_parts: int) -> str:
    """The text, of at most so many parts; of more only when what must not be cut needs them."""
    _ = localizer(notice.language)
    words = _words(notice, _)
    text = ""
    for frame in _frames(notice, _):
        num_signs = _num_signs(frame, words, max_parts)
        text = frame.around(_cut(words, num_signs))
        if num_signs >= min(len(words), _FEW_SIGNS):
            break
    return text


def _words(notice: Notice, _: Localizer) -> str:
    """What the reader can read, marked if a machine has translated it."""
    written = _without_gaps(notice.text)
    if not notice.translation:
        return written
    translated = f"{_(MACHINE)} {_without_gaps(notice.translation)}"
    # Without a link there is no other place where the reader could see what was written.
    return translated if notice.case_url else f"{translated}\n{written}"


def _without_gaps(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _frames(notice: Notice, _: Localizer) -> Iterator[_Frame]:
    """The one that says most comes first."""
    # The code of a place in Latin letters would turn a line round that is read from the right.
    mark = RIGHT_TO_LEFT_MARK if _runs_left(notice.translation or notice.text) else ""
    again = _("You may have had this before.") if notice.is_possible_duplicate else ""
    answer = _("To take care of it, answer:") if notice.acknowledge_code else ""
    answer_code = f"OK {notice.acknowledge_code}" if notice.acknowledge_code else ""
    needed = (notice.case_url, f"{answer} {answer_code}".strip(), again)
    brief = (notice.case_url, answer_code, again)
    if notice.event is NoticeEvent.DIGEST:
        yield _Frame(f"{mark}{notice.headline}", _lines(*needed), between="\n")
        yield _Frame("", _lines(*brief))
        return
    reference = notice.reference
    if notice.event is NoticeEvent.ANSWERED:
        yield _Frame(f"{mark}{notice.establishment}:", _lines(reference, *needed))
        yield _Frame("", _lines(*brief))
        return
    why = _(_WHY[notice.event]) if notice.event in _WHY else ""
    danger = _("Danger!") if notice.is_safety else ""
    code = f"{mark}{notice.place_code}"
    head = " ".join(part for part in (code, danger, why) if part)
    place = ", ".join(part for part in (notice.establishment, notice.place_label) if part)
    yield _Frame(head, _lines(place, reference, *needed))
    yield _Frame(head, _lines(reference, *needed))
    yield _Frame(" ".join((code, danger)).strip(), _lines(*brief))


def _runs_left(words: str) -> bool:
    """Whether the first letter is of a script that runs from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in words)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _num_signs(frame: _Frame, words: str, max_parts: int) -> int:
    """How many signs of the words fit in; none also when the frame alone is too long."""

    def fits(num_signs: int) -> bool:
        return cost_of(frame.around(_cut(words, num_signs))).num_parts <= max_parts

    if fits(len(words)):
        return len(words)
    most, too_many = 0, len(words)
    while too_many - most > 1:
        middle = (most + too_many) // 2
        if fits(middle):
            most = middle
        else:
            too_many = middle
    return most


def _cut(words: str, num_signs: int) -> str:
    """The first signs, up to the end of a word where one ends near."""
    if num_signs >= len(words):
        return words
    cut = words[:num_signs]
    if not words[num_signs].isspace() and (space := cut.rfind(" ")) > num_signs // 2:
        cut = cut[:space]
    cut = cut.rstrip(_NO_END)
    return f"{cut}{_CUT}" if cut else ""
