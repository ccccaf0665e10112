"""What a house can print, and what somebody has chosen of it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from sosbox.admin.forms import as_id
from sosbox.admin.typed import Typed
from sosbox.channels.printer.address import AddressError, parse_address
from sosbox.errors import NotFoundError, Problems, SosboxError
from sosbox.i18n import LANGUAGES, N_
from sosbox.pieces.rules import MAX_COPIES, TICKET, RunOptions, is_of_house
from sosbox.pieces.runs import RunRequest
from sosbox.pieces.templates import load_templates
from sosbox.places.branding import HouseBrand, load_house_brands
from sosbox.places.building import BuildingArea, BuildingPoint, load_building
from sosbox.printing.cups import Printer
from sosbox.printing.paper import Paper
from sosbox.printing.printer_kinds import OTHER_KIND, OTHER_PAPER, RAW_SCHEME
from sosbox.printing.template import FORMATS, MAX_LANGUAGES, Size, Template, each_size

# Of the templates of the program so many are shown at once, the others when they are asked for.
_NUM_FIRST = 6
# What is offered where nothing else was chosen.
FIRST_CHOICE = "leaflet-a5"
# Where it goes: a format of a file, this with the address of a printer that is offered, or a
# receipt printer whose address stands beside.
PRINTER = "printer:"
AT_ADDRESS = "address"

_NOTHING_CHOSEN = N_("Please choose at least one.")
_NOT_A_NUMBER = N_("Please choose a number from 1 to {limit}.")
_NO_PRINTER = N_("There is no such printer any more. Please choose another one.")
_NO_ADDRESS = N_("Please enter the address of the printer, such as 192.168.1.50.")
_MAX_PLACES = 500


@dataclass(frozen=True)
class OfferedPrinter:
    """address: as `sosbox.printing.printers` takes it; details: where it stands, what paper lies in
    it; queue: None for one that is reached by its address."""

    name: str
    address: str
    is_for_receipts: bool
    details: tuple[str, ...] = ()
    is_working: bool = True
    queue: Printer | None = None

    def takes(self, paper: Paper) -> bool:
        """Whether there is paper of this size for it, as far as anybody knows."""
        if self.queue is None or self.is_for_receipts:
            return True
        return self.queue.takes(paper.page_width, paper.page_height)


@dataclass(frozen=True)
class Offer:
    """templates: by slug; areas: in the order of the building, with access points in use;
    languages: all, those of the house first."""

    house: HouseBrand
    houses: tuple[HouseBrand, ...]
    templates: Mapping[str, Template]
    areas: tuple[BuildingArea, ...]

    @cached_property
    def sizes(self) -> Mapping[str, tuple[Template, Size]]:
        return each_size(self.templates)

    @property
    def first_kinds(self) -> list[Template]:
        """What is looked for most, and all that the house has made itself."""
        built_in = [each for each in self.templates.values() if not each.is_own]
        own = [each for each in self.templates.values() if each.is_own]
        return [*built_in[:_NUM_FIRST], *own]

    @property
    def other_kinds(self) -> list[Template]:
        return [each for each in self.templates.values() if not each.is_own][_NUM_FIRST:]

    @property
    def points(self) -> Iterator[BuildingPoint]:
        return (point for area in self.areas for point in area.points)

    @property
    def languages(self) -> list[str]:
        preset = self.house.printed_languages
        others = [code for code in self.house.guest_languages if code in LANGUAGES]
        return list(dict.fromkeys([*preset, *others, *LANGUAGES]))


@dataclass(frozen=True)
class Choice:
    """sizes: by their ids, in the order of the offer; points: in that of the building; look: the
    size whose picture is shown; address: of a receipt printer, as typed; to: see `PRINTER`."""

    offer: Offer
    sizes: tuple[str, ...]
    points: tuple[int, ...]
    options: RunOptions
    to: str
    address: str
    look: str

    @property
    def looked_at(self) -> tuple[Template, Size] | None:
        return self.offer.sizes.get(self.look)

    @property
    def kinds(self) -> set[str]:
        """The slugs of what is chosen."""
        return {self.offer.sizes[size][0].slug for size in self.sizes}

    @property
    def points_to_show(self) -> tuple[int, ...]:
        """Those chosen, else the first there is."""
        first = next((point.id for point in self.offer.points), None)
        return self.points or (() if first is None else (first,))

    def options_for(self, template_size: tuple[Template, Size]) -> RunOptions:
        """Those that make sense for a size: several are printed at once, and not all of them are
        on sheets or have an edge to cut."""
        _template, size = template_size
        return replace(
            self.options,
            start=self.options.start if size.paper.num_places > 1 else 1,
            is_for_print_shop=self.options.is_for_print_shop and size.may_bleed,
        )

    @property
    def query(self) -> str:
        """The address of the page with the same choices."""
        options = self.options
        pairs: list[tuple[str, object]] = [("chosen", 1), ("house", self.offer.house.id)]
        pairs += [("what", size) for size in self.sizes]
        pairs += self._places()
        pairs += [("languages", code) for code in options.languages]
        pairs += [("copies", options.copies), ("start", options.start), ("to", self.to)]
        if options.is_for_print_shop:
            pairs.append(("print_shop", 1))
        if self.address:
            pairs.append(("address", self.address))
        return urlencode(pairs)

    def _places(self) -> list[tuple[str, object]]:
        chosen = set(self.points)
        pairs: list[tuple[str, object]] = []
        for area in self.offer.areas:
            ids = [point.id for point in area.points]
            if ids and chosen.issuperset(ids):
                pairs.append(("areas", area.id))
            else:
                pairs += [("points", point) for point in ids if point in chosen]
        return pairs


def load_offer(connection: sqlite3.Connection, subscriber_id: int, house_id: int | None) -> Offer:
    """What a house can print; the first one by name if none is named. Raises NotFoundError."""
    houses = load_house_brands(connection, subscriber_id)
    house = next((each for each in houses if house_id in (None, each.id)), None)
    if house is None:
        raise NotFoundError("There is no such establishment.")
    return Offer(
        house=house,
        houses=tuple(houses),
        templates=load_templates(connection, subscriber_id),
        areas=tuple(load_building(connection, house.id)),
    )


def house_of_area(connection: sqlite3.Connection, subscriber_id: int, area_id: int) -> int:
    """The id of the establishment that an area is in. Raises NotFoundError."""
    row = connection.execute(
        "SELECT e.id FROM areas a JOIN establishments e ON e.id = a.establishment_id"
        " WHERE a.id = ? AND e.subscriber_id = ?",
        (area_id, subscriber_id),
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such area.")
    return int(row[0])


def first_choice(offer: Offer, asked: Typed) -> Typed:
    """What stands in the form before anybody has chosen. asked: an area or a size that the address
    names."""
    usual = FIRST_CHOICE if FIRST_CHOICE in offer.sizes else next(iter(offer.sizes))
    return Typed(
        {
            "what": [asked["what"] if asked["what"] in offer.sizes else usual],
            "areas": asked.all("area"),
            "languages": list(offer.house.printed_languages),
            "copies": ["1"],
            "start": ["1"],
            "to": ["pdf"],
        }
    )


def read_choice(typed: Typed, offer: Offer, problems: Problems) -> Choice:
    """What a form or an address says; what is not offered is left out, what cannot be is noted."""
    sizes = tuple(size for size in offer.sizes if typed.has("what", size))
    if not sizes:
        problems.add("what", SosboxError(_NOTHING_CHOSEN))
    look = typed["look"]
    to = typed["to"] or "pdf"
    return Choice(
        offer=offer,
        sizes=sizes,
        points=_points(typed, offer),
        options=RunOptions(
            languages=_languages(typed, offer, problems),
            start=_number(typed, "start", _MAX_PLACES, problems),
            copies=_number(typed, "copies", MAX_COPIES, problems),
            is_for_print_shop=bool(typed["print_shop"]),
        ),
        to=to,
        address=typed["address"].strip()[:100],
        look=look if look in sizes else next(iter(sizes), ""),
    )


def requests_of(
    choice: Choice, printers: Sequence[OfferedPrinter], problems: Problems
) -> list[RunRequest]:
    """What is to be printed, one run for each size. printers: those that are offered."""
    printer = _printer(choice, printers, problems)
    requests = []
    for size_id in choice.sizes:
        template, size = choice.offer.sizes[size_id]
        if printer and printer.is_for_receipts != size.is_roll:
            problems.add("to", SosboxError(OTHER_KIND))
        elif printer and not printer.takes(size.paper):
            width, height = size.paper.page_width, size.paper.page_height
            problems.add("to", SosboxError(OTHER_PAPER, width=f"{width:g}", height=f"{height:g}"))
        printed_as = TICKET if size.is_roll else "pdf"
        requests.append(
            RunRequest(
                establishment_id=choice.offer.house.id,
                template=size_id,
                access_points=() if is_of_house(template) else choice.points,
                options=choice.options_for((template, size)),
                format=printed_as if printer else choice.to,
                printer=printer.address if printer else "",
            )
        )
    return requests


def _printer(
    choice: Choice, printers: Sequence[OfferedPrinter], problems: Problems
) -> OfferedPrinter | None:
    """The one that was chosen; None for a file, and where something is wrong."""
    if choice.to == AT_ADDRESS:
        try:
            parse_address(choice.address)
        except AddressError:
            problems.add("address", SosboxError(_NO_ADDRESS))
            return None
        address = RAW_SCHEME + choice.address
        return OfferedPrinter(choice.address, address, is_for_receipts=True)
    if not choice.to.startswith(PRINTER):
        if choice.to not in FORMATS:
            problems.add("to", SosboxError(_NO_PRINTER))
        return None
    address = choice.to.removeprefix(PRINTER)
    found = next((printer for printer in printers if printer.address == address), None)
    if found is None:
        problems.add("to", SosboxError(_NO_PRINTER))
    return found


def _points(typed: Typed, offer: Offer) -> tuple[int, ...]:
    areas = set(map(as_id, typed.all("areas")))
    points = set(map(as_id, typed.all("points")))
    return tuple(
        point.id
        for area in offer.areas
        for point in area.points
        if typed["all"] or area.id in areas or point.id in points
    )


def _languages(typed: Typed, offer: Offer, problems: Problems) -> tuple[str, ...]:
    """In the order of the offer, whatever the order in which they come; none for the preset."""
    chosen = tuple(code for code in offer.languages if typed.has("languages", code))
    if len(chosen) > MAX_LANGUAGES:
        problems.add(
            "languages",
            SosboxError("At most {limit} languages fit on one piece.", limit=MAX_LANGUAGES),
        )
    return chosen[:MAX_LANGUAGES]


def _number(typed: Typed, name: str, limit: int, problems: Problems) -> int:
    number = as_id(typed[name].strip() or "1")
    if number is None or not 1 <= number <= limit:
        problems.add(name, SosboxError(_NOT_A_NUMBER, limit=limit))
        return 1
    return number
