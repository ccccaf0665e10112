"""How what is printed for one house looks."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sosbox.admin.access import UPLOAD, Visit
from sosbox.admin.branding_form import TEXT_PREFIX, SentBrand, read_sent, texts_of
from sosbox.admin.branding_page import BRANDING, NO_CACHE, load_brands, text_languages
from sosbox.admin.forms import path_id
from sosbox.admin.settings_context import REFUSALS, read_settings, settings_page
from sosbox.admin.small_uploads import MAX_SMALL_UPLOAD_BYTES
from sosbox.admin.typed import Typed, edition_shown
from sosbox.db import DB
from sosbox.errors import NotFoundError, SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.lib.edition import edition_of
from sosbox.places.branding import (
    DEFAULT_COLOR,
    MAX_PRINT_LANGUAGES,
    HouseBrand,
    load_house_picture,
)
from sosbox.places.branding_actions import change_house_brand, house_brand
from sosbox.places.branding_checks import (
    MAX_EXTRA_TEXT,
    MAX_WIFI_NAME_BYTES,
    HouseBrandDraft,
    check_house_brand,
)
from sosbox.places.logo import MAX_BYTES
from sosbox.ui.pages import see_other
from sosbox.ui.pictures import picture_response


@get("/branding/houses/{house_id:str}")
async def show_house_branding(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    return await _house_page(request, visit, path_id(house_id))


@post(
    "/branding/houses/{house_id:str}",
    opt=UPLOAD,
    request_max_body_size=MAX_SMALL_UPLOAD_BYTES,
)
async def take_house_branding(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    sent = await read_sent(request, visit, ["logo"])
    try:
        await DB.write(
            change_house_brand,
            viewer=visit.viewer,
            house_id=path_id(house_id),
            draft=sent.checked(_read),
            pictures=sent.pictures,
            edition=sent.typed["edition"],
        )
    except REFUSALS as error:
        return await _house_page(request, visit, path_id(house_id), sent, error)
    return see_other(f"{BRANDING}/houses/{house_id}?done=stored")


@get("/branding/houses/{house_id:str}/logo")
async def show_house_logo(
    visit: NamedDependency[Visit], house_id: FromPath[str]
) -> Response[bytes]:
    owner, house = visit.viewer.subscriber_id, path_id(house_id)
    picture = await DB.read(lambda connection: load_house_picture(connection, owner, house))
    if picture is None:
        raise NotFoundError("There is no such picture.")
    return picture_response(picture, cache=NO_CACHE)


def _read(typed: Typed) -> HouseBrandDraft:
    return check_house_brand(
        color=typed["color"],
        accent_color=typed["accent_color"],
        website=typed["website"],
        texts=texts_of(typed),
        languages=typed.all("languages"),
        wifi_name=typed["wifi_name"],
        wifi_password=typed["wifi_password"],
    )


def _values_of(brand: HouseBrand) -> Typed:
    return Typed(
        {
            "color": [brand.color],
            "accent_color": [brand.accent_color],
            "website": [brand.website],
            "languages": list(brand.languages),
            "wifi_name": [brand.wifi_name],
            "wifi_password": [brand.wifi_password],
            **{TEXT_PREFIX + code: [text] for code, text in brand.texts.items()},
        }
    )


async def _house_page(
    request: Request[Any, Any, Any],
    visit: Visit,
    house_id: int,
    sent: SentBrand | None = None,
    refusal: SosboxError | None = None,
) -> Response[bytes]:
    company, houses = await load_brands(visit)
    house = house_brand(houses, house_id)
    typed = sent.typed if sent else _values_of(house)
    chosen = typed.all("languages")
    shown, folded = text_languages(list(house.printed_languages), dict(house.texts))
    return settings_page(
        request,
        visit,
        "branding_house.html",
        await read_settings(visit),
        refusal=refusal,
        company=company,
        house=house,
        typed=typed,
        edition=edition_shown(typed, edition_of(house), refusal),
        sent=sent.sent if sent else [],
        chosen=[*chosen, *[""] * MAX_PRINT_LANGUAGES][:MAX_PRINT_LANGUAGES],
        shown_languages=shown,
        folded_languages=folded,
        languages=LANGUAGES,
        default_color=company.color or DEFAULT_COLOR,
        max_text=MAX_EXTRA_TEXT,
        max_wifi_name=MAX_WIFI_NAME_BYTES,
        max_kb=MAX_BYTES // 1000,
    )
