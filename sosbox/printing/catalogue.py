"""The templates that come with the program, by name: no folder is looked through."""

from functools import cache

from sosbox.i18n import N_
from sosbox.printing.template import FOLDER, Size, Template, each_size, parse_template

# In the order in which they are offered, with their names and what they are for: messages, whose
# English is what the headers of the files say too.
BUILT_IN: dict[str, tuple[str, str]] = {
    "leaflet": (N_("Door leaflet"), N_("Behind the door of a room, on a desk, in a frame.")),
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
