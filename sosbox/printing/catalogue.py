"""The templates that come with the program, by name: no folder is looked through."""

from functools import cache

from sosbox.i18n import N_
from sosbox.printing.template import FOLDER, Size, Template, each_size, parse_template

# In the order in which they are offered, with their names and what they are for: messages, whose
# English is what the headers of the files say too.
BUILT_IN: dict[str, tuple[str, str]] = {
    "poster": (N_("Poster"), N_("For lobbies, corridors and lifts: read from a few steps away.")),
    "leaflet": (N_("Door leaflet"), N_("Behind the door of a room, on a desk, in a frame.")),
    "tent": (
        N_("Table tent"),
        N_("Stands on tables and bars; both sides are printed on one page, folded in the middle."),
    ),
    "placemat": (
        N_("Placemat"),
        N_("A3 across, for restaurants: the middle stays free for the plate."),
    ),
    "card": (
        N_("Room card"),
        N_("The size of a business card: for desks, key folders and bedside tables."),
    ),
    "wifi": (
        N_("Wifi and messages"),
        N_("Two codes: one joins the network, the other writes to you."),
    ),
    "sticker": (
        N_("Sticker"),
        N_("For windows, counters and lift doors: round on a sheet, or square."),
    ),
    "coaster": (
        N_("Coaster"),
        N_("For bars and terraces; cut round, or given to a print shop that does."),
    ),
    "label": (
        N_("Label"),
        N_("For furniture, doors and machines: sheets of labels, or a label printer."),
    ),
    "label-mini": (
        N_("Tiny label"),
        N_("For what is small: remote controls, hair dryers, keys. On white labels of 25 × 10 mm."),
    ),
    "strip": (
        N_("Strip for letters and invoices"),
        N_(
            "To be put at the foot of a letterhead or an invoice, or printed at the foot of a page."
        ),
    ),
    "ticket": (
        N_("Receipt printer"),
        N_("From the printer of the till, on 58 or 80 mm paper: nothing but black."),
    ),
    "bag": (
        N_("Paper bag"),
        N_("Artwork in one single ink, for whoever prints bags, boxes or napkins."),
    ),
    "sheets": (
        N_("Notice of complaint sheets"),
        N_("Says that official complaint sheets are available; carries nothing else."),
    ),
    "code": (N_("The QR code alone"), N_("For a layout of your own or of the print shop.")),
}


@cache
def built_in_templates() -> dict[str, Template]:
    """By slug."""
    return {
        slug: parse_template(slug, (FOLDER / f"{slug}.typ").read_bytes(), is_own=False)
        for slug in BUILT_IN
    }


def built_in_sizes() -> dict[str, tuple[Template, Size]]:
    """By the id of a size, "poster-a4"."""
    return each_size(built_in_templates())
