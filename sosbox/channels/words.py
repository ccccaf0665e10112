"""What several channels say in the same words."""

from dataclasses import dataclass

from sosbox.channels.base import Notice, NoticeEvent, TranslationState
from sosbox.i18n import N_, Localizer, localizer

DANGER = N_("Danger")
TICKET = N_("Ticket or invoice number")
MAYBE_TOLD_BEFORE = N_(
    "You may have had this notice before: the box was interrupted while sending it."
)

# Stands before a translation where there is no room to say more; in the translations of it, too,
# without a letter that the cheap alphabet of SMS lacks.
MACHINE = N_("(auto)")

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


@dataclass(frozen=True)
class Written:
    """A text as it was written, with what is known of its translation; see `Notice`."""

    text: str
    language: str
    translation: str = ""
    engine: str = ""
    state: TranslationState = TranslationState.NONE


@dataclass(frozen=True)
class Shown:
    """A text as somebody is shown it. label: what is to be said of it before; perhaps nothing."""

    label: str
    text: str
    language: str

    @property
    def direction(self) -> str:
        """Of its lines, as the attribute `dir` has it.

        The language decides where its script runs from right to left, for such a text may begin
        with a word in another; else the text, for its language may be known wrongly.
        """
        return "rtl" if localizer(self.language).direction == "rtl" else "auto"


@dataclass(frozen=True)
class _Words:
    """What is said of a text that its reader may not be able to read."""

    original: str
    troubles: dict[TranslationState, str]


_TO_STAFF = _Words(
    N_("As written, in {language}"),
    {
        TranslationState.FAILED: N_(
            "It is in {language}; it could not be translated so that it can be relied on."
        ),
        TranslationState.UNAVAILABLE: N_("It is in {language}; this box cannot translate it."),
        TranslationState.WAITING: N_(
            "It is in {language}. The translation was not ready in time: it stands in the console."
        ),
    },
)
_NOT_TRANSLATED = N_("The answer is in {language}; it could not be translated.")
_TO_GUEST = _Words(
    N_("As the house wrote it, in {language}"),
    {
        TranslationState.FAILED: _NOT_TRANSLATED,
        TranslationState.UNAVAILABLE: _NOT_TRANSLATED,
        TranslationState.WAITING: N_(
            "The answer is in {language}. The translation was not ready in time: it stands under"
            " your receipt."
        ),
    },
)


def shown_texts(notice: Notice, _: Localizer) -> tuple[Shown, ...]:
    """The text of a notice for its reader: what they can read comes first, and what was written
    is always there, each with what it is."""
    return side_by_side(
        Written(
            notice.text,
            notice.text_language,
            notice.translation,
            notice.translation_engine,
            notice.translation_state,
        ),
        _,
        is_answer=notice.event is NoticeEvent.ANSWERED,
    )


def shown_remedy(notice: Notice, _: Localizer) -> tuple[Shown, ...]:
    """The same for what would put it right; empty when the guest has not said so.

    That there is no translation is said of the text already.
    """
    if not notice.remedy:
        return ()
    language = notice.remedy_language or notice.text_language
    if not notice.remedy_translation:
        return (Shown("", notice.remedy, language),)
    return side_by_side(
        Written(
            notice.remedy,
            language,
            notice.remedy_translation,
            notice.remedy_engine,
            notice.remedy_state,
        ),
        _,
    )


def side_by_side(written: Written, _: Localizer, *, is_answer: bool = False) -> tuple[Shown, ...]:
    """A text as its reader is shown it: the translation, if there is one, and the original.

    is_answer: of the house to a guest, else of a guest to the house.
    """
    text, language = written.text, written.language
    if language in {"", _.language}:
        return (Shown("", text, language),)
    words = _TO_GUEST if is_answer else _TO_STAFF
    sentence = words.troubles.get(written.state, words.original)
    original = Shown(_(sentence, language=language_name(language, _)), text, language)
    # "204" is the same in every language.
    if written.translation.strip() in {"", text.strip()}:
        return (original,)
    label = translation_label(written.engine, written.state, _)
    return Shown(label, written.translation, _.language), original


def translation_label(engine: str, state: TranslationState, _: Localizer) -> str:
    """That a text was translated by a machine, which one, and whether all of it."""
    if not engine:
        return _("Machine translation")
    name = engine_name(engine, _)
    if state is TranslationState.PARTIAL:
        return _("Machine translation ({engine}). Some sentences stand as written.", engine=name)
    return _("Machine translation ({engine})", engine=name)


def engine_name(engine: str, _: Localizer) -> str:
    """Who has translated: "apertium + argos, en" as "apertium + argos, over English"."""
    return " + ".join(_one_engine(part, _) for part in engine.split(" + "))


def _one_engine(engine: str, _: Localizer) -> str:
    name, *between = engine.split(", ")
    if not between:
        return name
    languages = _.all_of([language_name(code, _) for code in between])
    return _("{engine}, over {language}", engine=name, language=languages)


def language_name(language: str, _: Localizer) -> str:
    """What the reader calls a language; its code when nobody has a name for it."""
    return str(_.locale.languages.get(language.partition("-")[0], language))
