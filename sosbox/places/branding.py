"""How a house looks on paper: its logos, colours and texts, those of its company, and the name of
the service.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sosbox.errors import NotFoundError
from sosbox.i18n import LANGUAGES
from sosbox.places.logo import SVG, Picture

# More than this cannot be read on one piece of paper.
MAX_PRINT_LANGUAGES = 6

# What is printed where nobody has said otherwise.
DEFAULT_COLOR = "#0b5c6b"
DEFAULT_SERVICE_NAME = "sosbox"
DEFAULT_SERVICE_LOGO = Picture(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    b'<rect width="24" height="24" rx="6" fill="#0b5c6b"/>'
    b'<path d="M6 6h12v9h-6l-4 4v-4H6z" fill="#fff"/></svg>',
    SVG,
)


@dataclass(frozen=True)
class Branding:
    """What is printed for an establishment, all of it decided.

    `color` and `accent_color`: always "#rrggbb"; `website`: of the house, else of its company, may
    be empty; `service_logo`: None where the service has a name of its own and no logo;
    `extra_texts`: by language, those of the house before those of its company; `languages`: one to
    six, in their order; `base_url`: as stored, may be empty; `language` and `zone` of the house.
    """

    house_name: str
    company_name: str
    house_logo: Picture | None
    company_logo: Picture | None
    color: str
    accent_color: str
    website: str
    service_name: str
    service_website: str
    service_logo: Picture | None
    extra_texts: Mapping[str, str]
    languages: tuple[str, ...]
    wifi_name: str
    wifi_password: str
    official_sheets: str
    base_url: str
    language: str
    zone: ZoneInfo


@dataclass(frozen=True)
class CompanyBrand:
    """What a company has settled; what it has not is empty."""

    id: int
    name: str
    color: str
    accent_color: str
    texts: Mapping[str, str]
    service_name: str
    service_website: str
    has_logo: bool
    has_service_logo: bool


@dataclass(frozen=True)
class HouseBrand:
    """What an establishment has settled; what it has not is as its company has it.

    `languages`: those of what is printed, empty for the first of `guest_languages`.
    """

    id: int
    name: str
    color: str
    accent_color: str
    website: str
    texts: Mapping[str, str]
    languages: tuple[str, ...]
    guest_languages: tuple[str, ...]
    wifi_name: str
    wifi_password: str
    has_logo: bool

    @property
    def printed_languages(self) -> tuple[str, ...]:
        return print_languages(self.languages, self.guest_languages)


def print_languages(chosen: tuple[str, ...], of_guests: tuple[str, ...]) -> tuple[str, ...]:
    """The languages of what is printed: those chosen, else the first of those of the guests."""
    known = tuple(language for language in chosen or of_guests if language in LANGUAGES)
    return known[:MAX_PRINT_LANGUAGES]


def load_branding(connection: sqlite3.Connection, establishment_id: int) -> Branding:
    """Raises NotFoundError."""
    cursor = connection.execute(_BRANDING, (establishment_id,))
    row = cursor.fetchone()
    if row is None:
        raise NotFoundError("There is no such establishment.")
    found = dict(zip((column[0] for column in cursor.description), row, strict=True))
    color = found["house_color"] or found["company_color"] or DEFAULT_COLOR
    return Branding(
        house_name=found["house_name"],
        company_name=found["company_name"],
        house_logo=_picture(found["house_logo"], found["house_logo_type"]),
        company_logo=_picture(found["company_logo"], found["company_logo_type"]),
        color=color,
        accent_color=found["house_accent"] or found["company_accent"] or color,
        website=found["house_website"] or found["company_website"],
        service_name=found["service_name"] or DEFAULT_SERVICE_NAME,
        service_website=found["service_website"],
        service_logo=_service_logo(
            found["service_name"], _picture(found["service_logo"], found["service_logo_type"])
        ),
        extra_texts={**json.loads(found["company_texts"]), **json.loads(found["house_texts"])},
        languages=print_languages(
            tuple(json.loads(found["print_languages"])), tuple(json.loads(found["guest_languages"]))
        )
        or (found["language"],),
        wifi_name=found["wifi_name"],
        wifi_password=found["wifi_password"],
        official_sheets=found["official_sheets"],
        base_url=found["base_url"],
        language=found["language"],
        zone=ZoneInfo(found["timezone"]),
    )


def load_company_brand(connection: sqlite3.Connection, subscriber_id: int) -> CompanyBrand:
    """Raises NotFoundError."""
    row = connection.execute(_COMPANY, (subscriber_id,)).fetchone()
    if row is None:
        raise NotFoundError("There is no such company.")
    return CompanyBrand(
        id=row[0],
        name=row[1],
        color=row[2],
        accent_color=row[3],
        texts=json.loads(row[4]),
        service_name=row[5],
        service_website=row[6],
        has_logo=bool(row[7]),
        has_service_logo=bool(row[8]),
    )


def load_house_brands(connection: sqlite3.Connection, subscriber_id: int) -> list[HouseBrand]:
    """All establishments of a company, by name."""
    return [
        HouseBrand(
            id=row[0],
            name=row[1],
            color=row[2],
            accent_color=row[3],
            website=row[4],
            texts=json.loads(row[5]),
            languages=tuple(json.loads(row[6])),
            guest_languages=tuple(json.loads(row[7])),
            wifi_name=row[8],
            wifi_password=row[9],
            has_logo=bool(row[10]),
        )
        for row in connection.execute(_HOUSES, (subscriber_id,))
    ]


def load_company_picture(
    connection: sqlite3.Connection, subscriber_id: int, *, of_service: bool
) -> Picture | None:
    """The logo of a company, or of the service that it offers."""
    row = connection.execute(
        "SELECT logo, logo_type, service_logo, service_logo_type FROM subscribers WHERE id = ?",
        (subscriber_id,),
    ).fetchone()
    if row is None:
        return None
    return _picture(row[2], row[3]) if of_service else _picture(row[0], row[1])


def load_house_picture(
    connection: sqlite3.Connection, subscriber_id: int, house_id: int
) -> Picture | None:
    """The logo of an establishment; None as well when it is another company's."""
    row = connection.execute(
        "SELECT logo, logo_type FROM establishments WHERE id = ? AND subscriber_id = ?",
        (house_id, subscriber_id),
    ).fetchone()
    return None if row is None else _picture(row[0], row[1])


