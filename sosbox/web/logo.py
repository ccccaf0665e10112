"""The picture of an establishment."""

from litestar import Response, get
from litestar.params import FromPath

from sosbox.errors import NotFoundError
from sosbox.places.logo import Picture
from sosbox.places.tables import Establishment
from sosbox.ui.pictures import picture_response


@get("/logo/{slug:str}")
async def show_logo(slug: FromPath[str]) -> Response[bytes]:
    row = (
        await Establishment.select(Establishment.logo, Establishment.logo_type)
        .where(Establishment.slug == slug)
        .first()
    )
    if row is None or row["logo"] is None:
        raise NotFoundError("This establishment has no picture.")
    picture = Picture(row["logo"], row["logo_type"])
    return picture_response(picture, cache="public, max-age=3600")
