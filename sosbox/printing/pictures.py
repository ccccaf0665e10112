"""Pictures: pages of a PDF as dots; photos and logos that come from outside. Runs in the press."""

import io
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy
import pypdfium2
import pypdfium2.raw as raw
import typst
from PIL import Image, ImageOps

from sosbox.errors import SosboxError
from sosbox.i18n import N_
from sosbox.printing.inspection import read_codes

# A phone of today takes fifty; what says that it has more is no photo of a leaflet.
MAX_PIXELS = 60_000_000
# Of a picture in which codes are looked for, and of one that is kept.
_READ_PIXELS = 2_400
_KEPT_PIXELS = 1_280
_KEPT_BYTES = 250_000
# Of pages as PNG, of nine: more takes thrice the time for little.
_COMPRESSION = 3
_FORMATS = ("JPEG", "PNG", "WEBP")
# What has no size, or is a line, cannot be made to fit anywhere.
_LOGO = """
#set page(width: 20mm, height: 20mm, margin: 0mm)
#let data = json(bytes(sys.inputs.logo))
#let source = if data.type == "svg" { bytes(data.text) } else { bytes(data.bytes) }
#let picture = image(source, format: data.type)
#context {
  let (width, height) = measure(picture)
  assert(width > 0pt and height > 0pt and width < 60 * height and height < 60 * width)
}
#image(source, format: data.type, width: 20mm, height: 20mm, fit: "contain")
"""


class UnusablePictureError(SosboxError):
    """A picture that is none, or too large."""


def read_photo(data: bytes) -> tuple[list[str], bytes]:
    """What the QR codes in a photo say, and the photo as a small JPEG without what phones add.

    Raises UnusablePictureError.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _opened(data)
    except UnusablePictureError:
        raise
    except Exception:
        # Decoders raise whatever they like for a file that is damaged.
        raise UnusablePictureError(
            N_("This is no photo that can be read. Please take it again.")
        ) from None
    gray = picture.convert("L")
    gray.thumbnail((_READ_PIXELS, _READ_PIXELS))
    texts = read_codes(numpy.asarray(gray))
    picture.thumbnail((_KEPT_PIXELS, _KEPT_PIXELS))
    return texts, _as_jpeg(picture)


def draw_pages(pdf: bytes, ppi: float, on_progress: Callable[[float], None]) -> Iterator[bytes]:
    """Each page as a PNG, made when it is asked for."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            page = document[number]
            picture = _drawn(page, ppi)
            page.close()
            written = io.BytesIO()
            picture.save(written, "PNG", compress_level=_COMPRESSION, dpi=(ppi, ppi))
            yield written.getvalue()
            on_progress((number + 1) / len(document))
    finally:
        document.close()


def _drawn(page: Any, ppi: float) -> Image.Image:
    # To the nearest dot: a printer of the till has as many as there are, and not one more.
    width, height = (max(1, round(size / 72 * ppi)) for size in page.get_size())
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_REVERSE_BYTE_ORDER)
        dots = bitmap.to_numpy()
        return Image.fromarray(numpy.ascontiguousarray(dots))
    finally:
        bitmap.close()


def check_drawable(logo: str) -> None:
    """Draws a logo, given as the kit of templates reads it. Raises UnusablePictureError."""
    try:
        typst.compile(_LOGO.encode(), sys_inputs={"logo": logo}, format="png", ppi=72)
    except (typst.TypstError, RuntimeError):
        raise UnusablePictureError(
            N_("This picture cannot be drawn. Please save it anew, as a PNG for instance.")
        ) from None


def decoded(picture: Mapping[str, str]) -> bytes:
    return b64decode(picture["data"])


def _opened(data: bytes) -> Any:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise UnusablePictureError(
                N_("The picture has more than {limit} million dots."), limit=MAX_PIXELS // 10**6
            )
        # Decodes a large JPEG at a fraction of its size to begin with.
        picture.draft("RGB", (_READ_PIXELS, _READ_PIXELS))
        upright = ImageOps.exif_transpose(picture)
        return upright.convert("RGB")


def _as_jpeg(picture: Any) -> bytes:
    for quality in (80, 65, 50, 35):
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True)
        if written.tell() <= _KEPT_BYTES:
            break
    return written.getvalue()
