"""Names of what is printed, in the reader's language: templates, their sizes, and pieces."""

from collections.abc import Mapping

from sosbox.channels.words import language_name
from sosbox.i18n import N_, Localizer
from sosbox.pieces.templates import OWN
from sosbox.printing.catalogue import BUILT_IN, built_in_sizes
from sosbox.printing.paper import SHEETS, Paper
from sosbox.printing.template import Size, Template

# Paper as everybody calls it, by its sides in millimetres, the shorter one first.
_ISO_A = {
    (841, 1189): "A0",
    (594, 841): "A1",
    (420, 594): "A2",
    (297, 420): "A3",
    (210, 297): "A4",
    (148, 210): "A5",
    (105, 148): "A6",
    (74, 105): "A7",
    (52, 74): "A8",
}
_LANDSCAPE = N_("{size}, landscape")
_ON_PAGE = N_("{size} on {page}")
_PER_SHEET = N_("{size}, {num} a sheet")


def template_name(template: Template, _: Localizer) -> str:
    """What people call a template; an own one is called as its owner has written."""
    known = None if template.is_own else BUILT_IN.get(template.slug)
    return template.name if known is None else _(known[0])


def template_about(template: Template, _: Localizer) -> str:
    """What a template is for; may be empty."""
    known = None if template.is_own else BUILT_IN.get(template.slug)
    return template.about if known is None else _(known[1])


def size_name(size: Size, _: Localizer) -> str:
    """ "A4", "Labels L7160, 21 a sheet", "Round 95 mm, 6 a sheet", "Roll 62 mm"."""
    paper = size.paper
    if size.is_roll:
        return _("Roll {width} mm", width=_.number(paper.width))
    if paper.folded:
        name = _iso_name(paper.width, paper.height)
        return _("{size}, folded", size=name or _plain(paper.width, paper.height, _))
    if paper.num_places > 1:
        return _(_PER_SHEET, size=_label(paper, _), num=paper.num_places)
    if (paper.page_width, paper.page_height) != (paper.width, paper.height):
        page = _plain(paper.page_width, paper.page_height, _)
        return _(_ON_PAGE, size=_shape(paper, _), page=page)
    return _shape(paper, _)


def piece_name(
    template_id: str, _: Localizer, known: Mapping[str, tuple[Template, Size]] | None = None
) -> str:
    """What people call a stored template with its size, "Poster, A4", even when it is gone.

    known: the sizes of a subscriber by their ids, where its own templates are to be named too.
    """
    found = (known or built_in_sizes()).get(template_id)
    if found is None:
        return template_id.removeprefix(OWN)
    template, size = found
    return _("{name}, {size}", name=template_name(template, _), size=size_name(size, _))


class PrintWords:
    """Says them to one reader; templates use it."""

    def __init__(self, _: Localizer, sizes: Mapping[str, tuple[Template, Size]]) -> None:
        self._ = _
        self._sizes = sizes

    def template(self, template: Template) -> str:
        return template_name(template, self._)

    def about(self, template: Template) -> str:
        return template_about(template, self._)

    def size(self, size: Size) -> str:
        return size_name(size, self._)

    def piece(self, template_id: str) -> str:
        return piece_name(template_id, self._, self._sizes)

    def language(self, code: str) -> str:
        """As it stands at the beginning of a line, "Japanese"."""
        name = language_name(code, self._)
        return name[:1].upper() + name[1:]

    def amount(self, num_pieces: int, num_pages: int) -> str:
        """How much paper it is."""
        _ = self._
        pieces = _.plural("{num} piece", "{num} pieces", num_pieces)
        pages = _.plural("{num} page", "{num} pages", num_pages)
        return _("{pieces} on {pages}", pieces=pieces, pages=pages)


def _label(paper: Paper, _: Localizer) -> str:
    """A piece of a sheet: by the number under which the sheet is sold, else by its measures."""
    for name, sheet in SHEETS.items():
        is_same = (sheet.width, sheet.height, sheet.left) == (paper.width, paper.height, paper.left)
        if is_same and name.startswith("l"):
            return _("Labels {name}", name=name.upper())
    return _shape(paper, _)


def _shape(paper: Paper, _: Localizer) -> str:
    if paper.marks == "circle":
        return _("Round {width} mm", width=_.number(paper.width))
    return _plain(paper.width, paper.height, _)


def _plain(width: float, height: float, _: Localizer) -> str:
    name = _iso_name(width, height)
    if name is None:
        return _("{width} × {height} mm", width=_.number(width), height=_.number(height))
    return _(_LANDSCAPE, size=name) if width > height else name


def _iso_name(width: float, height: float) -> str | None:
    return _ISO_A.get((round(min(width, height)), round(max(width, height))))
