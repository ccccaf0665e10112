"""Answering with a picture that somebody has sent: a browser may show it and do nothing else."""

from litestar import Response

from sosbox.places.logo import Picture


def picture_response(picture: Picture, *, cache: str) -> Response[bytes]:
    """cache: what `Cache-Control` says."""
    headers = {
        "Cache-Control": cache,
        "X-Content-Type-Options": "nosniff",
        # An SVG that is opened by itself must not run anything either.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(picture.data, media_type=picture.type, headers=headers)
