"""Guest pages: the environment they are rendered in and what all of them show."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from litestar import Request, Response

from sosbox.i18n import LANGUAGES, Localizer, localizer, negotiate
from sosbox.places.directory import House, Place
from sosbox.ui.assets import ASSETS
from sosbox.ui.pages import make_environment, page, render
from sosbox.ui.site import site_of
from sosbox.web.language import language_links

_FOLDER = Path(__file__).parent
ASSETS.add_folder(_FOLDER / "static")
_ENVIRONMENT = make_environment(_FOLDER / "templates")


def guest_page(
    request: Request[Any, Any, Any],
    template: str,
    _: Localizer,
    *,
    house: House | None,
    place: Place | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response[bytes]:
    """A page with the name of the house, the place and the languages on top."""
    html = render(
        _ENVIRONMENT,
        template,
        _,
        {
            "house": house,
            "place": place,
            "languages": language_links(house, _, request.url.path) if house else [],
            **context,
        },
    )
    return page(html, request, status=status, headers=headers, may_compress=True)


def message_page(
    request: Request[Any, Any, Any],
    title: str,
    text: str,
    *,
    status: HTTPStatus,
    house: House | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """A page that says one thing; `title` and `text` are message ids."""
    _ = boxwide_localizer(request)
    return guest_page(
        request,
        "message.html",
        _,
        house=house,
        status=status,
        headers=headers,
        title=_(title),
        text=_(text),
    )


def boxwide_localizer(request: Request[Any, Any, Any]) -> Localizer:
    """For pages that belong to no establishment: what the phone asks for, else as the house."""
    offered = list(LANGUAGES)
    if (chosen := request.query_params.get("lang", "")) in LANGUAGES:
        return localizer(chosen)
    houses = site_of(request).directory.known_houses()
    default = houses[0].language if houses else offered[0]
    return localizer(negotiate(request.headers.get("accept-language", ""), offered, default))


def origin_of(request: Request[Any, Any, Any]) -> str:
    """Scheme and host as the guest's phone reached them: what works for it now."""
    return f"{request.url.scheme}://{request.url.netloc}"
