"""QR codes as drawings. Runs in the press.

Made by zxing-cpp, which needs a twentieth of the time of segno for one and packs addresses tighter;
500 of them are a quarter of a second instead of three (docs/decisions/0014-printing.md).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy
import zxingcpp

# Squares of white around a code, ISO/IEC 18004.
QUIET_ZONE = 4
_DARK = re.compile(rb"\x01+")


@dataclass(frozen=True)
class QrCode:
    """text: what it says; rows: True for a dark square."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def num_modules(self) -> int:
        """Squares of a side, the quiet zone included."""
        return len(self.rows) + 2 * QUIET_ZONE

    def svg(self) -> str:
        """The code on white, one unit a square, its quiet zone included."""
        size = self.num_modules
        path = "".join(
            f"M{start + QUIET_ZONE} {y}h{end - start}v1h{start - end}z"
            for y, row in enumerate(self.rows, start=QUIET_ZONE)
            for start, end in _runs(row)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
            f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>'
        )

    def eps(self, width_pt: float) -> str:
        """The same in PostScript, as wide as this many points."""
        size = self.num_modules
        squares = "\n".join(
            f"{start + QUIET_ZONE} {size - 1 - y} {end - start} r"
            for y, row in enumerate(self.rows, start=QUIET_ZONE)
            for start, end in _runs(row)
        )
        # One path, filled once: rows that are filled one by one show hairlines between them.
        return (
            "%!PS-Adobe-3.0 EPSF-3.0\n"
            f"%%BoundingBox: 0 0 {ceil(width_pt)} {ceil(width_pt)}\n"
            f"%%HiResBoundingBox: 0 0 {width_pt:.4f} {width_pt:.4f}\n"
            "%%LanguageLevel: 2\n"
            "%%EndComments\n"
            "2 dict begin\ngsave\n"
            "/r { 3 1 roll moveto dup 0 rlineto 0 1 rlineto neg 0 rlineto closepath } bind def\n"
            f"{width_pt / size:.6f} dup scale\n"
            f"1 setgray 0 0 {size} {size} rectfill\n"
            f"0 setgray newpath\n{squares}\nfill\n"
            "grestore\nend\n%%EOF\n"
        )


@lru_cache(maxsize=1024)
def make_code(text: str, level: str) -> QrCode:
    """level: how much of it may be lost, "l", "m", "q" or "h".

    Raises ValueError for a text that no code can hold.
    """
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level.upper())
    dots = numpy.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return QrCode(text, tuple(map(tuple, (dots == 0).tolist())))


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Where dark squares begin, and where they end."""
    return [found.span() for found in _DARK.finditer(bytes(row))]
