"""What an establishment has settled, in words."""

from babel.core import get_global

from sosbox.admin.time_words import clock
from sosbox.i18n import Localizer
from sosbox.places.holidays import country_codes, region_names
from sosbox.routing.hours import MINUTES_A_DAY
from sosbox.routing.settings import HouseSettings, Settings


def digest_words(settings: Settings, house: HouseSettings, _: Localizer) -> str:
    if not house.digest_at or not house.digest:
        return _("None is sent.")
    return _(
        "at {time} to {recipients}",
        time=time_of_day(house.digest_at, _),
        recipients=_.all_of(settings.names_of(house.digest)),
    )


def time_of_day(text: str, _: Localizer) -> str:
    """`08:00` as the reader writes it."""
    hour, minute = map(int, text.split(":"))
    return clock((hour * 60 + minute) % MINUTES_A_DAY, _)


def holiday_words(house: HouseSettings, _: Localizer) -> str:
    own = _.plural("{num} date of your own", "{num} dates of your own", len(house.holidays))
    if not house.holiday_region:
        return own if house.holidays else _("None are set: no day counts as a public holiday.")
    region = region_words(house.holiday_region, _)
    return _("{region}, and {dates}", region=region, dates=own) if house.holidays else region


def region_words(code: str, _: Localizer) -> str:
    """`ES-GA` as "Spain: Galicia"."""
    country, _dash, part = code.partition("-")
    name = country_name(country, _)
    if not part:
        return name
    return _("{country}: {region}", country=name, region=region_names(country).get(part, part))


def country_name(code: str, _: Localizer) -> str:
    return str(_.locale.territories.get(code, code))


def countries(_: Localizer) -> list[tuple[str, str]]:
    """Code and name of every country whose holidays are known, by name."""
    return sorted(((code, country_name(code, _)) for code in country_codes()), key=lambda it: it[1])


def country_of_zone(timezone: str) -> str:
    """The country that a time zone is of; empty when nobody knows."""
    return str(get_global("zone_territories").get(timezone, ""))
