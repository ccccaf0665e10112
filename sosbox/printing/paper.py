"""Paper: sheets, labels, and where pieces lie on a page. All lengths are in millimetres."""

from dataclasses import dataclass, replace

# How far colour reaches beyond the edge, and the room around it for the marks of the knife.
BLEED = 3.0
MARKS_MARGIN = 10.0


@dataclass(frozen=True)
class Sheet:
    """A page with places for pieces, as its maker measures it.

    left, top: of the first place; step_x, step_y: from one place to the next.
    """

    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float


# Labels by the numbers under which they are sold, and what is cut by hand.
SHEETS = {
    "l7160": Sheet(210, 297, 3, 7, 63.5, 38.1, 7.25, 15.15, 66.0, 38.1),
    "l7163": Sheet(210, 297, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
    "l4731": Sheet(210, 297, 7, 27, 25.4, 10.0, 8.5, 13.5, 27.94, 10.0),
    "70x37": Sheet(210, 297, 3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0),
    "105x74": Sheet(210, 297, 2, 4, 105.0, 74.0, 0.0, 0.5, 105.0, 74.0),
    "cards": Sheet(210, 297, 2, 5, 85.0, 55.0, 15.0, 11.0, 95.0, 55.0),
    "coasters-90": Sheet(210, 297, 2, 3, 90.0, 90.0, 10.0, 8.5, 100.0, 95.0),
    "coasters-95": Sheet(210, 297, 2, 3, 95.0, 95.0, 6.0, 5.0, 103.0, 96.0),
    "stickers-60": Sheet(210, 297, 3, 4, 60.0, 60.0, 7.5, 13.5, 67.5, 70.0),
}
# Pages on which a single smaller piece lies in the middle.
PAGES = {
    "a3": (297.0, 420.0),
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "a6": (105.0, 148.0),
}


@dataclass(frozen=True)
class Paper:
    """A page and where the pieces lie on it.

    page_height, height: 0 for a roll, whose length is that of what stands on it. start: the first
    place that is used, from 1. marks: "", "crop" or "circle". folded: the piece stands there twice,
    head to head. bleed: how far colours go on beyond the piece.
    """

    width: float
    height: float
    page_width: float
    page_height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    step_x: float = 0.0
    step_y: float = 0.0
    start: int = 1
    marks: str = ""
    folded: bool = False
    bleed: float = 0.0

    @property
    def num_places(self) -> int:
        return self.columns * self.rows

    def num_pages(self, num_pieces: int) -> int:
        return -(-(self.start - 1 + num_pieces) // self.num_places)

    def starting_at(self, place: int) -> "Paper":
        """The same with its first places used up already. Raises ValueError."""
        if not 1 <= place <= self.num_places:
            raise ValueError(f"there are {self.num_places} places")
        return replace(self, start=place)

    def for_print_shop(self) -> "Paper":
        """One piece a page, with bleed and marks: for the knife, or for what cuts round."""
        margin = BLEED + MARKS_MARGIN
        return replace(
            self,
            page_width=self.width + 2 * margin,
            page_height=self.height + 2 * margin,
            left=margin,
            top=margin,
            marks=self.marks or "crop",
            bleed=BLEED,
        )


def page_of(width: float, height: float) -> Paper:
    """A page of the size of the piece."""
    return Paper(width, height, width, height)


def on_sheet(sheet: Sheet, *, marks: str = "") -> Paper:
    return Paper(
        width=sheet.width,
        height=sheet.height,
        page_width=sheet.page_width,
        page_height=sheet.page_height,
        columns=sheet.columns,
        rows=sheet.rows,
        left=sheet.left,
        top=sheet.top,
        step_x=sheet.step_x,
        step_y=sheet.step_y,
        marks=marks,
    )


def in_middle(width: float, height: float, page: tuple[float, float], *, marks: str = "") -> Paper:
    """One piece in the middle of a larger page."""
    page_width, page_height = page
    left, top = (page_width - width) / 2, (page_height - height) / 2
    return Paper(width, height, page_width, page_height, left=left, top=top, marks=marks)


def at_foot(width: float, height: float, page: tuple[float, float]) -> Paper:
    """One piece at the foot of a larger page, as far from the edge as from the sides."""
    page_width, page_height = page
    left = (page_width - width) / 2
    return Paper(width, height, page_width, page_height, left=left, top=page_height - left - height)


def folded(width: float, height: float) -> Paper:
    """A tent: a page twice as high as the piece."""
    return replace(page_of(width, height), page_height=2 * height, folded=True)


def on_roll(width: float, *, margin: float) -> Paper:
    """Paper from a roll. margin: on either side, and above and below, where nothing is printed."""
    return Paper(width, 0.0, width, 0.0, left=margin, top=margin)
