"""What holds for all cases of an establishment: who is told when no rule finds anybody, reports,
the digest, warnings, holidays, replies."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import Visit
from sosbox.admin.forms import FieldLists, path_id
from sosbox.admin.house_words import countries, country_name, country_of_zone
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.time_words import minutes_words
from sosbox.admin.typed import Typed, date_values, edition_shown
from sosbox.db import DB
from sosbox.errors import SosboxError
from sosbox.i18n import Localizer
from sosbox.lib.edition import edition_of
from sosbox.places.holidays import region_names
from sosbox.routing.drafts import HouseDraft, check_house
from sosbox.routing.house_actions import change_house
from sosbox.routing.settings import HouseSettings
from sosbox.ui.pages import see_other

# What is offered; another one, from a set-up file, stays as it is.
_PROMISE_WARNINGS = (0, 30, 60, 120, 240, 480, 720, 1440)
_LEGAL_WARNINGS = (0, 1, 2, 3, 5, 7)


@get("/houses/{house_id:str}")
async def show_house(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    return await _house_page(request, visit, path_id(house_id))


@post("/houses/{house_id:str}")
async def take_house(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    lists: NamedDependency[FieldLists],
    house_id: FromPath[str],
) -> Response[bytes]:
    typed = Typed(lists)
    try:
        await DB.write(
            change_house,
            viewer=visit.viewer,
            house_id=path_id(house_id),
            draft=_read(typed),
            edition=typed["edition"],
        )
    except REFUSALS as error:
        return await _house_page(request, visit, path_id(house_id), typed, error)
    return see_other(f"{SETTINGS}?done=stored")


def _read(typed: Typed) -> HouseDraft:
    return check_house(
        fallback=typed.all("fallback"),
        report=typed.all("report"),
        digest=typed.all("digest"),
        digest_at=typed["digest_at"],
        promise_warning_minutes=typed["promise_warning_minutes"],
        legal_warning_days=typed["legal_warning_days"],
        holiday_region=typed["holiday_region"],
        holidays=typed.pairs("holidays"),
        trusts_replies=bool(typed["trusts_replies"]),
    )


def _values_of(house: HouseSettings) -> dict[str, list[str]]:
    return {
        **{name: [str(each) for each in getattr(house, name)] for name in _PURPOSES},
        "digest_at": [house.digest_at],
        "promise_warning_minutes": [str(house.promise_warning_minutes)],
        "legal_warning_days": [str(house.legal_warning_days)],
        "holiday_region": [house.holiday_region],
        **date_values("holidays", house.holidays),
        "trusts_replies": ["1"] if house.trusts_replies else [],
    }


_PURPOSES = ("fallback", "report", "digest")


async def _house_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    house_id: int,
    typed: Typed | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    settings = await read_settings(visit)
    house = settings.house(house_id)
    typed = typed or Typed(_values_of(house))
    _ = visit.localizer
    return settings_page(
        request,
        visit,
        "house.html",
        settings,
        refusal=refusal,
        house=house,
        typed=typed,
        edition=edition_shown(typed, edition_of(house), refusal),
        promise_warnings=[
            (minutes, minutes_words(minutes, _) if minutes else _("no warning"))
            for minutes in sorted({*_PROMISE_WARNINGS, house.promise_warning_minutes})
        ],
        legal_warnings=[
            (days, minutes_words(days * 1440, _) if days else _("no warning"))
            for days in sorted({*_LEGAL_WARNINGS, house.legal_warning_days})
        ],
        regions=_regions(house, _),
        countries=countries(_),
    )


def _regions(house: HouseSettings, _: Localizer) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The countries that are likely, each with its parts; of the others only the whole."""
    likely = [house.holiday_region.partition("-")[0], country_of_zone(house.timezone)]
    known = {code for code, _name in countries(_)}
    return [
        (
            country,
            country_name(country, _),
            sorted(
                ((f"{country}-{code}", name) for code, name in region_names(country).items()),
                key=lambda item: item[1],
            ),
        )
        for country in dict.fromkeys(likely)
        if country in known
    ]
