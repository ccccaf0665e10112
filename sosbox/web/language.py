"""The language of a guest's page: what they chose, else what their phone asks for.

Guests have no cookie: what they choose, a language or easy words, travels in addresses and forms.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Request

from sosbox.i18n import LANGUAGES, Localizer, localizer, negotiate
from sosbox.places.directory import House

# So many are one tap away, beside each other on the narrowest phone; the others are folded.
NUM_NEAR = 3
# Written without spaces, between sentences either.
SPACELESS = frozenset({"zh", "ja"})


class LanguageLink(NamedTuple):
    """One language by its own name. `direction`: of its script, "ltr" or "rtl"."""

    code: str
    name: str
    direction: str
    address: str
    is_current: bool


class LanguageLinks(NamedTuple):
    """The languages of a page in the order of the house: the likeliest, and the others."""

    near: Sequence[LanguageLink]
    others: Sequence[LanguageLink]


def guest_localizer(
    request: Request[Any, Any, Any], house: House, chosen: str = "", default: str = ""
) -> Localizer:
    """The language for a page of the house.

    default: the language to take when none was chosen, before the phone is asked.
    """
    offered = offered_by(house)
    for wish in (chosen, request.query_params.get("lang", ""), default):
        if wish in offered:
            return localizer(wish)
    fallback = house.language if house.language in offered else offered[0]
    return localizer(negotiate(_asked_for(request), offered, fallback))


def offered_by(house: House | None) -> list[str]:
    """The languages of a house; all of them for a page that belongs to none."""
    if house is None:
        return list(LANGUAGES)
    offered = [language for language in house.guest_languages if language in LANGUAGES]
    return offered or [house.language]


def wants_easy(request: Request[Any, Any, Any], fields: Mapping[str, str] | None = None) -> bool:
    """Whether the guest has asked for easy words."""
    return "1" in (request.query_params.get("easy"), (fields or {}).get("easy"))


def choice(language: str, *, is_easy: bool) -> str:
    """What a guest has chosen, as the query of an address."""
    return f"lang={language}" + ("&easy=1" if is_easy else "")


def language_links(
    request: Request[Any, Any, Any],
    house: House | None,
    current: Localizer,
    *,
    path: str,
    is_easy: bool,
    carried: str = "",
) -> LanguageLinks:
    """Links to the page in each language. `path`: where it is; empty for where the guest is.

    carried: what else its address says, "&r=7".
    """
    offered = offered_by(house)
    near = set(_likeliest(request, house, current.language, offered))
    links = [
        LanguageLink(
            code=language,
            name=LANGUAGES[language],
            direction=localizer(language).direction,
            address=f"{path}?{choice(language, is_easy=is_easy)}{carried}",
            is_current=language == current.language,
        )
        for language in offered
        if language in LANGUAGES
    ]
    return LanguageLinks(
        [link for link in links if link.code in near],
        [link for link in links if link.code not in near],
    )


def _likeliest(
    request: Request[Any, Any, Any], house: House | None, current: str, offered: Sequence[str]
) -> Sequence[str]:
    if len(offered) <= NUM_NEAR + 1:  # folding one away would save no room
        return offered
    wishes = [current]
    left = [language for language in offered if language != current]
    while len(wishes) < NUM_NEAR and (wish := negotiate(_asked_for(request), left, "")):
        wishes.append(wish)
        left.remove(wish)
    if house is not None and house.language in left:
        left.remove(house.language)
        left.insert(0, house.language)
    return (wishes + left)[:NUM_NEAR]


def _asked_for(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("accept-language", "")
