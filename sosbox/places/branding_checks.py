"""Reading what somebody has said about how things are to look. Pure.

All checks raise SosboxError; set-up file and console share them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sosbox.errors import Problems, SosboxError, too_long
from sosbox.i18n import LANGUAGES
from sosbox.lib.text import clean, is_website, one_line
from sosbox.places.branding import MAX_PRINT_LANGUAGES
from sosbox.places.colors import read_accent_color, read_color

MAX_EXTRA_TEXT = 200
MAX_SERVICE_NAME = 40
# The limits of IEEE 802.11 and of WPA.
MAX_WIFI_NAME_BYTES = 32
_WIFI_PASSWORD = re.compile(r"[ -~]{8,63}|[0-9A-Fa-f]{64}")


@dataclass(frozen=True)
class CompanyBrandDraft:
    """What a company wants; empty: nothing of its own. `texts`: by language."""

    color: str
    accent_color: str
    texts: Mapping[str, str]
    service_name: str
    service_website: str


@dataclass(frozen=True)
class HouseBrandDraft:
    """What an establishment wants; empty: as its company has it."""

    color: str
    accent_color: str
    website: str
    texts: Mapping[str, str]
    languages: tuple[str, ...]
    wifi_name: str
    wifi_password: str


def check_company_brand(
    *,
    color: str,
    accent_color: str,
    texts: Mapping[str, str],
    service_name: str,
    service_website: str,
) -> CompanyBrandDraft:
    """Raises InvalidFieldsError; the field of a text is "text_" and its language."""
    problems = Problems()
    draft = CompanyBrandDraft(
        color=problems.taken("color", lambda: read_color(color), ""),
        accent_color=problems.taken("accent_color", lambda: read_accent_color(accent_color), ""),
        texts=_texts(problems, texts),
        service_name=problems.taken("service_name", lambda: read_service_name(service_name), ""),
        service_website=problems.taken(
            "service_website", lambda: read_website(service_website), ""
        ),
    )
    problems.refuse()
    return draft


def check_house_brand(
    *,
    color: str,
    accent_color: str,
    website: str,
    texts: Mapping[str, str],
    languages: Sequence[str],
    wifi_name: str,
    wifi_password: str,
) -> HouseBrandDraft:
    """Raises InvalidFieldsError; the field of a text is "text_" and its language."""
    problems = Problems()
    draft = HouseBrandDraft(
        color=problems.taken("color", lambda: read_color(color), ""),
        accent_color=problems.taken("accent_color", lambda: read_accent_color(accent_color), ""),
        website=problems.taken("website", lambda: read_website(website), ""),
        texts=_texts(problems, texts),
        languages=problems.taken("languages", lambda: read_print_languages(languages), ()),
        wifi_name=problems.taken("wifi_name", lambda: read_wifi_name(wifi_name), ""),
        wifi_password=problems.taken(
            "wifi_password", lambda: read_wifi_password(wifi_password), ""
        ),
    )
    if draft.wifi_password and not draft.wifi_name:
        problems.add("wifi_name", SosboxError("Please write the name of the network, too."))
    problems.refuse()
    return draft


def read_extra_text(text: str) -> str:
    """One line that is printed as it stands."""
    return _line(text, MAX_EXTRA_TEXT)


def read_service_name(text: str) -> str:
    return _line(text, MAX_SERVICE_NAME)


def read_website(text: str) -> str:
    address = one_line(text)
    if address and not is_website(address):
        raise SosboxError("Please write an address like www.example.com.")
    return address


def read_print_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """In their order, each once."""
    chosen = tuple(dict.fromkeys(language for language in languages if language))
    if not set(chosen) <= set(LANGUAGES):
        raise SosboxError("Please choose from the list.")
    if len(chosen) > MAX_PRINT_LANGUAGES:
        raise SosboxError(
            "At most {limit} languages fit on one piece of paper.", limit=MAX_PRINT_LANGUAGES
        )
    return chosen


def read_wifi_name(text: str) -> str:
    name = clean(text).replace("\n", " ")
    if len(name.encode()) > MAX_WIFI_NAME_BYTES:
        raise SosboxError(
            "No network has a name of more than {limit} letters.", limit=MAX_WIFI_NAME_BYTES
        )
    return name


def read_wifi_password(text: str) -> str:
    """As it stands, for a space may be part of it."""
    if text and not _WIFI_PASSWORD.fullmatch(text):
        raise SosboxError(
            "The password of a wifi has 8 to 63 letters, digits and signs, without accents."
        )
    return text


def _line(text: str, limit: int) -> str:
    line = one_line(text)
    if len(line) > limit:
        raise too_long(line, limit)
    return line


def _texts(problems: Problems, texts: Mapping[str, str]) -> dict[str, str]:
    """Those that say something, by language."""
    found = {}
    for language, text in texts.items():
        field = f"text_{language}"
        if language not in LANGUAGES:
            problems.add(field, SosboxError("Please choose one of the languages."))
            continue
        try:
            line = read_extra_text(text)
        except SosboxError as error:
            problems.add(field, error)
            continue
        if line:
            found[language] = line
    return found
