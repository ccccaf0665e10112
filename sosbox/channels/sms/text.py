"""A Notice as the text of an SMS, in the language of its reader. Pure.

What has to be there (where, the link, the code to answer with) is never cut; the guest's words take
what room is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.sms.parts import cost_of, plainer
from sosbox.i18n import N_, Localizer, localizer

# With less than this of the guest's words left, names of places give way to them.
_FEW_SIGNS = 40
# Three dots: the sign for them is not in the cheap alphabet.
_CUT = "..."
_NO_END = " \n.,;:"

# Short, and each in translation without a letter that the cheap alphabet lacks (as á, í, ó, ú).
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
    words = "\n".join(line.strip() for line in notice.text.splitlines() if line.strip())
    text = ""
    for frame in _frames(notice, localizer(notice.language)):
        num_signs = _num_signs(frame, words, max_parts)
        text = frame.around(_cut(words, num_signs))
        if num_signs >= min(len(words), _FEW_SIGNS):
            break
    return text


def _frames(notice: Notice, _: Localizer) -> Iterator[_Frame]:
    """The one that says most comes first."""
    again = _("You may have had this before.") if notice.is_possible_duplicate else ""
    answer = _("To take care of it, answer:") if notice.acknowledge_code else ""
    code = f"OK {notice.acknowledge_code}" if notice.acknowledge_code else ""
    needed = (notice.case_url, f"{answer} {code}".strip(), again)
    brief = (notice.case_url, code, again)
    if notice.event is NoticeEvent.DIGEST:
        yield _Frame(notice.headline, _lines(*needed), between="\n")
        yield _Frame("", _lines(*brief))
        return
    reference = notice.reference
    if notice.event is NoticeEvent.ANSWERED:
        yield _Frame(f"{notice.establishment}:", _lines(reference, *needed))
        yield _Frame("", _lines(*brief))
        return
    why = _(_WHY[notice.event]) if notice.event in _WHY else ""
    danger = _("Danger!") if notice.is_safety else ""
    head = " ".join(part for part in (notice.place_code, danger, why) if part)
    place = ", ".join(part for part in (notice.establishment, notice.place_label) if part)
    yield _Frame(head, _lines(place, reference, *needed))
    yield _Frame(head, _lines(reference, *needed))
    yield _Frame(" ".join((notice.place_code, danger)).strip(), _lines(*brief))


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
