"""Pictures of a company, a house or a service: a small PNG, or an SVG that can do nothing but be
seen. Pure.

They are shown to guests and set into what is printed, so nothing in them may run, fetch, or take
much more room when it is unpacked than it says.
"""

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from sosbox.errors import SosboxError
from sosbox.i18n import N_

MAX_BYTES = 200_000
MAX_PIXELS = 2_000
MAX_AREA = 4_000_000
PNG = "image/png"
SVG = "image/svg+xml"

# Of an SVG: elements within elements, and all there are to draw, shared parts counted each time.
_MAX_DEPTH = 60
_MAX_DRAWN = 50_000

_TOO_LARGE = N_("The picture is larger than {limit} KB. Please make it smaller.")
_TOO_WIDE = N_(
    "The picture is larger than {side} × {side} pixels, which is more than any paper shows."
    " Please make it smaller."
)
_OTHER_KIND = N_("The picture must be a PNG or an SVG. Please save it as one of these.")
_NOT_WHOLE = N_("The PNG is damaged or not whole. Please save it again, or send it again.")
_OTHER_SIZE = N_("The PNG is not as large as it says. Please save it again with another program.")
_NO_SVG = N_("This is not a whole SVG ({problem}). Please save it again, or as a PNG.")
_NO_UTF8 = N_("The SVG is not written in UTF-8. Please save it again, or as a PNG.")
_ACTIVE = N_(
    "The SVG contains “{part}”, which could run something or show another page. Please save it as"
    " a plain SVG, or as a PNG."
)
_OUTSIDE = N_(
    "The SVG shows something that is not in it (“{part}”). Please save it with its pictures and"
    " fonts in it, or as a PNG."
)
_DOCTYPE = N_(
    "The SVG contains a document type or an instruction. Please save it as a plain SVG, or as a"
    " PNG."
)
_TOO_COMPLEX = N_(
    "The SVG has too many parts, or parts within parts. Please simplify it, or save it as a PNG."
)


