"""The texts of a case as its guest reads them: the originals, and translations beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sosbox.cases.guest_queries import GuestCase, GuestMessage
from sosbox.cases.rules import HAS_TRANSLATION, LanguageBy, TranslationState
from sosbox.cases.translations import ShownTranslation
from sosbox.channels.words import engine_name, language_name
from sosbox.i18n import Localizer, localizer


@dataclass(frozen=True)
class ShownText:
    """One text of the thread.

    number: its place in the case, from 1; what guests are shown and send instead of an id, which
    would tell how many messages the box has. is_foreign: neither in the guest's language nor in the
    page's. engine: who has translated, in words.
    """

    number: int
    is_from_guest: bool
    is_outcome: bool
    text: str
    language: str
    language_name: str
    direction: str
    created_at: datetime
    can_be_corrected: bool
    is_foreign: bool
    is_waiting: bool
    translation: ShownTranslation | None
    engine: str

    @property
    def is_partial(self) -> bool:
        return self.translation is not None and self.translation.state is TranslationState.PARTIAL


def shown_texts(case: GuestCase, _: Localizer) -> Iterator[ShownText]:
    """All texts of a case, for a page in the localizer's language."""
    for number, message in enumerate(case.messages, 1):
        yield _shown(number, message, case.reads, _)


def writing_direction(language: str) -> str:
    """The attribute `dir` of a text: from right to left where its language is, for such a text may
    begin with a word in another; else as each of its lines says."""
    return "rtl" if localizer(language).direction == "rtl" else "auto"


def _shown(number: int, message: GuestMessage, reads: str, _: Localizer) -> ShownText:
    languages = (reads, _.language)
    is_own = message.is_from_guest or message.language == reads
    translation = None if is_own else _best(message, languages)
    is_certain = message.language_by not in {LanguageBy.UNKNOWN, LanguageBy.PAGE}
    return ShownText(
        number=number,
        is_from_guest=message.is_from_guest,
        is_outcome=message.is_outcome,
        text=message.text,
        language=message.language,
        language_name=language_name(message.language, _),
        direction=writing_direction(message.language) if is_certain else "auto",
        created_at=message.created_at,
        can_be_corrected=message.is_from_guest and message.language_by is not LanguageBy.UNKNOWN,
        is_foreign=not is_own and (translation is not None or message.language != _.language),
        is_waiting=not is_own and translation is None and _is_waiting(message, languages),
        translation=translation,
        engine=engine_name(translation.engine, _) if translation else "",
    )


def _best(message: GuestMessage, languages: tuple[str, ...]) -> ShownTranslation | None:
    for language in languages:
        if language == message.language:
            return None
        found = message.translations.get(language)
        if found is not None and found.state in HAS_TRANSLATION:
            return found
    return None


def _is_waiting(message: GuestMessage, languages: tuple[str, ...]) -> bool:
    return any(
        language in message.translations
        and message.translations[language].state is TranslationState.WAITING
        for language in languages
    )
