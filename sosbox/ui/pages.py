"""Rendering pages, and the headers that every page carries."""

import gzip
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from markupsafe import Markup, escape

from sosbox.i18n import Localizer
from sosbox.lib.text import group_digits
from sosbox.ui.assets import ASSETS
from sosbox.ui.icons import icon, pictogram

# Nothing but our own style sheets, scripts and pictures, nothing inline, nothing framed.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SHARED_TEMPLATES = Path(__file__).parent / "templates"


def make_environment(templates: Path) -> Environment:
    """A Jinja environment that escapes everything and refuses unknown names."""
    environment = Environment(
        loader=FileSystemLoader([templates, _SHARED_TEMPLATES]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["asset"] = ASSETS.url
    environment.globals["icon"] = icon
    environment.globals["pictogram"] = pictogram
    environment.filters["fill"] = fill
    environment.filters["group_digits"] = group_digits
    return environment


def render(
    environment: Environment, template: str, localizer: Localizer, context: Mapping[str, Any]
) -> str:
    """The text of a page in the localizer's language."""
    return environment.get_template(template).render(_=localizer, **context)


def fill(text: str, **arguments: object) -> Markup:
    """A translated text with its arguments put in, each a bidirectional isolate: a name in another
    script neither moves the words around it nor is moved by them."""
    isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in arguments.items()}
    return escape(text).format(**isolated)


def page(
    html: str,
    request: Request[Any, Any, Any],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    may_compress: bool = False,
) -> Response[bytes]:
    """A page as an answer.

    may_compress: only for pages that never hold a secret beside something that the sender of a
    link has chosen, for compression would let him find out the secret by its length (BREACH).
    """
    body = html.encode()
    all_headers = {**SECURITY_HEADERS, **(headers or {})}
    if may_compress:
        all_headers["Vary"] = "Accept-Encoding, Accept-Language"
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 6, mtime=0)
            all_headers["Content-Encoding"] = "gzip"
    return Response(body, status_code=status, media_type="text/html", headers=all_headers)


def see_other(path: str) -> Response[bytes]:
    """303: the form was taken, look there."""
    headers = {"Location": path, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(b"", status_code=HTTPStatus.SEE_OTHER, headers=headers)


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether the client asked for JSON rather than a page."""
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted
