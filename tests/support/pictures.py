"""Pictures for the tests, made byte by byte."""

import struct
import zlib


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, raw: bytes, *, interlace: int = 0) -> bytes:
    """A grey PNG that says it has this size; `raw`: its lines, each with a byte before it."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlace))
    pixels = png_chunk(b"IDAT", zlib.compress(raw))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + png_chunk(b"IEND", b"")


def make_png(width: int = 8, height: int = 8) -> bytes:
    """A whole, black PNG."""
    return png_of(width, height, b"\0" * (width + 1) * height)


def make_svg(inside: str, attributes: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f" {attributes}>{inside}</svg>"
    ).encode()
