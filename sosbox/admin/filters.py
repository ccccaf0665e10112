"""The filters of the inbox, as an address carries them and as the queries take them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sosbox.admin.forms import Fields, as_id
from sosbox.cases.inbox_queries import Cursor, InboxFilter
from sosbox.cases.rules import STATE_RANKS, Kind, State
from sosbox.lib.text import clean

_MAX_TEXT = 100
# Beyond these years nothing was filed, and dates cannot be moved between zones safely.
_YEARS = range(2000, 2101)
# Open: somebody has begun and it is not resolved.
_OPEN = "open"
_STATES = {
    _OPEN: frozenset({State.IN_PROGRESS, State.WAITING}),
    **{str(state): frozenset({state}) for state in State},
}
_FLAGS = ("mine", "late", "failed")


@dataclass(frozen=True)
class InboxQuery:
    """What the address of a page says, with everything dropped that makes no sense."""

    fields: Fields
    after: Cursor | None

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def is_empty(self) -> bool:
        return not self.fields

    @property
    def encoded(self) -> str:
        """The filters as they go behind the question mark of an address."""
        return urlencode(self.fields)

    def with_cursor(self, cursor: Cursor) -> str:
        """The filters and where the next page begins."""
        moment = round(cursor.filed_at.timestamp() * 1_000_000)
        after = f"{cursor.rank}.{moment}.{cursor.case_id}"
        return urlencode({**self.fields, "after": after})

    def inbox_filter(self, zone: ZoneInfo) -> InboxFilter:
        """The filter for the queries; days are days of the zone."""
        return InboxFilter(
            states=_STATES.get(self["state"], frozenset()),
            area_id=as_id(self["area"]),
            kind=self["kind"],
            filed_from=_start_of_day(self["from"], zone, add_days=0),
            filed_before=_start_of_day(self["to"], zone, add_days=1),
            text=self["q"],
            is_mine=bool(self["mine"]),
            is_late=bool(self["late"]),
            has_failed_delivery=bool(self["failed"]),
        )


def read_inbox_query(given: Fields) -> InboxQuery:
    """Keeps of the parameters of an address what can be used."""
    text = clean(given.get("q", ""))[:_MAX_TEXT].strip()
    known = {
        "state": given.get("state", "") if given.get("state") in _STATES else "",
        "area": given.get("area", "") if as_id(given.get("area", "")) is not None else "",
        "kind": given.get("kind", "") if given.get("kind") in set(Kind) else "",
        "from": given.get("from", "") if _day(given.get("from", "")) else "",
        "to": given.get("to", "") if _day(given.get("to", "")) else "",
        "q": text,
        **{flag: "1" if given.get(flag) == "1" else "" for flag in _FLAGS},
    }
    fields = {name: value for name, value in known.items() if value}
    return InboxQuery(fields, _cursor(given.get("after", "")))


def _cursor(text: str) -> Cursor | None:
    parts = [as_id(part) for part in text.split(".")]
    if len(parts) != 3:
        return None
    rank, moment, case_id = parts
    if rank is None or moment is None or case_id is None:
        return None
    if rank not in STATE_RANKS.values():
        return None
    filed_at = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        filed_at += timedelta(microseconds=moment)
    except OverflowError:
        return None
    return Cursor(rank=rank, filed_at=filed_at, case_id=case_id)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _start_of_day(text: str, zone: ZoneInfo, *, add_days: int) -> datetime | None:
    day = _day(text)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=add_days), time(), tzinfo=zone)
