"""The picture of an establishment."""

from litestar import Response, get
from litestar.params import FromPath

from sosbox.errors import NotFoundError
from sosbox.places.tables import Establishment


@get("/logo/{slug:str}")
async def show_logo(slug: FromPath[str]) -> Response[bytes]:
    row = (
        await Establishment.select(Establishment.logo, Establishment.logo_type)
        .where(Establishment.slug == slug)
        .first()
    )
    if row is None or row["logo"] is None:
        raise NotFoundError("This establishment has no picture.")
    headers = {
        "Cache-Control": "public, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        # An SVG that is opened by itself must not run anything either.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(row["logo"], media_type=row["logo_type"], headers=headers)
