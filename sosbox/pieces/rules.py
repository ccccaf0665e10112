"""What may be printed, how it is asked for, and which version it becomes. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sosbox.errors import InvalidFieldsError, SosboxError
from sosbox.i18n import LANGUAGES
from sosbox.pieces.codes import piece_number
from sosbox.printing.paper import Paper
from sosbox.printing.template import MAX_LANGUAGES, Size, Template

MAX_POINTS = 1_000
MAX_COPIES = 99
# In one run: more than a press sets in the memory that it has.
MAX_PIECES = 5_000
MAX_PAGES = 1_000
# Runs that a company may have asked for and not have yet.
MAX_OPEN_RUNS = 200
# Files are kept for so long after they were made; what was printed is remembered for good.
KEPT_FOR = timedelta(days=30)
# A picture of dots for a receipt printer; printed and never downloaded.
TICKET = "ticket"


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PieceState(StrEnum):
    PLANNED = "planned"
    CURRENT = "current"
    REPLACED = "replaced"
    REMOVED = "removed"


@dataclass(frozen=True)
class RunOptions:
    """languages: none for those of the house; start: the first label of a sheet that is still
    there, from 1; copies: of each piece; is_for_print_shop: with bleed and marks for the knife."""

    languages: tuple[str, ...] = ()
    start: int = 1
    copies: int = 1
    is_for_print_shop: bool = False

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "RunOptions":
        facts = json.loads(text)
        return cls(**{**facts, "languages": tuple(facts["languages"])})

    def paper_of(self, size: Size) -> Paper:
        """Where the pieces lie. The options have been checked for this size."""
        if self.is_for_print_shop:
            return size.paper.for_print_shop()
        return size.paper.starting_at(self.start)


def is_of_house(template: Template) -> bool:
    """Whether it is printed for the house as a whole, and has no code of an access point."""
    return template.needs == "sheets"


def check_run(
    template: Template,
    size: Size,
    options: RunOptions,
    *,
    num_points: int,
    file_format: str,
    is_printed: bool,
) -> None:
    """Whether this can be printed in this way. Raises InvalidFieldsError."""
    problems: dict[str, SosboxError] = {}
    if not is_of_house(template):
        if not num_points:
            problems["points"] = SosboxError("Please choose at least one access point.")
        elif num_points > MAX_POINTS:
            problems["points"] = SosboxError(
                "At most {limit} access points can be printed at once.", limit=MAX_POINTS
            )
    if is_printed:
        if file_format not in {"pdf", TICKET} or (file_format == TICKET) != size.is_roll:
            problems["printer"] = SosboxError(
                "Receipt printers print tickets, other printers everything else."
            )
    elif file_format not in template.formats:
        problems["format"] = SosboxError("Please choose one of the formats.")
    problems.update(_option_problems(size, options))
    limit = min(MAX_PIECES, MAX_PAGES * size.paper.num_places)
    if not problems and max(1, num_points) * options.copies > limit:
        problems["copies"] = SosboxError(
            "At most {limit} pieces can be printed at once, every copy counted.", limit=limit
        )
    if problems:
        raise InvalidFieldsError(problems)


def _option_problems(size: Size, options: RunOptions) -> dict[str, SosboxError]:
    problems: dict[str, SosboxError] = {}
    languages = options.languages
    if set(languages) - set(LANGUAGES) or len(set(languages)) < len(languages):
        problems["languages"] = SosboxError("Please choose among the languages.")
    elif len(languages) > MAX_LANGUAGES:
        problems["languages"] = SosboxError(
            "At most {limit} languages fit on one piece.", limit=MAX_LANGUAGES
        )
    if not 1 <= options.start <= size.paper.num_places:
        problems["start"] = SosboxError(
            "Please choose a place between 1 and {num}.", num=size.paper.num_places
        )
    if not 1 <= options.copies <= MAX_COPIES:
        problems["copies"] = SosboxError(
            "Please choose a number from 1 to {limit}.", limit=MAX_COPIES
        )
    if options.is_for_print_shop and not size.may_bleed:
        problems["print_shop"] = SosboxError("This size has no edge to cut.")
    return problems


def stamp(piece_id: int, version: int, printed_at: datetime, zone: ZoneInfo) -> str:
    """What stands small on a piece: its version, its date and its number."""
    day = printed_at.astimezone(zone).date().isoformat()
    return f"v{version} · {day} · {piece_number(piece_id).upper()}"


def repeated(items: Sequence[int], copies: int) -> list[int]:
    """Each as often as there are copies, those of one beside each other."""
    return [item for item in items for _ in range(copies)]