def _service_logo(name: str, logo: Picture | None) -> Picture | None:
    """Ours stands beside our name alone."""
    return logo if logo is not None or name else DEFAULT_SERVICE_LOGO


def _picture(data: bytes | None, media_type: str) -> Picture | None:
    return None if data is None else Picture(data, media_type)


_BRANDING = """
    SELECT e.name AS house_name, s.name AS company_name,
           e.logo AS house_logo, e.logo_type AS house_logo_type,
           s.logo AS company_logo, s.logo_type AS company_logo_type,
           e.color AS house_color, s.color AS company_color,
           e.accent_color AS house_accent, s.accent_color AS company_accent,
           e.website AS house_website, s.website AS company_website,
           e.print_texts AS house_texts, s.print_texts AS company_texts,
           s.service_name, s.service_website, s.service_logo, s.service_logo_type,
           e.print_languages, e.guest_languages, e.wifi_name, e.wifi_password,
           e.official_sheets, e.base_url, e.language, e.timezone
    FROM establishments e JOIN subscribers s ON s.id = e.subscriber_id WHERE e.id = ?
"""
_COMPANY = """
    SELECT id, name, color, accent_color, print_texts, service_name, service_website,
           logo IS NOT NULL, service_logo IS NOT NULL
    FROM subscribers WHERE id = ?
"""
_HOUSES = """
    SELECT id, name, color, accent_color, website, print_texts, print_languages, guest_languages,
           wifi_name, wifi_password, logo IS NOT NULL
    FROM establishments WHERE subscriber_id = ? ORDER BY name, id
"""
