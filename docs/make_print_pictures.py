"""Makes the pictures of docs/printing.md: `python -m docs.make_print_pictures`.

With names, `python -m docs.make_print_pictures print-poster`, only these are written.

Each shows one piece of a made-up hotel, set and checked as those of a box are, on a grey table.
"""

import io
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from sosbox.printing.catalogue import built_in_sizes
from sosbox.printing.layout import House, Picture, PieceData, PrintJob, Wifi
from sosbox.printing.typesetter import Typesetter

PICTURES = Path(__file__).parent / "pictures"
LOGO = Path(__file__).parent.parent / "sosbox" / "setup" / "demo-logo.svg"
MAX_BYTES = 180_000
# Of a whole picture, and of what lies on it, dots.
WIDTH = 600
MAX_HEIGHT = 760
MARGIN = 24
# Set larger and made smaller: thin letters look better.
PPI = 220
TABLE = (226, 230, 234)
SHADOW = (196, 202, 208)
NUM_COLORS = 160

HOTEL = House(
    name="Hotel Mar de Fóra",
    company="Mar de Fóra Hoteis, S.L.",
    website="https://www.mardefora.example",
    service="sosbox",
    service_website="",
    languages=("es", "en", "fr", "de"),
    color="#0b5c6b",
    accent_color="#d08c2f",
    promise_hours=48,
    sheets="Galicia",
    logo=Picture(LOGO.read_bytes(), "svg"),
    wifi=Wifi("MarDeFora-Guests", "olas y viento"),
)


@dataclass(frozen=True)
class Shown:
    """One picture. num: of pieces on the page; across, down: the part of it that is shown."""

    size_id: str
    num: int
    across: float
    down: float
    name: str


SHOWN = (
    Shown("poster-a4", 1, 1, 1, "print-poster"),
    Shown("leaflet-a5", 1, 1, 1, "print-leaflet"),
    Shown("tent-a6", 1, 1, 1, "print-tent"),
    Shown("placemat-a3", 1, 1, 1, "print-placemat"),
    Shown("card-85x55", 4, 1, 0.44, "print-card"),
    Shown("wifi-a5", 1, 1, 1, "print-wifi"),
    Shown("sticker-round-60", 3, 1, 0.28, "print-sticker"),
    Shown("coaster-90", 2, 1, 0.36, "print-coaster"),
    Shown("label-l7160", 6, 0.675, 0.325, "print-label"),
    Shown("label-mini-l4731", 28, 0.44, 0.155, "print-label-mini"),
    Shown("strip-190x25", 1, 1, 1, "print-strip"),
    Shown("ticket-58", 1, 1, 1, "print-ticket"),
    Shown("bag-200x250", 1, 1, 1, "print-bag"),
    Shown("sheets-a5", 1, 1, 1, "print-sheets"),
    Shown("code", 1, 1, 1, "print-code"),
)


def main(names: list[str]) -> None:
    typesetter = Typesetter()
    for shown in SHOWN:
        if not names or shown.name in names:
            picture = _on_table(_page(typesetter, shown))
            _write(picture, PICTURES / f"{shown.name}.png")


def _page(typesetter: Typesetter, shown: Shown) -> Image.Image:
    template, size = built_in_sizes()[shown.size_id]
    pieces = tuple(_piece(number, template.needs) for number in range(shown.num))
    job = PrintJob(template, size, size.paper, HOTEL, pieces, "png", ppi=PPI)
    data, _num_pages = typesetter.set(job.for_press(), lambda _part: None)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    with Image.open(io.BytesIO(data)) as opened:
        page = opened.convert("RGB")
    return page.crop((0, 0, round(page.width * shown.across), round(page.height * shown.down)))


def _piece(number: int, needs: str) -> PieceData:
    url = f"http://192.168.1.10:8080/p/k7m2x9q4h{number:03}?p={number + 32:x}"
    return PieceData(
        code=f"HAB-{205 + number}",
        label=f"Habitación {205 + number}",
        area="Planta 2",
        url="" if needs == "sheets" else url,
        stamp=f"v1 · 2026-11-21 · {number + 32:X}",
    )


def _on_table(page: Image.Image) -> Image.Image:
    """As if it lay there: in the middle, with a little shadow around it."""
    lying = ImageOps.contain(page, (WIDTH - 2 * MARGIN, MAX_HEIGHT), Image.Resampling.LANCZOS)
    table = Image.new("RGB", (WIDTH, lying.height + 2 * MARGIN), TABLE)
    left = (WIDTH - lying.width) // 2
    table.paste(SHADOW, (left - 1, MARGIN - 1, left + lying.width + 2, MARGIN + lying.height + 3))
    table.paste(lying, (left, MARGIN))
    return table


def _write(picture: Image.Image, path: Path) -> None:
    reduced = picture.quantize(NUM_COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    reduced.save(path, "PNG", optimize=True)
    num_bytes = path.stat().st_size
    if num_bytes > MAX_BYTES:
        raise SystemExit(f"{path.name} is larger than {MAX_BYTES} bytes: {num_bytes}")
    print(f"{path.name}: {num_bytes // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
