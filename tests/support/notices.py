"""Notices for the tests of channels."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sosbox.channels.base import HAS_TRANSLATION, Notice, NoticeEvent, TranslationState
from tests.support.venue import NOON

FILED = Notice(
    delivery_id=7,
    event=NoticeEvent.FILED,
    address="anna@mar.example",
    name="Anna",
    language="en",
    case_id=3,
    reference="K7QF-2M9X",
    kind="complaint",
    headline="The tap drips",
    text="The tap drips\nsince yesterday",
    text_language="en",
    remedy="",
    establishment="Hotel Mar",
    area="Reception",
    place_code="R-204",
    place_label="Room 204",
    written_at=NOON,
    promise_due_at=NOON + timedelta(hours=48),
    legal_due_at=NOON + timedelta(days=15),
    zone=ZoneInfo("Europe/Madrid"),
    contact_name="",
    contact_email="",
    contact_phone="",
    case_url="http://mar.example/admin/cases/3",
    legal_name="Grupo Mar S.L.",
)


def notice(**changes: Any) -> Notice:
    """The notice of a case that was just filed, with changes."""
    return replace(FILED, **changes)


# What a machine makes of it for a reader from the left and one from the right: text, headline and
# what would put it right.
TRANSLATIONS = {
    "es": ("El grifo gotea\ndesde ayer", "El grifo gotea", "Un grifo nuevo"),
    "ar": ("الصنبور يقطر\nمنذ أمس", "الصنبور يقطر", "صنبور جديد"),
}
WITHOUT = [
    TranslationState.FAILED,
    TranslationState.UNAVAILABLE,
    TranslationState.WAITING,
    TranslationState.NONE,
]


def foreign(
    language: str = "es", state: TranslationState = TranslationState.DONE, **changes: Any
) -> Notice:
    """The notice of a case that somebody has filed in Japanese, for a reader of `language`."""
    text, headline, remedy = TRANSLATIONS[language] if state in HAS_TRANSLATION else ("", "", "")
    written = notice(
        language=language,
        headline="蛇口から水が漏れています",
        text="蛇口から水が漏れています\n昨日からです",
        text_language="ja",
        remedy="新しい蛇口",
        remedy_language="ja",
        translation=text,
        translation_engine="argos, en" if text else "",
        translation_state=state,
        headline_translation=headline,
        remedy_translation=remedy,
        remedy_engine="argos, en" if text else "",
        remedy_state=state,
    )
    return replace(written, **changes)
