"""Style sheets, scripts and pictures: read once, compressed once, named by their content."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

_FOREVER = "public, max-age=31536000, immutable"
_COMPRESSIBLE = ("text/", "application/javascript", "image/svg+xml")


@dataclass(frozen=True)
class Asset:
    url: str
    content_type: str
    plain: bytes
    gzipped: bytes | None


class Assets:
    """The files of some folders, by the path inside them."""

    def __init__(self) -> None:
        self._by_name: dict[str, Asset] = {}
        self._by_url: dict[str, Asset] = {}

    def add_folder(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self._add(path.relative_to(folder).as_posix(), path)

    def url(self, name: str) -> str:
        """The address of an asset; changes with its content, so browsers may keep it for ever.

        Raises KeyError.
        """
        return self._by_name[name].url

    def by_url(self, url: str) -> Asset | None:
        return self._by_url.get(url)

    def _add(self, name: str, path: Path) -> None:
        if name in self._by_name:
            raise ValueError(f"two assets are called {name}")
        plain = path.read_bytes()
        stem, _, suffix = name.rpartition(".")
        url = f"/static/{stem}.{hashlib.sha256(plain).hexdigest()[:10]}.{suffix}"
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if suffix == "js":
            content_type = "text/javascript"
        is_compressible = content_type.startswith(_COMPRESSIBLE)
        asset = Asset(
            url=url,
            content_type=content_type,
            plain=plain,
            gzipped=gzip.compress(plain, 9, mtime=0) if is_compressible else None,
        )
        self._by_name[name] = self._by_url[url] = asset


ASSETS = Assets()
ASSETS.add_folder(Path(__file__).parent / "static")


@get("/static/{path:path}", include_in_schema=False)
async def serve_asset(request: Request[Any, Any, Any]) -> Response[bytes]:
    asset = ASSETS.by_url(request.url.path)
    if asset is None:
        raise NotFoundException
    headers = {"Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    body = asset.plain
    if asset.gzipped is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.gzipped
    return Response(body, media_type=asset.content_type, headers=headers)
