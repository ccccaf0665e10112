"""Reading what people typed into a form. Pure."""

from collections.abc import Iterable, Sequence

from sosbox.errors import SosboxError, too_long
from sosbox.lib.text import clean
from sosbox.routing.hours import parse_dates, parse_span, span_text

# From and to, as two fields of a form hold them.
Pairs = Sequence[tuple[str, str]]

MAX_NAME = 120
MAX_SPANS = 12
MAX_DATES = 100
# Nobody plans further, and a typing error in a year should be seen.
_YEARS = range(2000, 2101)
_MAX_DIGITS = 9


def read_name(text: str) -> str:
    """One line that says something. Raises SosboxError, as do all of these."""
    name = clean(text).replace("\n", " ")
    if not name:
        raise SosboxError("Please write a name.")
    if len(name) > MAX_NAME:
        raise too_long(name, MAX_NAME)
    return name


def read_number(text: str, low: int, high: int) -> int:
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
    if not is_number or not low <= int(digits) <= high:
        raise SosboxError("Please write a number from {low} to {high}.", low=low, high=high)
    return int(digits)


def read_choices(values: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Those of the allowed that were chosen, in the order of the allowed."""
    chosen = set(values)
    known = tuple(allowed)
    if chosen - set(known):
        raise SosboxError("Please choose from the list.")
    return tuple(name for name in known if name in chosen)


def read_ids(values: Iterable[str]) -> tuple[int, ...]:
    """Numbers of rows, each once; whether there are such rows is for the action to say."""
    found: dict[int, None] = {}
    for value in values:
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise SosboxError("Please choose from the list.")
        found[int(value)] = None
    return tuple(found)


def read_hours(pairs: Pairs) -> tuple[str, ...]:
    """`22:00-06:30` for each pair that is not empty."""
    found: dict[str, None] = {}
    for start, end in pairs:
        if not start and not end:
            continue
        if not start or not end:
            raise SosboxError("Please give both: from when and until when.")
        if start == end:
            raise SosboxError("Beginning and end are the same. For all day leave both empty.")
        try:
            span = parse_span(f"{start}-{end}")
        except ValueError:
            raise SosboxError("Please write hours like 22:00 and 06:30.") from None
        found[span_text(span)] = None
    if len(found) > MAX_SPANS:
        raise too_many(MAX_SPANS)
    return tuple(found)


def read_dates(pairs: Pairs, *, limit: int = MAX_DATES) -> tuple[str, ...]:
    """`2026-12-24` or `2026-12-24..2027-01-06` for each pair that is not empty.

    The second of a pair may be empty: a single day.
    """
    found: dict[str, None] = {}
    for first, last in pairs:
        if not first and not last:
            continue
        if not first:
            raise SosboxError("Please give the first day, too.")
        text = first if last in {"", first} else f"{first}..{last}"
        found[_dates(text)] = None
    if len(found) > limit:
        raise too_many(limit)
    return tuple(found)


def _dates(text: str) -> str:
    try:
        days = [parse_dates(part).first for part in text.split("..")]
    except ValueError:
        raise SosboxError("Please write dates like 2026-12-24.") from None
    if any(day.year not in _YEARS for day in days):
        raise SosboxError("This year cannot be right.")
    try:
        parse_dates(text)
    except ValueError:
        raise SosboxError("The last day is before the first.") from None
    return text


def too_many(limit: int) -> SosboxError:
    return SosboxError("There are too many here: {limit} fit.", limit=limit)
