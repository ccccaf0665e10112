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
from sosbox.web.isolates import isolate
from sosbox.web.language import SPACELESS, choice, language_links, wants_easy

_FOLDER = Path(__file__).parent
ASSETS.add_folder(_FOLDER / "static")
_ENVIRONMENT = make_environment(_FOLDER / "templates")
_ENVIRONMENT.filters["isolate"] = isolate


def guest_page(
    request: Request[Any, Any, Any],
    template: str,
    _: Localizer,
    *,
    house: House | None,
    place: Place | None = None,
    path: str = "",
    is_easy: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    carried: str = "",
    **context: Any,
) -> Response[bytes]:
    """A page with the name of the house, the place and the languages on top.

    path: where it can be opened; empty for where the guest is. carried: what links to the same
    page in other words add to its address, "&r=7".
    """
    html = render(
        _ENVIRONMENT,
        template,
        _,
        {
            "house": house,
            "place": place,
            "languages": language_links(
                request, house, _, path=path, is_easy=is_easy, carried=carried
            ),
            "path": path,
            # Between two sentences.
            "gap": "" if _.language in SPACELESS else " ",
            "is_easy": is_easy,
            # What links to other pages carry on.
            "choice": choice(_.language, is_easy=is_easy),
            # The same page in easy words, or in the usual ones.
            "other_words": f"{path}?{choice(_.language, is_easy=not is_easy)}{carried}",
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
    headers: Mapping[str, str] | None = None,
    **arguments: object,
) -> Response[bytes]:
    """A page that says one thing; `title` and `text` are message ids, `arguments` of the text."""
    _ = boxwide_localizer(request)
    return guest_page(
        request,
        "message.html",
        _,
        house=None,
        is_easy=wants_easy(request),
        status=status,
        headers=headers,
        title=_(title),
        text=_(text, **arguments),
        # What was sent cannot be opened.
        can_be_opened=request.method in {"GET", "HEAD"},
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
