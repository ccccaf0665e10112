"""QR codes as drawings. Runs in the press.

Made by zxing-cpp, which needs a twentieth of the time of segno for one and packs addresses tighter;
500 of them are a quarter of a second instead of three (docs/decisions/0014-printing.md).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

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
