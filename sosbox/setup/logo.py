"""The picture of an establishment: a small PNG, or an SVG that can do nothing but be seen."""

import re
import struct
from xml.parsers import expat

from sosbox.setup.checks import WrongValueError

MAX_BYTES = 64 * 1024
MAX_PIXELS = 2_000
PNG = "image/png"
SVG = "image/svg+xml"

_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
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


def logo_type(data: bytes) -> str:
    """The media type of a picture that may be shown. Raises WrongValueError."""
    if len(data) > MAX_BYTES:
        raise WrongValueError(f"is larger than {MAX_BYTES // 1024} KB")
    if data.startswith(_PNG_START):
        _check_png(data)
        return PNG
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _check_svg(data)
        return SVG
    raise WrongValueError("must be a PNG or an SVG")


def _check_png(data: bytes) -> None:
    if len(data) < 33 or not data.rstrip(b"\0").endswith(b"IEND\xaeB`\x82"):
        raise WrongValueError("is not a whole PNG")
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
        raise WrongValueError(f"is larger than {MAX_PIXELS} × {MAX_PIXELS} pixels")


class _SvgReader:
    """Refuses whatever could run, move, or fetch something from elsewhere."""

    def __init__(self) -> None:
        self._depth = 0
        self._style_depth = 0
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self._depth == 0 and name != _SVG_ROOT:
            raise WrongValueError("is not an SVG")
        if local.lower() in _ACTIVE_ELEMENTS or namespace == _XHTML:
            raise WrongValueError(f"holds <{local}>, which a logo may not")
        self._depth += 1
        if local.lower() == "style" and not self._style_depth:
            self._style_depth = self._depth
            self._style = ""
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2].lower(), value)

    def end(self, _name: str) -> None:
        if self._depth == self._style_depth:
            self._style_depth = 0
            if _URL_IN_STYLE.search(self._style):
                raise WrongValueError("refers to something outside of it in a style")
        self._depth -= 1

    def characters(self, text: str) -> None:
        if self._style_depth:
            self._style += text

    def refuse(self, *_details: object) -> None:
        raise WrongValueError("holds a document type or an instruction, which a logo may not")


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise WrongValueError(f"holds {name}=…, which a logo may not")
    if name in {"href", "src"} and not _INNER_REFERENCE.match(value):
        raise WrongValueError(f"refers to something outside of it in {name}=…")
    if _URL_IN_STYLE.search(value) and name not in {"href", "src", "d"}:
        raise WrongValueError(f"refers to something outside of it in {name}=…")


def _check_svg(data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongValueError("must be written in UTF-8") from None
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
        raise WrongValueError(f"is not an SVG: {expat.ErrorString(error.code)}") from None
