"""Photos of codes on walls, as phones take them."""

import io

import segno
from PIL import Image

# Where the corners of the code are in the picture, as whoever stands beside it sees them.
_CORNERS = ((700, 320), (660, 980), (1330, 1060), (1290, 380))
WALL = (214, 203, 186)
MAKER = "Telephone of Boris"


def photo_of(url: str, *, angle: float = 6.0, size: tuple[int, int] = (2000, 1500)) -> bytes:
    """A JPEG of a code: turned, seen from the side, with noise, and with what phones add to it."""
    code = _code(url).rotate(angle, expand=True, fillcolor=WALL, resample=Image.Resampling.BICUBIC)
    seen = code.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _perspective(code.size),
        resample=Image.Resampling.BICUBIC,
        fillcolor=WALL,
    )
    noise = Image.effect_noise(size, 30).convert("RGB")
    exif = Image.Exif()
    exif[0x0110] = MAKER
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (42.0, 14.0, 1.0)
    taken = io.BytesIO()
    Image.blend(seen, noise, 0.12).save(taken, "JPEG", quality=75, exif=exif)
    return taken.getvalue()


def _code(url: str) -> Image.Image:
    written = io.BytesIO()
    segno.make_qr(url, error="m").save(written, kind="png", scale=16, border=4)
    with Image.open(io.BytesIO(written.getvalue())) as code:
        return code.convert("RGB")


def _perspective(size: tuple[int, int]) -> list[float]:
    """What PIL asks for: from each dot of the photo to one of the code."""
    width, height = size
    corners = ((0, 0), (0, height), (width, height), (width, 0))
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(_CORNERS, corners, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> list[float]:
    """A system of linear equations, by Gauss and Jordan; the right side is the last column."""
    for place in range(len(rows)):
        best = max(range(place, len(rows)), key=lambda row: abs(rows[row][place]))
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place][place]
        rows[place] = [value / pivot for value in rows[place]]
        for other, row in enumerate(rows):
            if other != place:
                factor = row[place]
                rows[other] = [
                    value - factor * own for value, own in zip(row, rows[place], strict=True)
                ]
    return [row[-1] for row in rows]
