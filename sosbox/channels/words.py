"""What several channels say in the same words."""

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.i18n import N_, Localizer

DANGER = N_("Danger")
MAYBE_TOLD_BEFORE = N_(
    "You may have had this notice before: the box was interrupted while sending it."
)

_REASONS = {
    NoticeEvent.GUEST_WROTE: N_("The guest has written again:"),
    NoticeEvent.REMINDED: N_("Nobody has answered this guest yet:"),
    NoticeEvent.ESCALATED: N_("Nobody has taken care of this yet:"),
}
_REASONS_WITH_PROMISE = {
    NoticeEvent.PROMISE_SOON: N_("An answer is promised by {moment}; nobody has written one yet:"),
    NoticeEvent.PROMISE_MISSED: N_("An answer was promised by {moment}; nobody has written one:"),
}
_REASONS_WITH_LAW = {
    NoticeEvent.LEGAL_SOON: N_("The law asks for an answer by {moment}; there is none yet:"),
    NoticeEvent.LEGAL_MISSED: N_("The law asked for an answer by {moment}; there is none:"),
}


def reason(notice: Notice, _: Localizer) -> str:
    """Why a notice comes, to stand before the text; empty when the text says it by itself."""
    if notice.event in _REASONS_WITH_PROMISE:
        due_at, sentence = notice.promise_due_at, _REASONS_WITH_PROMISE[notice.event]
    elif notice.event in _REASONS_WITH_LAW:
        due_at, sentence = notice.legal_due_at, _REASONS_WITH_LAW[notice.event]
    else:
        return _(_REASONS[notice.event]) if notice.event in _REASONS else ""
    return _(sentence, moment=_.short_moment(due_at, notice.zone))


def language_name(language: str, _: Localizer) -> str:
    """What the reader calls a language; its code when nobody has a name for it."""
    return str(_.locale.languages.get(language.partition("-")[0], language))
