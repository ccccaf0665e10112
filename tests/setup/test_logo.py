"""Which pictures an establishment may have."""

import struct
import zlib

import pytest

from sosbox.setup.checks import WrongValueError
from sosbox.setup.demo import DEMO_LOGO
from sosbox.setup.logo import MAX_BYTES, logo_type


def make_png(width: int = 8, height: int = 8) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * (width + 1) * min(height, 8)))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def svg(inside: str, attributes: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f" {attributes}>{inside}</svg>"
    ).encode()


def test_a_png_is_taken() -> None:
    assert logo_type(make_png()) == "image/png"


@pytest.mark.parametrize(
    "data",
    [
        DEMO_LOGO.read_bytes(),
        svg('<path d="M0 0h9"/>'),
        b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="UTF-8"?>\n' + svg("<title>Mar</title>"),
        svg('<g id="a"/><use href="#a"/><use xlink:href="#a"/>'),
        svg('<linearGradient id="g"/><rect fill="url(#g)"/>'),
        svg("<style>rect { fill: url(#g) }</style>"),
        svg('<image href="data:image/png;base64,AAAA"/>'),
    ],
)
def test_an_svg_that_can_only_be_seen_is_taken(data: bytes) -> None:
    assert logo_type(data) == "image/svg+xml"


@pytest.mark.parametrize(
    "data",
    [
        svg("<script>alert(1)</script>"),
        svg("<SCRIPT/>"),
        svg("<foreignObject/>"),
        svg('<b xmlns="http://www.w3.org/1999/xhtml"/>'),
        svg("<g/>", 'onload="alert(1)"'),
        svg('<rect ONCLICK="x"/>'),
        svg('<use href="http://other.example/x.svg#a"/>'),
        svg('<image xlink:href="//other.example/x.png"/>'),
        svg('<image href="data:image/svg+xml;base64,AAAA"/>'),
        svg('<a href="javascript:alert(1)"/>'),
        svg('<set attributeName="href" to="javascript:alert(1)"/>'),
        svg('<rect fill="url(http://other.example/)"/>'),
        svg("<style>@import 'http://other.example/x.css'</style>"),
        svg("<style>rect { fill: u\\72l(http://other.example/) }</style>"),
        svg("<style>rect{fill:url(</style><g/><style>http://other.example/)}</style>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"),
        b'<?xml-stylesheet href="http://other.example/x.css"?>' + svg(""),
        svg("<g>"),
        b"<html></html>",
        svg("").decode().encode("utf-16"),
        make_png()[:-4],
        make_png(width=5000),
        b"GIF89a",
        b"",
        make_png() + b"\0" * MAX_BYTES,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(WrongValueError):
        logo_type(data)
