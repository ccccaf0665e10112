"""Storing how things are to look. Runs inside `DB.write`."""

import json
from collections.abc import Mapping
from typing import Any

from sosbox.db import Transaction
from sosbox.errors import NotFoundError
from sosbox.places.actions import note_settings_change, require_edition
from sosbox.places.branding import HouseBrand, load_company_brand, load_house_brands
from sosbox.places.branding_checks import CompanyBrandDraft, HouseBrandDraft
from sosbox.places.logo import Picture
from sosbox.staff.rules import Viewer

# New pictures by their column, "logo" or "service_logo"; None takes one away. Those that are not
# among them stay.
Pictures = Mapping[str, Picture | None]


def change_company_brand(
    tx: Transaction,
    *,
    viewer: Viewer,
    draft: CompanyBrandDraft,
    pictures: Pictures,
    edition: str,
) -> None:
    """Raises ForbiddenError; ConflictError when it has changed meanwhile."""
    viewer.require_configure()
    require_edition(edition, load_company_brand(tx.connection, viewer.subscriber_id))
    columns = {
        "color": draft.color,
        "accent_color": draft.accent_color,
        "print_texts": as_stored(draft.texts),
        "service_name": draft.service_name,
        "service_website": draft.service_website,
        **_picture_columns(pictures),
    }
    _update(tx, "subscribers", viewer.subscriber_id, columns)


def change_house_brand(
    tx: Transaction,
    *,
    viewer: Viewer,
    house_id: int,
    draft: HouseBrandDraft,
    pictures: Pictures,
    edition: str,
) -> None:
    """Raises NotFoundError, ForbiddenError; ConflictError when it has changed meanwhile."""
    viewer.require_configure()
    brands = load_house_brands(tx.connection, viewer.subscriber_id)
    require_edition(edition, house_brand(brands, house_id))
    columns = {
        "color": draft.color,
        "accent_color": draft.accent_color,
        "website": draft.website,
        "print_texts": as_stored(draft.texts),
        "print_languages": as_stored(draft.languages),
        "wifi_name": draft.wifi_name,
        "wifi_password": draft.wifi_password,
        **_picture_columns(pictures),
    }
    _update(tx, "establishments", house_id, columns)


def house_brand(brands: list[HouseBrand], house_id: int) -> HouseBrand:
    """The one of this establishment. Raises NotFoundError."""
    for brand in brands:
        if brand.id == house_id:
            return brand
    raise NotFoundError("There is no such establishment.")


def as_stored(value: object) -> str:
    """A list or texts by language, as columns hold them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _picture_columns(pictures: Pictures) -> dict[str, object]:
    columns: dict[str, object] = {}
    for name, picture in pictures.items():
        columns[name] = picture.data if picture else None
        columns[f"{name}_type"] = picture.type if picture else ""
    return columns


def _update(tx: Transaction, table: str, row_id: int, columns: Mapping[str, Any]) -> None:
    setters = ", ".join(f"{name} = ?" for name in columns)
    tx.sql(f"UPDATE {table} SET {setters} WHERE id = ?", *columns.values(), row_id)  # noqa: S608
    note_settings_change(tx)
