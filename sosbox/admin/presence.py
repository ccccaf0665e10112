"""Who is looking at which case just now; kept in memory by the web process alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# How long a page that was opened counts as being looked at when no event stream says so.
PAGE_VIEW = timedelta(seconds=30)


@dataclass
class _Look:
    name: str
    until: datetime
    num_streams: int = 0


class Presence:
    """Looks by case and account. Open streams count until they close, page views for a while."""

    def __init__(self) -> None:
        self._looks: dict[tuple[int, int], _Look] = {}

    def view(self, case_id: int, account_id: int, name: str, *, now: datetime) -> None:
        """A page of the case was opened."""
        self._sweep(now)
        look = self._looks.setdefault((case_id, account_id), _Look(name, now))
        look.name, look.until = name, now + PAGE_VIEW

    def enter(self, case_id: int, account_id: int, name: str, *, now: datetime) -> None:
        """An event stream of the case was opened."""
        look = self._looks.setdefault((case_id, account_id), _Look(name, now))
        look.num_streams += 1

    def leave(self, case_id: int, account_id: int) -> None:
        """It was closed; with the last one the person is gone."""
        look = self._looks[case_id, account_id]
        look.num_streams -= 1
        if not look.num_streams:
            del self._looks[case_id, account_id]

    def others(self, case_id: int, account_id: int, *, now: datetime) -> list[str]:
        """The names of everybody else who is looking at the case, in alphabetical order."""
        return sorted(
            look.name
            for (looked_at, looker), look in self._looks.items()
            if looked_at == case_id and looker != account_id and _is_there(look, now)
        )

    def _sweep(self, now: datetime) -> None:
        gone = [key for key, look in self._looks.items() if not _is_there(look, now)]
        for key in gone:
            del self._looks[key]


def _is_there(look: _Look, now: datetime) -> bool:
    return look.num_streams > 0 or look.until > now
