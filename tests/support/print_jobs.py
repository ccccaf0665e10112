"""Jobs for the press, and what can be read in what comes of them."""

import io
from dataclasses import replace
from typing import Any

import numpy
import pypdfium2
import zxingcpp
from PIL import Image

from sosbox.printing.catalogue import built_in_sizes
from sosbox.printing.layout import House, PieceData, PrintJob
from sosbox.printing.template import Template, parse_template

HOUSE = House(
    name="Hotel Mar",
    company="Grupo Mar",
    website="https://www.mar.example",
    service="sosbox",
    service_website="",
    languages=("es", "en"),
    color="#0b5c6b",
    accent_color="#b06f00",
    promise_hours=48,
    sheets="Galicia",
)
HEAD = """\
//! name = "Ours"
//! [sizes.card]
//! width = 80
//! height = 60
//! distance_cm = 20
#import "kit.typ": *
"""
# The line on which what follows the head begins.
FIRST_LINE = HEAD.count("\n") + 1


def page_url(number: int) -> str:
    return f"http://192.168.1.10:8080/p/k7m2x9q4{number:04}?p=7k"


def pieces(num: int, **changes: str) -> tuple[PieceData, ...]:
    plain = [
        PieceData(
            code=f"R-{200 + number}",
            label=f"Habitación {200 + number}",
            area="Planta 2",
            url=page_url(number),
            stamp="v1 · 2026-11-21 · 7K",
        )
        for number in range(num)
    ]
    return tuple(replace(piece, **changes) for piece in plain)


def job(
    size_id: str = "code", *, num: int = 1, house: House = HOUSE, kind: str = "pdf", **changes: Any
) -> PrintJob:
    """Of a template of the program; changes: of fields of the job."""
    template, size = built_in_sizes()[size_id]
    plain = PrintJob(template, size, size.paper, house, pieces(num), kind)
    return replace(plain, **changes)


def own_template(body: str) -> Template:
    """A template of somebody's own; the head is there already."""
    return parse_template("ours", (HEAD + body).encode(), is_own=True)


def own_job(body: str, *, num: int = 1, kind: str = "pdf", **changes: Any) -> PrintJob:
    template = own_template(body)
    (size,) = template.sizes.values()
    plain = PrintJob(template, size, size.paper, HOUSE, pieces(num), kind)
    return replace(plain, **changes)


def pages_of(pdf: bytes, ppi: float = 150) -> list[Image.Image]:
    """What the pages look like."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=ppi / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def texts_of(pdf: bytes) -> list[str]:
    """What can be read on each page, as a screen reader does."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def codes_in(picture: Image.Image | bytes) -> list[str]:
    """What every QR code of a picture says, sorted."""
    opened = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    found = zxingcpp.read_barcodes(numpy.asarray(opened.convert("L")))
    return sorted(each.text for each in found)