class WrongPictureError(SosboxError):
    """A picture that cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Picture:
    """`type`: its media type, PNG or SVG."""

    data: bytes
    type: str


def read_picture(data: bytes, *, max_bytes: int = MAX_BYTES) -> Picture:
    """A picture that may be shown and printed. Raises WrongPictureError."""
    return Picture(data, logo_type(data, max_bytes=max_bytes))


def logo_type(data: bytes, *, max_bytes: int = MAX_BYTES) -> str:
    """The media type of a picture that may be shown. Raises WrongPictureError."""
    if len(data) > max_bytes:
        raise WrongPictureError(_TOO_LARGE, limit=max_bytes // 1000)
    if data.startswith(_PNG_START):
        _check_png(data)
        return PNG
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _check_svg(data)
        return SVG
    raise WrongPictureError(_OTHER_KIND)


# PNG ---------------------------------------------------------------------------------------------

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_START = _PNG_SIGNATURE + b"\x00\x00\x00\rIHDR"
# Samples of a pixel by the type of its colour, and the bits that each may have (PNG, 11.2.2).
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_BITS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
# The seven passes of an interlaced picture: first column and row, and the steps between them.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_INFLATE_STEP = 1 << 16


def _check_png(data: bytes) -> None:
    try:
        width, height, bits, color_type, _compression, _filter, interlace = struct.unpack_from(
            ">IIBBBBB", data, len(_PNG_START)
        )
    except struct.error:
        raise WrongPictureError(_NOT_WHOLE) from None
    if width > MAX_PIXELS or height > MAX_PIXELS or width * height > MAX_AREA:
        raise WrongPictureError(_TOO_WIDE, side=MAX_PIXELS)
    if not width or not height or bits not in _BITS.get(color_type, ()) or interlace > 1:
        raise WrongPictureError(_NOT_WHOLE)
    packed = b"".join(body for name, body in _png_chunks(data) if name == b"IDAT")
    pixel_bits = bits * _SAMPLES[color_type]
    _require_inflated_size(packed, _raw_size(width, height, pixel_bits, interlaced=interlace == 1))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """All chunks; raises WrongPictureError unless they are whole and the last one is the end."""
    position = len(_PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        end = position + 12 + length
        if end > len(data) or struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(name + body):
            break
        yield name, body
        if name == b"IEND":
            if data[end:].strip(b"\0"):
                break
            return
        position = end
    raise WrongPictureError(_NOT_WHOLE)


def _raw_size(width: int, height: int, pixel_bits: int, *, interlaced: bool) -> int:
    """How many bytes the picture has before it is packed: each line with one that says how."""
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    size = 0
    for left, top, step_x, step_y in passes:
        columns = -(-(width - left) // step_x)
        lines = -(-(height - top) // step_y)
        if columns > 0 and lines > 0:
            size += lines * (1 + (columns * pixel_bits + 7) // 8)
    return size


def _require_inflated_size(packed: bytes, expected: int) -> None:
    """Raises WrongPictureError; never holds more than a small part of what is unpacked."""
    inflater = zlib.decompressobj()
    size, rest = 0, packed
    try:
        while rest and not inflater.eof:
            size += len(inflater.decompress(rest, _INFLATE_STEP))
            if size > expected:
                raise WrongPictureError(_OTHER_SIZE)
            rest = inflater.unconsumed_tail
        size += len(inflater.flush(_INFLATE_STEP))
    except zlib.error:
        raise WrongPictureError(_NOT_WHOLE) from None
    if size != expected:
        raise WrongPictureError(_OTHER_SIZE if size > expected else _NOT_WHOLE)


# SVG ---------------------------------------------------------------------------------------------

_ACTIVE_ELEMENTS = {
    "a",
    "animate",
    "animatemotion",
    "animatetransform",
    "audio",
    "embed",
    "foreignobject",
    "handler",
    "iframe",
    "link",
    "listener",
    "object",
    "script",
    "set",
    "video",
}
_XHTML = "http://www.w3.org/1999/xhtml"
_SVG_ROOT = "http://www.w3.org/2000/svg svg"
# A reference inside the picture, or a bitmap that is part of it.
_INNER_REFERENCE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);base64,)", re.IGNORECASE)
_URL_IN_STYLE = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|\\", re.IGNORECASE)
_PNG_INSIDE = re.compile(r"\s*data:image/png;base64,", re.IGNORECASE)
_INNER = re.compile(r"\s*#")
_SHARED = re.compile(r"url\(\s*[\"']?\s*#([^\"')\s]+)", re.IGNORECASE)


class _SvgReader:
    """Refuses whatever could run, move, or fetch something from elsewhere, and notes which parts
    are drawn again and again."""

    def __init__(self) -> None:
        self.parts = _Parts()
        self._depth = 0
        self._style_depth = 0
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self._depth == 0 and name != _SVG_ROOT:
            raise WrongPictureError(_NO_SVG, problem=local)
        if local.lower() in _ACTIVE_ELEMENTS or namespace == _XHTML:
            raise WrongPictureError(_ACTIVE, part=local)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise WrongPictureError(_TOO_COMPLEX)
        if local.lower() == "style" and not self._style_depth:
            self._style_depth = self._depth
            self._style = ""
        named = {key.rpartition(" ")[2].lower(): value for key, value in attributes.items()}
        for attribute, value in named.items():
            _check_attribute(attribute, value)
        self.parts.start(named)

    def end(self, _name: str) -> None:
        if self._depth == self._style_depth:
            self._style_depth = 0
            if _URL_IN_STYLE.search(self._style):
                raise WrongPictureError(_OUTSIDE, part="style")
        self._depth -= 1
        self.parts.end()

    def characters(self, text: str) -> None:
        if self._style_depth:
            self._style += text

    def refuse(self, *_details: object) -> None:
        raise WrongPictureError(_DOCTYPE)


@dataclass
class _Part:
    """An element: how many there are in it, itself included, and what else it shows by its id."""

    id: str
    num_elements: int
    shown: list[str]


class _Parts:
    """Counts what would be drawn: a part that shows another one ten times, which shows a third one
    ten times, is a thousand of them."""

    def __init__(self) -> None:
        self._open: list[_Part] = [_Part("", 0, [])]
        self._by_id: dict[str, _Part] = {}
        self._counted: dict[str, int] = {}

    def start(self, attributes: dict[str, str]) -> None:
        shown = [found for value in attributes.values() for found in _SHARED.findall(value)]
        if _INNER.match(attributes.get("href", "")):
            shown.append(attributes["href"].strip()[1:])
        self._open.append(_Part(attributes.get("id", ""), 1, shown))

    def end(self) -> None:
        part = self._open.pop()
        around = self._open[-1]
        around.num_elements += part.num_elements
        around.shown += part.shown
        if len(around.shown) + around.num_elements > _MAX_DRAWN:
            raise WrongPictureError(_TOO_COMPLEX)
        if part.id:
            self._by_id.setdefault(part.id, part)

    def require_few(self) -> None:
        """Raises WrongPictureError."""
        if self._count(self._open[0], frozenset()) > _MAX_DRAWN:
            raise WrongPictureError(_TOO_COMPLEX)

    def _count(self, part: _Part, around: frozenset[str]) -> int:
        if len(around) > _MAX_DEPTH:
            raise WrongPictureError(_TOO_COMPLEX)
        total = part.num_elements
        for name in part.shown:
            if name in around:
                raise WrongPictureError(_TOO_COMPLEX)
            if name in self._by_id and name not in self._counted:
                self._counted[name] = self._count(self._by_id[name], around | {name})
            total += self._counted.get(name, 0)
            if total > _MAX_DRAWN:
                raise WrongPictureError(_TOO_COMPLEX)
        return total


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise WrongPictureError(_ACTIVE, part=f"{name}=…")
    if name == "base" or (name in {"href", "src"} and not _INNER_REFERENCE.match(value)):
        raise WrongPictureError(_OUTSIDE, part=f"{name}=…")
    if _URL_IN_STYLE.search(value) and name not in {"href", "src", "d"}:
        raise WrongPictureError(_OUTSIDE, part=f"{name}=…")
    inside = _PNG_INSIDE.match(value)
    if inside and name in {"href", "src"}:
        _check_png_inside(value[inside.end() :])


def _check_png_inside(encoded: str) -> None:
    try:
        data = base64.b64decode("".join(encoded.split()))
    except (binascii.Error, ValueError):
        return  # nothing that anybody could show
    if data.startswith(_PNG_START):
        _check_png(data)


def _check_svg(data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongPictureError(_NO_UTF8) from None
    reader = _SvgReader()
    # A declared encoding could make the parser see other signs than a browser does.
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.ProcessingInstructionHandler = reader.refuse
    # Entities are declared in a document type: without one there are none.
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise WrongPictureError(_NO_SVG, problem=expat.ErrorString(error.code)) from None
    reader.parts.require_few()
