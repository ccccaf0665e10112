"""Texts, dates and numbers in one reader's language."""

import gettext
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

from sosbox.errors import SosboxError

DOMAIN = "sosbox"
LOCALES_DIR = Path(__file__).parent / "locales"
SOURCE_LANGUAGE = "en"

# Languages by their own names, in the order in which pages list them. A language is added here and
# with a catalogue in locales/. All of them are spoken to guests and in notices.
LANGUAGES = {
    "es": "Español",
    "gl": "Galego",
    "en": "English",
    "ca": "Català",
    "eu": "Euskara",
    "pt": "Português",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "nl": "Nederlands",
    "ru": "Русский",
    "zh": "中文",
    "ja": "日本語",
    "ar": "العربية",
}
# Those that the console speaks, too.
CONSOLE_LANGUAGES = {code: LANGUAGES[code] for code in ("es", "gl", "en")}

# Where the bare language would bring another continent's dates: venues are in Europe. Babel's plain
# Arabic counts with Latin digits, which every reader of it knows from receipts and room doors.
_TERRITORIES = {"en": "en_GB", "pt": "pt_PT"}


def N_(message: str) -> str:
    """Marks a message for the catalogues that is translated elsewhere."""
    return message


class Localizer:
    """Says things in one language; cheap to keep, safe to share.

    In templates and code it is called `_`: `_("Room {number}", number=204)`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(_TERRITORIES.get(language, language))
        self.direction = "rtl" if self.locale.text_direction == "rtl" else "ltr"
        self._catalogue = _catalogue(language)

    def __call__(self, message: str, **arguments: object) -> str:
        text = self._catalogue.gettext(message)
        return text.format(**arguments) if arguments else text

    def plural(self, singular: str, plural: str, num: int, **arguments: object) -> str:
        """The form for `num`, which is also an argument of that name."""
        return self._catalogue.ngettext(singular, plural, num).format(
            num=self.number(num), **arguments
        )

    def error(self, error: SosboxError) -> str:
        return self(error.message, **error.arguments)

    def all_of(self, items: Sequence[str]) -> str:
        """ "Anna, Boris and Clara"."""
        return format_list(items, locale=self.locale)

    def one_of(self, items: Sequence[str]) -> str:
        """ "Anna, Boris or Clara"."""
        return format_list(items, style="or", locale=self.locale)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale)

    def moment(self, when: datetime, zone: ZoneInfo) -> str:
        """Date and time, "21 November 2026 at 20:53"."""
        day = format_date(when.astimezone(zone), "long", locale=self.locale)
        time = format_time(when, "short", tzinfo=zone, locale=self.locale)
        return self("{day}, {time}", day=day, time=time)

    def short_moment(self, when: datetime, zone: ZoneInfo) -> str:
        """Weekday, day, month and time, "Sat 21 Nov, 20:53"."""
        day = format_skeleton("MMMEd", when.astimezone(zone), locale=self.locale)
        time = format_time(when, "short", tzinfo=zone, locale=self.locale)
        return self("{day}, {time}", day=day, time=time)

    def day(self, when: datetime, zone: ZoneInfo) -> str:
        """Weekday and date, "Saturday, 21 November 2026"."""
        return format_date(when.astimezone(zone), "full", locale=self.locale)

    def date(self, when: datetime, zone: ZoneInfo) -> str:
        """The date alone, "21 November 2026"."""
        return format_date(when.astimezone(zone), "long", locale=self.locale)

    def ago(self, when: datetime, now: datetime) -> str:
        """How long ago or how soon, "3 hours ago", "in 2 days"."""
        delta = when - now
        if abs(delta) < timedelta(seconds=45):
            return self("just now")
        return format_timedelta(delta, add_direction=True, threshold=1, locale=self.locale)

    def duration(self, delta: timedelta) -> str:
        """A length of time, "2 days"."""
        return format_timedelta(abs(delta), threshold=1, locale=self.locale)


@lru_cache
def localizer(language: str) -> Localizer:
    """The localizer of a language; English for one that the program does not speak."""
    return Localizer(language if language in LANGUAGES else SOURCE_LANGUAGE)


def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALES_DIR, [language])
