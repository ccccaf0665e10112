"""Public holidays of an establishment: those of its region, and the town's own."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache

from holidays import country_holidays, list_supported_countries

MAX_OWN_DATES = 100


def is_holiday_region(region: str) -> bool:
    """Whether `ES` or `ES-GA` is a country, or a country and a part of it, that are known."""
    country, _, part = region.partition("-")
    parts = list_supported_countries(include_aliases=False).get(country)
    return parts is not None and (not part or part in parts)


@lru_cache(maxsize=64)
def holiday_check(region: str, own_dates: Iterable[date] = frozenset()) -> Callable[[date], bool]:
    """Says of a day whether it is a holiday; an empty region has only its own dates.

    own_dates: a frozenset, for the check is kept. Raises NotImplementedError for a region that is
    not known.
    """
    own = frozenset(own_dates)
    if not region:
        return own.__contains__
    country, _, part = region.partition("-")
    # It works out a year when it is first asked about one of its days.
    official = country_holidays(country, subdiv=part or None)
    return lambda day: day in own or day in official


def country_codes() -> list[str]:
    """Of the countries whose holidays are known, `ES`."""
    return list(list_supported_countries(include_aliases=False))


@lru_cache(maxsize=64)
def region_names(country: str) -> dict[str, str]:
    """The parts of a known country that have holidays of their own: `GA` and "Galicia"."""
    codes = list_supported_countries(include_aliases=False)[country]
    named: dict[str, str] = {}
    for name, code in country_holidays(country).subdivisions_aliases.items():
        named.setdefault(code, name)
    return {code: named.get(code, code) for code in codes}
