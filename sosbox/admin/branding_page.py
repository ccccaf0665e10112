"""How what is printed looks: the page of the company, with its houses."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from sosbox.admin.access import UPLOAD, Visit
from sosbox.admin.branding_form import TEXT_PREFIX, SentBrand, read_sent, texts_of
from sosbox.admin.settings_context import REFUSALS, SETTINGS, read_settings, settings_page
from sosbox.admin.small_uploads import MAX_SMALL_UPLOAD_BYTES
from sosbox.admin.typed import Typed, edition_shown
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.lib.edition import edition_of
from sosbox.places.branding import (
    DEFAULT_COLOR,
    DEFAULT_SERVICE_NAME,
    CompanyBrand,
    HouseBrand,
    load_company_brand,
    load_company_picture,
    load_house_brands,
)
from sosbox.places.branding_actions import change_company_brand
from sosbox.places.branding_checks import (
    MAX_EXTRA_TEXT,
    MAX_SERVICE_NAME,
    CompanyBrandDraft,
    check_company_brand,
)
from sosbox.places.logo import MAX_BYTES
from sosbox.ui.pages import see_other
from sosbox.ui.pictures import picture_response

BRANDING = f"{SETTINGS}/branding"
# A picture may have changed a moment ago, and is nobody else's business.
NO_CACHE = "no-store"
_PICTURES = ("logo", "service_logo")


@get("/branding")
async def show_branding(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    return await _company_page(request, visit)


@post("/branding", opt=UPLOAD, request_max_body_size=MAX_SMALL_UPLOAD_BYTES)
async def take_branding(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> Response[bytes]:
    sent = await read_sent(request, visit, _PICTURES)
    try:
        await DB.write(
            change_company_brand,
            viewer=visit.viewer,
            draft=sent.checked(_read),
            pictures=sent.pictures,
            edition=sent.typed["edition"],
        )
    except REFUSALS as error:
        return await _company_page(request, visit, sent, error)
    return see_other(f"{BRANDING}?done=stored")


@get("/branding/logo")
async def show_company_logo(visit: NamedDependency[Visit]) -> Response[bytes]:
    return await _picture(visit, of_service=False)


@get("/branding/service-logo")
async def show_service_logo(visit: NamedDependency[Visit]) -> Response[bytes]:
    return await _picture(visit, of_service=True)


def text_languages(first: list[str], texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """The languages whose texts are on show, and those that are folded away."""
    shown = [code for code in dict.fromkeys([*first, *texts]) if code in LANGUAGES]
    return shown, [code for code in LANGUAGES if code not in shown]


async def _picture(visit: Visit, *, of_service: bool) -> Response[bytes]:
    owner = visit.viewer.subscriber_id
    picture = await DB.read(
        lambda connection: load_company_picture(connection, owner, of_service=of_service)
    )
    if picture is None:
        raise NotFoundError("There is no such picture.")
    return picture_response(picture, cache=NO_CACHE)


def _read(typed: Typed) -> CompanyBrandDraft:
    return check_company_brand(
        color=typed["color"],
        accent_color=typed["accent_color"],
        texts=texts_of(typed),
        service_name=typed["service_name"],
        service_website=typed["service_website"],
    )


def _values_of(brand: CompanyBrand) -> Typed:
    return Typed(
        {
            "color": [brand.color],
            "accent_color": [brand.accent_color],
            "service_name": [brand.service_name],
            "service_website": [brand.service_website],
            **{TEXT_PREFIX + code: [text] for code, text in brand.texts.items()},
        }
    )


async def load_brands(visit: Visit) -> tuple[CompanyBrand, list[HouseBrand]]:
    """What the visitor's company and its houses have settled."""
    owner = visit.viewer.subscriber_id
    return await DB.read(
        lambda connection: (
            load_company_brand(connection, owner),
            load_house_brands(connection, owner),
        )
    )


async def _company_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    sent: SentBrand | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    company, houses = await load_brands(visit)
    typed = sent.typed if sent else _values_of(company)
    printed = [code for house in houses for code in house.printed_languages]
    shown, folded = text_languages(printed, dict(company.texts))
    return settings_page(
        request,
        visit,
        "branding.html",
        await read_settings(visit),
        refusal=refusal,
        company=company,
        houses=houses,
        typed=typed,
        edition=edition_shown(typed, edition_of(company), refusal),
        sent=sent.sent if sent else [],
        shown_languages=shown,
        folded_languages=folded,
        languages=LANGUAGES,
        default_color=DEFAULT_COLOR,
        default_service=DEFAULT_SERVICE_NAME,
        max_text=MAX_EXTRA_TEXT,
        max_service_name=MAX_SERVICE_NAME,
        max_kb=MAX_BYTES // 1000,
    )
