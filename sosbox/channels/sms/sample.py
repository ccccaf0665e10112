"""What a notice by SMS costs as a rule, for those who decide on it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.channels.sms.parts import Cost, cost_of
from sosbox.channels.sms.text import sms_text
from sosbox.i18n import localizer

_MOMENT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def typical_words(language: str) -> str:
    """What a guest writes, in a language."""
    _ = localizer(language)
    return _("The air conditioning in our room does not work. It is very hot. Can you help us?")


def typical_text(language: str, max_parts: int) -> str:
    """The SMS of a notice as most are, in the language of its reader."""
    _ = localizer(language)
    words = typical_words(language)
    notice = Notice(
        delivery_id=0,
        event=NoticeEvent.FILED,
        address="",
        name="",
        language=language,
        case_id=1234,
        reference="2DF7-K9MX",
        kind="complaint",
        headline=words,
        text=words,
        text_language=language,
        remedy="",
        establishment=_("Hotel of the Sea"),
        area=_("Rooms"),
        place_code="204",
        place_label=_("Room 204"),
        written_at=_MOMENT,
        promise_due_at=_MOMENT,
        legal_due_at=_MOMENT,
        zone=ZoneInfo("UTC"),
        contact_name="",
        contact_email="",
        contact_phone="",
        case_url="http://192.168.1.10/admin/cases/1234",
        legal_name="",
        acknowledge_code="4217",
    )
    return sms_text(notice, max_parts)


def typical_cost(language: str, max_parts: int) -> Cost:
    """What that text costs."""
    return cost_of(typical_text(language, max_parts))
