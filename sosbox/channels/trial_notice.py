"""A notice that says only that notices arrive."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sosbox.channels.base import Notice, NoticeEvent
from sosbox.i18n import localizer

# No delivery has such a number: a report about a trial is about nothing that is stored.
_FIRST_ID = 10**15


def trial_notice(
    address: str, *, name: str, language: str, house: str, url: str, zone: ZoneInfo, now: datetime
) -> Notice:
    """For an address of any channel, in the language of whoever tries.

    house: whom it comes from; url: of the inbox.
    """
    _ = localizer(language)
    return Notice(
        delivery_id=_FIRST_ID + secrets.randbelow(_FIRST_ID),
        event=NoticeEvent.DIGEST,
        address=address,
        name=name,
        language=language,
        case_id=0,
        reference="",
        kind="",
        headline=_("Test from {house}", house=house),
        text=_("This is a test. If you can read it, messages of guests can reach you this way."),
        text_language=_.language,
        remedy="",
        establishment=house,
        area="",
        place_code="",
        place_label="",
        written_at=now,
        promise_due_at=now,
        legal_due_at=now,
        zone=zone,
        contact_name="",
        contact_email="",
        contact_phone="",
        case_url=url,
        legal_name=house,
    )
