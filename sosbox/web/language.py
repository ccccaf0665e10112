"""The language of a guest's page: what they chose, else what their phone asks for."""

from typing import Any

from litestar import Request

from sosbox.i18n import LANGUAGES, Localizer, localizer, negotiate
from sosbox.places.directory import House


def guest_localizer(
    request: Request[Any, Any, Any], house: House, chosen: str = "", default: str = ""
) -> Localizer:
    """Guests have no cookie: the choice travels in the address and in the forms.

    default: the language to take when none was chosen, before the phone is asked.
    """
    if chosen in LANGUAGES and chosen in house.guest_languages:
        return localizer(chosen)
    offered = [language for language in house.guest_languages if language in LANGUAGES]
    offered = offered or [house.language]
    for wish in (request.query_params.get("lang", ""), default):
        if wish in offered:
            return localizer(wish)
    fallback = house.language if house.language in offered else offered[0]
    return localizer(negotiate(request.headers.get("accept-language", ""), offered, fallback))


def language_links(house: House, current: Localizer, path: str) -> list[tuple[str, str, str, bool]]:
    """For each language of the house: code, its own name, address, whether it is the current."""
    return [
        (language, LANGUAGES[language], f"{path}?lang={language}", language == current.language)
        for language in house.guest_languages
        if language in LANGUAGES
    ]
