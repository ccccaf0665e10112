"""Options that somebody tries before they are stored.

Passwords never go back into a page. So that nobody has to type one twice, what was tried waits
here, in memory, for whoever has tried it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Request

from sosbox.admin.access import Visit

_KEPT = timedelta(minutes=30)


@dataclass(frozen=True)
class _Draft:
    at: datetime
    values: Mapping[str, Any]


class OptionDrafts:
    """The last draft of each account for each page; lost when the process ends."""

    def __init__(self) -> None:
        self._drafts: dict[tuple[int, str], _Draft] = {}
        # One test at a time: each may wait for a server as long as it likes to.
        self.is_trying = False

    def keep(self, visit: Visit, page: str, values: Mapping[str, Any]) -> None:
        self._drafts[visit.viewer.account_id, page] = _Draft(visit.now, dict(values))

    def forget(self, visit: Visit, page: str) -> None:
        self._drafts.pop((visit.viewer.account_id, page), None)

    def find(self, visit: Visit, page: str) -> Mapping[str, Any]:
        """What the account has tried lately; else what is in force."""
        draft = self._drafts.get((visit.viewer.account_id, page))
        if draft is not None and visit.now - draft.at < _KEPT:
            return draft.values
        settings = visit.box.config.settings
        return {name: setting.value for name, setting in settings.items()}


def drafts_of(request: Request[Any, Any, Any]) -> OptionDrafts:
    drafts = request.app.state.option_drafts
    assert isinstance(drafts, OptionDrafts)
    return drafts
