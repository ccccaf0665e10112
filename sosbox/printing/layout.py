"""What is to be printed, as data: plain, whole, and the same for every template."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sosbox.printing.paper import Paper
from sosbox.printing.template import Size, Template
from sosbox.printing.words import headline, texts_of

# What a picture is printed with when it goes to a file of dots: dots per inch.
PNG_PPI = 300
PREVIEW_PPI = 110
TICKET_PPI = 203.2


@dataclass(frozen=True)
class Picture:
    """A logo, or a picture of a template. type: "png" or "svg"."""

    data: bytes
    type: str

    def for_press(self) -> dict[str, str]:
        return {"type": self.type, "data": b64encode(self.data).decode()}


@dataclass(frozen=True)
class Wifi:
    """The network for guests; open without a password."""

    name: str
    password: str

    @property
    def address(self) -> str:
        """What a code says that joins it; phones have agreed on this form without a standard."""
        kind = f"T:WPA;P:{_escaped(self.password)};" if self.password else "T:nopass;"
        return f"WIFI:{kind}S:{_escaped(self.name)};;"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in '\\;,":' else sign for sign in text)


@dataclass(frozen=True)
class House:
    """An establishment as its paper shows it.

    languages: in their order, six at most; extra: a text of its own, by language; sheets: the
    region whose official complaint sheets there are, "yes" for one that is not named, or nothing.
    """

    name: str
    company: str
    website: str
    service: str
    service_website: str
    languages: tuple[str, ...]
    color: str
    accent_color: str
    promise_hours: int
    sheets: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    logo: Picture | None = None
    company_logo: Picture | None = None
    service_logo: Picture | None = None
    wifi: Wifi | None = None


@dataclass(frozen=True)
class PieceData:
    """An access point on one piece of paper.

    code: the readable one; url: what the QR code says, empty for a piece of the house as a whole;
    stamp: version, date and number, small.
    """

    code: str
    label: str
    area: str
    url: str
    stamp: str


@dataclass(frozen=True)
class PrintJob:
    """Pieces of one template and size. format: "pdf", "png", "svg", "eps" or "ticket", which is a
    picture of the dots of a receipt printer; ppi: for pictures of dots.

    is_draft: to be looked at and not to be handed out, so that its codes are not checked.
    """

    template: Template
    size: Size
    paper: Paper
    house: House
    pieces: tuple[PieceData, ...]
    format: str
    ppi: float = PNG_PPI
    files: Mapping[str, Picture] = field(default_factory=dict)
    is_draft: bool = False

    @property
    def title(self) -> str:
        return f"{self.house.name}: {self.template.name}"

    def for_press(self) -> dict[str, Any]:
        """What the press reads, without anything but texts, numbers and lists."""
        program, num_kit_lines = self.template.program(b"#lay-out(piece)\n")
        return {
            "program": program.decode(),
            "num_kit_lines": num_kit_lines,
            "is_own": self.template.is_own,
            "title": self.title,
            "format": self.format,
            "ppi": self.ppi,
            "level": self.size.level,
            "distance_cm": self.size.distance_cm,
            "is_draft": self.is_draft,
            "needs": self.template.needs,
            "paper": asdict(self.paper),
            "house": _house_for_press(self.house, self.template.languages),
            "pieces": [asdict(piece) for piece in self.pieces],
            "files": {name: picture.for_press() for name, picture in self.files.items()},
        }


def _house_for_press(house: House, num_languages: int) -> dict[str, Any]:
    languages = house.languages[:num_languages]
    return {
        "name": house.name,
        "company": house.company,
        "website": _shown_address(house.website),
        "service": house.service,
        "service_website": _shown_address(house.service_website),
        "languages": languages,
        "headline": headline(languages),
        "texts": {
            language: texts_of(language, house.promise_hours, house.sheets)
            | {"extra": house.extra.get(language, "")}
            for language in languages
        },
        "color": house.color,
        "accent_color": house.accent_color,
        "logo": house.logo.for_press() if house.logo else None,
        "company_logo": house.company_logo.for_press() if house.company_logo else None,
        "service_logo": house.service_logo.for_press() if house.service_logo else None,
        "wifi": asdict(house.wifi) | {"address": house.wifi.address} if house.wifi else None,
    }


def _shown_address(address: str) -> str:
    """A web address as people say it."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
