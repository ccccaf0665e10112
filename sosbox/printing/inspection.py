"""Whether every code of a file can be read: looks at the file itself, at 150 dots per inch, before
anybody is given it. Runs in the press.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from ctypes import byref, c_int, create_string_buffer
from dataclasses import dataclass
from typing import Any

import numpy
import pypdfium2
import pypdfium2.raw as raw
import zxingcpp
from PIL import Image

from sosbox.errors import SosboxError
from sosbox.i18n import N_

PPI = 150
# Readers look for squares of two dots and more: what is finer at 150 dots per inch is enlarged, as
# the camera of a phone does that is held close. Nothing is drawn anew for it.
_DOTS_PER_MODULE = 2.0
_ENLARGED = 3
_MM_PER_INCH = 25.4
_POINTS_PER_INCH = 72

# From how far a square of one millimetre can be read: a code of 25 squares is read from ten times
# its size, which is the rule of thumb of the trade.
_READING_DISTANCE = 250
# What printers and phones can still keep apart, millimetres.
LEAST_MODULE_MM = 0.22
# Difference of reflectance between squares and ground, ISO/IEC 15415: grade B.
LEAST_CONTRAST = 0.55
# Squares of the quiet zone whose ground must be clean; of the four one may be lost to the knife.
_CLEAN_MODULES = 3
_MARGIN_POINTS = 3.0

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
Dots = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]


class UnreadableError(SosboxError):
    """A code that must not leave the box."""


@dataclass(frozen=True)
class NamedCode:
    """What a code must say. name: what the reader calls it, the code of the access point;
    num_modules: squares of a side, with the quiet zone; is_of_piece: whether it leads to the page
    of a place, and does not join a network."""

    text: str
    name: str
    num_modules: int
    is_of_piece: bool = True


@dataclass(frozen=True)
class _PlacedCode:
    """Where a code stands, in points from the bottom left of its page."""

    code: NamedCode
    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def module_mm(self) -> float:
        size = (self.right - self.left) / _POINTS_PER_INCH * _MM_PER_INCH
        return size / self.code.num_modules

    @property
    def enlarged(self) -> int:
        """By how much what was rendered is made larger before it is read."""
        module = self.module_mm / _MM_PER_INCH * PPI
        return 1 if module >= _DOTS_PER_MODULE else _ENLARGED


def inspect_pdf(
    pdf: bytes,
    pieces: Sequence[NamedCode],
    *,
    wifi: NamedCode | None = None,
    is_wifi_needed: bool = False,
    is_one_a_page: bool = False,
    distance_cm: float,
    on_progress: Callable[[float], None] = lambda _part: None,
) -> None:
    """Decodes every code of a PDF; each is a link to what it says, and is found by that.

    pieces: a code for each, copies included, in their order. is_wifi_needed: whether that code is
    a part of every piece; is_one_a_page: whether a page is a piece, and its code that of no other.
    Raises UnreadableError for the first code that is missing or cannot be relied on.
    """
    known = [*pieces, *([wifi] if wifi is not None else [])]
    by_text = {code.text: code for code in known}
    missing = Counter(code.text for code in pieces)
    if wifi is not None and is_wifi_needed:
        missing[wifi.text] += len(pieces)
    document = pypdfium2.PdfDocument(pdf)
    try:
        # A template with a layout of its own may take more pages than it has pieces.
        is_one_a_page = is_one_a_page and len(document) == len(pieces)
        for number in range(len(document)):
            page = document[number]
            found = []
            for placed in _placed_codes(page, number + 1, by_text):
                _check_size(placed, distance_cm)
                _check_dots(_dots_of(page, placed), placed)
                found.append(placed.code)
            page.close()
            if is_one_a_page:
                _check_piece(found, pieces[number], wifi if is_wifi_needed else None, number + 1)
            missing.subtract(code.text for code in found)
            on_progress((number + 1) / len(document))
    finally:
        document.close()
    for code in known:
        if missing[code.text] > 0:
            raise _no_code(code)


def _check_piece(
    found: Sequence[NamedCode], piece: NamedCode, wifi: NamedCode | None, page: int
) -> None:
    """Of a page that is one piece."""
    texts = {code.text for code in found}
    for code in found:
        if code.is_of_piece and code.text != piece.text:
            raise UnreadableError(
                N_("On page {page} stands the code of {other}, where that of {name} belongs."),
                page=page,
                other=code.name,
                name=piece.name,
            )
    for needed in (piece, wifi):
        if needed is not None and needed.text not in texts:
            raise _no_code(needed)


def _no_code(code: NamedCode) -> UnreadableError:
    return UnreadableError(N_("There is no QR code on the piece for {name}."), name=code.name)


def read_codes(dots: Any) -> list[str]:
    """What every QR code in a picture says, whichever way it is held."""
    found = zxingcpp.read_barcodes(dots, formats=_QR)
    return [each.text for each in found]


def _placed_codes(
    page: Any, number: int, by_text: Mapping[str, NamedCode]
) -> Iterator[_PlacedCode]:
    """The links of a page that are codes."""
    document = page.pdf
    position, link, area = c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page, byref(position), byref(link)):
        action = raw.FPDFLink_GetAction(link)
        size = raw.FPDFAction_GetURIPath(document, action, None, 0)
        text = create_string_buffer(size)
        raw.FPDFAction_GetURIPath(document, action, text, size)
        code = by_text.get(text.value.decode("utf-8", "replace"))
        if code is not None and raw.FPDFLink_GetAnnotRect(link, byref(area)):
            yield _PlacedCode(code, number, area.left, area.bottom, area.right, area.top)


def _check_size(placed: _PlacedCode, distance_cm: float) -> None:
    least = max(LEAST_MODULE_MM, distance_cm * 10 / _READING_DISTANCE)
    # A hundredth of a millimetre is nobody's fault.
    if placed.module_mm < least - 0.01:
        raise UnreadableError(
            N_(
                "The squares of the code of {name} are {size} mm wide. To be read from"
                " {distance} cm away they must be {least} mm: choose a larger piece, or give the"
                " box a shorter address."
            ),
            name=placed.code.name,
            size=round(placed.module_mm, 2),
            distance=round(distance_cm),
            least=round(least, 2),
        )


def _dots_of(page: Any, placed: _PlacedCode) -> Dots:
    """The part of a page on which a code stands, with a little of what is around it."""
    width, height = page.get_size()
    crop = (
        max(0.0, placed.left - _MARGIN_POINTS),
        max(0.0, placed.bottom - _MARGIN_POINTS),
        max(0.0, width - placed.right - _MARGIN_POINTS),
        max(0.0, height - placed.top - _MARGIN_POINTS),
    )
    bitmap = page.render(
        scale=PPI / _POINTS_PER_INCH, crop=crop, grayscale=True, may_draw_forms=False
    )
    dots: Dots = bitmap.to_numpy()
    flat = numpy.ascontiguousarray(dots if dots.ndim == 2 else dots[:, :, 0])
    return flat if placed.enlarged == 1 else _enlarged(flat, placed.enlarged)


def _enlarged(dots: Dots, times: int) -> Dots:
    height, width = dots.shape
    picture = Image.fromarray(dots).resize(
        (width * times, height * times), Image.Resampling.BICUBIC
    )
    return numpy.asarray(picture)


def _check_dots(dots: Dots, placed: _PlacedCode) -> None:
    found = zxingcpp.read_barcodes(dots, formats=_QR, try_downscale=False, try_invert=False)
    if [each.text for each in found] != [placed.code.text]:
        raise UnreadableError(
            N_(
                "The code of {name} cannot be read on page {page}: something lies over it, or its"
                " colours are too close to each other."
            ),
            name=placed.code.name,
            page=placed.page,
        )
    if _contrast(dots, found[0].position) < LEAST_CONTRAST:
        raise UnreadableError(
            N_("The code of {name} is too pale on page {page}: print it dark on white."),
            name=placed.code.name,
            page=placed.page,
        )
    module = placed.module_mm / _MM_PER_INCH * PPI * placed.enlarged
    if not _has_clean_edge(dots, found[0].position, module):
        raise UnreadableError(
            N_(
                "Something stands too close to the code of {name} on page {page}: it needs a white"
                " edge, {num} squares wide."
            ),
            name=placed.code.name,
            page=placed.page,
            num=4,
        )


def _box(position: Any) -> tuple[int, int, int, int]:
    """left, top, right, bottom of what was read, in dots."""
    corners = (
        position.top_left,
        position.top_right,
        position.bottom_left,
        position.bottom_right,
    )
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _contrast(dots: Dots, position: Any) -> float:
    """Between the darkest and the lightest tenth of a code, 0 to 1."""
    left, top, right, bottom = _box(position)
    inside = dots[max(0, top) : bottom + 1, max(0, left) : right + 1]
    return (_shade(inside, 0.9) - _shade(inside, 0.1)) / 255


def _shade(dots: Dots, part: float) -> int:
    """The shade than which a part of all dots are no lighter, 0 to 255."""
    # A square is two dots wide at least, so a quarter of them tell. Pillow counts bytes as they
    # are; numpy.bincount makes eight of each first.
    some = numpy.ascontiguousarray(dots[::2, ::2])
    counts = numpy.cumsum(Image.fromarray(some).histogram())
    return int(numpy.searchsorted(counts, part * counts[-1]))


def _has_clean_edge(dots: Dots, position: Any, module: float) -> bool:
    """Whether nothing but ground is around a code that was read. module: of a square, in dots."""
    left, top, right, bottom = _box(position)
    # The outline that the reader gives is good to a dot or so.
    inner, outer = max(2, round(module * 0.6)), round(module * _CLEAN_MODULES)
    around = dots[
        max(0, top - outer) : bottom + outer + 1, max(0, left - outer) : right + outer + 1
    ].copy()
    ground = _shade(around, 0.95)
    y, x = top - max(0, top - outer), left - max(0, left - outer)
    around[
        max(0, y - inner) : y + bottom - top + inner + 1,
        max(0, x - inner) : x + right - left + inner + 1,
    ] = ground
    return bool((around > ground * 0.6).all())
