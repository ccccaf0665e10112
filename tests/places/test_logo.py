"""Which pictures a company, a house or a service may have."""

import base64
import tracemalloc

import pytest

from sosbox.places.logo import (
    MAX_BYTES,
    Picture,
    WrongPictureError,
    logo_type,
    read_picture,
)
from sosbox.setup.demo import DEMO_LOGO
from tests.support.pictures import make_png, make_svg, png_chunk, png_of


def test_a_png_is_taken() -> None:
    assert logo_type(make_png()) == "image/png"


@pytest.mark.parametrize(
    "data",
    [
        DEMO_LOGO.read_bytes(),
        make_svg('<path d="M0 0h9"/>'),
        b"\xef\xbb\xbf"
        + b'<?xml version="1.0" encoding="UTF-8"?>\n'
        + make_svg("<title>Mar</title>"),
        make_svg('<g id="a"/><use href="#a"/><use xlink:href="#a"/>'),
        make_svg('<linearGradient id="g"/><rect fill="url(#g)"/>'),
        make_svg("<style>rect { fill: url(#g) }</style>"),
        make_svg('<image href="data:image/png;base64,AAAA"/>'),
    ],
)
def test_an_svg_that_can_only_be_seen_is_taken(data: bytes) -> None:
    assert logo_type(data) == "image/svg+xml"


@pytest.mark.parametrize(
    "data",
    [
        make_svg("<script>alert(1)</script>"),
        make_svg("<SCRIPT/>"),
        make_svg("<foreignObject/>"),
        make_svg('<b xmlns="http://www.w3.org/1999/xhtml"/>'),
        make_svg("<g/>", 'onload="alert(1)"'),
        make_svg('<rect ONCLICK="x"/>'),
        make_svg('<use href="http://other.example/x.svg#a"/>'),
        make_svg('<image xlink:href="//other.example/x.png"/>'),
        make_svg('<image href="data:image/svg+xml;base64,AAAA"/>'),
        make_svg('<a href="javascript:alert(1)"/>'),
        make_svg('<set attributeName="href" to="javascript:alert(1)"/>'),
        make_svg('<rect fill="url(http://other.example/)"/>'),
        make_svg("<style>@import 'http://other.example/x.css'</style>"),
        make_svg("<style>rect { fill: u\\72l(http://other.example/) }</style>"),
        make_svg("<style>rect{fill:url(</style><g/><style>http://other.example/)}</style>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + make_svg("&a;"),
        b'<?xml-stylesheet href="http://other.example/x.css"?>' + make_svg(""),
        make_svg("<g>"),
        b"<html></html>",
        make_svg("").decode().encode("utf-16"),
        make_png()[:-4],
        make_png(5000, 1),
        b"GIF89a",
        b"",
        make_png() + b"\0" * MAX_BYTES,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(WrongPictureError):
        logo_type(data)


def test_a_picture_keeps_its_bytes() -> None:
    assert read_picture(make_png()) == Picture(make_png(), "image/png")


def test_an_interlaced_png_is_taken() -> None:
    # 1, 1, 2, 4, 8, 16 and 32 pixels of eight by eight, each line with a byte before it.
    raw = b"\0" * (2 + 2 + 3 + 2 * 3 + 2 * 5 + 4 * 5 + 4 * 9)
    assert logo_type(png_of(8, 8, raw, interlace=1)) == "image/png"


def _problem(data: bytes) -> str:
    with pytest.raises(WrongPictureError) as caught:
        logo_type(data)
    return str(caught.value)


@pytest.mark.parametrize(("width", "height"), [(2_001, 10), (10, 2_001), (8_000, 5_000)])
def test_a_png_of_too_many_pixels_is_refused_from_its_header(width: int, height: int) -> None:
    assert "larger than 2000 × 2000 pixels" in _problem(png_of(width, height, b""))


@pytest.mark.parametrize(
    ("width", "height", "raw", "words"),
    [
        (8, 8, b"\0" * 73, "not as large as it says"),
        (8, 8, b"\0" * 90_000_000, "not as large as it says"),
        (8, 8, b"\0" * 71, "damaged or not whole"),
        (8, 8, b"", "damaged or not whole"),
        (0, 8, b"", "damaged or not whole"),
    ],
)
def test_a_png_whose_header_lies_is_refused(
    width: int, height: int, raw: bytes, words: str
) -> None:
    data = png_of(width, height, raw)
    assert len(data) < MAX_BYTES
    del raw
    tracemalloc.start()
    try:
        assert words in _problem(data)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_png_that_was_changed_on_its_way_is_refused() -> None:
    data = bytearray(make_png())
    data[45] ^= 1
    assert "damaged or not whole" in _problem(bytes(data))


@pytest.mark.parametrize("length", range(16, len(make_png())))
def test_a_png_that_breaks_off_is_refused(length: int) -> None:
    _problem(make_png()[:length])


def test_what_follows_the_end_of_a_png_is_refused() -> None:
    assert logo_type(make_png() + b"\0\0") == "image/png"
    _problem(make_png() + b"<script>")


def test_a_png_without_a_picture_is_refused() -> None:
    data = make_png()
    _problem(data[:33] + png_chunk(b"IEND", b""))


def test_a_huge_png_within_an_svg_is_refused() -> None:
    inside = base64.b64encode(png_of(8_000, 5_000, b"")).decode()
    data = make_svg(f'<image href="data:image/png;base64,{inside}"/>')
    assert "larger than 2000 × 2000 pixels" in _problem(data)
    inside = base64.b64encode(make_png()).decode()
    assert logo_type(make_svg(f'<image href="data:image/png;base64,{inside}"/>'))


def test_an_svg_of_parts_that_show_each_other_again_and_again_is_refused() -> None:
    lines = ['<g id="a0"><path d="M0 0h9"/></g>']
    lines += [
        f'<g id="a{number + 1}">' + f'<use xlink:href="#a{number}"/>' * 10 + "</g>"
        for number in range(9)
    ]
    assert "too many parts" in _problem(make_svg("".join(lines) + '<use href="#a9"/>'))


@pytest.mark.parametrize(
    "inside",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<pattern id="p"><rect fill="url(#p)"/></pattern><rect fill="url(#p)"/>',
        "<g>" * 100 + "</g>" * 100,
    ],
)
def test_an_svg_of_parts_within_themselves_is_refused(inside: str) -> None:
    assert "too many parts" in _problem(make_svg(inside))


def test_a_long_chain_of_parts_is_refused() -> None:
    chain = "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(2_000))
    assert "too many parts" in _problem(make_svg(chain))


def test_parts_that_are_shown_a_few_times_are_taken() -> None:
    inside = '<linearGradient id="g"><stop/><stop/></linearGradient>' + (
        '<rect fill="url(#g)"/>' * 2_000
    )
    assert logo_type(make_svg(inside)) == "image/svg+xml"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (make_svg("<script/>"), "“script”, which could run something"),
        (make_svg("<rect onclick='x'/>"), "“onclick=…”, which could run something"),
        (make_svg('<image href="x.png"/>'), "shows something that is not in it (“href=…”)"),
        (make_svg("<g/>", 'xml:base="http://other.example/"'), "is not in it (“base=…”)"),
        (b"<!DOCTYPE svg>" + make_svg(""), "a document type or an instruction"),
        (make_svg("<g>"), "not a whole SVG"),
        (b"GIF89a", "must be a PNG or an SVG"),
        (b"x" * (MAX_BYTES + 1), "larger than 200 KB"),
    ],
)
def test_a_refusal_says_what_is_wrong(data: bytes, words: str) -> None:
    assert words in _problem(data)
    assert "Please" in _problem(data)
